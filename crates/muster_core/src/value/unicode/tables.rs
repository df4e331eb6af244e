//! The tables that `cargo xtask unicode` makes of Unicode's data.

use std::sync::LazyLock;

use crate::order::sort;

/// A line that says where they are from; then nine parts behind their lengths.
static FILE: &[u8] = include_bytes!("tables.bin");

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

/// Characters of which one index entry leads to the first run.
const PAGE: u32 = 256;
/// The syllables of Korean, which are composed by a rule.
pub(super) const HANGUL: u32 = 0xAC00;

/// What is known of a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    /// Its canonical combining class.
    pub(super) combining: u8,
    form: u8,
    host: u8,
}

/// What becomes of a character in a host's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InHost {
    Stays,
    Refused,
    Lowered,
    /// It becomes this.
    Mapped(&'static str),
}

/// Where the text goes that a character is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Left,
    Right,
    ArabicDigit,
    Digit,
    Neutral,
    Mark,
    Other,
}

impl Class {
    fn decomposes(self) -> u8 {
        self.form & 3
    }

    /// Whether a text of which this is part may have another normal form C, whatever the order of its marks.
    pub(super) fn is_open(self) -> bool {
        self.form & 4 != 0 || matches!(self.decomposes(), 1 | 3)
    }

    pub(super) fn is_mark(self) -> bool {
        self.form & 8 != 0
    }

    pub(super) fn direction(self) -> Direction {
        match self.host & 7 {
            0 => Direction::Left,
            1 => Direction::Right,
            2 => Direction::ArabicDigit,
            3 => Direction::Digit,
            4 => Direction::Neutral,
            5 => Direction::Mark,
            _ => Direction::Other,
        }
    }

    /// Whether its letter joins the next one.
    pub(super) fn joins_next(self) -> bool {
        matches!(self.host >> 3, 1 | 3)
    }

    /// Whether its letter joins the one before.
    pub(super) fn joins_last(self) -> bool {
        matches!(self.host >> 3, 2 | 3)
    }

    /// Whether the letters around it join as if it weren't there.
    pub(super) fn is_transparent(self) -> bool {
        self.host >> 3 == 4
    }
}

