//! The best of all ways to give the fields to the columns.

use super::Reason;

/// A field that a column may be for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) confidence: u8,
    pub(super) column: usize,
    /// The position among the open fields.
    pub(super) field: usize,
    pub(super) reason: Reason,
}

/// The confidences of one kind of reason add up to less than that, however many fields there are.
const KIND_BITS: u32 = 20;
/// Likewise for the columns' places, which decide between equals.
const PLACE_BITS: u32 = 40;
const MOST_PLACES: usize = 1 << 13;

impl Candidate {
    /// What the candidate adds to an assignment. A stronger reason outweighs any number of weaker ones, so that no
    /// column loses the field that has its very name to guesses about others; among equals the first column gets the
    /// first field.
    fn weight(&self) -> i128 {
        let kind = match self.reason {
            Reason::Exact | Reason::Normalised => 3,
            Reason::Synonym if self.confidence > super::SPELLING => 2,
            Reason::Spelling => 1,
            Reason::Synonym | Reason::Content => 0,
        };
        let column = MOST_PLACES - self.column.min(MOST_PLACES - 1);
        let field = MOST_PLACES - self.field.min(MOST_PLACES - 1);
        let place = (column * MOST_PLACES + field) as i128;
        // Multiplied, two fields that may change places go in the order of their columns.
        let order = (column * field) as i128;
        (i128::from(self.confidence) << (PLACE_BITS + kind * KIND_BITS)) + place + order
    }
}

/// The candidates that together weigh most, no column and no field twice (the Hungarian method, a field at a time).
pub(super) fn assign(candidates: &[Candidate]) -> Vec<Candidate> {
    let columns = places(candidates.iter().map(|found| found.column));
    let fields = places(candidates.iter().map(|found| found.field));
    // Each field may also go without a column: it has a place behind them where it weighs nothing.
    let (rows, width) = (fields.len(), columns.len() + fields.len());
    let mut weights = vec![0_i128; rows * width];
    for found in candidates {
        let at = (
            fields.binary_search(&found.field),
            columns.binary_search(&found.column),
        );
        if let (Ok(row), Ok(column)) = at {
            let weight = &mut weights[row * width + column];
            *weight = found.weight().max(*weight);
        }
    }
    let owners = heaviest(&weights, rows, width);
    let is_given = |found: &&Candidate| {
        let column = columns.binary_search(&found.column).unwrap_or(width);
        let field = owners.get(column).copied().flatten();
        field.is_some_and(|row| {
            fields[row] == found.field && weights[row * width + column] == found.weight()
        })
    };
    candidates.iter().filter(is_given).copied().collect()
}

/// The places that there are, each once and in order.
fn places(given: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut is_there = Vec::new();
    for place in given {
        if is_there.len() <= place {
            is_there.resize(place + 1, false);
        }
        is_there[place] = true;
    }
    (0..is_there.len())
        .filter(|&place| is_there[place])
        .collect()
}

/// Per column the row that gets it, every row one, so that the weights add up to the most.
fn heaviest(weights: &[i128], rows: usize, width: usize) -> Vec<Option<usize>> {
    const FAR: i128 = i128::MAX / 4;
    let mut owners: Vec<Option<usize>> = vec![None; width];
    let (mut of_row, mut of_column) = (vec![0_i128; rows], vec![0_i128; width]);
    for newcomer in 0..rows {
        // The shortest way from the newcomer over columns that others would have to leave, to one that is free.
        let mut distance = vec![FAR; width];
        let mut before: Vec<Option<usize>> = vec![None; width];
        let mut is_done = vec![false; width];
        let (mut row, mut from) = (newcomer, None);
        let free = loop {
            let (mut least, mut nearest) = (FAR, None);
            for column in 0..width {
                if is_done[column] {
                    continue;
                }
                let cost = -weights[row * width + column] - of_row[row] - of_column[column];
                if cost < distance[column] {
                    (distance[column], before[column]) = (cost, from);
                }
                if distance[column] < least {
                    (least, nearest) = (distance[column], Some(column));
                }
            }
            // There is a place for every row, so that one is always found.
            let Some(column) = nearest else { return owners };
            of_row[newcomer] += least;
            for other in 0..width {
                if !is_done[other] {
                    distance[other] = distance[other].saturating_sub(least);
                    continue;
                }
                of_column[other] -= least;
                if let Some(owner) = owners[other] {
                    of_row[owner] += least;
                }
            }
            is_done[column] = true;
            match owners[column] {
                None => break column,
                Some(owner) => (row, from) = (owner, Some(column)),
            }
        };
        let mut column = free;
        while let Some(other) = before[column] {
            owners[column] = owners[other];
            column = other;
        }
        owners[column] = Some(newcomer);
    }
    owners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The most that the candidates can weigh, by trying everything.
    fn most(candidates: &[Candidate], columns: u32, fields: u32) -> i128 {
        let Some((found, rest)) = candidates.split_first() else {
            return 0;
        };
        let (column, field) = (1 << found.column, 1 << found.field);
        let without = most(rest, columns, fields);
        if columns & column != 0 || fields & field != 0 {
            return without;
        }
        without.max(found.weight() + most(rest, columns | column, fields | field))
    }

    proptest! {
        #[test]
        fn nothing_weighs_more(
            found in prop::collection::vec((0_usize..6, 0_usize..5, 30_u8..=100, 0..4_usize), 0..14)
        ) {
            let mut candidates: Vec<Candidate> = Vec::new();
            for (column, field, confidence, reason) in found {
                let reason = [Reason::Exact, Reason::Synonym, Reason::Spelling, Reason::Content][reason];
                if !candidates.iter().any(|other| (other.column, other.field) == (column, field)) {
                    candidates.push(Candidate { confidence, column, field, reason });
                }
            }
            let given = assign(&candidates);
            let (mut columns, mut fields) = (0_u32, 0_u32);
            for found in &given {
                prop_assert!(columns >> found.column & 1 == 0 && fields >> found.field & 1 == 0);
                columns |= 1 << found.column;
                fields |= 1 << found.field;
            }
            let weight: i128 = given.iter().map(Candidate::weight).sum();
            prop_assert_eq!(weight, most(&candidates, 0, 0));
        }
    }
}
