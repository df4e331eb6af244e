//! The identifiers of the rows as fingerprints: what is looked up, and what makes rows equal.

use std::ops::Range;

use super::setup::Setup;
use crate::column::Column;
use crate::field::Identifier;
use crate::identity::{Key, Prints};
use crate::wire::MatchRequest;

/// No fingerprint.
pub(crate) const NONE: u32 = u32::MAX;

/// Fingerprints in one [`MatchRequest`], at most.
const PAGE: usize = 50_000;

/// The fingerprints of the rows, by kind ([`Identifier::ALL`]).
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    /// Ascending and distinct.
    pub(crate) distinct: [Vec<u64>; 3],
    /// Per row the position in `distinct`, or [`NONE`]. Empty where no column has the kind.
    at: [Vec<u32>; 3],
    /// Which part of `distinct` each request asks for.
    pub(crate) pages: Vec<[Range<usize>; 3]>,
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
                .filter(|&row| takes_part(row) && !values.value(row).is_empty())
                .map(|row| (printer.print(values.value(row)), row as u32))
                .collect();
            sort(&mut prints);
            let distinct = &mut keys.distinct[kind as usize];
            let at = &mut keys.at[kind as usize];
            at.resize(rows, NONE);
            for (print, row) in prints {
                if distinct.last() != Some(&print) {
                    distinct.push(print);
                }
                at[row as usize] = distinct.len() as u32 - 1;
            }
        }
        keys.pages = pages(&keys.distinct);
        keys
    }

    /// The position in `distinct` of a row's identifier.
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

    /// The requests that look everything up.
    pub(crate) fn requests(&self, fields: &[String]) -> Vec<MatchRequest> {
        self.pages
            .iter()
            .map(|ranges| MatchRequest {
                fields: fields.to_vec(),
                prints: [0, 1, 2].map(|kind| self.distinct[kind][ranges[kind].clone()].to_vec()),
            })
            .collect()
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
        sorted[start..end].sort_unstable();
        start = end;
    }
    *prints = sorted;
}

fn pages(distinct: &[Vec<u64>; 3]) -> Vec<[Range<usize>; 3]> {
    let mut pages = Vec::new();
    let mut next = [0; 3];
    loop {
        let mut room = PAGE;
        let page = [0, 1, 2].map(|kind: usize| {
            let start = next[kind];
            let end = distinct[kind].len().min(start + room);
            room -= end - start;
            next[kind] = end;
            start..end
        });
        if room == PAGE {
            return pages;
        }
        pages.push(page);
    }
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
