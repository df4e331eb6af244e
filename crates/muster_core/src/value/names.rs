//! Tables of names: sorted lines of a folded name, a tab and a code of two letters, searched where they lie.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::fold;

/// Lines between two starts that a [`Table`] knows.
const BLOCK: usize = 8;

/// A table of names. Nothing is built at run time: where its lines start is found when the program is compiled.
pub(super) struct Table<const BLOCKS: usize> {
    text: &'static str,
    starts: [u16; BLOCKS],
}

/// How many blocks of lines the text has.
pub(super) const fn blocks(text: &str) -> usize {
    let (mut at, mut lines) = (0, 0_usize);
    while at < text.len() {
        if text.as_bytes()[at] == b'\n' {
            lines += 1;
        }
        at += 1;
    }
    lines.div_ceil(BLOCK)
}

impl<const BLOCKS: usize> Table<BLOCKS> {
    pub(super) const fn new(text: &'static str) -> Self {
        assert!(text.len() <= u16::MAX as usize);
        let mut starts = [0; BLOCKS];
        let (mut at, mut lines) = (0, 0);
        while at < text.len() {
            if text.as_bytes()[at] == b'\n' {
                lines += 1;
                if lines % BLOCK == 0 && lines / BLOCK < BLOCKS {
                    starts[lines / BLOCK] = (at + 1) as u16;
                }
            }
            at += 1;
        }
        Self { text, starts }
    }

    /// The code of a name that [`key`] made.
    pub(super) fn find(&self, key: &str) -> Option<&'static str> {
        let block = self.starts.partition_point(|&start| {
            let line = &self.text.as_bytes()[usize::from(start)..];
            first_name(line) <= key.as_bytes()
        });
        let mut rest = &self.text[usize::from(*self.starts.get(block.checked_sub(1)?)?)..];
        for _ in 0..BLOCK {
            let (line, after) = rest.split_once('\n')?;
            let (name, code) = line.split_once('\t')?;
            match name.cmp(key) {
                Ordering::Less => rest = after,
                Ordering::Equal => return Some(code),
                Ordering::Greater => return None,
            }
        }
        None
    }

    /// The names and their codes.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<BLOCKS> {
        self.text.lines().filter_map(|line| line.split_once('\t'))
    }
}

fn first_name(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(b'\t', text).unwrap_or(text.len())]
}

/// The name of a code in a text of lines: a code, a tab, its name.
pub(super) fn name_of(text: &'static str, code: &str) -> Option<&'static str> {
    let mut lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .find(|(other, _)| *other == code)
        .map(|(_, name)| name)
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

    /// What has to hold for [`Table::find`] to work, and the table's codes, each once.
    #[track_caller]
    pub(in crate::value) fn check_table<const BLOCKS: usize>(
        table: &Table<BLOCKS>,
    ) -> BTreeSet<&'static str> {
        let mut codes = BTreeSet::new();
        let mut last = "";
        for line in table.text.lines() {
            let (name, code) = line.split_once('\t').unwrap();
            assert!(last < name, "{last} {name}");
            assert_eq!(key(name), name);
            assert_eq!(table.find(name), Some(code));
            assert_eq!(table.find(&format!("{name}\0")), None);
            codes.insert(code);
            last = name;
        }
        assert!(table.text.ends_with('\n'));
        codes
    }

    #[test]
    fn names_are_found_or_not() {
        const TEXT: &str = "a\tAA\nab\tAB\nb\tBB\nc\tCC\nd\tDD\ne\tEE\nf\tFF\ng\tGG\nh\tHH\n";
        static TABLE: Table<{ blocks(TEXT) }> = Table::new(TEXT);
        assert_eq!(TABLE.starts.len(), 2);
        assert_eq!(check_table(&TABLE).len(), 9);
        for name in ["", "aa", "i", "\u{10ffff}"] {
            assert_eq!(TABLE.find(name), None, "{name}");
        }
        assert_eq!(Table::<0>::new("").find("a"), None);
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
