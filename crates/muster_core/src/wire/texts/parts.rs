//! Texts in two parts: what stands before a separator and what stands behind it are alike, each in its own way.

use super::{BLANKS, Texts};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};

impl Writer {
    /// Which have a blank, then the two sides of the first one.
    pub(super) fn blanks(&mut self, texts: &[&str]) {
        let parts = || texts.iter().map(|text| text.split_once(' '));
        let has: Vec<u8> = parts().map(|parts| u8::from(parts.is_some())).collect();
        let before = texts.iter().zip(parts());
        let before = before.map(|(text, parts)| parts.map_or(*text, |parts| parts.0));
        let behind = parts().flatten().map(|parts| parts.1);
        self.byte(BLANKS);
        self.numbers(&has);
        self.words_of(&before.collect::<Vec<&str>>());
        self.words_of(&behind.collect::<Vec<&str>>());
    }
}

impl Reader<'_> {
    /// Texts that have two parts, or the first one alone.
    pub(super) fn joined(
        &mut self,
        before: &Texts,
        between: char,
        behind: &Texts,
        has: impl Fn(usize) -> bool,
    ) -> Result<Texts, WireError> {
        let length = |texts: &Texts| texts.iter().map(str::len).sum::<usize>();
        let bytes = length(before) + length(behind) + behind.len();
        self.spend_bytes(bytes)?;
        let mut texts = Texts {
            text: String::with_capacity(bytes),
            spans: Vec::with_capacity(before.len()),
        };
        let mut behind = behind.iter();
        for (at, before) in before.iter().enumerate() {
            let start = texts.text.len() as u32;
            texts.text.push_str(before);
            if has(at)
                && let Some(behind) = behind.next()
            {
                texts.text.push(between);
                texts.text.push_str(behind);
            }
            texts.spans.push((start, texts.text.len() as u32));
        }
        Ok(texts)
    }
}
