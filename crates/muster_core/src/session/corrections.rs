//! Corrections of single rows, and the way back from every change.

use super::Session;
use super::history::{Change, Step};
use super::sheet::{check_column, find_row};
use crate::import::InvalidImport;
use crate::order::sort_apart;

/// How much was done for a description so far: what a correction adds is what it took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Cells that were read.
    pub cells: u64,
    /// Rows that were matched and judged on their own.
    pub judged: u64,
    /// Rows that were held against their contacts.
    pub compared: u64,
}

impl Session {
    /// How much was done so far.
    pub fn effort(&self) -> Effort {
        self.work.as_ref().map_or(Effort::default(), |work| Effort {
            cells: work.sheet.cells_read,
            judged: work.rows_done.0,
            compared: work.rows_done.1,
        })
    }

    /// Gives a cell another text, or its own again. What depends on it is found out by the next
    /// [`diff`](Self::diff), for which the answers to [`lookups`](Self::lookups) and [`wanted`](Self::wanted) may have
    /// to be asked first: they give what is missing.
    pub fn edit(
        &mut self,
        row: u32,
        column: u32,
        value: Option<&str>,
    ) -> Result<(), InvalidImport> {
        let mut change = Change::default();
        if let (Some(table), Some(work)) = (self.table(), &self.work) {
            let at = find_row(table, row)?;
            check_column(table, column)?;
            // A cell that gets its own text is none that was corrected.
            let is_own = |value: &&str| {
                table.text(at, column as usize).as_deref() == Ok(*value)
                    && table.cells(at).len() > column as usize
            };
            let value = value.filter(|value| !is_own(value)).map(str::to_owned);
            if work.sheet.edits.get(&(at as u32, column)) != value.as_ref() {
                change.cells.push((at as u32, column, value));
            }
        }
        self.make(Step::Edit { row, column }, change)
    }

    /// Leaves rows out, or brings them back.
    pub fn leave_out(&mut self, rows: &[u32], is_out: bool) -> Result<(), InvalidImport> {
        let mut change = Change::default();
        if let (Some(table), Some(work)) = (self.table(), &self.work) {
            for &number in rows {
                let row = find_row(table, number)?;
                if work.sheet.is_left_out(row) != is_out {
                    change.rows.push((row as u32, is_out));
                }
            }
            sort_apart(&mut change.rows);
        }
        let rows = change.rows.len() as u32;
        let step = match is_out {
            true => Step::LeaveOut { rows },
            false => Step::BringBack { rows },
        };
        self.make(step, change)
    }

    /// Takes the last step back, and says which it was.
    pub fn undo(&mut self) -> Option<Step> {
        self.turn(false)
    }

    /// Makes the step once more that was taken back last.
    pub fn redo(&mut self) -> Option<Step> {
        self.turn(true)
    }

    /// What [`undo`](Self::undo) would take back.
    pub fn undoable(&self) -> Option<&Step> {
        Some(&self.work.as_ref()?.history.last(false)?.0)
    }

    /// What [`redo`](Self::redo) would make once more.
    pub fn redoable(&self) -> Option<&Step> {
        Some(&self.work.as_ref()?.history.last(true)?.0)
    }

    fn turn(&mut self, undone: bool) -> Option<Step> {
        let (Some(Ok(table)), Some(work)) = (&self.read, &mut self.work) else {
            return None;
        };
        let (step, change) = work.history.last(undone)?.clone();
        let back = work.apply(table, &self.limits, change).ok()?;
        work.history.turn(undone, back);
        Some(step)
    }
}
