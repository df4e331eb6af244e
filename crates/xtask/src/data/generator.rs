//! Rows and stored contacts, made so that what becomes of each row is known from how it was made.

use std::collections::{BTreeSet, HashSet};

use super::Options;
use super::defect::{Defect, Effect};
use super::manifest::{Manifest, Outcome};
use super::person::*;
use super::random::Random;
use super::stored::Stored;
use super::words;

/// How many rows back a duplicate looks for the row that it repeats.
const RECENT: usize = 64;

pub(super) struct Generator {
    pub(super) random: Random,
    pub(super) options: Options,
    pub(super) manifest: Manifest,
    pub(super) contacts: Vec<Stored>,
    /// Phones and e-mails in use, as numbers.
    taken: HashSet<u64>,
    /// Phone and e-mail of rows that count, for others to repeat.
    recent: Vec<(String, String)>,
    /// The same of unchanged rows that have both.
    recent_unchanged: Vec<(String, String)>,
    defects: Vec<Defect>,
    turn: usize,
}

impl Generator {
    pub(super) fn new(options: Options) -> Self {
        let mut random = Random::new(options.seed);
        let mut defects = Defect::ALL.to_vec();
        random.shuffle(&mut defects);
        Self {
            random,
            manifest: Manifest::new(&options),
            options,
            contacts: Vec::new(),
            taken: HashSet::new(),
            recent: Vec::new(),
            recent_unchanged: Vec::new(),
            defects,
            turn: 0,
        }
    }

    /// Writes the file's bytes and settles what becomes of every row.
    pub(super) fn write_rows(
        &mut self,
        file: &mut impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        // With a byte-order mark, so that a cell that isn't UTF-8 is a broken cell and not a hint at another encoding.
        file("\u{feff}".as_bytes())?;
        let header: Vec<Vec<u8>> = COLUMNS
            .iter()
            .map(|(name, _)| name.as_bytes().to_vec())
            .collect();
        file(&record(&header))?;
        let mut number = 1;
        let mut broken_left = self.options.broken_rows();
        let (mut unclosed, mut guard) = (false, false);
        for row in 0..self.options.rows {
            let rows_left = self.options.rows - row;
            let defect = if !guard {
                let breaks = self.random.below(rows_left) < broken_left;
                if breaks {
                    self.next_defect(rows_left)
                } else {
                    None
                }
            } else if unclosed && rows_left > 1 && self.random.chance(500) {
                Some(Defect::StrayQuoteAfterUnclosed)
            } else {
                None
            };
            if defect.is_some() {
                broken_left = broken_left.saturating_sub(1);
            }
            if defect.is_some() && !guard && self.random.chance(100) {
                number += 1;
                self.manifest.file.blank_records += 1;
                file(if self.random.chance(500) {
                    b"\n"
                } else {
                    b",,,,,,,,,,\n"
                })?;
            }
            number += 1;
            let mut person = self.person();
            let cells = match defect {
                Some(defect) => {
                    let (outcome, cells) = self.break_row(defect, &mut person);
                    self.manifest.count(outcome, Some(defect), number);
                    cells
                }
                None => {
                    if guard {
                        person.values[COMPANY] = words::company(&mut self.random);
                    }
                    let outcome = self.settle(&person);
                    self.remember(&person, outcome);
                    self.manifest.count(outcome, None, number);
                    let mut cells = person.cells(&mut self.random);
                    if guard {
                        // The first quote after an unclosed one is followed by a letter: there it is noticed, and
                        // this row is read anew from its start.
                        cells[COMPANY] = quote(&person.values[COMPANY]);
                    }
                    cells
                }
            };
            unclosed = defect == Some(Defect::UnclosedQuote);
            guard = unclosed || defect == Some(Defect::StrayQuoteAfterUnclosed);
            file(&record(&cells))?;
        }
        self.finish();
        Ok(())
    }

    /// Somebody whose phone and e-mail nobody else has.
    pub(super) fn person(&mut self) -> Person {
        loop {
            let person = Person::new(&mut self.random);
            let prints: Vec<u64> = [PHONE, EMAIL]
                .into_iter()
                .filter(|&column| !person.values[column].is_empty())
                .map(|column| fnv(&person.values[column]))
                .collect();
            if prints.iter().all(|print| !self.taken.contains(print)) {
                self.taken.extend(prints);
                return person;
            }
        }
    }

    /// A value made by `make` that nobody else has.
    pub(super) fn unique(&mut self, make: impl Fn(&mut Random) -> String) -> String {
        loop {
            let value = make(&mut self.random);
            if self.taken.insert(fnv(&value)) {
                return value;
            }
        }
    }

    /// The next kind in turn that is possible here.
    fn next_defect(&mut self, rows_left: u64) -> Option<Defect> {
        (0..self.defects.len()).find_map(|_| {
            let defect = self.defects[self.turn % self.defects.len()];
            self.turn += 1;
            let possible = match defect {
                Defect::UnclosedQuote => rows_left > 1,
                Defect::StrayQuoteAfterUnclosed => false,
                Defect::DuplicateKey => !self.recent.is_empty(),
                Defect::DuplicateContact => !self.recent_unchanged.is_empty(),
                Defect::AmbiguousMatch | Defect::IdentityConflict => self.room() >= 2,
                _ => true,
            };
            possible.then_some(defect)
        })
    }

    /// How many contacts may still be stored.
    pub(super) fn room(&self) -> u64 {
        self.options
            .existing
            .saturating_sub(self.contacts.len() as u64)
    }

