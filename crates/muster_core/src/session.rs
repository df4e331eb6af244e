//! One file on its way to an import: bytes in, verdicts and batches out.
//!
//! A session does what it is told and decides nothing about the world: its owner brings the bytes of the file,
//! carries the lookups to whoever knows the contacts, and the answers back.

pub(crate) mod issues;
pub(crate) mod keys;
pub(crate) mod matches;
pub(crate) mod setup;
pub(crate) mod sheet;
pub(crate) mod tags;
pub(crate) mod verdicts;
pub(crate) mod view;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::column::{ColumnFacts, Source};
use crate::diff::{Counts, Outcome};
use crate::field::Field;
use crate::identity::Key;
use crate::import::{FileChoice, Import, InvalidImport};
use crate::issue::{Code, Issue, Severity};
use crate::limits::Limits;
use crate::mapping::{self, Guess, Suggestion};
use crate::parse::{Foreign, Parser, Refused, Table, Unread, encoding};
use crate::wire::{ValuesRequest, WireError};

use matches::Matches;
use setup::Setup;
use sheet::Sheet;
use verdicts::Verdicts;

pub use view::{Changed, Changes, RowView, Rows};

/// Contacts in one [`ValuesRequest`], at most.
const VALUES_PAGE: usize = 10_000;

/// What a session has to know of the workspace that the file is for.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The key of its fingerprints.
    pub key: Key,
    /// Its fields, standard and custom.
    pub fields: Vec<Field>,
    /// The names of its tags.
    pub tags: Vec<String>,
}

/// A file, its description, the answers to its lookups, and the verdicts.
///
/// Calls come in this order: [`push`](Self::push) the file and [`finish`](Self::finish) it,
/// [`configure`](Self::configure), carry [`lookups`](Self::lookups) and answer by [`matched`](Self::matched), carry
/// [`wanted`](Self::wanted) and answer by [`valued`](Self::valued), [`diff`](Self::diff). From `configure` on everything
/// can be done again. What is asked too early is empty.
#[derive(Debug)]
pub struct Session {
    limits: Limits,
    parser: Option<Parser>,
    pushed: u64,
    read: Option<Result<Table, Refused>>,
    /// The file, if it has to be decoded before it can be read.
    foreign: Option<Foreign>,
    work: Option<Work>,
}

/// A file together with a description.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) key: Key,
    pub(crate) sheet: Sheet,
    pub(crate) matches: Matches,
    /// Gone whenever something arrives on which they depend.
    verdicts: Option<Verdicts>,
    compared: bool,
}

impl Session {
    /// A session that finds out by itself how the file is written.
    pub fn new(limits: Limits) -> Self {
        Self::reading(limits, &FileChoice::default())
    }

    /// A session that reads the file as a person chose.
    pub fn reading(limits: Limits, choice: &FileChoice) -> Self {
        Self {
            parser: Some(Parser::new(&limits, choice)),
            limits,
            pushed: 0,
            read: None,
            foreign: None,
            work: None,
        }
    }

    /// Makes room for a file of so many bytes: memory that grows while they come is copied.
    pub fn expect(&mut self, bytes: u64) {
        if let Some(parser) = &mut self.parser {
            parser.expect(bytes);
        }
    }

    /// Takes the next bytes of the file, however many.
    pub fn push(&mut self, chunk: &[u8]) {
        self.pushed += chunk.len() as u64;
        if let Some(parser) = &mut self.parser {
            parser.push(chunk);
        }
    }

