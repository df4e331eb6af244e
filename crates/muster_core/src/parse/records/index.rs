//! The index of a file: where its records start, where their cells end, and what was noticed about them.

/// A record that is not an empty line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) struct Record {
    /// Where its first cell starts.
    pub(in crate::parse) start: u32,
    /// The position of its first cell's end in [`Records::ends`].
    pub(in crate::parse) first: u32,
    /// The spreadsheet's row number.
    pub(in crate::parse) number: u32,
}

/// All cells are empty after trimming.
pub(in crate::parse) const BLANK: u8 = 1;
/// A quote stands inside an unquoted cell.
pub(in crate::parse) const STRAY: u8 = 2;
/// Likewise, where an unclosed quote was being looked for.
pub(in crate::parse) const STRAY_ERROR: u8 = 4;
/// Text follows a closing quote.
pub(in crate::parse) const TEXT_AFTER: u8 = 8;
/// The quote of the last cell never closes.
pub(in crate::parse) const UNCLOSED: u8 = 16;
/// Some of its bytes are no UTF-8; known once the file is complete.
pub(in crate::parse) const UNDECODABLE: u8 = 32;

/// Bytes of a plain cell, at most: so that nobody has to look far back.
pub(super) const MOST_PLAIN: usize = 255;

/// Where a cell ends, and whether it is plain: at most [`MOST_PLAIN`] bytes of printable ASCII without a quote. Most cells
/// are, and most rules then have nothing to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) struct End(u32);

impl End {
    const PLAIN: u32 = 1 << 31;

    /// Positions fit: a file never has more bytes than [`MAX_FILE`].
    pub(super) fn new(at: usize, is_plain: bool) -> Self {
        Self(offset(at) | if is_plain { Self::PLAIN } else { 0 })
    }

    pub(in crate::parse) fn at(self) -> usize {
        (self.0 & !Self::PLAIN) as usize
    }

    pub(in crate::parse) fn is_plain(self) -> bool {
        self.0 & Self::PLAIN != 0
    }
}

pub(super) fn is_plain(cell: &[u8]) -> bool {
    cell.len() <= MOST_PLAIN
        && cell
            .iter()
            .all(|&byte| matches!(byte, b' '..=b'~') && byte != b'"')
}

/// The index of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::parse) struct Records {
    /// Where each cell ends. The next cell of its record starts one byte later.
    pub(in crate::parse) ends: Vec<End>,
    /// The records, empty lines left out.
    pub(in crate::parse) list: Vec<Record>,
    /// What was noticed about each of them.
    pub(in crate::parse) flags: Vec<u8>,
}

impl Records {
    /// The cells of a record, as positions in `ends`.
    pub(in crate::parse) fn cells(&self, record: usize) -> std::ops::Range<usize> {
        let end = self
            .list
            .get(record + 1)
            .map_or(self.ends.len(), |next| next.first as usize);
        self.list[record].first as usize..end
    }

    /// Notes something about the record that has the byte at this position.
    pub(in crate::parse) fn flag_at(&mut self, position: usize, flag: u8) {
        let next = self
            .list
            .partition_point(|record| record.start as usize <= position);
        if let Some(flags) = next.checked_sub(1).and_then(|at| self.flags.get_mut(at)) {
            *flags |= flag;
        }
    }
}

/// Positions fit: a file never has more bytes than [`MAX_FILE`].
#[expect(
    clippy::cast_possible_truncation,
    reason = "the parser takes at most MAX_FILE bytes"
)]
pub(super) fn offset(position: usize) -> u32 {
    position as u32
}

/// The most bytes that positions can address: [`End`] needs a bit.
pub(in crate::parse) const MAX_FILE: u64 = (1 << 31) - 1;
