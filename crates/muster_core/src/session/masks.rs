//! The fields of a row that have to be compared with its contact's: where the cell says nothing that any policy would
//! carry out, the contact may hold what it likes. So another policy needs no other comparison.
//!
//! A set of fields is one word: a bit for each of the first 62, one for all others together, and one that says that
//! there is a set.

use super::setup::Setup;
use super::sheet::Sheet;
use crate::diff::Given;
use crate::import::Policy;

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

/// Per asked field its slot, and whether an empty cell may come to clear it.
fn slots(setup: &Setup) -> impl Iterator<Item = (usize, usize, bool)> {
    let slots = setup.stored.iter().enumerate();
    slots.map(|(field, &slot)| {
        let mut policies = setup.policies(slot);
        (
            field,
            slot,
            policies.any(|policy| policy == Policy::OverwriteAndClear),
        )
    })
}

fn counts(given: Given<'_>, may_clear: bool) -> bool {
    match given {
        Given::Value(_) => true,
        Given::Empty => may_clear,
        Given::Missing => false,
    }
}

/// The sets of these rows, one column after the other.
pub(super) fn of(sheet: &Sheet, rows: &(impl Iterator<Item = usize> + Clone)) -> Vec<u64> {
    let mut masks: Vec<u64> = rows.clone().map(|_| SET).collect();
    for (field, slot, may_clear) in slots(&sheet.setup) {
        let column = &sheet.columns[slot];
        for (row, mask) in rows.clone().zip(&mut masks) {
            if counts(column.given(row), may_clear) {
                *mask |= bit(field);
            }
        }
    }
    masks
}
