//! Columns into a batch.

mod rows;

use std::collections::BTreeMap;

use super::{Batch, ERROR, Row};
use crate::field::Identifier;
use crate::issue::Code;
use crate::wire::bytes::{Kind, LARGE, Reader};
use crate::wire::texts::Texts;
use crate::wire::{Bounds, WireError, check};
use rows::Walk;

/// A batch as it is read: its texts lie here, end to end.
#[derive(Debug, Default)]
pub struct BatchColumns {
    number: u32,
    rows: Vec<u32>,
    outcomes: Vec<u32>,
    warnings: Findings,
    /// Of new contacts.
    keys: Vec<u32>,
    values: Cells,
    /// Of updated contacts.
    updated: Vec<Contact>,
    writes: Cells,
    previewed: Vec<u64>,
    /// Of both.
    tags: Vec<String>,
    tag_lists: Lists,
    unchanged: Vec<u64>,
    skipped: Vec<Skipped>,
    identifiers: Texts,
    errors: Findings,
    refused: Texts,
    /// Per error its contacts.
    ids_of: Vec<u32>,
    ids: Vec<u64>,
    kept: Vec<Option<u32>>,
}

#[derive(Debug)]
struct Contact {
    id: u64,
    version: u32,
    key: (Identifier, u64),
}

#[derive(Debug)]
struct Skipped {
    reason: Code,
    id: Option<u64>,
    kept_row: Option<u32>,
}

/// Codes and columns of rows that may have several.
#[derive(Debug, Default)]
struct Findings {
    /// Per row.
    many: Vec<u32>,
    codes: Vec<(Code, Option<u32>)>,
}

/// Per row a list of numbers; equal ones may be there once.
#[derive(Debug, Default)]
struct Lists {
    /// The members of all, end to end.
    members: Vec<u32>,
    /// Where each list begins and ends.
    lists: Vec<(u32, u32)>,
    of: Vec<u32>,
}

/// Per row the slots that it fills or clears, by slot the texts.
#[derive(Debug, Default)]
struct Cells {
    /// Twice the slot, and one more where there is a text.
    slots: Lists,
    /// Ascending by slot.
    columns: Vec<(u32, Texts)>,
}

impl BatchColumns {
    /// Reads the bytes of one message. The bounds' items are rows.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::Batch, bytes, bounds)?;
        let number = reader.small()?;
        let count = reader.items()?;
        let rows = reader.smalls(count)?;
        let outcomes = reader.positions(count, usize::from(ERROR) + 1)?;
        let mut many = [0; 5];
        for &outcome in &outcomes {
            many[outcome as usize] += 1;
        }
        let [new, updated, unchanged, skipped, errors] = many;
        let mut batch = Self {
            number,
            rows,
            outcomes,
            warnings: reader.findings(count)?,
            keys: reader.positions(new, Identifier::ALL.len() + 1)?,
            values: reader.cells(new)?,
            ..Self::default()
        };
        let filled = batch
            .values
            .slots
            .members
            .iter()
            .all(|place| place & 1 == 1);
        check(filled, "a new value is none")?;
        batch.read_updated(&mut reader, updated)?;
        batch.tags = reader.tag_names()?;
        batch.tag_lists = reader.lists(new + updated)?;
        let known = |&tag: &u32| (tag as usize) < batch.tags.len();
        check(
            batch.tag_lists.members.iter().all(known),
            "a row names no tag",
        )?;
        batch.unchanged = reader.numbers(unchanged)?;
        batch.read_skipped(&mut reader, skipped)?;
        batch.read_errors(&mut reader, errors)?;
        reader.finish()?;
        Ok(batch)
    }

    fn read_updated(&mut self, reader: &mut Reader<'_>, count: usize) -> Result<(), WireError> {
        let ids = reader.numbers(count)?;
        let versions = reader.smalls(count)?;
        let kinds = reader.positions(count, Identifier::ALL.len())?;
        let prints = reader.words(count)?;
        let keys = kinds
            .into_iter()
            .map(|kind| Identifier::ALL[kind as usize])
            .zip(prints);
        let contact = |((id, version), key)| Contact { id, version, key };
        self.updated = ids
            .into_iter()
            .zip(versions)
            .zip(keys)
            .map(contact)
            .collect();
        self.writes = reader.cells(count)?;
        self.previewed = reader.words(self.writes.slots.all())?;
        Ok(())
    }

    fn read_skipped(&mut self, reader: &mut Reader<'_>, count: usize) -> Result<(), WireError> {
        let reasons = reader.codes(count)?;
        let ids = reader.numbers(count)?;
        self.identifiers = reader.texts(count)?;
        let kept = reader.rows(count)?;
        let skipped = |((reason, id), kept_row): ((Code, u64), Option<u32>)| Skipped {
            reason,
            id: id.checked_sub(1),
            kept_row,
        };
        self.skipped = reasons
            .into_iter()
            .zip(ids)
            .zip(kept)
            .map(skipped)
            .collect();
        Ok(())
    }

    fn read_errors(&mut self, reader: &mut Reader<'_>, count: usize) -> Result<(), WireError> {
        self.errors = reader.findings(count)?;
        let issues = self.errors.codes.len();
        reader.spend_cells(issues)?;
        self.refused = reader.texts(issues)?;
        self.ids_of = reader.smalls(issues)?;
        let ids = self.ids_of.iter().map(|&ids| ids as usize).sum();
        reader.spend_cells(ids)?;
        self.ids = reader.numbers(ids)?;
        self.kept = reader.rows(issues)?;
        Ok(())
    }

    /// The batch; its texts stay where they are.
    pub fn batch(&self) -> Batch<'_> {
        let mut walk = Walk::new(self);
        let rows = self.rows.iter().zip(&self.outcomes).enumerate();
        let row = |(at, (&row, &outcome)): (usize, (&u32, &u32))| Row {
            row,
            plan: walk.plan(outcome as u8),
            warnings: self.warnings.of(at, &mut walk.warning).to_vec(),
        };
        Batch {
            number: self.number,
            rows: rows.map(row).collect(),
        }
    }
}