    /// What becomes of a row without errors: while there is room its contact is stored, so that it is matched.
    pub(super) fn settle(&mut self, person: &Person) -> Outcome {
        if self.room() == 0 {
            self.manifest.gain(person.tags.iter());
            return Outcome::New;
        }
        let mut stored = Stored::of(person, &mut self.random);
        let changed = self.random.below(10_000) < self.options.changed.per_myriad();
        let outcome = if changed {
            self.change(&mut stored, person);
            Outcome::Updated
        } else {
            Outcome::Unchanged
        };
        self.contacts.push(stored);
        outcome
    }

    /// Makes one or two values of the stored contact differ from the row's.
    fn change(&mut self, stored: &mut Stored, person: &Person) {
        let mut columns: Vec<usize> = [
            LAST_NAME, EMAIL, COUNTRY, LANGUAGE, COMPANY, BIRTHDAY, CITY, NOTES,
        ]
        .into_iter()
        .filter(|&column| !person.values[column].is_empty())
        .filter(|&column| column != EMAIL || !person.values[PHONE].is_empty())
        .collect();
        if !person.tags.is_empty() {
            columns.push(TAGS);
        }
        self.random.shuffle(&mut columns);
        let count = 1 + self.random.index(2);
        for &column in columns.iter().take(count) {
            if column == TAGS {
                let lost = self.random.index(person.tags.len());
                stored.lose_tag(&person.tags[lost]);
                self.manifest.gain([&person.tags[lost]]);
            } else if self.random.chance(250) {
                stored.values[column].clear();
            } else if column == EMAIL {
                stored.values[column] = self.unique(words::email);
            } else {
                stored.differ(column, &mut self.random);
            }
            self.manifest.change(COLUMNS[column].1);
        }
    }

    fn remember(&mut self, person: &Person, outcome: Outcome) {
        let pair = (person.values[PHONE].clone(), person.values[EMAIL].clone());
        if outcome == Outcome::Unchanged && !pair.0.is_empty() && !pair.1.is_empty() {
            push_recent(&mut self.recent_unchanged, pair.clone(), &mut self.random);
        }
        push_recent(&mut self.recent, pair, &mut self.random);
    }

    /// A row with this defect and what becomes of it.
    fn break_row(&mut self, defect: Defect, person: &mut Person) -> (Outcome, Vec<Vec<u8>>) {
        match defect {
            Defect::DuplicateKey => {
                let (phone, email) = self.recent[self.random.index(self.recent.len())].clone();
                if phone.is_empty() {
                    person.values[EMAIL] = email;
                }
                person.values[PHONE] = phone;
            }
            Defect::DuplicateContact => {
                let source = self.random.index(self.recent_unchanged.len());
                person.values[EMAIL].clone_from(&self.recent_unchanged[source].1);
                person.values[PHONE].clear();
            }
            Defect::MissingIdentifier => {
                person.values[PHONE].clear();
                person.values[EMAIL].clear();
            }
            Defect::FirstNameRequired => person.values[FIRST_NAME].clear(),
            Defect::AmbiguousMatch => {
                self.ensure_phone(person);
                for _ in 0..2 {
                    let mut stored = Stored::of(person, &mut self.random);
                    stored.values[EMAIL] = self.unique(words::email);
                    self.contacts.push(stored);
                }
            }
            Defect::IdentityConflict => {
                return (self.conflict(person), person.cells(&mut self.random));
            }
            _ => return self.break_cells(defect, person),
        }
        let outcome = match defect.effect() {
            Effect::Skip => Outcome::Skipped,
            _ => Outcome::Error,
        };
        let mut cells = person.cells(&mut self.random);
        if defect == Defect::DuplicateKey && !person.values[PHONE].is_empty() {
            // The number may be another country's: it is written plainly.
            cells[PHONE] = person.values[PHONE].clone().into_bytes();
        }
        (outcome, cells)
    }

    /// The row's phone is one contact's, its e-mail another's: the first is updated.
    fn conflict(&mut self, person: &mut Person) -> Outcome {
        self.ensure_phone(person);
        let mut other = self.person();
        other.values[EMAIL] = self.unique(words::email);
        let other = Stored::of(&other, &mut self.random);
        let mut own = Stored::of(person, &mut self.random);
        own.values[EMAIL].clear();
        person.values[EMAIL].clone_from(&other.values[EMAIL]);
        self.manifest.change(COLUMNS[EMAIL].1);
        self.contacts.extend([own, other]);
        Outcome::Updated
    }

    pub(super) fn ensure_phone(&mut self, person: &mut Person) {
        if person.values[PHONE].is_empty() {
            let country = person.country;
            person.values[PHONE] = self.unique(|random| country.phone(random));
        }
    }

    /// Contacts that no row is about fill the store; ids have nothing to do with the rows' order.
    fn finish(&mut self) {
        while self.room() > 0 {
            let person = self.person();
            let stored = Stored::of(&person, &mut self.random);
            self.contacts.push(stored);
        }
        self.random.shuffle(&mut self.contacts);
        let known: BTreeSet<String> = self
            .contacts
            .iter()
            .flat_map(|stored| &stored.tags)
            .map(|tag| tag.to_lowercase())
            .collect();
        self.manifest.finish(self.contacts.len(), &known);
    }
}

fn push_recent(recent: &mut Vec<(String, String)>, pair: (String, String), random: &mut Random) {
    if recent.len() < RECENT {
        recent.push(pair);
    } else {
        let place = random.index(RECENT);
        recent[place] = pair;
    }
}

fn record(cells: &[Vec<u8>]) -> Vec<u8> {
    let mut record = cells.join(&b',');
    record.push(b'\n');
    record
}

/// FNV-1a, 64 bits: fixed for ever, unlike the standard library's hasher.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
