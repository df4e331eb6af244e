//! Names of hosts in any script (UTS 46, non-transitional).

use super::case::push_lower;
use super::normal::nfc;
use super::punycode;
use super::tables::{Class, Direction, InHost, class, in_host};

/// Characters of a label that are decoded at most, and encoded: both take time by the square.
const MOST_DECODED: usize = 2000;
const MOST_ENCODED: usize = 1000;

/// The labels of a name in small letters and in Unicode, if it is one; `is_refused` says which ASCII is none.
pub(crate) fn labels(
    name: &str,
    is_refused: fn(char) -> bool,
    may_begin_with_hyphen: bool,
) -> Option<Vec<String>> {
    let mut mapped = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii() {
            mapped.push(c.to_ascii_lowercase());
            continue;
        }
        match in_host(c) {
            InHost::Stays => mapped.push(c),
            InHost::Lowered => push_lower(&mut mapped, c),
            InHost::Mapped(text) => mapped.push_str(text),
            InHost::Refused => return None,
        }
    }
    let mut labels = Vec::new();
    for label in nfc(&mapped).split('.') {
        let label = match label.strip_prefix("xn--") {
            Some(encoded) => decoded(encoded)?,
            None => label.to_owned(),
        };
        let is_hyphened = label.starts_with('-') || label.ends_with('-');
        let is_fine = !label.contains(|c: char| c.is_ascii() && is_refused(c))
            && (may_begin_with_hyphen || !is_hyphened)
            && (label.is_ascii() || is_label(&label));
        if !is_fine {
            return None;
        }
        labels.push(label);
    }
    let is_two_way = |c: char| {
        let direction = class(c).direction();
        !c.is_ascii() && matches!(direction, Direction::Right | Direction::ArabicDigit)
    };
    let is_fine = !labels.iter().any(|label| label.contains(is_two_way))
        || labels.iter().all(|label| has_one_direction(label));
    is_fine.then_some(labels)
}

/// The labels as they travel through the DNS.
pub(crate) fn to_ascii(labels: &[String]) -> Option<String> {
    let mut name = String::new();
    for (at, label) in labels.iter().enumerate() {
        if at > 0 {
            name.push('.');
        }
        if label.is_ascii() {
            name.push_str(label);
        } else {
            let characters: Vec<char> = label.chars().collect();
            name.push_str("xn--");
            name.push_str(&punycode::encode(&characters)?);
        }
    }
    Some(name)
}

/// The text of an encoded label. One that wasn't encoded from what it should have been says nothing.
fn decoded(label: &str) -> Option<String> {
    if !label.is_ascii() || label.is_empty() || label.ends_with('-') || label.len() > MOST_DECODED {
        return None;
    }
    let text: String = punycode::decode(label)?.into_iter().collect();
    let stays = |c: char| c.is_ascii() || in_host(c) == InHost::Stays;
    (!text.contains('.') && text.chars().all(stays) && nfc(&text) == text).then_some(text)
}

/// Whether a label that isn't ASCII begins with a letter, and joins none that don't join.
fn is_label(label: &str) -> bool {
    let characters: Vec<char> = label.chars().collect();
    if characters.len() > MOST_ENCODED || class(characters[0]).is_mark() {
        return false;
    }
    characters.iter().enumerate().all(|(at, c)| match c {
        '\u{200c}' | '\u{200d}' => joins(&characters, at),
        _ => true,
    })
}

/// Whether a joiner may stand here (RFC 5892, appendix A): behind a sign that kills a vowel, or, the one that keeps
/// apart, between letters that would join.
fn joins(label: &[char], at: usize) -> bool {
    /// The combining class of what kills vowels.
    const VIRAMA: u8 = 9;
    let (before, after) = (&label[..at], &label[at + 1..]);
    let next = |mut classes: &mut dyn Iterator<Item = Class>| {
        Iterator::find(&mut classes, |class| !class.is_transparent())
    };
    match before.last() {
        None => false,
        Some(last) if class(*last).combining == VIRAMA => true,
        Some(_) => {
            label[at] == '\u{200c}'
                && next(&mut before.iter().rev().map(|c| class(*c))).is_some_and(Class::joins_next)
                && next(&mut after.iter().map(|c| class(*c))).is_some_and(Class::joins_last)
        }
    }
}

