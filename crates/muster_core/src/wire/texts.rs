//! Columns of texts: end to end, through a dictionary, or as what they say where they are all of one kind.

mod digits;
mod parts;
mod spelled;

use super::bytes::{NOT_TEXT, Reader, Writer};
use super::pack::Packed;
use super::{WireError, check};
use crate::identity::Map;
use crate::order::sort;
use digits::{day_number, digits, put_day};

/// Each with a nought behind it.
const PLAIN: u8 = 0;
/// Their lengths, then all of them: for texts with a nought inside.
const LENGTHS: u8 = 1;
/// The distinct ones, then the position of each among them.
const DICTIONARY: u8 = 2;
/// What stands before the last `@`, then what stands behind it.
const PAIRS: u8 = 3;
/// `+` and digits: how long each is and how it begins, then the other digits as numbers.
const PHONES: u8 = 4;
/// `YYYY-MM-DD` as numbers.
const DATES: u8 = 5;
/// Which are there, then those.
const SPARSE: u8 = 6;
/// Which of the frequent ones each is, then these and the others, byte by byte.
const SPELLED: u8 = 7;
/// Which have a blank, what stands before the first one or is all there is, then what stands behind it.
const BLANKS: u8 = 8;

/// Fewer texts than this are not worth codes of their own.
const FEW: usize = 64;
/// Bytes of texts that are likely to have parts in common.
const LONG: usize = 20;

/// A column of texts, end to end in one piece of memory.
///
/// ```
/// use muster_core::wire::Texts;
/// let texts: Texts = ["Ann", "", "Ben"].into_iter().collect();
/// assert_eq!((texts.len(), texts.get(0), texts.get(1)), (3, "Ann", ""));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Texts {
    text: String,
    /// Where each begins and ends.
    spans: Vec<(u32, u32)>,
}

impl Texts {
    /// One more.
    pub fn push(&mut self, text: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.spans.push((start, self.text.len() as u32));
    }

    /// One of them; empty beyond the last.
    pub fn get(&self, at: usize) -> &str {
        let span = self.spans.get(at);
        span.and_then(|&(start, end)| self.text.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.len()).map(|at| self.get(at))
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Texts {}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut all = Self::default();
        for text in texts {
            all.push(text.as_ref());
        }
        all
    }
}

impl Writer {
    /// A column whose length the reader knows.
    pub(super) fn texts(&mut self, texts: &[&str]) {
        if texts.is_empty() {
            return;
        }
        let there: Vec<u8> = texts
            .iter()
            .map(|text| u8::from(!text.is_empty()))
            .collect();
        if there.contains(&0) {
            self.byte(SPARSE);
            self.numbers(&there);
            let texts: Vec<&str> = texts
                .iter()
                .copied()
                .filter(|text| !text.is_empty())
                .collect();
            self.filled(&texts);
        } else {
            self.filled(texts);
        }
    }

    fn filled(&mut self, texts: &[&str]) {
        if texts.is_empty() {
            return;
        }
        if let Some(days) = texts
            .iter()
            .map(|text| day_number(text))
            .collect::<Option<Vec<u32>>>()
        {
            self.byte(DATES);
            self.numbers(&days);
        } else if let Some(phones) = texts
            .iter()
            .map(|text| digits(text))
            .collect::<Option<Vec<_>>>()
        {
            self.byte(PHONES);
            self.phones(&phones);
        } else if let Some(pairs) = texts
            .iter()
            .map(|text| text.rsplit_once('@'))
            .collect::<Option<Vec<_>>>()
        {
            self.byte(PAIRS);
            let (before, behind): (Vec<&str>, Vec<&str>) = pairs.into_iter().unzip();
            self.words_of(&before);
            self.words_of(&behind);
        } else {
            let mut whole = Self::part();
            whole.words_of(texts);
            let blanks = texts.iter().filter(|text| text.contains(' ')).count();
            if texts.len() >= FEW && blanks > texts.len() / 2 {
                let mut split = Self::part();
                split.blanks(texts);
                if split.len() < whole.len() {
                    whole = split;
                }
            }
            self.append(&whole);
        }
    }

    /// End to end or through a dictionary, whichever is smaller.
    fn words_of(&mut self, texts: &[&str]) {
        let mut distinct: Map<&str, u32> = Map::default();
        for text in texts {
            *distinct.entry(text).or_default() += 1;
        }
        let spelled = (texts.len() >= FEW).then(|| {
            let mut spelled = Self::part();
            spelled.byte(SPELLED);
            spelled.spelled(texts, &distinct);
            spelled
        });
        let many = distinct.len();
        // Where there is little to repeat, looking for it takes longer than all else.
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        let repeats = spelled.is_none() || bytes / LONG >= texts.len();
        let plain = (many > 16 && repeats).then(|| {
            let mut plain = Self::part();
            plain.end_to_end(texts);
            plain
        });
        let dictionary = (many <= texts.len() - texts.len() / 4 && repeats).then(|| {
            let mut sorted: Vec<&str> = distinct.keys().copied().collect();
            sort(&mut sorted);
            for (at, text) in (0..).zip(&sorted) {
                distinct.insert(text, at);
            }
            let positions: Vec<u32> = texts.iter().map(|text| distinct[text]).collect();
            let mut dictionary = Self::part();
            dictionary.byte(DICTIONARY);
            dictionary.count(many);
            dictionary.end_to_end(&sorted);
            dictionary.numbers(&positions);
            dictionary
        });
        let parts = [plain, dictionary, spelled].into_iter().flatten();
        match parts.min_by_key(Self::len) {
            Some(least) => self.append(&least),
            None => self.end_to_end(texts),
        }
    }

