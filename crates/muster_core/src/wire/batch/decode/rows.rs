//! The rows that the columns of a batch come to.

use super::{BatchColumns, Cells, Contact, Skipped};
use crate::field::Identifier;
use crate::issue::Code;
use crate::wire::batch::{NEW, RowIssue, RowPlan, SKIPPED, UNCHANGED, UPDATED, Write};

/// Where in its columns the next row begins.
pub(super) struct Walk<'a> {
    columns: &'a BatchColumns,
    /// By outcome.
    next: [usize; 5],
    pub(super) warning: usize,
    tagged: usize,
    values: Cursor<'a>,
    writes: Cursor<'a>,
    previewed: usize,
    issue: usize,
    id: usize,
}

/// Where in its columns the next row's cells begin.
struct Cursor<'a> {
    cells: &'a Cells,
    row: usize,
    next: Vec<usize>,
}

impl<'a> Cursor<'a> {
    fn new(cells: &'a Cells) -> Self {
        Self {
            cells,
            row: 0,
            next: vec![0; cells.columns.len()],
        }
    }

    fn row(&mut self) -> impl Iterator<Item = (u32, Option<&'a str>)> {
        let Cells { slots, columns } = self.cells;
        let list = slots.next(&mut self.row);
        list.iter().map(|place| {
            let slot = place >> 1;
            let column = columns.binary_search_by_key(&slot, |(slot, _)| *slot);
            let text = column.ok().filter(|_| place & 1 == 1).map(|column| {
                self.next[column] += 1;
                columns[column].1.get(self.next[column] - 1)
            });
            (slot, text)
        })
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(columns: &'a BatchColumns) -> Self {
        Self {
            columns,
            next: [0; 5],
            warning: 0,
            tagged: 0,
            values: Cursor::new(&columns.values),
            writes: Cursor::new(&columns.writes),
            previewed: 0,
            issue: 0,
            id: 0,
        }
    }

    pub(super) fn plan(&mut self, outcome: u8) -> RowPlan<'a> {
        let columns = self.columns;
        let at = self.next[usize::from(outcome)];
        self.next[usize::from(outcome)] += 1;
        match outcome {
            NEW => {
                let cells = self.values.row();
                let text =
                    |(slot, text): (u32, Option<&'a str>)| (slot, text.unwrap_or_default().into());
                RowPlan::New {
                    values: cells.map(text).collect(),
                    tags: self.tags(),
                    key: (columns.keys[at] as usize)
                        .checked_sub(1)
                        .map(|kind| Identifier::ALL[kind]),
                }
            }
            UPDATED => {
                let &Contact { id, version, key } = &columns.updated[at];
                let previewed = &mut self.previewed;
                let write = |(slot, text): (u32, Option<&'a str>)| {
                    *previewed += 1;
                    Write {
                        slot,
                        value: text.map(Into::into),
                        previewed: columns.previewed[*previewed - 1],
                    }
                };
                RowPlan::Updated {
                    id,
                    version,
                    key,
                    writes: self.writes.row().map(write).collect(),
                    tags: self.tags(),
                }
            }
            UNCHANGED => RowPlan::Unchanged {
                id: columns.unchanged[at],
            },
            SKIPPED => {
                let &Skipped {
                    reason,
                    id,
                    kept_row,
                } = &columns.skipped[at];
                RowPlan::Skipped {
                    reason,
                    id,
                    identifier: columns.identifiers.get(at).into(),
                    kept_row,
                }
            }
            _ => RowPlan::Error {
                issues: self.issues(at),
            },
        }
    }

    fn tags(&mut self) -> Vec<std::borrow::Cow<'a, str>> {
        let columns = self.columns;
        let list = columns.tag_lists.next(&mut self.tagged);
        list.iter()
            .map(|&tag| columns.tags[tag as usize].as_str().into())
            .collect()
    }

    fn issues(&mut self, row: usize) -> Vec<RowIssue<'a>> {
        let columns = self.columns;
        let first = self.issue;
        let codes = columns.errors.of(row, &mut self.issue);
        let issue = |(at, &(code, column)): (usize, &(Code, Option<u32>))| {
            let many = columns.ids_of[at] as usize;
            self.id += many;
            RowIssue {
                code,
                column,
                value: columns.refused.get(at).into(),
                ids: columns.ids[self.id - many..self.id].to_vec(),
                kept_row: columns.kept[at],
            }
        };
        (first..).zip(codes).map(issue).collect()
    }
}