/// Whether a label reads one way only (RFC 5893, section 2).
fn has_one_direction(label: &str) -> bool {
    use Direction::{ArabicDigit, Digit, Left, Mark, Neutral, Right};
    let mut directions: Vec<Direction> = label.chars().map(|c| class(c).direction()).collect();
    let Some(first) = directions.first().copied() else {
        return true;
    };
    while directions.len() > 1 && directions.last() == Some(&Mark) {
        directions.pop();
    }
    let has = |direction| directions.contains(&direction);
    let last = directions.last().copied();
    match first {
        Left => {
            matches!(last, Some(Left | Digit))
                && directions
                    .iter()
                    .all(|d| matches!(d, Left | Digit | Neutral | Mark))
        }
        Right => {
            matches!(last, Some(Right | Digit | ArabicDigit))
                && directions
                    .iter()
                    .all(|d| matches!(d, Right | ArabicDigit | Digit | Neutral | Mark))
                && !(has(Digit) && has(ArabicDigit))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
    use proptest::prelude::*;

    use super::*;

    fn theirs(name: &str, deny: AsciiDenyList, hyphens: Hyphens) -> Option<(String, String)> {
        let uts46 = Uts46::new();
        let ascii = uts46
            .to_ascii(name.as_bytes(), deny, hyphens, DnsLength::Ignore)
            .ok()?;
        let (unicode, outcome) = uts46.to_unicode(name.as_bytes(), deny, hyphens);
        outcome.ok()?;
        Some((ascii.into_owned(), unicode.into_owned()))
    }

    fn check(name: &str) {
        let is_std3 = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        let is_denied = |c: char| c.is_ascii_control() || " %#/:<>?@[\\]^|".contains(c);
        for (deny, hyphens, is_refused, may_begin) in [
            (
                AsciiDenyList::STD3,
                Hyphens::CheckFirstLast,
                is_std3 as fn(char) -> bool,
                false,
            ),
            (AsciiDenyList::URL, Hyphens::Allow, is_denied, true),
        ] {
            let ours = labels(name, is_refused, may_begin)
                .and_then(|labels| Some((to_ascii(&labels)?, labels.join("."))));
            let theirs = theirs(name, deny, hyphens);
            assert_eq!(ours, theirs, "{name:?} {}", name.escape_unicode());
        }
    }

    #[test]
    fn every_character_is_read_as_by_uts_46() {
        for c in '\0'..=char::MAX {
            check(&format!("{c}"));
            check(&format!("a{c}b"));
            check(&format!("ب{c}\u{200c}ب"));
            check(&format!("{c}\u{200d}.א1"));
            let encoded = punycode::encode(&['k', c]).unwrap();
            check(&format!("xn--{encoded}"));
        }
    }

    #[test]
    fn labels_are_no_longer_than_they_may_be() {
        for length in [999, 1000, 1001] {
            check(&"ü".repeat(length));
        }
        for length in [1999, 2000, 2001] {
            check(&format!("xn--{}", "a".repeat(length)));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn names_are_read_as_by_uts_46(
            name in "([a-cX0-9.ßüÜ。．ｘｎ－-]|xn--|[א-ג٠-٣۰-۳ا-ي]|[\u{200c}\u{200d}\u{94d}क-घ\u{301}\u{650}]|[㍿ﷺ²①ℌ豈]|\\PC){0,10}"
        ) {
            check(&name);
        }

        #[test]
        fn encoded_names_are_read_as_by_uts_46(
            name in "(xn--[a-z0-9-]{0,8}\\.?|xn--[a-z0-9]{2,4}|XN--MNCHEN-3YA|[a-zü.]){0,3}"
        ) {
            check(&name);
        }
    }
}