    /// As they are, one behind the other.
    pub(super) fn end_to_end(&mut self, texts: &[&str]) {
        let bytes = texts.iter().map(|text| text.len() + 1).sum();
        let mut all = String::with_capacity(bytes);
        if texts.iter().any(|text| text.contains('\0')) {
            all.extend(texts.iter().copied());
            self.byte(LENGTHS);
            let lengths: Vec<u32> = texts.iter().map(|text| text.len() as u32).collect();
            self.numbers(&lengths);
        } else {
            for text in texts {
                all.push_str(text);
                all.push('\0');
            }
            self.byte(PLAIN);
        }
        self.packed(&Packed::new(all.as_bytes()));
    }
}

impl Reader<'_> {
    /// `count` texts. The caller has measured the count.
    pub(super) fn texts(&mut self, count: usize) -> Result<Texts, WireError> {
        if count == 0 {
            return Ok(Texts::default());
        }
        match self.byte()? {
            SPARSE => {
                let there = self.positions(count, 2)?;
                let many = there.iter().filter(|&&there| there == 1).count();
                check(many < count, "a column without gaps is said to have some")?;
                let mut texts = match many {
                    0 => Texts::default(),
                    _ => {
                        let shape = self.byte()?;
                        self.filled(shape, many)?
                    }
                };
                let mut spans = texts.spans.into_iter();
                texts.spans = there
                    .into_iter()
                    .map(|there| if there == 1 { spans.next() } else { None })
                    .map(Option::unwrap_or_default)
                    .collect();
                Ok(texts)
            }
            shape => self.filled(shape, count),
        }
    }

    fn filled(&mut self, shape: u8, count: usize) -> Result<Texts, WireError> {
        match shape {
            DATES => {
                let days = self.positions(count, 10_000 * 12 * 31)?;
                self.spend_bytes(count.saturating_mul(10))?;
                let mut texts = Texts {
                    text: String::with_capacity(count * 10),
                    spans: Vec::with_capacity(count),
                };
                for day in days {
                    put_day(&mut texts, day);
                }
                Ok(texts)
            }
            PHONES => self.phones(count),
            PAIRS => {
                let before = self.any_words(count)?;
                let behind = self.any_words(count)?;
                self.joined(&before, '@', &behind, |_| true)
            }
            BLANKS => {
                let has = self.positions(count, 2)?;
                let before = self.any_words(count)?;
                let many = has.iter().filter(|&&has| has == 1).count();
                let behind = self.any_words(many)?;
                self.joined(&before, ' ', &behind, |at| has[at] == 1)
            }
            shape => self.words_of(shape, count),
        }
    }

    fn any_words(&mut self, count: usize) -> Result<Texts, WireError> {
        if count == 0 {
            return Ok(Texts::default());
        }
        let shape = self.byte()?;
        self.words_of(shape, count)
    }

    fn words_of(&mut self, shape: u8, count: usize) -> Result<Texts, WireError> {
        match shape {
            DICTIONARY => {
                let many = self.distinct(count)?;
                let shape = self.byte()?;
                let mut texts = self.end_to_end(shape, many)?;
                let positions = self.positions(count, many)?;
                texts.spans = positions
                    .into_iter()
                    .map(|at| texts.spans[at as usize])
                    .collect();
                Ok(texts)
            }
            SPELLED => self.spelled(count),
            shape => self.end_to_end(shape, count),
        }
    }

    /// How many of `count` things are distinct.
    pub(super) fn distinct(&mut self, count: usize) -> Result<usize, WireError> {
        let many = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        check(many <= count, "a dictionary is longer than its column")?;
        Ok(many)
    }

    pub(super) fn end_to_end(&mut self, shape: u8, count: usize) -> Result<Texts, WireError> {
        const ENDS: &str = "a text has no end";
        let lengths = match shape {
            PLAIN => None,
            LENGTHS => Some(self.smalls(count)?),
            _ => return Err(WireError::Malformed("a column of texts has no known shape")),
        };
        let text = self.packed()?.into_owned();
        let text = String::from_utf8(text).map_err(|_| NOT_TEXT)?;
        let mut spans = Vec::new();
        let mut start = 0_u32;
        match lengths {
            None => {
                check(count <= text.len(), ENDS)?;
                spans.reserve_exact(count);
                for end in memchr::memchr_iter(0, text.as_bytes()) {
                    check(spans.len() < count, "bytes are left over")?;
                    spans.push((start, end as u32));
                    start = end as u32 + 1;
                }
            }
            Some(lengths) => {
                spans.reserve_exact(count);
                for length in lengths {
                    let end = start.checked_add(length);
                    let end = end.filter(|&end| text.is_char_boundary(end as usize));
                    let end = end.ok_or(WireError::Malformed(ENDS))?;
                    spans.push((start, end));
                    start = end;
                }
            }
        }
        check(spans.len() == count, ENDS)?;
        check(start as usize == text.len(), "bytes are left over")?;
        Ok(Texts { text, spans })
    }
}
