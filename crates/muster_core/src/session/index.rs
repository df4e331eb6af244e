//! Who has which identifier, once everything is answered.

use super::keys::{Keys, NONE};
use super::matches::Matches;
use crate::field::Identifier;
use crate::identity::Map;
use crate::order::sort;

/// By kind and distinct fingerprint the contacts that have it.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By position in [`Matches::contacts`] the first position of the same contact: it stands in every answer that
    /// named it.
    pub(crate) numbers: Vec<u32>,
    holders: [Holders; 3],
}

impl Index {
    /// Ready to be asked.
    pub(crate) fn new(matches: &Matches, keys: &Keys) -> Self {
        Self {
            numbers: numbers(matches.contacts.iter().map(|contact| contact.id)),
            holders: [0, 1, 2]
                .map(|kind: usize| Holders::new(&matches.found[kind], keys.all[kind].len())),
        }
    }

    /// Positions in [`Matches::contacts`].
    pub(crate) fn holders(&self, kind: Identifier, print: usize) -> &[u32] {
        self.holders[kind as usize].of(print)
    }
}

/// By position the first position of the same id.
fn numbers(ids: impl ExactSizeIterator<Item = u64> + Clone) -> Vec<u32> {
    /// Ids are mostly given one after the other: a place for each up to the greatest is less than to search for them.
    const PLACES: u64 = 8;
    let most = ids.clone().max().unwrap_or_default();
    let many = ids.len();
    let ids = (0..).zip(ids);
    if most / PLACES < many as u64 {
        let mut first = vec![NONE; most as usize + 1];
        let numbers = ids.map(|(at, id)| {
            let first = &mut first[id as usize];
            *first = at.min(*first);
            *first
        });
        return numbers.collect();
    }
    let mut first: Map<u64, u32> = Map::default();
    first.reserve(many);
    let numbers = ids.map(|(at, id)| *first.entry(id).or_insert(at));
    numbers.collect()
}

/// The contacts of fingerprints, end to end.
#[derive(Clone, Debug)]
struct Holders {
    /// Where each fingerprint's start, and where the last one's end.
    starts: Vec<u32>,
    contacts: Vec<u32>,
}

impl Holders {
    fn new(found: &[(u32, u32)], prints: usize) -> Self {
        let mut starts = vec![0_u32; prints + 1];
        for &(print, _) in found {
            starts[print as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut contacts = vec![0; found.len()];
        for &(print, contact) in found {
            let place = &mut next[print as usize];
            contacts[*place as usize] = contact;
            *place += 1;
        }
        // Nearly all have one.
        for same in starts.windows(2).filter(|same| same[1] - same[0] > 1) {
            sort(&mut contacts[same[0] as usize..same[1] as usize]);
        }
        Self { starts, contacts }
    }

    fn of(&self, print: usize) -> &[u32] {
        match self.starts.get(print..print + 2) {
            Some(&[start, end]) => &self.contacts[start as usize..end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn contacts_have_the_number_of_their_first_place() {
        let check = |ids: &[u64], want: &[u32]| {
            assert_eq!(super::numbers(ids.iter().copied()), want, "{ids:?}");
        };
        check(&[], &[]);
        check(&[0, 3, 0, 1, 3], &[0, 1, 0, 3, 1]);
        check(&[15, 7, 15], &[0, 1, 0]);
        check(&[u64::MAX, 7, u64::MAX, 1 << 40, 7], &[0, 1, 0, 3, 1]);
    }
}
