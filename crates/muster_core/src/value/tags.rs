//! Tags: a cell holds a set of names.

use std::borrow::Cow;

use super::{Verdict, fold, text, trim};
use crate::issue::Code;

/// The names in a cell, as written there and in its order, each once without case.
///
/// ```
/// let names: Vec<_> = muster_core::value::tags::split("VIP, new;; vip ,Straße;STRASSE").collect();
/// assert_eq!(names, ["VIP", "new", "Straße"]);
/// ```
pub fn split(cell: &str) -> impl Iterator<Item = &str> {
    let mut seen: Vec<&str> = Vec::new();
    // Most cells hold one name, which needs no comparing.
    let several = cell.contains([',', ';']);
    cell.split([',', ';'])
        .map(trim)
        .filter(|name| !name.is_empty())
        .filter(move |name| {
            if several {
                if seen.iter().any(|other| is_same(other, name)) {
                    return false;
                }
                seen.push(name);
            }
            true
        })
}

/// Whether two names differ in case at most.
fn is_same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    fold(one) == fold(other)
}

/// Whether the text is one tag's name as it is stored: what whoever receives a name instead of a cell has to check.
///
/// ```
/// use muster_core::value::tags::is_name;
/// assert!(is_name("VIP", 255));
/// assert!(!is_name("VIP, new", 255) && !is_name(" VIP", 255) && !is_name("", 255));
/// ```
pub fn is_name(text: &str, max_chars: u32) -> bool {
    !text.is_empty()
        && trim(text).len() == text.len()
        && !text.contains([',', ';', '\u{b}'])
        && super::check::control_characters(text).is_ok()
        // The other kinds of damage are of whole cells: `VIP, ??` names a tag of two question marks.
        && !text.contains('\u{fffd}')
        && !text::is_longer(text, max_chars)
}

/// The canonical form of a set is its names, joined by commas.
pub(super) fn read(value: &str, max: u32, max_chars: u32) -> Verdict<'_> {
    if !value.contains([',', ';']) {
        return match text::is_longer(value, max_chars) {
            true => Err(Code::TooLong),
            false => Ok((Cow::Borrowed(trim(value)), None)),
        };
    }
    let mut names = 0;
    let mut too_long = false;
    let mut canonical = String::with_capacity(value.len());
    for name in split(value) {
        names += 1;
        if names > max {
            return Err(Code::TooManyTags);
        }
        too_long |= text::is_longer(name, max_chars);
        if !canonical.is_empty() {
            canonical.push(',');
        }
        canonical.push_str(name);
    }
    if too_long {
        return Err(Code::TooLong);
    }
    // Separators around what a spreadsheet writes make no tag of it.
    super::check::damage(&canonical)?;
    Ok((Cow::Owned(canonical), None))
}

/// The canonical form of a few plain names: no labels of Google's ([`several`](super::several)), and nothing that may be
/// refused.
pub(super) fn glance(value: &str, max: u32, max_chars: u32) -> Option<Cow<'_, str>> {
    if value.starts_with('*') {
        return None;
    }
    let bytes = value.as_bytes();
    let mut names = [""; FEW];
    let mut many = 0;
    let mut as_written = true;
    let mut start = 0;
    for end in 0..=bytes.len() {
        match bytes.get(end) {
            None | Some(b',' | b';') => {}
            Some(b':') => return None,
            Some(_) => continue,
        }
        let name = value.get(start..end)?.trim_ascii();
        let is_new = !name.is_empty()
            && !names[..many]
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name));
        as_written &= is_new && name.len() == end - start && bytes.get(end) != Some(&b';');
        start = end + 1;
        if is_new {
            *names.get_mut(many)? = name;
            many += 1;
        }
        if name.len() > max_chars as usize {
            return None;
        }
    }
    if many > max as usize || names[0].starts_with(['#', '?']) {
        return None;
    }
    Some(match as_written {
        true => Cow::Borrowed(value),
        false => Cow::Owned(names[..many].join(",")),
    })
}

/// Names that are read at a glance.
const FEW: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Result<&str, Code>) {
        let got = read(value, 3, 5).map(|(names, _)| names);
        assert_eq!(got.as_deref().map_err(|code| *code), want, "{value:?}");
        if let Ok(names) = got {
            assert_eq!(read(&names, 3, 5).unwrap().0, names);
            for name in split(&names) {
                assert!(is_name(name, 5), "{name:?}");
            }
        }
    }

    #[test]
    fn cells_split_at_commas_and_semicolons() {
        check("VIP", Ok("VIP"));
        check("VIP,new", Ok("VIP,new"));
        check("VIP; new ,\u{200b}a b\u{a0}", Ok("VIP,new,a b"));
        check(",;VIP;,", Ok("VIP"));
        check(" , ; ", Ok(""));
        check("a|b/c", Ok("a|b/c"));
        check(";??", Err(Code::SpreadsheetDamaged));
        check("#N/A,", Err(Code::SpreadsheetDamaged));
        check("a,??", Ok("a,??"));
    }

    #[test]
    fn names_are_unique_without_case_as_first_written() {
        check("vip,VIP,Vip", Ok("vip"));
        check("ß,SS,ss", Ok("ß"));
        check("e\u{301},É", Ok("e\u{301}"));
        check("b,a,B", Ok("b,a"));
    }

    #[test]
    fn names_are_few_and_short() {
        check("a,b,c", Ok("a,b,c"));
        check("a,b,c,A", Ok("a,b,c"));
        check("a,b,c,d", Err(Code::TooManyTags));
        check("abcdef", Err(Code::TooLong));
        check("ab,abcdef", Err(Code::TooLong));
        check("abcdef,b,c,d", Err(Code::TooManyTags));
        check("日本日本日", Ok("日本日本日"));
        check("日本日本日本", Err(Code::TooLong));
    }
}
