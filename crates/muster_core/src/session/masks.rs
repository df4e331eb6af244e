//! The fields of a row that have to be compared with its contact's: those in which the cell has a value. What a contact
//! holds where a cell is empty matters only where the policy clears, and of that it is enough to know that there is
//! something: so another policy needs no other comparison.
//!
//! A set of fields is one word: a bit for each of the first 62, one for all others together, and one that says that
//! there is a set.

use super::sheet::Sheet;
use crate::column::Column;
use crate::diff::Given;
use crate::import::Policy;
use crate::wire::field_bit;

const LAST: usize = 62;

/// A set, if it has no field.
const SET: u64 = 1 << 63;

fn bit(field: usize) -> u64 {
    1 << field.min(LAST)
}

/// Whether a field (a position among the asked ones) is in a set.
pub(super) fn has(mask: u64, field: usize) -> bool {
    mask & bit(field) != 0
}

/// Whether all fields of a set are in another one, which may be none.
pub(super) fn covers(mask: u64, other: u64) -> bool {
    mask & other == other
}

/// What finds the sets of rows.
#[derive(Debug)]
pub(super) struct Masks<'a> {
    /// Of each asked field the bit and the column.
    fields: Vec<(u64, &'a Column)>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(sheet: &'a Sheet) -> Self {
        let slots = sheet.setup.stored.iter().enumerate();
        Self {
            fields: slots
                .map(|(field, &slot)| (bit(field), &sheet.columns[slot]))
                .collect(),
        }
    }

    /// The set of a row.
    pub(super) fn of(&self, row: usize) -> u64 {
        let fields = self.fields.iter();
        fields
            .filter(|(_, column)| column.has_value(row))
            .fold(SET, |mask, (bit, _)| mask | bit)
    }
}

/// The fields that an empty cell clears.
pub(crate) fn clearing(sheet: &Sheet) -> u64 {
    let fields = sheet.setup.stored.iter().enumerate();
    fields
        .filter(|&(_, &slot)| sheet.setup.mapped[slot].policy == Policy::OverwriteAndClear)
        .fold(0, |bits, (field, _)| bits | field_bit(field))
}

/// The fields among these, by position, in which a row's cell is empty.
pub(crate) fn empty(sheet: &Sheet, row: usize, fields: u64) -> impl Iterator<Item = usize> {
    let slots = sheet.setup.stored.iter().enumerate();
    slots
        .filter(move |&(field, &slot)| {
            fields & field_bit(field) != 0 && sheet.columns[slot].given(row) == Given::Empty
        })
        .map(|(field, _)| field)
}
