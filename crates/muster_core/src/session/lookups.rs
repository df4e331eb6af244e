//! What is asked about the rows' identifiers, in rounds: first whether the contacts are as the rows say, by the key of
//! each row; then, for the rows where that did not turn out so, who has which of their identifiers. A corrected row
//! asks for what is missing then.

use super::keys::{Keys, NONE};
use super::masks::{self, Sets, Told};
use super::matches::{Matches, Print};
use super::sheet::Sheet;
use super::verdicts::{TOGETHER, Which};
use crate::field::Identifier;
use crate::identity::{Key, Map, Set, bytes_hash};
use crate::import::Purpose;
use crate::wire::{Asked, CompareRequest, LOOKUP_ITEMS, MatchRequest, prefix};

/// Fingerprints, and sets with their members, in one request at most. Fingerprints of one prefix ask for both their
/// sets as one, which may be another one: few do.
const PAGE: usize = LOOKUP_ITEMS - 1_000;

/// A fingerprint that is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked {
    pub(super) prefix: u32,
    /// Its position in [`Keys::all`].
    pub(super) print: u32,
}

/// A request about fingerprints.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Whether it asks for hashes.
    pub(super) compares: bool,
    /// By kind, ascending by fingerprint; gone with the answer.
    pub(super) prints: [Vec<Looked>; 3],
    /// The key of its hashes, once it is answered.
    pub(super) hash_key: Option<Key>,
}

impl Page {
    fn new(compares: bool) -> Self {
        Self {
            compares,
            prints: Default::default(),
            hash_key: None,
        }
    }

    /// What it asks for by kind: fingerprints may share a prefix.
    pub(super) fn prefixes(&self, kind: usize) -> impl Iterator<Item = u32> {
        alike(&self.prints[kind]).map(|alike| alike[0].prefix)
    }
}

/// The fingerprints that are asked for together, as they share a prefix.
pub(super) fn alike(prints: &[Looked]) -> impl Iterator<Item = &[Looked]> {
    prints.chunk_by(|one, other| one.prefix == other.prefix)
}

/// The rows about which something may have to be asked.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// They have other cells, or take part where they did not.
    touched: Which,
    /// Those that are asked about, in this round and the next one.
    asking: Option<Which>,
    /// Whether it is asked who has their identifiers: the last round.
    finds: bool,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            touched: Which::All,
            asking: None,
            finds: false,
        }
    }
}

/// By kind the fingerprints that are to be asked for, with the fields that are to be compared; nought for the others.
type Wanted = [Vec<u64>; 3];

impl Matches {
    /// All rows may have other cells or other keys.
    pub(crate) fn touch_all(&mut self) {
        self.open.touched = Which::All;
    }

    /// These rows have other cells, or take part where they did not.
    pub(crate) fn touch(&mut self, rows: &[u32]) {
        self.open.touched.extend(rows);
    }

