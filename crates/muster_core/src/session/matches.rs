//! What the server answered: which contacts the identifiers belong to, and what the contacts hold.

use super::keys::{Keys, NONE};
use super::lookups::{Open, Page, alike};
use super::stored::Stored;
use super::tags::Tags;
use crate::field::Identifier;
use crate::identity::{Key, Set};
use crate::order::sort;
use crate::wire::{Bounds, CompareAnswer, Compared, Found, MatchAnswer, ValuesAnswer, WireError};

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

impl Contact {
    /// Keeps a place.
    const NOBODY: Self = Self {
        id: 0,
        version: 0,
        tags: NONE,
        hash: 0,
        page: NONE,
        filled: 0,
    };
}

/// The answers to the lookups of a [`super::sheet::Sheet`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Matches {
    /// The fields that contacts are asked for.
    pub(crate) asked: Vec<String>,
    pub(super) pages: Vec<Page>,
    pub(super) open: Open,
    /// By kind, as [`Keys::all`].
    pub(super) prints: [Vec<Print>; 3],
    /// Per row the contact that is known to be as it says, or [`NONE`].
    pub(super) equal: Vec<u32>,
    pub(crate) contacts: Vec<Contact>,
    /// The kind of fingerprints for which the first places among them are kept.
    kept: Option<usize>,
    /// Per set the tags, ascending.
    tag_sets: Vec<Vec<u32>>,
    /// By kind: (position in [`Keys::all`], position in `contacts`).
    pub(super) found: [Vec<(u32, u32)>; 3],
    pub(crate) stored: Stored,
    /// Contacts that were there when looked up and are not any more.
    pub(crate) gone: Set<u64>,
}

/// What is known of a fingerprint.
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
            self.take_compared(page, &answer, tags)
        } else {
            let answer = MatchAnswer::decode(answer, BOUNDS)?;
            self.take_found(page, &answer, keys, tags)
        }
    }

    fn take_compared(
        &mut self,
        at: usize,
        answer: &CompareAnswer,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let page = &mut self.pages[at];
        for (kind, found) in answer.found.iter().enumerate() {
            if found.len() != page.prefixes(kind).count() {
                return Err(WireError::Malformed("it has not an answer for each"));
            }
        }
        page.hash_key = Some(answer.hash_key);
        let asked = std::mem::take(&mut page.prints);
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        for (kind, found) in answer.found.iter().enumerate() {
            for (together, compared) in alike(&asked[kind]).zip(found) {
                match compared {
                    Compared::Unclear => {}
                    Compared::Nobody => {
                        for looked in together {
                            self.prints[kind][looked.print as usize].known = true;
                        }
                    }
                    Compared::One(equal) => {
                        let contact = Contact {
                            hash: equal.hash,
                            filled: equal.filled,
                            ..contact(equal.found, first_set, at)
                        };
                        let contact = self.put(kind, together[0].print, contact);
                        let prints = &mut self.prints[kind];
                        for looked in together {
                            let print = &mut prints[looked.print as usize];
                            // It may have become somebody else's since it was looked up.
                            let holder = self.contacts.get(print.holder as usize);
                            if holder.is_none_or(|holder| holder.id == equal.found.id) {
                                print.candidate = contact;
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
            let many = page.prefixes(kind).count();
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
        let contacts = answer.contacts.iter();
        self.contacts
            .extend(contacts.map(|&found| contact(found, first_set, at)));
        for (kind, found) in answer.found.iter().enumerate() {
            let all = &keys.all[kind];
            let together = alike(&asked[kind]);
            let mut found = found.iter().peekable();
            for (asked, together) in (0..).zip(together) {
                for looked in together {
                    self.prints[kind][looked.print as usize].known = true;
                }
                while let Some(holder) = found.next_if(|holder| holder.asked == asked) {
                    let mut prints = together.iter().map(|looked| looked.print);
                    let has = |print: &u32| all[*print as usize] as u32 == holder.rest;
                    if let Some(print) = prints.find(has) {
                        let contact = first + holder.contact;
                        self.prints[kind][print as usize].holder = contact;
                        self.found[kind].push((print, contact));
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps places for the contacts that are going to be found by this kind, if there are none so far.
    pub(super) fn keep_places(&mut self, kind: usize) {
        if self.contacts.is_empty() {
            self.kept = Some(kind);
            let many = self.prints[kind].len();
            self.contacts.resize(many, Contact::NOBODY);
        }
    }

    /// Puts a contact where its fingerprint keeps a place, or behind all others.
    fn put(&mut self, kind: usize, print: u32, contact: Contact) -> u32 {
        if self.kept == Some(kind)
            && let Some(nobody) = self.contacts.get_mut(print as usize)
            && nobody.page == NONE
        {
            *nobody = contact;
            return print;
        }
        self.contacts.push(contact);
        self.contacts.len() as u32 - 1
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
}

/// A contact in the answer to a page, whose sets of tags begin at `first_set`.
fn contact(found: Found, first_set: u32, page: usize) -> Contact {
    Contact {
        id: found.id,
        version: found.version,
        tags: first_set + found.tag_set,
        page: page as u32,
        ..Contact::NOBODY
    }
}
