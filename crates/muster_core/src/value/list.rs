//! Lists: one of the field's options.

use std::borrow::Cow;

use super::check::{control_characters, damage};
use super::nearest::nearest;
use super::text::is_longer;
use super::{Verdict, fold, strip_guard, trim};
use crate::identity::Map;
use crate::issue::Code;

/// The options of a field.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// The position of each spelling.
    exact: Map<String, usize>,
    /// The position of the first option with this folded text.
    folded: Map<String, usize>,
    spellings: Vec<String>,
}

impl Options {
    pub(super) fn new(options: &[String]) -> Self {
        let mut folded = Map::default();
        for (at, option) in options.iter().enumerate() {
            folded.entry(fold(option)).or_insert(at);
        }
        let exact = (0..).zip(options).map(|(at, option)| (option.clone(), at));
        Self {
            exact: exact.collect(),
            folded,
            spellings: options.to_vec(),
        }
    }

    /// The option's spelling.
    pub(super) fn read<'a>(&self, value: &'a str) -> Verdict<'a> {
        if self.exact.contains_key(value) {
            return Ok((Cow::Borrowed(value), None));
        }
        let option = self
            .folded
            .get(&fold(value))
            .and_then(|&at| self.spellings.get(at));
        let option = option.ok_or(Code::NotAnOption)?;
        Ok((Cow::Owned(option.clone()), None))
    }

    /// The option that was probably meant.
    pub(super) fn nearest(&self, value: &str) -> Option<String> {
        let names = self.folded.iter().map(|(name, at)| (name.as_str(), *at));
        self.spellings.get(nearest(&fold(value), names)?).cloned()
    }
}

/// Whether the text can be an option: whatever a cell that holds it is read to.
pub fn is_option(text: &str, max_chars: u32) -> bool {
    !text.is_empty()
        && trim(text).len() == text.len()
        && strip_guard(text).len() == text.len()
        && !text.contains('\u{b}')
        && control_characters(text).and_then(|()| damage(text)).is_ok()
        && !is_longer(text, max_chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let options = [
            "Gold",
            "Silber Straße",
            "Café",
            "",
            "vip",
            "VIP",
            "Basic plan 1",
            "Basic plan 2",
        ];
        Options::new(&options.map(String::from))
    }

    #[track_caller]
    fn check(value: &str, want: Option<&str>) {
        let options = options();
        let got = options.read(value).map(|(option, _)| option);
        assert_eq!(
            got.as_deref().map_err(|code| *code),
            want.ok_or(Code::NotAnOption),
            "{value:?}"
        );
        if let Ok(option) = got {
            assert_eq!(options.read(&option).unwrap().0, option);
        }
    }

    #[test]
    fn options_are_found_without_case_and_spelt_as_they_are() {
        check("Gold", Some("Gold"));
        check("GOLD", Some("Gold"));
        check("gold", Some("Gold"));
        check("SILBER STRASSE", Some("Silber Straße"));
        check("cafe\u{301}", Some("Café"));
        check("CAFE\u{301}", Some("Café"));
        check("Cafe", None);
        check("Gold ", None);
        check("Gold,vip", None);
        check("Golden", None);
    }

    #[test]
    fn options_that_differ_in_case_alone_stay_apart() {
        check("vip", Some("vip"));
        check("VIP", Some("VIP"));
        check("Vip", Some("vip"));
    }

    #[test]
    fn options_are_what_a_cell_can_hold() {
        for fine in ["Gold", "a, b; c", "=x", "'tis", "日本", "12345", "a\nb"] {
            assert!(is_option(fine, 10), "{fine:?}");
        }
        for bad in [
            "",
            " ",
            "Gold ",
            "\u{200b}a",
            "a\u{0}",
            "a\u{b}b",
            "#N/A",
            "??",
            "\u{fffd}",
            "'=x",
            "12345678901",
        ] {
            assert!(!is_option(bad, 10), "{bad:?}");
        }
    }

    #[test]
    fn without_options_nothing_is_one() {
        assert_eq!(Options::new(&[]).read("Gold"), Err(Code::NotAnOption));
        assert_eq!(Options::new(&[]).nearest("Gold"), None);
    }

    #[test]
    fn the_nearest_option_is_offered() {
        let nearest = |value| options().nearest(value);
        assert_eq!(nearest("Glod").as_deref(), Some("Gold"));
        assert_eq!(nearest("silber strase").as_deref(), Some("Silber Straße"));
        assert_eq!(nearest("Cafe").as_deref(), Some("Café"));
        assert_eq!(nearest("vop"), None);
        assert_eq!(nearest("Basic plan 3"), None);
        assert_eq!(nearest("Basc plan 2").as_deref(), Some("Basic plan 2"));
    }
}
