//! One file on its way to an import: bytes in, verdicts and batches out.
//!
//! A session does what it is told and decides nothing about the world: its owner brings the bytes of the file,
//! carries the lookups to whoever knows the contacts, and the answers back.

mod alarms;
mod corrections;
mod countries;
pub(crate) mod history;
pub(crate) mod index;
pub(crate) mod issues;
pub(crate) mod keys;
mod lookups;
pub(crate) mod masks;
pub(crate) mod matches;
mod repairs;
pub(crate) mod setup;
pub(crate) mod sheet;
mod stored;
pub(crate) mod tags;
mod totals;
pub(crate) mod verdicts;
pub(crate) mod view;
pub(crate) mod work;

#[cfg(test)]
mod tests;

use crate::column::ColumnFacts;
use crate::diff::{Counts, Outcome};
use crate::field::Field;
use crate::identity::Key;
use crate::import::{FileChoice, Import, InvalidImport};
use crate::issue::Issue;
use crate::limits::Limits;
use crate::mapping::{self, Guess, Suggestion};
use crate::parse::{Foreign, Parser, Refused, Table, Unread, encoding};
use crate::wire::{ValuesRequest, WireError};

use history::Change;
use verdicts::Verdicts;

pub use alarms::{Alarm, Creations, Effects, PolicyEffect};
pub use corrections::Effort;
pub use history::{Setting, Step};
pub use repairs::{Example, Offer, Remedy};
pub use totals::{Total, by_code};
pub use view::{Changed, Changes, RowView, Rows};
pub(crate) use work::Work;

/// Contacts in one [`ValuesRequest`], at most.
const VALUES_PAGE: usize = 10_000;

/// What a session has to know of the workspace that the file is for.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Takes a description: checks it, reads every mapped cell, and decides what the file alone can decide. The next
    /// one is a step of the history, and only what it says otherwise is done again; one that can't be is refused, and
    /// all stays as it was.
    pub fn configure(
        &mut self,
        import: &Import,
        workspace: &Workspace,
    ) -> Result<(), InvalidImport> {
        let Some(Ok(table)) = &self.read else {
            return Err(InvalidImport("There is no file to be imported.".into()));
        };
        let Some(work) = self
            .work
            .as_mut()
            .filter(|work| work.workspace == *workspace)
        else {
            self.work = None;
            self.work = Some(Work::new(table, &self.limits, import, workspace)?);
            return Ok(());
        };
        let change = work.change_to(table, import)?;
        let mut settings = history::settings(&work.chosen, import);
        if !change.cells.is_empty() || !change.rows.is_empty() {
            settings.push(Setting::Rows);
        }
        self.make(Step::Configure { settings }, change)
    }

    /// What became of the mapped columns, in the description's order.
    pub fn columns(&self) -> &[ColumnFacts] {
        self.work.as_ref().map_or(&[], |work| &work.sheet.facts)
    }

    /// The description as it is now: as it was chosen, with the corrections that were made since. A session that is
    /// configured with it is where this one is.
    pub fn description(&self) -> Option<Import> {
        Some(self.work.as_ref()?.description(self.table()?))
    }

    /// The same with every format resolved that the file could resolve.
    pub fn resolved(&self) -> Option<Import> {
        Some(self.work.as_ref()?.resolved(self.table()?))
    }

    /// The same without what belongs to single rows: corrected cells and left out rows travel in batches.
    pub fn to_open(&self) -> Option<&Import> {
        self.work.as_ref().map(|work| &work.sheet.import)
    }

    /// The requests by which the rows' identifiers are looked up, as far as answers are missing. When they are answered
    /// there may be more of them: all is known when there are none.
    pub fn lookups(&mut self) -> Vec<Vec<u8>> {
        self.work.as_mut().map_or_else(Vec::new, Work::lookups)
    }

    /// How many fingerprints the last lookups send.
    pub fn fingerprints(&self) -> usize {
        self.work
            .as_ref()
            .map_or(0, |work| work.matches.fingerprints())
    }

    /// Takes the answer to a lookup, by its position among the last [`lookups`](Self::lookups).
    pub fn matched(&mut self, lookup: usize, answer: &[u8]) -> Result<(), WireError> {
        match &mut self.work {
            Some(work) => work.matched(lookup, answer),
            None => Err(WireError::Malformed("it answers no request")),
        }
    }

    /// The requests for the values of contacts that differ from their rows, as far as these are not known. To be asked
    /// when every lookup is answered.
    pub fn wanted(&mut self) -> Vec<Vec<u8>> {
        let Some(work) = &mut self.work else {
            return Vec::new();
        };
        let ids = work.wanted();
        let fields = &work.matches.asked;
        let page = |ids: &[u64]| ValuesRequest {
            fields: fields.clone(),
            ids: ids.to_vec(),
        };
        ids.chunks(VALUES_PAGE)
            .map(|ids| page(ids).encode())
            .collect()
    }

    /// Takes an answer to one of the requests for values.
    pub fn valued(&mut self, answer: &[u8]) -> Result<(), WireError> {
        match &mut self.work {
            Some(work) => work.valued(answer),
            None => Err(WireError::Malformed("it answers no request")),
        }
    }

    /// Gives every row its outcome. A contact that has vanished since it was looked up counts as not there.
    pub fn diff(&mut self) {
        if let Some(work) = &mut self.work {
            work.compare();
        }
    }

    /// How many rows have which outcome.
    pub fn counts(&self) -> Counts {
        self.compared()
            .map_or_else(Counts::default, |(_, verdicts)| verdicts.counts)
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

    /// How many batches there are; none as long as too many tags would be created.
    pub fn batches(&self) -> usize {
        if self.too_many_tags().is_some() {
            return 0;
        }
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

    /// Counts the bytes of one more batch, so that whoever has something else to do needn't wait for all. Whether there
    /// was one: those in which nothing changed are counted once.
    pub fn weigh(&mut self) -> bool {
        let batches = self.batches();
        let sizes = self.work.as_ref().map_or(&[][..], |work| &work.sizes);
        let unknown = |&number: &usize| sizes.get(number).is_none_or(Option::is_none);
        let Some(number) = (0..batches).find(unknown) else {
            return false;
        };
        let size = self.batch(number).len();
        if let Some(work) = &mut self.work {
            work.sizes.resize(batches, None);
            work.sizes[number] = Some(size);
        }
        true
    }

    /// The bytes of all batches.
    pub fn bytes_to_send(&mut self) -> usize {
        while self.weigh() {}
        let sizes = self.compared().map(|(work, _)| work.sizes.iter().flatten());
        sizes.map_or(0, Iterator::sum)
    }

    fn compared(&self) -> Option<(&Work, &Verdicts)> {
        let work = self.work.as_ref()?;
        Some((work, work.verdicts()?))
    }

    /// Makes a change, as a step that can be taken back; nothing for one that is none.
    fn make(&mut self, step: Step, change: Change) -> Result<(), InvalidImport> {
        let (Some(Ok(table)), Some(work)) = (&self.read, &mut self.work) else {
            return Err(InvalidImport("There is nothing to be corrected.".into()));
        };
        if !change.is_empty() {
            let back = work.apply(table, &self.limits, change)?;
            work.history.push(step, back);
        }
        Ok(())
    }
}