    /// The file is complete. Without the feature `legacy` it may be [`foreign`](Self::foreign) now.
    pub fn finish(&mut self) -> Result<(), Refused> {
        if let Some(parser) = self.parser.take() {
            let read = if cfg!(feature = "legacy") {
                parser.finish().map_err(Unread::from)
            } else {
                parser.read()
            };
            match read {
                Ok(table) => self.read = Some(Ok(table)),
                Err(Unread::Refused(refused)) => self.read = Some(Err(refused)),
                Err(Unread::Foreign(foreign)) => self.foreign = Some(foreign),
            }
        }
        match &self.read {
            Some(Err(refused)) => Err(*refused),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// Why the file is refused, as soon as that is known.
    pub fn refused(&self) -> Option<&Refused> {
        match &self.read {
            Some(read) => read.as_ref().err(),
            None => self.parser.as_ref()?.refused(),
        }
    }

    /// The file, if it is in an encoding that somebody else has to decode, and is waited for as text.
    pub fn foreign(&self) -> Option<&Foreign> {
        self.foreign.as_ref()
    }

    /// From now on the [`foreign`](Self::foreign) file's text is pushed, as decoded from this encoding, and then
    /// finished again. False: no file waits for it, or there is no such encoding.
    pub fn decode(&mut self, label: &str) -> bool {
        let (Some(foreign), Some(encoding)) = (self.foreign.take(), encoding(label)) else {
            return false;
        };
        self.parser = Some(foreign.into_parser(encoding));
        true
    }

    /// Bytes taken and data rows seen so far.
    pub fn progress(&self) -> (u64, u32) {
        let rows = match (&self.parser, self.table()) {
            (Some(parser), _) => parser.rows_so_far(),
            (None, table) => table.map_or(0, |table| table.rows() as u32),
        };
        (self.pushed, rows)
    }

    /// The file as it was split, once it is complete and not refused.
    pub fn table(&self) -> Option<&Table> {
        self.read.as_ref()?.as_ref().ok()
    }

    /// The type of a field that would take a column as it is.
    pub fn guess(&self, column: usize) -> Option<Guess> {
        let table = self.table()?;
        (column < table.width()).then(|| mapping::guess(table, column))
    }

    /// Per column the field that its name or its cells suggest.
    pub fn suggest(&self, workspace: &Workspace) -> Vec<Option<Suggestion>> {
        self.table()
            .map_or_else(Vec::new, |table| mapping::suggest(table, &workspace.fields))
    }

    /// Takes a description: checks it, reads every mapped cell, and decides what the file alone can decide.
    pub fn configure(
        &mut self,
        import: &Import,
        workspace: &Workspace,
    ) -> Result<(), InvalidImport> {
        self.work = None;
        let Some(Ok(table)) = &self.read else {
            return Err(InvalidImport("There is no file to be imported.".into()));
        };
        let setup = Setup::new(import, &workspace.fields, &self.limits, Some(table.width()))?;
        let sheet = Sheet::read(
            table,
            import,
            setup,
            &self.limits,
            &workspace.key,
            &workspace.tags,
        )?;
        self.work = Some(Work {
            key: workspace.key,
            matches: Matches::new(&sheet.keys),
            sheet,
            verdicts: None,
            compared: false,
        });
        Ok(())
    }

    /// What became of the mapped columns, in the description's order.
    pub fn columns(&self) -> &[ColumnFacts] {
        self.work.as_ref().map_or(&[], |work| &work.sheet.facts)
    }

    /// The description with every format resolved that the file could resolve.
    pub fn resolved(&self) -> Option<&Import> {
        self.work.as_ref().map(|work| &work.sheet.import)
    }

    /// The requests by which the rows' identifiers are looked up.
    pub fn lookups(&self) -> Vec<Vec<u8>> {
        self.work.as_ref().map_or_else(Vec::new, |work| {
            let asked = work.sheet.setup.asked();
            let requests = work.sheet.keys.requests(&asked);
            requests.iter().map(|request| request.encode()).collect()
        })
    }

    /// How many fingerprints the lookups send.
    pub fn fingerprints(&self) -> usize {
        self.work.as_ref().map_or(0, |work| {
            work.sheet.keys.distinct.iter().map(Vec::len).sum()
        })
    }

    /// Takes the answer to a lookup, by its position.
    pub fn matched(&mut self, lookup: usize, answer: &[u8]) -> Result<(), WireError> {
        let Some(work) = &mut self.work else {
            return Err(WireError::Malformed("it answers no request"));
        };
        work.verdicts = None;
        work.compared = false;
        let Sheet { keys, tags, .. } = &mut work.sheet;
        work.matches.take(lookup, answer, keys, tags)
    }

    /// The requests for the values of contacts that differ from their rows. To be asked when every lookup is answered.
    pub fn wanted(&mut self) -> Vec<Vec<u8>> {
        let Some(work) = self.work.as_mut().filter(|work| work.matches.is_complete()) else {
            return Vec::new();
        };
        let fields = work.sheet.setup.asked();
        work.wanted()
            .chunks(VALUES_PAGE)
            .map(|ids| {
                ValuesRequest {
                    fields: fields.clone(),
                    ids: ids.to_vec(),
                }
                .encode()
            })
            .collect()
    }

    /// Takes an answer to one of the requests for values.
    pub fn valued(&mut self, answer: &[u8]) -> Result<(), WireError> {
        let Some(work) = &mut self.work else {
            return Err(WireError::Malformed("it answers no request"));
        };
        work.compared = false;
        let width = work.sheet.setup.stored.len();
        work.matches
            .take_values(answer, width, &mut work.sheet.tags)
    }

    /// Gives every row its outcome. A contact that has vanished since it was looked up counts as not there.
    pub fn diff(&mut self) {
        if let Some(work) = self.work.as_mut().filter(|work| work.matches.is_complete()) {
            work.compare();
        }
    }

    /// How many rows have which outcome.
    pub fn counts(&self) -> Counts {
        self.compared()
            .map_or_else(Counts::default, |(_, verdicts)| verdicts.counts)
    }

    /// How many errors there are of each kind, in rows that are errors.
    pub fn errors_by_code(&self) -> BTreeMap<Code, u32> {
        self.by_code(Severity::Error)
    }

    /// How many warnings there are of each kind, in rows that are not errors: as many as the batches carry.
    pub fn warnings_by_code(&self) -> BTreeMap<Code, u32> {
        self.by_code(Severity::Warning)
    }

    fn by_code(&self, severity: Severity) -> BTreeMap<Code, u32> {
        let mut counts = BTreeMap::new();
        if let Some((work, verdicts)) = self.compared() {
            let all = work.sheet.issues.all().iter().chain(verdicts.issues.all());
            let counts_here = |row: u32| {
                let is_error = verdicts.outcomes.get(row as usize) == Some(&Outcome::Error);
                is_error == (severity == Severity::Error)
            };
            for found in all.filter(|found| found.severity == severity && counts_here(found.row)) {
                *counts.entry(found.code).or_default() += 1;
            }
        }
        counts
    }

    /// The data rows with an outcome, or all of them, in the file's order.
    pub fn rows_of(&self, outcome: Option<Outcome>) -> Rows<'_> {
        match (self.compared(), outcome) {
            (Some((_, verdicts)), Some(outcome)) => {
                Rows::Some(&verdicts.by_outcome[outcome as usize])
            }
            (Some((_, verdicts)), None) => Rows::All(verdicts.outcomes.len() as u32),
            (None, _) => Rows::All(0),
        }
    }

    /// A data row as people see it.
    pub fn row(&self, row: usize) -> Option<RowView> {
        let (work, verdicts) = self.compared()?;
        view::row(self.table()?, work, verdicts, row)
    }

    /// The original rows that are errors, as CSV with a column `Error`. `sentence` puts an issue into words.
    pub fn error_rows(&self, sentence: impl Fn(&Issue) -> String) -> Vec<u8> {
        match (self.compared(), self.table()) {
            (Some((work, verdicts)), Some(table)) => {
                view::error_rows(table, work, verdicts, sentence)
            }
            _ => Vec::new(),
        }
    }

    /// The names of the tags that commit would create, in row order.
    pub fn to_create(&self) -> Vec<&str> {
        self.compared()
            .map_or_else(Vec::new, |(work, _)| work.sheet.tags.created().collect())
    }

    /// How many batches there are.
    pub fn batches(&self) -> usize {
        self.compared().map_or(0, |(_, verdicts)| {
            verdicts.outcomes.len().div_ceil(crate::plan::ROWS)
        })
    }

    /// The bytes of a batch.
    pub fn batch(&self, number: usize) -> Vec<u8> {
        match (self.compared(), self.table()) {
            (Some((work, verdicts)), Some(table)) => {
                crate::plan::batch(table, work, verdicts, &self.limits, number).encode()
            }
            _ => Vec::new(),
        }
    }

    fn compared(&self) -> Option<(&Work, &Verdicts)> {
        let work = self.work.as_ref().filter(|work| work.compared)?;
        Some((work, work.verdicts.as_ref()?))
    }
}

impl Work {
    /// The contacts whose values decide.
    fn wanted(&mut self) -> Vec<u64> {
        self.settle();
        self.verdicts
            .as_ref()
            .map_or_else(Vec::new, |verdicts| verdicts.wanted(&self.matches))
    }

    /// Brings the verdicts up to where the contacts' values decide.
    fn settle(&mut self) {
        let Self {
            sheet,
            matches,
            verdicts,
            ..
        } = self;
        if verdicts.is_none() {
            let index = matches.index(&sheet.keys);
            *verdicts = Some(Verdicts::new(sheet, matches, &index));
        }
    }

    fn compare(&mut self) {
        self.settle();
        let Some(verdicts) = &mut self.verdicts else {
            return;
        };
        let gone = verdicts.compare(&mut self.sheet, &self.matches).gone;
        if !gone.is_empty() {
            self.matches.gone.extend(gone);
            self.verdicts = None;
            return self.compare();
        }
        self.compared = true;
    }

    /// The file with the corrections of this description.
    pub(crate) fn source<'a>(&'a self, table: &'a Table) -> Source<'a> {
        Source {
            table,
            edits: &self.sheet.edits,
        }
    }
}
