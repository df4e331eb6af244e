//! Splits bytes into records and cells, whatever the cuts between the chunks.
//!
//! What comes out is an index into the file's own bytes: where each record starts, where each of its cells ends. Every
//! decision looks at absolute positions only, so a file gives the same index however it is cut. An unclosed quote
//! costs at most a second look at what it swallowed: the first odd run of quotes after it would have closed it.

mod blocks;
mod index;

use memchr::{memchr, memchr2};

use super::cell;
pub(super) use index::{
    BLANK, End, MAX_FILE, Record, Records, STRAY, STRAY_ERROR, TEXT_AFTER, UNCLOSED, UNDECODABLE,
};
use index::{MOST_PLAIN, is_plain, offset};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between records.
    Record { after_cr: bool },
    /// Before a cell's first byte that isn't a blank.
    Cell,
    /// Inside an unquoted cell.
    Plain,
    /// Inside the quotes that opened at `open`; `line_end` is the first line break since.
    Quoted {
        open: usize,
        line_end: Option<usize>,
    },
    /// Behind the closing quote.
    Closed {
        open: usize,
        line_end: Option<usize>,
    },
    /// In the text behind a closing quote.
    Tail,
    /// In the rest of the line whose quote turned out to be unclosed.
    RawLine,
}

const PLAIN_STOP: u8 = 1;
const BREAK: u8 = 2;
const QUOTE: u8 = 4;
const SPACE: u8 = 8;

/// The splitter: a position in the bytes seen so far, and what it is inside of.
#[derive(Clone, Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    classes: [u8; 256],
    max_quoted: usize,
    pos: usize,
    state: State,
    start: usize,
    first: usize,
    flags: u8,
    number: u32,
    /// Stray quotes before this position are errors.
    strict: usize,
    /// Records up to this number are not counted in `filled`.
    count_after: u32,
    filled: u32,
    records: Records,
}

impl Splitter {
    /// A splitter that begins at `start`. `count_after`: the number of the record below which data is counted.
    pub(super) fn new(delimiter: u8, max_quoted: u32, start: usize, count_after: u32) -> Self {
        let mut classes = [0; 256];
        for byte in [b' ', b'\t'] {
            classes[usize::from(byte)] = SPACE;
        }
        for byte in [b'\r', b'\n', delimiter] {
            classes[usize::from(byte)] = PLAIN_STOP | BREAK;
        }
        classes[usize::from(b'"')] = PLAIN_STOP | QUOTE;
        Self {
            delimiter,
            classes,
            max_quoted: max_quoted as usize,
            pos: start,
            state: State::Record { after_cr: false },
            start,
            first: 0,
            flags: 0,
            number: 0,
            strict: 0,
            count_after,
            filled: 0,
            records: Records::default(),
        }
    }

    /// How many records that aren't blank came after the one asked for.
    pub(super) fn filled(&self) -> u32 {
        self.filled
    }

    /// Makes room for a file of so many bytes that goes on like its beginning.
    pub(super) fn expect(&mut self, bytes: usize) {
        let Records { ends, list, flags } = &mut self.records;
        let (seen, left) = (self.pos as u64, bytes.saturating_sub(self.pos) as u64);
        // Some more: what was seen is a sample.
        let more = |many: usize| (many as u64 * left / seen.max(1)) as usize / 50 * 51;
        let _ = ends.try_reserve_exact(more(ends.len()));
        let _ = list.try_reserve_exact(more(list.len()));
        let _ = flags.try_reserve_exact(more(flags.len()));
    }

    /// Reads on: `bytes` are all bytes of the file so far.
    pub(super) fn advance(&mut self, bytes: &[u8]) {
        self.run(bytes, false);
    }

    /// Reads to the end of the file.
    pub(super) fn finish(mut self, bytes: &[u8]) -> Records {
        loop {
            self.run(bytes, true);
            match self.state {
                State::Record { .. } => return self.records,
                State::Quoted { open, line_end } => self.unclosed(bytes, open, line_end, self.pos),
                _ => {
                    self.end_cell(bytes, self.pos);
                    self.end_record(bytes, self.pos, false);
                }
            }
        }
    }

    fn run(&mut self, bytes: &[u8], eof: bool) {
        while let Some(byte) = self.next_byte(bytes) {
            match self.state {
                State::Record { after_cr } => {
                    if after_cr && byte == b'\n' {
                        self.pos += 1;
                        self.start = self.pos;
                        self.state = State::Record { after_cr: false };
                    } else {
                        self.state = State::Cell;
                    }
                }
                State::Cell => match self.classes[usize::from(byte)] {
                    0 => self.state = State::Plain,
                    SPACE => self.pos += 1,
                    class if class & QUOTE != 0 => {
                        self.state = State::Quoted {
                            open: self.pos,
                            line_end: None,
                        };
                        self.pos += 1;
                    }
                    _ => self.end(bytes, byte),
                },
                State::Plain => {
                    if !self.skip_to(bytes, PLAIN_STOP) {
                        return;
                    }
                    let byte = bytes[self.pos];
                    if byte == b'"' {
                        self.flags |= if self.pos < self.strict {
                            STRAY_ERROR
                        } else {
                            STRAY
                        };
                        self.pos += 1;
                    } else {
                        self.end(bytes, byte);
                    }
                }
                State::Quoted { open, line_end } => {
                    if !self.quoted(bytes, eof, open, line_end) {
                        return;
                    }
                }
                State::Closed { open, line_end } => match self.classes[usize::from(byte)] {
                    SPACE => self.pos += 1,
                    class if class & BREAK != 0 => self.end(bytes, byte),
                    _ if line_end.is_some() => self.unclosed(bytes, open, line_end, self.pos),
                    _ => {
                        self.flags |= TEXT_AFTER;
                        self.state = State::Tail;
                    }
                },
                State::Tail => {
                    if !self.skip_to(bytes, BREAK) {
                        return;
                    }
                    self.end(bytes, bytes[self.pos]);
                }
                State::RawLine => match memchr2(b'\r', b'\n', &bytes[self.pos..]) {
                    None => self.pos = bytes.len(),
                    Some(ahead) => {
                        self.pos += ahead;
                        self.end_cell(bytes, self.pos);
                        self.end_record(bytes, self.pos, bytes[self.pos] == b'\r');
                        self.pos += 1;
                    }
                },
            }
        }
    }

