//! The fields of a row that have to be compared with its contact's: those in which the cell has a value. What a contact
//! holds where a cell is empty matters only where the policy clears, and of that it is enough to know that there is
//! something: so another policy needs no other comparison.
//!
//! A set of fields is one word: a bit for each of the first 62, one for all others together, and one that says that
//! there is a set.

use super::sheet::Sheet;
use crate::column::Column;
use crate::diff::Given;
use crate::field::Identifier;
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

/// What rows say of the asked fields.
#[derive(Debug)]
pub(super) struct Told<'a> {
    /// Of each asked field the bit and the column.
    fields: Vec<(u64, &'a Column)>,
    contact_ids: Option<&'a Column>,
}

impl<'a> Told<'a> {
    pub(super) fn new(sheet: &'a Sheet) -> Self {
        let slots = sheet.setup.stored.iter().enumerate();
        Self {
            fields: slots
                .map(|(field, &slot)| (bit(field), &sheet.columns[slot]))
                .collect(),
            contact_ids: sheet
                .setup
                .slot(Identifier::ContactId.key())
                .map(|slot| &sheet.columns[slot]),
        }
    }

    /// The Contact ID of a row; empty for none.
    pub(super) fn contact_id(&self, row: usize) -> &'a str {
        self.contact_ids.map_or("", |column| column.value(row))
    }

    /// Has the values of rows at hand for the moment when they are looked at, one after the other.
    pub(super) fn fetch(&self, rows: &(impl Iterator<Item = usize> + Clone)) {
        for (_, column) in &self.fields {
            rows.clone().for_each(|row| column.fetch(row));
        }
    }

    /// What a row says of the fields in a set, in order; empty values too.
    pub(super) fn values(&self, row: usize, set: u64) -> impl Iterator<Item = &'a [u8]> {
        let fields = self.fields.iter().filter(move |(bit, _)| set & bit != 0);
        fields.map(move |(_, column)| column.bytes(row))
    }
}

/// The sets of rows, found out for all of a block at once: whether a cell has a value is no branch then.
#[derive(Debug)]
pub(super) struct Sets<'a> {
    told: &'a Told<'a>,
    block: usize,
    sets: [u64; ROWS],
}

/// Rows of a block.
const ROWS: usize = u64::BITS as usize;

impl<'a> Sets<'a> {
    pub(super) fn new(told: &'a Told<'a>) -> Self {
        Self {
            told,
            block: usize::MAX,
            sets: [SET; ROWS],
        }
    }

    /// The set of a row.
    pub(super) fn of(&mut self, row: usize) -> u64 {
        let block = row / ROWS;
        if block != self.block {
            self.block = block;
            self.find();
        }
        self.sets[row % ROWS]
    }

    fn find(&mut self) {
        // By field the rows that have a value.
        let mut filled = [0; ROWS];
        for &(bit, column) in &self.told.fields {
            filled[bit.trailing_zeros() as usize] |= column.filled(self.block);
        }
        self.sets = [SET; ROWS];
        let many = self.told.fields.len().min(LAST + 1);
        for first in (0..many).step_by(8) {
            let fields = filled[first..]
                .first_chunk::<8>()
                .copied()
                .unwrap_or_default();
            for (at, sets) in self.sets.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                let square = fields.map(|rows| rows.to_le_bytes()[at]);
                for (set, fields) in sets.iter_mut().zip(transposed(square)) {
                    *set |= u64::from(fields) << first;
                }
            }
        }
    }
}

/// A square of bits, mirrored at its diagonal. (Warren, Hacker's Delight, 7-3.)
fn transposed(square: [u8; 8]) -> [u8; 8] {
    let mut bits = u64::from_le_bytes(square);
    for (apart, mask) in [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let swapped = (bits ^ bits >> apart) & mask;
        bits ^= swapped ^ swapped << apart;
    }
    bits.to_le_bytes()
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_square_of_bits_is_mirrored() {
        let bit = |square: [u8; 8], row: usize, column: usize| square[row] >> column & 1;
        let square = [0x01, 0xf0, 0x33, 0x80, 0xa5, 0x00, 0xff, 0x6e];
        let mirrored = super::transposed(square);
        for (row, column) in (0..8).flat_map(|row| (0..8).map(move |column| (row, column))) {
            assert_eq!(bit(mirrored, row, column), bit(square, column, row));
        }
    }
}
