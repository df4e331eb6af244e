//! What the server answered: which contacts the identifiers belong to, and what the contacts hold.

use super::keys::{Keys, NONE};
use super::lookups::{Open, Page};
use super::stored::Stored;
use super::tags::Tags;
use crate::field::Identifier;
use crate::identity::{Key, Map, Set};
use crate::order::sort;
use crate::wire::{
    Bounds, CompareAnswer, Compared, Found, MatchAnswer, ValuesAnswer, WireError, prefix,
};

/// Far above what a page of a request can come to.
const BOUNDS: Bounds = Bounds {
    bytes: 256 << 20,
    items: 16 << 20,
};

const NO_REQUEST: WireError = WireError::Malformed("it answers no request");

/// A contact in one of the answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) id: u64,
    pub(crate) version: u32,
    /// Position in [`Matches::tag_sets`].
    pub(crate) tags: u32,
    /// Over the fields that were compared; of a contact that was only looked for, nothing.
    pub(super) hash: u64,
    /// The page whose key the hash has.
    pub(super) page: u32,
    /// Which of the fields that were not compared hold something.
    filled: u64,
}

/// The answers to the lookups of a [`super::sheet::Sheet`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Matches {
    /// The fields that contacts are asked for.
    pub(crate) asked: Vec<String>,
    pub(super) pages: Vec<Page>,
    pub(super) open: Open,
    /// By kind and distinct fingerprint.
    pub(super) prints: [Vec<Print>; 3],
    /// Per row the contact that is known to be as it says, or [`NONE`].
    pub(super) equal: Vec<u32>,
    pub(crate) contacts: Vec<Contact>,
    /// Per set the tags, ascending.
    tag_sets: Vec<Vec<u32>>,
    /// By kind: (position in the distinct fingerprints, position in `contacts`).
    found: [Vec<(u32, u32)>; 3],
    pub(crate) stored: Stored,
    /// Contacts that were there when looked up and are not any more.
    pub(crate) gone: Set<u64>,
}

/// What is known of a fingerprint: in one place, as rows come to theirs in no order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Print {
    /// Whether all that have it are in [`Matches::found`].
    pub(super) known: bool,
    /// Then one of these, or [`NONE`]: a position in [`Matches::contacts`].
    pub(super) holder: u32,
    /// The contact that may have it, and may be as the rows say, or [`NONE`].
    pub(super) candidate: u32,
    /// The fields that were compared ([`super::masks`]), or nought.
    pub(super) mask: u64,
}

impl Print {
    /// Nothing is known of it.
    pub(super) const NEW: Self = Self {
        known: false,
        holder: NONE,
        candidate: NONE,
        mask: 0,
    };

    /// It is going to be compared by these fields too.
    pub(super) fn ask(&mut self, mask: u64) {
        self.mask |= mask;
        self.candidate = NONE;
    }

    /// Whether it is known that nobody has it.
    pub(super) fn is_nobodys(&self) -> bool {
        self.known && self.holder == NONE
    }
}

impl Matches {
    /// Waits for answers that say what contacts hold in these fields.
    pub(crate) fn new(asked: Vec<String>) -> Self {
        Self {
            asked,
            ..Self::default()
        }
    }

    /// Whether there is any answer.
    pub(crate) fn is_answered(&self) -> bool {
        self.pages.iter().any(|page| page.hash_key.is_some())
    }

    /// How many finds there are: they only become more.
    pub(crate) fn finds(&self) -> usize {
        self.found.iter().map(Vec::len).sum()
    }

    /// Takes the answer to a request, by its number. The same again changes nothing.
    pub(crate) fn take(
        &mut self,
        page: usize,
        answer: &[u8],
        keys: &Keys,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let asked = self.pages.get(page).ok_or(NO_REQUEST)?;
        if asked.hash_key.is_some() {
            return Ok(());
        }
        if asked.compares {
            let answer = CompareAnswer::decode(answer, BOUNDS)?;
            self.take_compared(page, &answer, keys, tags)
        } else {
            let answer = MatchAnswer::decode(answer, BOUNDS)?;
            self.take_found(page, &answer, keys, tags)
        }
    }

