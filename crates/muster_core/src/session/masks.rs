//! The fields of a row that have to be compared with its contact's: those in which the cell has a value. What a contact
//! holds where a cell is empty matters only where the policy clears, and of that it is enough to know that there is
//! something: so another policy needs no other comparison.
//!
//! A set of fields is one word: a bit for each of the first 62, one for all others together, and one that says that
//! there is a set.

use super::sheet::Sheet;
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

/// The sets of these rows, one column after the other.
pub(super) fn of(sheet: &Sheet, rows: &(impl Iterator<Item = usize> + Clone)) -> Vec<u64> {
    let mut masks: Vec<u64> = rows.clone().map(|_| SET).collect();
    for (field, &slot) in sheet.setup.stored.iter().enumerate() {
        let column = &sheet.columns[slot];
        for (row, mask) in rows.clone().zip(&mut masks) {
            if column.has_value(row) {
                *mask |= bit(field);
            }
        }
    }
    masks
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