    /// The byte under the position, after all that can be passed in blocks.
    fn next_byte(&mut self, bytes: &[u8]) -> Option<u8> {
        if matches!(
            self.state,
            State::Record { .. } | State::Cell | State::Plain
        ) {
            self.pass_blocks(bytes);
        }
        bytes.get(self.pos).copied()
    }

    /// Goes to the next byte of one of the classes; false when there is none yet.
    fn skip_to(&mut self, bytes: &[u8], classes: u8) -> bool {
        let ahead = bytes[self.pos..]
            .iter()
            .position(|&byte| self.classes[usize::from(byte)] & classes != 0);
        self.pos = ahead.map_or(bytes.len(), |ahead| self.pos + ahead);
        ahead.is_some()
    }

    /// Looks for the closing quote; false when more bytes are needed.
    fn quoted(
        &mut self,
        bytes: &[u8],
        eof: bool,
        open: usize,
        mut line_end: Option<usize>,
    ) -> bool {
        // The first byte that would be too much, unless it is the closing quote.
        let limit = open + 1 + self.max_quoted;
        let end = bytes.len().min(limit + 1);
        let quote = memchr(b'"', &bytes[self.pos..end]).map(|ahead| self.pos + ahead);
        let searched = &bytes[self.pos..quote.unwrap_or(end)];
        line_end = line_end.or_else(|| memchr2(b'\r', b'\n', searched).map(|at| self.pos + at));
        self.state = State::Quoted { open, line_end };
        match quote {
            None => {
                self.pos = end;
                if end > limit {
                    self.unclosed(bytes, open, line_end, limit);
                }
            }
            Some(quote) => match bytes.get(quote + 1) {
                None if !eof => {
                    self.pos = quote;
                    return false;
                }
                Some(b'"') if quote + 1 >= limit => self.unclosed(bytes, open, line_end, limit),
                Some(b'"') => self.pos = quote + 2,
                _ => {
                    self.pos = quote + 1;
                    self.state = State::Closed { open, line_end };
                }
            },
        }
        true
    }

    /// The quote at `open` is unclosed, as was noticed at `noticed`: its line is a record, and reading resumes on the next.
    fn unclosed(&mut self, bytes: &[u8], open: usize, line_end: Option<usize>, noticed: usize) {
        debug_assert!(open < noticed);
        self.flags |= UNCLOSED;
        self.strict = self.strict.max(noticed + 1);
        match line_end {
            None => {
                self.pos = noticed;
                self.state = State::RawLine;
            }
            Some(at) => {
                self.end_cell(bytes, at);
                self.end_record(bytes, at, bytes[at] == b'\r');
                self.pos = at + 1;
            }
        }
    }

    /// Ends the cell at the delimiter or line break under the position, and passes it.
    fn end(&mut self, bytes: &[u8], byte: u8) {
        self.end_cell(bytes, self.pos);
        if byte == self.delimiter {
            self.state = State::Cell;
        } else {
            self.end_record(bytes, self.pos, byte == b'\r');
        }
        self.pos += 1;
    }

    fn end_cell(&mut self, bytes: &[u8], at: usize) {
        let is_plain = is_plain(&bytes[self.cell_start()..at]);
        self.records.ends.push(End::new(at, is_plain));
    }

    /// Where the cell starts that has not ended yet.
    fn cell_start(&self) -> usize {
        match self.records.ends.get(self.first..) {
            Some([.., last]) => last.at() + 1,
            _ => self.start,
        }
    }

    fn end_record(&mut self, bytes: &[u8], at: usize, after_cr: bool) {
        self.number += 1;
        if at == self.start {
            self.records.ends.truncate(self.first);
        } else {
            let record = Record {
                start: offset(self.start),
                first: offset(self.first),
                number: self.number,
            };
            self.records.list.push(record);
            self.records.flags.push(self.flags);
            let filled = has_graphic(&bytes[self.start..at], self.delimiter) || {
                let index = self.records.list.len() - 1;
                cell::raw_cells(bytes, &self.records, index)
                    .any(|raw| !cell::is_blank(&cell::unquote(raw)))
            };
            if !filled {
                self.flags |= BLANK;
            } else if self.number > self.count_after {
                self.filled += 1;
            }
            if let Some(flags) = self.records.flags.last_mut() {
                *flags = self.flags;
            }
        }
        self.first = self.records.ends.len();
        self.start = at + 1;
        self.flags = 0;
        self.state = State::Record { after_cr };
    }
}

/// Whether some byte surely is a value's: the quick way to see that a record isn't blank.
fn has_graphic(record: &[u8], delimiter: u8) -> bool {
    record
        .iter()
        .any(|&byte| byte.is_ascii_graphic() && byte != b'"' && byte != delimiter)
}