    fn take_compared(
        &mut self,
        at: usize,
        answer: &CompareAnswer,
        keys: &Keys,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let page = &mut self.pages[at];
        for (kind, found) in answer.found.iter().enumerate() {
            if found.len() != page.prefixes(keys, kind).count() {
                return Err(WireError::Malformed("it has not an answer for each"));
            }
        }
        page.hash_key = Some(answer.hash_key);
        let asked = std::mem::take(&mut page.prints);
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        for (kind, found) in answer.found.iter().enumerate() {
            let distinct = &keys.distinct[kind];
            let together = alike(&asked[kind], distinct);
            for (together, compared) in together.zip(found) {
                match compared {
                    Compared::Unclear => {}
                    Compared::Nobody => {
                        for &print in together {
                            self.prints[kind][print as usize].known = true;
                        }
                    }
                    Compared::One(equal) => {
                        let contact = self.contacts.len() as u32;
                        self.push(equal.found, first_set, (equal.hash, equal.filled), at);
                        let prints = &mut self.prints[kind];
                        for &print in together {
                            // It may have become somebody else's since it was looked up.
                            let holder = self.contacts.get(prints[print as usize].holder as usize);
                            if holder.is_none_or(|holder| holder.id == equal.found.id) {
                                prints[print as usize].candidate = contact;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn take_found(
        &mut self,
        at: usize,
        answer: &MatchAnswer,
        keys: &Keys,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let page = &mut self.pages[at];
        for (kind, found) in answer.found.iter().enumerate() {
            // Ascending, so that the last one is the furthest.
            let many = page.prefixes(keys, kind).count();
            if found
                .last()
                .is_some_and(|holder| holder.asked as usize >= many)
            {
                return Err(WireError::Malformed("a find is for no fingerprint"));
            }
        }
        page.hash_key = Some(Key::default());
        let asked = std::mem::take(&mut page.prints);
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        let first = self.contacts.len() as u32;
        for &found in &answer.contacts {
            self.push(found, first_set, (0, 0), at);
        }
        for (kind, found) in answer.found.iter().enumerate() {
            let distinct = &keys.distinct[kind];
            let together = alike(&asked[kind], distinct);
            let mut found = found.iter().peekable();
            for (asked, together) in (0..).zip(together) {
                for &print in together {
                    self.prints[kind][print as usize].known = true;
                }
                while let Some(holder) = found.next_if(|holder| holder.asked == asked) {
                    let has = |print: &&u32| distinct[**print as usize] as u32 == holder.rest;
                    if let Some(&print) = together.iter().find(has) {
                        let contact = first + holder.contact;
                        self.prints[kind][print as usize].holder = contact;
                        self.found[kind].push((print, contact));
                    }
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, found: Found, first_set: u32, (hash, filled): (u64, u64), page: usize) {
        self.contacts.push(Contact {
            id: found.id,
            version: found.version,
            tags: first_set + found.tag_set,
            hash,
            page: page as u32,
            filled,
        });
    }

    /// Whoever may have a fingerprint has it.
    pub(super) fn confirm(&mut self, kind: Identifier, print: usize) {
        let known = &mut self.prints[kind as usize][print];
        if !known.known {
            let contact = known.candidate;
            (known.known, known.holder) = (true, contact);
            self.found[kind as usize].push((print as u32, contact));
        }
    }

    /// Whether a row is known to say nothing that its contact doesn't hold.
    pub(crate) fn is_equal(&self, row: usize) -> bool {
        self.equal.get(row).is_some_and(|&contact| contact != NONE)
    }

    /// Of a row that is equal: the asked fields without a value in the row in which the contact has one.
    pub(crate) fn filled(&self, row: usize) -> u64 {
        let contact = self.equal.get(row).map_or(NONE, |&contact| contact);
        let contact = self.contacts.get(contact as usize);
        contact.map_or(0, |contact| contact.filled)
    }

    /// Takes the values of contacts.
    pub(crate) fn take_values(&mut self, answer: &[u8], tags: &mut Tags) -> Result<(), WireError> {
        let answer = ValuesAnswer::decode(answer, BOUNDS)?;
        if !answer.contacts.is_empty() && answer.values.len() != self.asked.len() {
            return Err(WireError::Malformed(
                "it has other fields than were asked for",
            ));
        }
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        self.stored.take(&answer, first_set);
        Ok(())
    }

    fn take_tags(&mut self, names: &[String], sets: &[Vec<u32>], tags: &mut Tags) -> u32 {
        let numbers: Vec<u32> = names.iter().map(|name| tags.existing(name)).collect();
        let first = self.tag_sets.len() as u32;
        self.tag_sets.extend(sets.iter().map(|set| {
            let mut set: Vec<u32> = set.iter().map(|&tag| numbers[tag as usize]).collect();
            sort(&mut set);
            set
        }));
        first
    }

    /// A set of tags, ascending.
    pub(crate) fn tag_set(&self, set: u32) -> &[u32] {
        self.tag_sets.get(set as usize).map_or(&[], Vec::as_slice)
    }

    /// Who has which identifier, ready to be asked.
    pub(crate) fn index(&self, keys: &Keys) -> Index {
        Index {
            numbers: numbers(self.contacts.iter().map(|contact| contact.id)),
            holders: [0, 1, 2]
                .map(|kind: usize| Holders::new(&self.found[kind], keys.distinct[kind].len())),
        }
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

/// The fingerprints that were asked for together, as they share a prefix.
fn alike<'a>(asked: &'a [u32], distinct: &'a [u64]) -> impl Iterator<Item = &'a [u32]> {
    let prefix_of = |print: u32| prefix(distinct[print as usize]);
    asked.chunk_by(move |&one, &other| prefix_of(one) == prefix_of(other))
}

/// By kind and distinct fingerprint the contacts that have it.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By position in [`Matches::contacts`] the first position of the same contact: it stands in every answer that
    /// named it.
    pub(crate) numbers: Vec<u32>,
    holders: [Holders; 3],
}

impl Index {
    /// Positions in [`Matches::contacts`].
    pub(crate) fn holders(&self, kind: Identifier, print: usize) -> &[u32] {
        self.holders[kind as usize].of(print)
    }
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