struct Tables {
    classes: Vec<Class>,
    /// Where each run of one class begins, and the class.
    runs: Vec<(u32, u8)>,
    /// The run in which each page begins.
    pages: Vec<u16>,
    /// What decomposes, and into what; the second may be none.
    decomposed: Vec<(char, char, Option<char>)>,
    /// What is composed of two, by these.
    composed: Vec<(char, char, char)>,
    /// What becomes another text in a host's name.
    mapped: Vec<(u32, &'static str)>,
    /// Capitals, and how far away their small letters are.
    lowered: Vec<Shift>,
    /// The same for what is compared as a character that isn't its small letter, and as a text.
    folded: Vec<Shift>,
    texts: Vec<(char, &'static str)>,
}

/// Every so many characters of a run, which become others so far away.
struct Shift {
    first: u32,
    last: u32,
    step: u32,
    by: i32,
}

impl Tables {
    fn new() -> Self {
        let start = FILE.iter().position(|byte| *byte == b'\n');
        let mut rest = &FILE[start.map_or(0, |end| end + 1)..];
        let mut part = || {
            let (length, more) = rest.split_first_chunk().unwrap_or((&[0; 4], &[]));
            let (part, more) = more
                .split_at_checked(u32::from_le_bytes(*length) as usize)
                .unwrap_or_default();
            rest = more;
            part
        };
        let [classes, runs, lengths, decomposed, mapped_lengths, mapped] =
            std::array::from_fn(|_| part());
        let [lowered, folded] = std::array::from_fn(|_| shifts(part()));
        let texts = |part| str::from_utf8(part).unwrap_or_default();
        let count = classes.len() / 3;
        let mut tables = Self {
            classes: (0..count)
                .map(|at| Class {
                    combining: classes[at],
                    form: classes[count + at],
                    host: classes[2 * count + at],
                })
                .collect(),
            runs: Vec::with_capacity(runs.len()),
            pages: Vec::new(),
            decomposed: Vec::new(),
            composed: Vec::new(),
            mapped: Vec::new(),
            lowered,
            folded,
            texts: (texts(part()).split_terminator('\0'))
                .filter_map(|entry| {
                    let c = entry.chars().next()?;
                    Some((c, &entry[c.len_utf8()..]))
                })
                .collect(),
        };
        let mut decomposed = texts(decomposed).chars();
        let mut mapped = texts(mapped);
        let mut mapped_lengths = mapped_lengths.iter();
        let mut lengths = lengths.iter();
        let mut code = 0;
        for &place in runs {
            let length = number(&mut lengths);
            while tables.pages.len() as u32 * PAGE < code + length {
                tables.pages.push(tables.runs.len() as u16);
            }
            tables.runs.push((code, place));
            let class = tables
                .classes
                .get(usize::from(place))
                .copied()
                .unwrap_or_default();
            let members = (code..code + length).filter_map(char::from_u32);
            if class.decomposes() != 0 {
                for c in members.clone() {
                    let Some(first) = decomposed.next() else {
                        break;
                    };
                    let second = if class.decomposes() == 1 {
                        None
                    } else {
                        decomposed.next()
                    };
                    tables.decomposed.push((c, first, second));
                    if let (2, Some(second)) = (class.decomposes(), second) {
                        tables.composed.push((first, second, c));
                    }
                }
            }
            if class.form >> 4 == 3 {
                for (c, &length) in members.zip(mapped_lengths.by_ref()) {
                    let (text, more) = mapped.split_at_checked(length.into()).unwrap_or_default();
                    mapped = more;
                    tables.mapped.push((c.into(), text));
                }
            }
            code += length;
        }
        sort(&mut tables.composed);
        tables
    }

    fn class(&self, c: char) -> Class {
        let code = u32::from(c);
        let page = (code / PAGE) as usize;
        let first = self.pages.get(page).map_or(0, |run| usize::from(*run));
        let end = self
            .pages
            .get(page + 1)
            .map_or(self.runs.len(), |run| usize::from(*run) + 1);
        let runs = self.runs.get(first..end).unwrap_or_default();
        let within = runs.partition_point(|(start, _)| *start <= code);
        within
            .checked_sub(1)
            .and_then(|run| self.classes.get(usize::from(runs[run].1)))
            .copied()
            .unwrap_or_default()
    }
}

/// A number in seven bits a byte.
fn number(bytes: &mut std::slice::Iter<'_, u8>) -> u32 {
    let mut number = 0;
    for (&byte, shift) in bytes.zip((0..28).step_by(7)) {
        number |= u32::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn shifts(part: &[u8]) -> Vec<Shift> {
    let mut bytes = part.iter();
    let mut shifts = Vec::new();
    let mut last = 0;
    while !bytes.as_slice().is_empty() {
        let [behind, count, step, by] = std::array::from_fn(|_| number(&mut bytes));
        let first = last + behind;
        last = first + count.saturating_sub(1) * step;
        let by = (by >> 1) as i32 ^ -((by & 1) as i32);
        shifts.push(Shift {
            first,
            last,
            step,
            by,
        });
    }
    shifts
}

fn shifted(shifts: &[Shift], c: char) -> Option<char> {
    let code = u32::from(c);
    let run = shifts
        .partition_point(|run| run.first <= code)
        .checked_sub(1)?;
    let run = &shifts[run];
    let is_of_it = code <= run.last && (code - run.first).checked_rem(run.step) == Some(0);
    is_of_it
        .then(|| char::from_u32(code.wrapping_add_signed(run.by)))
        .flatten()
}

/// The small letter of a capital beyond ASCII that is one character.
pub(super) fn lowered(c: char) -> Option<char> {
    shifted(&TABLES.lowered, c)
}

/// What a character beyond ASCII is compared as without case, if that is a character that isn't its small letter.
pub(super) fn folded(c: char) -> Option<char> {
    shifted(&TABLES.folded, c)
}

/// The text that a character is compared as without case.
pub(super) fn folded_text(c: char) -> Option<&'static str> {
    let place = TABLES.texts.binary_search_by_key(&c, |(c, _)| *c).ok()?;
    Some(TABLES.texts[place].1)
}

/// What is known of a character. Nowhere inlined: it is asked for in a dozen places.
#[inline(never)]
pub(super) fn class(c: char) -> Class {
    TABLES.class(c)
}

/// What a character consists of, one step far. Syllables of Korean are not known here.
pub(super) fn decomposed(c: char) -> Option<(char, Option<char>)> {
    if class(c).decomposes() == 0 {
        return None;
    }
    let list = &TABLES.decomposed;
    let place = list.binary_search_by_key(&c, |(c, ..)| *c).ok()?;
    let (_, first, second) = list[place];
    Some((first, second))
}

/// The character that two compose. Syllables of Korean are not known here.
pub(super) fn composed(first: char, second: char) -> Option<char> {
    let list = &TABLES.composed;
    let place = list.binary_search_by_key(&(first, second), |&(first, second, _)| (first, second));
    Some(list[place.ok()?].2)
}

/// What becomes of a character in a host's name.
pub(super) fn in_host(c: char) -> InHost {
    match class(c).form >> 4 {
        0 => InHost::Stays,
        1 => InHost::Refused,
        2 => InHost::Lowered,
        _ => {
            let place = TABLES
                .mapped
                .binary_search_by_key(&c.into(), |(code, _)| *code);
            place.map_or(InHost::Refused, |place| {
                InHost::Mapped(TABLES.mapped[place].1)
            })
        }
    }
}
