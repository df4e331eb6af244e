//! The bytes of a file. Whether they are text is found out once, not cell by cell.

use std::ops::Range;
use std::sync::Arc;

use simdutf8::compat::from_utf8;

/// A file as text, and what of it is none.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    /// With a question mark for each byte that is no UTF-8.
    text: Arc<String>,
    /// Where those bytes stand in the text and among [`Self::damage`], run by run; ascending.
    runs: Vec<(u32, u32)>,
    damage: Vec<u8>,
}

impl Arena {
    /// Takes the bytes of a file, and says where there begin some that are no text. Where there are any, the bytes are given
    /// back unless they are `accepted`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the parser takes no file of 4 GiB"
    )]
    #[expect(unsafe_code, reason = "a second check would take as long as the first")]
    pub(super) fn new(
        mut bytes: Vec<u8>,
        accepted: impl FnOnce(&[u8]) -> bool,
        mut damaged: impl FnMut(usize),
    ) -> Result<Self, Vec<u8>> {
        let (mut runs, mut damage) = (Vec::new(), Vec::new());
        let (mut from, mut end_of_last) = (0, None);
        let mut accepted = Some(accepted);
        while let Err(error) = from_utf8(&bytes[from..]) {
            if accepted.take().is_some_and(|accepted| !accepted(&bytes)) {
                return Err(bytes);
            }
            let at = from + error.valid_up_to();
            from = error.error_len().map_or(bytes.len(), |many| at + many);
            if end_of_last != Some(at) {
                runs.push((at as u32, damage.len() as u32));
            }
            end_of_last = Some(from);
            damage.extend_from_slice(&bytes[at..from]);
            bytes[at..from].fill(b'?');
            damaged(at);
        }
        // SAFETY: every stretch was found to be UTF-8 or is question marks now.
        let text = unsafe { String::from_utf8_unchecked(bytes) };
        Ok(Self {
            text: text.into(),
            runs,
            damage,
        })
    }

    pub(super) fn text(&self) -> &Arc<String> {
        &self.text
    }

    /// The bytes as they came, piece by piece.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let text = self.text.as_bytes();
        let mut from = 0;
        let damaged = (0..self.runs.len()).flat_map(move |run| {
            let (start, damage) = self.run(run);
            let before = &text[from..start];
            from = start + damage.len();
            [before, damage]
        });
        let end = match self.runs.len() {
            0 => 0,
            many => {
                let (start, damage) = self.run(many - 1);
                start + damage.len()
            }
        };
        damaged.chain([&text[end..]])
    }

    /// The bytes between two places as they came.
    pub(super) fn bytes(&self, range: Range<usize>) -> Vec<u8> {
        let mut bytes = self.text.as_bytes()[range.clone()].to_vec();
        let first = self
            .runs
            .partition_point(|&(start, _)| (start as usize) < range.start)
            .saturating_sub(1);
        for run in first..self.runs.len() {
            let (start, damage) = self.run(run);
            if start >= range.end {
                break;
            }
            for (at, &byte) in (start..).zip(damage) {
                if range.contains(&at) {
                    bytes[at - range.start] = byte;
                }
            }
        }
        bytes
    }

    /// Where a run of bytes that are no text stands, and what it is.
    fn run(&self, run: usize) -> (usize, &[u8]) {
        let (start, first) = self.runs[run];
        let end = self
            .runs
            .get(run + 1)
            .map_or(self.damage.len(), |&(_, next)| next as usize);
        (start as usize, &self.damage[first as usize..end])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_byte_is_lost(
            bytes in prop::collection::vec(prop_oneof![Just(b'a'), Just(0xC3), Just(0xA9), any::<u8>()], 0..40),
            (start, end) in (0..40_usize, 0..40_usize),
        ) {
            let mut damaged = Vec::new();
            let arena = Arena::new(bytes.clone(), |_| true, |at| damaged.push(at)).unwrap();
            prop_assert_eq!(arena.pieces().collect::<Vec<_>>().concat(), bytes.as_slice());
            let refused = Arena::new(bytes.clone(), |_| false, |_| {});
            prop_assert_eq!(refused.err(), str::from_utf8(&bytes).err().map(|_| bytes.clone()));
            prop_assert_eq!(damaged.first().copied(), str::from_utf8(&bytes).err().map(|error| error.valid_up_to()));
            let end = end.min(bytes.len());
            let start = start.min(end);
            prop_assert_eq!(arena.bytes(start..end), &bytes[start..end]);
            prop_assert_eq!(arena.text().len(), bytes.len());
        }
    }
}
