//! What must hold for any input at all: one check per file. The fuzzers call them with inputs that they invent, the
//! tests with those that were found to matter.

pub mod decoder;
pub mod session;
pub mod splitter;
pub mod values;
pub mod wire;

use muster_core::import::FileChoice;
use muster_core::limits::Limits;
use muster_core::parse::{Parser, Refused, Table};

/// A check and the name of its target.
pub type Named = (&'static str, fn(&[u8]));

/// Every check there is.
pub const CHECKS: [Named; 5] = [
    ("splitter", splitter::check),
    ("decoder", decoder::check),
    ("values", values::check),
    ("wire", wire::check),
    ("session", session::check),
];

/// Decisions taken from the front of an input; what is left is the matter itself.
struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        byte
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in so many times.
    fn seldom(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Reads a file in pieces of one length.
fn read(file: &[u8], piece: usize, choice: &FileChoice, limits: &Limits) -> Result<Table, Refused> {
    let mut parser = Parser::new(limits, choice);
    for piece in file.chunks(piece.max(1)) {
        parser.push(piece);
    }
    parser.finish()
}

/// All that a table says, as text.
fn show(read: &Result<Table, Refused>) -> String {
    let table = match read {
        Ok(table) => table,
        Err(refused) => return format!("{refused:?}"),
    };
    let mut text = format!(
        "{} {:?} {:?}\n",
        table.encoding(),
        table.delimiter(),
        table.header()
    );
    for row in 0..table.rows() {
        let cells: Vec<_> = table.cells(row).collect();
        let issues: Vec<_> = table.record_issues(row).collect();
        text += &format!("{} {cells:?} {issues:?}\n", table.row_number(row));
    }
    text
}