impl Reader<'_> {
    fn codes(&mut self, count: usize) -> Result<Vec<Code>, WireError> {
        let numbers = self.positions(count, Code::ALL.len())?;
        Ok(numbers
            .into_iter()
            .map(|number| Code::ALL[number as usize])
            .collect())
    }

    /// Rows or columns that may be absent.
    fn rows(&mut self, count: usize) -> Result<Vec<Option<u32>>, WireError> {
        let optional = |number: u64| match number.checked_sub(1) {
            Some(number) => u32::try_from(number).map(Some).map_err(|_| LARGE),
            None => Ok(None),
        };
        self.numbers(count)?.into_iter().map(optional).collect()
    }

    fn findings(&mut self, rows: usize) -> Result<Findings, WireError> {
        let many = self.smalls(rows)?;
        let all = many.iter().map(|&many| many as usize).sum();
        self.spend_cells(all)?;
        let codes = self.codes(all)?;
        let columns = self.rows(all)?;
        Ok(Findings {
            many,
            codes: codes.into_iter().zip(columns).collect(),
        })
    }

    fn lists(&mut self, rows: usize) -> Result<Lists, WireError> {
        // None of them means that each row has its own.
        let once = self.distinct(rows)?;
        let count = if once == 0 { rows } else { once };
        let lengths = self.smalls(count)?;
        let members = lengths.iter().map(|&length| length as usize).sum();
        self.spend_cells(members)?;
        let members = self.smalls(members)?;
        let mut start = 0;
        let span = |length: u32| {
            start += length;
            (start - length, start)
        };
        let lists = Lists {
            members,
            lists: lengths.into_iter().map(span).collect(),
            of: if once == 0 {
                (0..rows as u32).collect()
            } else {
                self.positions(rows, count)?
            },
        };
        self.spend_cells(lists.all())?;
        Ok(lists)
    }

    fn cells(&mut self, rows: usize) -> Result<Cells, WireError> {
        let slots = self.lists(rows)?;
        let mut uses = vec![0_usize; slots.lists.len()];
        for &list in &slots.of {
            uses[list as usize] += 1;
        }
        let mut lengths: BTreeMap<u32, usize> = BTreeMap::new();
        for (&list, uses) in slots.lists.iter().zip(uses) {
            for place in slots.list(list).iter().filter(|&place| place & 1 == 1) {
                *lengths.entry(place >> 1).or_default() += uses;
            }
        }
        let mut columns = Vec::with_capacity(lengths.len());
        for (slot, length) in lengths {
            columns.push((slot, self.texts(length)?));
        }
        Ok(Cells { slots, columns })
    }
}

impl Lists {
    fn list(&self, (start, end): (u32, u32)) -> &[u32] {
        self.members
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// How many members the lists of all rows have.
    fn all(&self) -> usize {
        let length = |&list: &u32| self.list(self.lists[list as usize]).len();
        self.of.iter().map(length).fold(0, usize::saturating_add)
    }

    fn next(&self, at: &mut usize) -> &[u32] {
        let list = self.of.get(*at);
        let list = list.and_then(|&list| self.lists.get(list as usize));
        *at += 1;
        list.map_or(&[], |&list| self.list(list))
    }
}

impl Findings {
    fn of(&self, row: usize, start: &mut usize) -> &[(Code, Option<u32>)] {
        let many = self.many.get(row).map_or(0, |&many| many as usize);
        let of = self.codes.get(*start..*start + many).unwrap_or_default();
        *start += many;
        of
    }
}
