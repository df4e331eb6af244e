//! The identifiers of the rows as fingerprints: what is looked up, and what makes rows equal.

use super::setup::Setup;
use crate::column::Column;
use crate::field::Identifier;
use crate::identity::{Key, Map, Prints};
use crate::order;

/// No fingerprint.
pub(crate) const NONE: u32 = u32::MAX;

/// The fingerprints of the rows, by kind ([`Identifier::ALL`]).
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    /// In the order of the rows that have them first: what is known of a fingerprint is kept in the same order, so that
    /// going down the rows one goes down that too. Those that no row has any more stay, and so do repeated ones.
    pub(crate) all: [Vec<u64>; 3],
    /// The positions of the distinct ones, ascending by fingerprint.
    sorted: [Vec<u32>; 3],
    /// The positions of those that were added later.
    added: [Map<u64, u32>; 3],
    /// Per row the position in `all`, or [`NONE`]. Empty where no column has the kind.
    at: [Vec<u32>; 3],
}

impl Keys {
    /// Takes the fingerprints of the rows that `takes_part`.
    pub(crate) fn new(
        setup: &Setup,
        columns: &[Column],
        key: &Key,
        rows: usize,
        takes_part: impl Fn(usize) -> bool,
    ) -> Self {
        let mut keys = Self::default();
        for (slot, mapped) in setup.mapped.iter().enumerate() {
            let Some(kind) = mapped.kind else { continue };
            let values = &columns[slot];
            let mut printer = Prints::new(key, kind.key());
            let mut prints: Vec<(u64, u32)> = (0..rows)
                .filter(|&row| takes_part(row) && values.has_value(row))
                .map(|row| (printer.print(values.value(row)), row as u32))
                .collect();
            let at = &mut keys.at[kind as usize];
            at.resize(rows, NONE);
            for (number, &(_, row)) in (0..).zip(&prints) {
                at[row as usize] = number;
            }
            keys.all[kind as usize] = prints.iter().map(|&(print, _)| print).collect();
            sort(&mut prints);
            let sorted = &mut keys.sorted[kind as usize];
            sorted.reserve_exact(prints.len());
            let mut before = None;
            for (print, row) in prints {
                match (before.replace(print), sorted.last()) {
                    (Some(same), Some(&number)) if same == print => at[row as usize] = number,
                    _ => sorted.push(at[row as usize]),
                }
            }
        }
        keys
    }

    /// Gives a row another fingerprint, or none. One that is new stands behind all others.
    pub(crate) fn set(&mut self, kind: Identifier, row: usize, print: Option<u64>) {
        let number = match print {
            Some(print) if row < self.at[kind as usize].len() => self.number(kind as usize, print),
            _ => NONE,
        };
        if let Some(at) = self.at[kind as usize].get_mut(row) {
            *at = number;
        }
    }

    fn number(&mut self, kind: usize, print: u64) -> u32 {
        let (all, sorted) = (&mut self.all[kind], &self.sorted[kind]);
        if let Ok(at) = sorted.binary_search_by_key(&print, |&number| all[number as usize]) {
            return sorted[at];
        }
        *self.added[kind].entry(print).or_insert_with(|| {
            all.push(print);
            all.len() as u32 - 1
        })
    }

    /// Has fingerprints of these kinds of so many rows.
    pub(crate) fn fit(&mut self, kinds: &[Identifier], rows: usize) {
        for kind in Identifier::ALL {
            let many = if kinds.contains(&kind) { rows } else { 0 };
            self.at[kind as usize].resize(many, NONE);
        }
    }

    /// Whether most fingerprints were there from the beginning.
    pub(crate) fn is_mostly_known(&self) -> bool {
        let sorted: usize = self.sorted.iter().map(Vec::len).sum();
        let added: usize = self.added.iter().map(Map::len).sum();
        added <= sorted
    }

    /// The positions of the distinct fingerprints of a kind that are `wanted`, ascending by fingerprint.
    pub(super) fn ascending(&self, kind: usize, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let wanted = |number: &u32| wanted(*number);
        let mut numbers: Vec<u32> = self.sorted[kind].iter().copied().filter(wanted).collect();
        let sorted = numbers.len();
        numbers.extend(self.added[kind].values().copied().filter(wanted));
        if numbers.len() > sorted {
            order::sort_by(&mut numbers, |&number| self.all[kind][number as usize]);
        }
        numbers
    }

    /// The position in `all` of a row's identifier.
    pub(crate) fn at(&self, kind: Identifier, row: usize) -> Option<usize> {
        let at = *self.at[kind as usize].get(row)?;
        (at != NONE).then_some(at as usize)
    }

    /// The row's key: its first identifier that isn't empty.
    pub(crate) fn key(&self, setup: &Setup, row: usize) -> Option<(Identifier, usize)> {
        setup
            .identifiers
            .iter()
            .find_map(|&kind| Some((kind, self.at(kind, row)?)))
    }
}

/// Sorts fingerprints. They are spread evenly, so that their first bits bring each close to its place.
fn sort(prints: &mut Vec<(u64, u32)>) {
    /// Fingerprints that share their first bits, about.
    const TOGETHER: usize = 4;
    let bits = (prints.len() / TOGETHER).max(2).ilog2();
    let part = |print: u64| (print >> (u64::BITS - bits)) as usize;
    let mut places = vec![0_usize; (1 << bits) + 1];
    for &(print, _) in &*prints {
        places[part(print) + 1] += 1;
    }
    for at in 1..places.len() {
        places[at] += places[at - 1];
    }
    let mut sorted = vec![(0, 0); prints.len()];
    for &(print, row) in &*prints {
        let place = &mut places[part(print)];
        sorted[*place] = (print, row);
        *place += 1;
    }
    // Each place has moved on to where the next part began.
    let mut start = 0;
    for &end in &places[..1 << bits] {
        order::sort(&mut sorted[start..end]);
        start = end;
    }
    *prints = sorted;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fingerprints_are_sorted_however_they_are_spread(
            mut prints in prop::collection::vec(
                (prop_oneof![any::<u64>(), 0..50_u64, Just(u64::MAX)], any::<u32>()),
                0..300,
            ),
        ) {
            let mut expected = prints.clone();
            expected.sort_unstable();
            super::sort(&mut prints);
            prop_assert_eq!(prints, expected);
        }
    }
}
