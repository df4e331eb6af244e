//! Names of countries and languages, by which their codes are found.
//!
//! The tables are small because of what they leave out: a code's own letters are a name of it, and a name of Latin
//! letters is one without its accents, too. What remains of a code stands in one line, so that like is next to like.

use std::borrow::Cow;

use super::{fold, without_marks};
use crate::identity::Map;

/// The names of a kind of code, once all tables are read.
pub(super) struct Names {
    /// By [`key`].
    codes: Map<String, &'static str>,
}

impl Names {
    /// Reads lines of a code and its names, with tabs between.
    pub(super) fn new(tables: &[&'static str]) -> Self {
        let mut codes = Map::default();
        for line in tables.iter().flat_map(|table| table.lines()) {
            let mut cells = line.split('\t');
            let Some(code) = cells.next() else { continue };
            codes.insert(code.to_ascii_lowercase(), code);
            for name in cells.map(key) {
                if let Some(bare) = without_accents(&name) {
                    codes.insert(bare, code);
                }
                codes.insert(name, code);
            }
        }
        Self { codes }
    }

    /// The code of a name that [`key`] made.
    pub(super) fn find(&self, key: &str) -> Option<&'static str> {
        self.codes.get(key).copied()
    }

    /// The names and their codes, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.codes.iter().map(|(name, code)| (name.as_str(), *code))
    }
}

/// The name as it is typed without accents. Only Latin letters are left out of words: elsewhere marks are vowels, or
/// make another letter.
fn without_accents(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let bare = without_marks(name);
    (bare != name && bare.chars().all(|c| c < '\u{250}')).then_some(bare)
}

/// The first name of a code in a table: the English one, as suggestions show it.
pub(super) fn name_of(table: &'static str, code: &str) -> Option<&'static str> {
    table.lines().find_map(|line| {
        let names = line.strip_prefix(code)?.strip_prefix('\t')?;
        names.split('\t').next()
    })
}

/// The text by which a name is looked up.
pub(super) fn key(name: &str) -> String {
    let mut key = fold(name);
    if key.contains('’') {
        key = key.replace('’', "'");
    }
    key
}

/// Codes of two letters, for the cells that hold nothing else.
pub(super) struct Codes([u32; 26]);

impl Codes {
    /// The codes of a text in which each has two small letters.
    pub(super) const fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut codes = [0; 26];
        let mut at = 0;
        while at + 1 < bytes.len() {
            codes[(bytes[at] - b'a') as usize] |= 1 << (bytes[at + 1] - b'a');
            at += 2;
        }
        Self(codes)
    }

    /// Whether the value is one of the codes, in any case.
    pub(super) fn has(&self, value: &str) -> bool {
        let &[first, second] = value.as_bytes() else {
            return false;
        };
        let position = |letter: u8| (letter | 0x20).wrapping_sub(b'a');
        let (first, second) = (position(first), position(second));
        second < 26
            && self
                .0
                .get(usize::from(first))
                .is_some_and(|seconds| seconds >> second & 1 == 1)
    }
}

/// The value in another case, if that changes it.
pub(super) fn recase(value: &str, convert: fn(&u8) -> u8) -> Cow<'_, str> {
    if value.bytes().all(|byte| convert(&byte) == byte) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(
            value
                .bytes()
                .map(|byte| char::from(convert(&byte)))
                .collect(),
        )
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What the tables have to be like, and their codes. Every name is found, and leads to one code alone.
    #[track_caller]
    pub(in crate::value) fn check_tables(
        names: &Names,
        tables: [&'static str; 2],
    ) -> BTreeSet<&'static str> {
        let (mut seen, mut shown) = (BTreeSet::new(), BTreeSet::new());
        let mut codes = BTreeSet::new();
        for (number, table) in tables.into_iter().enumerate() {
            let mut last = "";
            for line in table.lines() {
                let (code, rest) = line.split_once('\t').unwrap();
                assert!(last < code, "{last} {code}");
                last = code;
                assert!(codes.insert(code) == (number == 0), "{code}");
                for (place, name) in rest.split('\t').enumerate() {
                    let folded = key(name);
                    if (number, place) == (0, 0) {
                        shown.insert(folded.clone());
                    } else {
                        assert_eq!(folded, name);
                    }
                    assert_eq!(names.find(&folded), Some(code), "{name}");
                    assert_ne!(folded, code.to_lowercase());
                    assert!(seen.insert(folded.clone()), "{name}");
                    if let Some(bare) = without_accents(&folded) {
                        assert_eq!(names.find(&bare), Some(code), "{name}");
                    }
                    assert_eq!(names.find(&format!("{folded}\0")), None);
                }
            }
            assert!(table.ends_with('\n'));
        }
        for name in seen.iter().filter_map(|name| without_accents(name)) {
            let is_needless = seen.contains(&name) && !shown.contains(&name);
            assert!(!is_needless, "{name} is known without saying");
        }
        codes
    }

    #[test]
    fn names_are_found_or_not() {
        let names = Names::new(&["AA\tÅland\tone\nBB\tΒήτα\n", "AA\ttwo\n"]);
        for (name, code) in [
            ("aa", "AA"),
            ("bb", "BB"),
            ("åland", "AA"),
            ("aland", "AA"),
            ("one", "AA"),
            ("two", "AA"),
            ("βήτα", "BB"),
        ] {
            assert_eq!(names.find(name), Some(code), "{name}");
        }
        for name in ["", "AA", "Åland", "β", "βητα", "three"] {
            assert_eq!(names.find(name), None, "{name}");
        }
        assert_eq!(names.all().count(), 7);
        assert_eq!(name_of("AA\tÅland\tone\nAB\tx\n", "AB"), Some("x"));
        assert_eq!(name_of("AA\tÅland\tone\n", "AA"), Some("Åland"));
        assert_eq!(name_of("AA\tÅland\tone\n", "A"), None);
    }

    #[test]
    fn codes_are_two_letters_in_any_case() {
        const CODES: Codes = Codes::new("mymz");
        for code in ["my", "MY", "My", "mZ"] {
            assert!(CODES.has(code), "{code}");
        }
        for other in [
            "", "m", "mx", "ym", "myy", "m\u{0}", "-y", "@Y", "é", "[[", "m\u{19}",
        ] {
            assert!(!CODES.has(other), "{other:?}");
        }
        assert_eq!(recase("My", u8::to_ascii_uppercase), "MY");
    }
}