    /// The requests that wait for an answer, by number.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = usize> {
        let pages = self.pages.iter().enumerate();
        pages
            .filter(|(_, page)| page.hash_key.is_none())
            .map(|(at, _)| at)
    }

    /// How many fingerprints they ask for.
    pub(crate) fn fingerprints(&self) -> usize {
        let prints = self.unanswered().flat_map(|at| &self.pages[at].prints);
        prints.map(Vec::len).sum()
    }

    /// Whether all is known that has to be. Finds out what is to be asked next, where everything is answered.
    pub(crate) fn is_complete(&mut self, sheet: &Sheet) -> bool {
        while self.unanswered().next().is_none() {
            if self.open.finds {
                self.open.asking = None;
                self.open.finds = false;
            }
            let rows = match self.open.asking.take() {
                Some(rows) => rows,
                None if self.open.touched.is_empty() => return true,
                None => std::mem::replace(&mut self.open.touched, Which::Some(Vec::new())),
            };
            self.ask_about(sheet, &rows);
            self.open.asking = Some(rows);
        }
        false
    }

    /// Asks for what is not known about these rows; at last for what may be nothing.
    fn ask_about(&mut self, sheet: &Sheet, rows: &Which) {
        for (prints, all) in self.prints.iter_mut().zip(&sheet.keys.all) {
            prints.resize(all.len(), Print::NEW);
        }
        self.equal.resize(sheet.decided.len(), NONE);
        if sheet.setup.purpose.updates() {
            // For a few rows it is less to fetch what their contacts hold than to ask whether it is the same.
            let asks = match rows {
                Which::All => true,
                Which::Some(rows) => rows.len() > TOGETHER,
            };
            self.compare(sheet, rows.of(sheet.decided.len()), asks);
        } else {
            rows.of(self.equal.len())
                .for_each(|row| self.equal[row] = NONE);
        }
        if self.unanswered().next().is_none() {
            let unknown = self.unknown(sheet, rows.of(sheet.decided.len()));
            self.ask(sheet, false, &unknown);
            self.open.finds = true;
        }
    }

    /// Compares rows with the contacts that may be as they say, and `asks` about those that were not compared so far.
    fn compare(&mut self, sheet: &Sheet, mut rows: impl Iterator<Item = usize>, asks: bool) {
        let told = Told::new(sheet);
        let mut wanted = none(&sheet.keys);
        let mut sets = Sets::new(&told);
        let mut open = Vec::with_capacity(TOGETHER);
        let mut ahead: Vec<Candidate> = Vec::with_capacity(TOGETHER);
        loop {
            // Each step goes through all rows of the block, so that what lies anywhere in memory is fetched at the same
            // time.
            open.clear();
            open.extend(rows.by_ref().take(TOGETHER));
            if open.is_empty() {
                break;
            }
            open.iter().for_each(|&row| self.equal[row] = NONE);
            open.retain(|&row| sheet.decided[row].is_none());
            ahead.clear();
            let keyed = open.iter().map(|&row| (row, sets.of(row)));
            ahead.extend(keyed.filter_map(|(row, mask)| self.candidate(sheet, row, mask)));
            for candidate in &mut ahead {
                if let Some(contact) = self.contacts.get(candidate.known.candidate as usize) {
                    candidate.contact = Some((contact.id, contact.hash, contact.page));
                    candidate.full = sheet.keys.all[candidate.kind as usize][candidate.print];
                }
            }
            let comparable = ahead.iter().filter(|candidate| candidate.contact.is_some());
            told.fetch(&comparable.map(|candidate| candidate.row));
            for candidate in &ahead {
                let &Candidate {
                    row,
                    kind,
                    print,
                    mask,
                    known,
                    ..
                } = candidate;
                if self.holds(&told, candidate) {
                    self.equal[row] = known.candidate;
                    self.confirm(kind, print);
                } else if asks && !known.is_nobodys() && !masks::covers(known.mask, mask) {
                    wanted[kind as usize][print] |= mask;
                }
            }
        }
        self.ask(sheet, true, &wanted);
    }

    fn candidate(&self, sheet: &Sheet, row: usize, mask: u64) -> Option<Candidate> {
        let (kind, print) = sheet.keys.key(&sheet.setup, row)?;
        Some(Candidate {
            row,
            kind,
            print,
            full: 0,
            mask,
            known: self.prints[kind as usize][print],
            contact: None,
        })
    }

    /// Whether a row is as the contact that may have its key.
    fn holds(&self, told: &Told<'_>, candidate: &Candidate) -> bool {
        let &Candidate {
            row,
            kind,
            full,
            mask,
            known: Print { mask: compared, .. },
            contact,
            ..
        } = candidate;
        let Some((id, hash, page)) = contact.filter(|_| masks::covers(compared, mask)) else {
            return false;
        };
        // Contact IDs are not among the compared fields.
        let given = told.contact_id(row);
        if kind != Identifier::ContactId && !given.is_empty() && given != id.to_string() {
            return false;
        }
        let Some(key) = self.pages[page as usize].hash_key else {
            return false;
        };
        bytes_hash(&key, full, told.values(row, compared)) == hash
    }

    /// The identifiers of these rows of which one has to know who has them, and doesn't.
    fn unknown(&self, sheet: &Sheet, rows: impl Iterator<Item = usize>) -> Wanted {
        let setup = &sheet.setup;
        let mut wanted = none(&sheet.keys);
        let kinds = setup.mapped.iter().filter_map(|mapped| mapped.kind);
        let kinds: Vec<Identifier> = kinds.collect();
        for row in rows {
            if sheet.decided[row].is_some() || self.is_equal(row) {
                continue;
            }
            // Who is not there is not updated, whatever else the row says.
            if setup.purpose == Purpose::Update
                && let Some((kind, print)) = sheet.keys.key(setup, row)
                && self.prints[kind as usize][print].is_nobodys()
            {
                continue;
            }
            for &kind in &kinds {
                if let Some(print) = sheet.keys.at(kind, row) {
                    let is_unknown = !self.prints[kind as usize][print].known;
                    wanted[kind as usize][print] |= u64::from(is_unknown);
                }
            }
        }
        wanted
    }

    /// Adds pages for these fingerprints.
    fn ask(&mut self, sheet: &Sheet, compares: bool, wanted: &Wanted) {
        if compares {
            let many = |kind: usize| wanted[kind].iter().filter(|fields| **fields != 0).count();
            let most = (0..wanted.len()).max_by_key(|&kind| many(kind));
            most.into_iter().for_each(|kind| self.keep_places(kind));
        }
        let mut page = Page::new(compares);
        let mut room = PAGE;
        let mut sets: Set<u64> = Set::default();
        for (kind, fields) in wanted.iter().enumerate() {
            let is_wanted = |print: u32| fields[print as usize] != 0;
            for print in sheet.keys.ascending(kind, is_wanted) {
                let mut set = None;
                if compares {
                    let known = &mut self.prints[kind][print as usize];
                    known.ask(fields[print as usize]);
                    set = Some(known.mask);
                }
                let mut items = self.items(set, &mut sets);
                if items > room {
                    self.pages
                        .push(std::mem::replace(&mut page, Page::new(compares)));
                    room = PAGE;
                    sets.clear();
                    items = self.items(set, &mut sets);
                }
                room -= items;
                let prefix = prefix(sheet.keys.all[kind][print as usize]);
                page.prints[kind].push(Looked { prefix, print });
            }
        }
        if room < PAGE {
            self.pages.push(page);
        }
    }

    /// What a fingerprint adds to a page that has these sets.
    fn items(&self, set: Option<u64>, sets: &mut Set<u64>) -> usize {
        match set {
            Some(set) if sets.insert(set) => 2 + self.places(set).count(),
            _ => 1,
        }
    }

    /// The fields of a set, by their positions among the asked ones.
    fn places(&self, mask: u64) -> impl Iterator<Item = u32> {
        let fields = 0..self.asked.len();
        let fields = fields.filter(move |&field| masks::has(mask, field));
        fields.map(|field| field as u32)
    }

    /// The bytes of a request.
    pub(crate) fn request(&self, page: usize) -> Vec<u8> {
        let Some(page) = self.pages.get(page) else {
            return Vec::new();
        };
        let kinds = [0, 1, 2];
        if !page.compares {
            let prefixes = kinds.map(|kind| page.prefixes(kind).collect());
            return MatchRequest { prefixes }.encode();
        }
        let mut distinct: Vec<u64> = Vec::new();
        let mut numbers: Map<u64, u32> = Map::default();
        let asked = kinds.map(|kind| {
            let prints = &self.prints[kind];
            let asked = alike(&page.prints[kind]).map(|alike| {
                let masks = alike
                    .iter()
                    .map(|looked| prints[looked.print as usize].mask);
                Asked {
                    prefix: alike[0].prefix,
                    mask: *numbers
                        .entry(masks.fold(0, |all, mask| all | mask))
                        .or_insert_with_key(|&mask| {
                            distinct.push(mask);
                            distinct.len() as u32 - 1
                        }),
                }
            });
            asked.collect()
        });
        let masks = distinct.iter().map(|&mask| self.places(mask).collect());
        CompareRequest {
            masks: masks.collect(),
            fields: self.asked.clone(),
            asked,
        }
        .encode()
    }
}

/// The key of a row, and the contact that may be as the row says.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    row: usize,
    kind: Identifier,
    print: usize,
    /// The fingerprint itself, where there is a contact.
    full: u64,
    /// The row's own.
    mask: u64,
    /// What is known of the fingerprint.
    known: Print,
    /// Its id and hash, and the page whose key the hash has.
    contact: Option<(u64, u64, u32)>,
}

fn none(keys: &Keys) -> Wanted {
    keys.all.each_ref().map(|all| vec![0; all.len()])
}
