//! What people and programs call the things they keep of a contact.
//!
//! The words lie in `headers.tsv`, sorted: what remains of a header after [`Key`], its meaning, and the languages that
//! say so (a note for whoever reads the file, not part of the program).

use super::normalise;

const SOURCE: &str = include_str!("headers.tsv");
static LINES: [u8; stripped_len(SOURCE)] = strip(SOURCE);

/// Words before a header that say whose it is: the contact's.
const WHOSE: [&str; 17] = [
    "contact",
    "customer",
    "client",
    "lead",
    "member",
    "subscriber",
    "person",
    "user",
    "attendee",
    "guest",
    "buyer",
    "invitee",
    "recipient",
    "primary",
    "main",
    "default",
    "your",
];

/// What follows the name in a line: a tab, subject, rank and the line's end.
const BEHIND: usize = 4;
/// Characters of a header that are looked at.
const LONGEST: usize = 80;

/// The meaning of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    subject: u8,
    /// How well it fits the field among others of the subject, best first: a mobile number before the office's.
    pub(super) rank: u8,
}

impl Meaning {
    /// The standard field that it is.
    pub(super) const fn standard(self) -> Option<&'static str> {
        Some(match self.subject {
            b'F' => "first_name",
            b'L' => "last_name",
            b'P' => "phone",
            b'E' => "email",
            b'C' => "country",
            b'G' => "language",
            b'T' => "tags",
            b'I' => "contact_id",
            _ => return None,
        })
    }

    /// First and last name in one.
    pub(super) const fn is_full_name(self) -> bool {
        self.subject == b'N'
    }

    /// Whether both are the same thing that isn't a standard field: birthdays, companies, notes …
    pub(super) const fn is_like(self, other: Self) -> bool {
        self.subject == other.subject
            && self.standard().is_none()
            && !self.is_full_name()
            && self.subject != b'X'
    }
}

/// A header as it is looked up: letters alone. Its digits count what there are several of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) letters: String,
    pub(super) number: u32,
}

impl Key {
    pub(super) fn new(header: &str) -> Self {
        let cut = header
            .char_indices()
            .nth(LONGEST)
            .map_or(header.len(), |(at, _)| at);
        let (mut letters, mut number) = (String::new(), 0_u32);
        for c in normalise(&header[..cut]).chars() {
            match c.to_digit(10) {
                Some(digit) => number = number.saturating_mul(10).saturating_add(digit),
                // Large it is no other letter than the large i.
                None if c == 'ı' => letters.push('i'),
                None if c.is_alphanumeric() => letters.push(c),
                None => {}
            }
        }
        Self {
            letters,
            number: number.max(1),
        }
    }

    /// Whether the header says nothing: blank, or numbered.
    pub(super) fn is_nameless(&self) -> bool {
        matches!(self.letters.as_str(), "" | "column")
    }
}

/// What a header means, and how far it is from the words themselves.
pub(super) fn meaning(header: &str, key: &Key) -> Option<(Meaning, u8)> {
    let number = (key.number - 1).min(3) as u8;
    if let Some(meaning) = find(&key.letters) {
        return Some((meaning, number));
    }
    // A remark: "Phone (with country code)".
    if let Some((before, _)) = header.split_once(['(', '[', '（'])
        && let Some(meaning) = find(&Key::new(before).letters)
    {
        return Some((meaning, number + 1));
    }
    let whose = WHOSE
        .iter()
        .find_map(|whose| key.letters.strip_prefix(whose))?;
    find(whose)
        .filter(|meaning| meaning.subject != b'I') // a customer's contact is not our contact
        .map(|meaning| (meaning, number + 1))
}

/// The meaning of a word.
pub(super) fn find(letters: &str) -> Option<Meaning> {
    let (name, meaning) = lines_from(letters).next()?;
    (name == letters.as_bytes()).then_some(meaning)
}

/// The words that begin with the character, and their meanings.
pub(super) fn starting_with(first: char) -> impl Iterator<Item = (&'static str, Meaning)> {
    let mut buffer = [0; 4];
    let length = first.encode_utf8(&mut buffer).len();
    lines_from(first.encode_utf8(&mut [0; 4]))
        .take_while(move |(name, _)| name.starts_with(&buffer[..length]))
        .filter_map(|(name, meaning)| Some((std::str::from_utf8(name).ok()?, meaning)))
}

/// The lines from the first one whose name isn't less.
fn lines_from(name: &str) -> impl Iterator<Item = (&'static [u8], Meaning)> + use<> {
    let (mut low, mut high) = (0, LINES.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = memchr::memrchr(b'\n', &LINES[low..middle]).map_or(low, |at| low + at + 1);
        match line(start) {
            Some((found, _)) if found < name.as_bytes() => low = start + found.len() + BEHIND,
            _ => high = start,
        }
    }
    std::iter::successors(line(low), {
        let mut at = low;
        move |(name, _)| {
            at += name.len() + BEHIND;
            line(at)
        }
    })
}

/// The line that starts there.
fn line(start: usize) -> Option<(&'static [u8], Meaning)> {
    let rest = &LINES[start..];
    let name = &rest[..memchr::memchr(b'\t', rest)?];
    let &[_, subject, rank, _] = rest.get(name.len()..name.len() + BEHIND)? else {
        return None;
    };
    let rank = rank - b'0';
    Some((name, Meaning { subject, rank }))
}

/// The length of the text without the languages.
const fn stripped_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut tabs, mut length) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\t' => tabs += 1,
            b'\n' => tabs = 0,
            _ => {}
        }
        length += (tabs < 2) as usize;
        at += 1;
    }
    length
}

/// The text without the languages.
const fn strip<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut lines = [0; N];
    let (mut at, mut tabs, mut length) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\t' => tabs += 1,
            b'\n' => tabs = 0,
            _ => {}
        }
        if tabs < 2 {
            lines[length] = bytes[at];
            length += 1;
        }
        at += 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_line_is_found() {
        let mut last = "";
        let mut languages: Vec<&str> = Vec::new();
        for line in SOURCE.lines() {
            let [name, meaning, said] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line:?}");
            };
            assert!(last < name, "{last:?} before {name:?}");
            let key = Key::new(name);
            assert_eq!((key.letters.as_str(), key.number), (name, 1));
            let found = find(name).unwrap();
            assert_eq!(
                [found.subject, found.rank + b'0'],
                meaning.as_bytes(),
                "{name}"
            );
            assert!(b"FLPECGTINBOMJAYSZURDX".contains(&found.subject), "{name}");
            assert!(found.rank <= 5, "{name}");
            languages.extend(said.split(' '));
            last = name;
        }
        languages.sort_unstable();
        languages.dedup();
        assert_eq!(languages.len(), 30, "{languages:?}");
        for absent in ["", "a", "zzz", "emai", "emaill", "龘", "\u{10ffff}"] {
            assert_eq!(find(absent), None, "{absent}");
        }
    }

    #[test]
    fn words_are_listed_by_their_first_character() {
        let total: usize = SOURCE
            .lines()
            .filter_map(|line| line.chars().next())
            .collect::<std::collections::BTreeSet<char>>()
            .into_iter()
            .map(|first| starting_with(first).count())
            .sum();
        assert_eq!(total, SOURCE.lines().count());
    }
}
