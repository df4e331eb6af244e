//! A file together with a description: what is known, and what a change makes to be found out again.

use super::Workspace;
use super::history::{Change, History};
use super::index::Index;
use super::matches::Matches;
use super::setup::Setup;
use super::sheet::{Again, Ground, Sheet};
use super::verdicts::{Verdicts, Which};
use crate::column::Source;
use crate::identity::{Map, Set};
use crate::import::{Edit, Import, InvalidImport};
use crate::limits::Limits;
use crate::order::sort_apart;
use crate::parse::Table;

/// A file together with a description.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) workspace: Workspace,
    pub(crate) sheet: Sheet,
    pub(crate) matches: Matches,
    /// The description as it was given, but for corrected cells and left out rows.
    pub(crate) chosen: Import,
    pub(crate) history: History,
    /// Who has which fingerprint, as of so many finds.
    index: Option<(usize, Index)>,
    verdicts: Option<Verdicts>,
    /// What the verdicts don't know of yet.
    stale: Stale,
    /// The requests that the last lookups were.
    asked_pages: Vec<usize>,
    /// Contacts whose values were asked for.
    asked_values: Set<u64>,
    /// Whether every row has its outcome.
    is_compared: bool,
    /// Bytes of the batches, as far as they were counted.
    pub(crate) sizes: Vec<Option<usize>>,
    /// Rows that were judged and compared so far.
    pub(crate) rows_done: (u64, u64),
}

/// What is to be done again.
#[derive(Clone, Debug)]
struct Stale {
    again: Again,
    rows: Vec<u32>,
}

impl Work {
    /// Reads a file as a description says.
    pub(crate) fn new(
        table: &Table,
        limits: &Limits,
        import: &Import,
        workspace: &Workspace,
    ) -> Result<Self, InvalidImport> {
        let setup = Setup::new(import, &workspace.fields, limits, Some(table.width()))?;
        let ground = Ground {
            table,
            limits,
            key: &workspace.key,
        };
        let sheet = Sheet::read(ground, import, setup, &workspace.tags)?;
        Ok(Self {
            matches: Matches::new(sheet.setup.asked()),
            chosen: without_rows(import),
            workspace: workspace.clone(),
            sheet,
            history: History::default(),
            index: None,
            verdicts: None,
            stale: Stale {
                again: Again::All,
                rows: Vec::new(),
            },
            asked_pages: Vec::new(),
            asked_values: Set::default(),
            is_compared: false,
            sizes: Vec::new(),
            rows_done: (0, 0),
        })
    }

    /// The file with the corrections of this description.
    pub(crate) fn source<'a>(&'a self, table: &'a Table) -> Source<'a> {
        Source {
            table,
            edits: &self.sheet.edits,
        }
    }

    /// Makes a change; the one that takes it back is returned.
    pub(crate) fn apply(
        &mut self,
        table: &Table,
        limits: &Limits,
        change: Change,
    ) -> Result<Change, InvalidImport> {
        let mut back = Change::default();
        if let Some(import) = change.import {
            let fields = &self.workspace.fields;
            let setup = Setup::new(&import, fields, limits, Some(table.width()))?;
            self.remap(table, limits, &import, setup);
            let before = std::mem::replace(&mut self.chosen, *import);
            back.import = Some(Box::new(before));
        }
        if !change.cells.is_empty() || !change.rows.is_empty() {
            back.cells = (change.cells.iter())
                .map(|(row, column, _)| {
                    let before = self.sheet.edits.get(&(*row, *column));
                    (*row, *column, before.cloned())
                })
                .collect();
            back.rows = (change.rows.iter())
                .map(|&(row, _)| (row, self.sheet.is_left_out(row as usize)))
                .collect();
            let key = self.workspace.key;
            let ground = ground(table, limits, &key);
            let touched = self.sheet.correct(ground, &change.cells, &change.rows);
            match touched {
                Some(rows) => {
                    self.matches.touch(&rows);
                    self.stale.rows.extend(rows);
                }
                None => {
                    self.matches.touch_all();
                    self.stale.again = Again::All;
                }
            }
        }
        self.is_compared = false;
        Ok(back)
    }

    fn remap(&mut self, table: &Table, limits: &Limits, import: &Import, setup: Setup) {
        let key = self.workspace.key;
        let ground = ground(table, limits, &key);
        let again = self.sheet.remap(ground, import, setup);
        self.stale.again = self.stale.again.max(again);
        if again < Again::All {
            return;
        }
        let asked = self.sheet.setup.asked();
        // Answers are about the asked fields, in their order. Where no field is asked nothing is compared.
        let serves = asked.is_empty() || asked == self.matches.asked;
        if serves && self.matches.is_answered() {
            self.sheet.fit_keys(ground);
            self.matches.touch_all();
            if self.sheet.keys.is_mostly_known() {
                return;
            }
        }
        self.sheet.find_keys(ground);
        self.matches = Matches::new(asked);
        self.index = None;
        self.asked_pages.clear();
        self.asked_values.clear();
    }

    /// The requests whose answers are missing. With the answers there may be more.
    pub(crate) fn lookups(&mut self) -> Vec<Vec<u8>> {
        self.matches.is_complete(&self.sheet);
        self.asked_pages = self.matches.unanswered().collect();
        let pages = self.asked_pages.iter();
        pages.map(|&page| self.matches.request(page)).collect()
    }

    /// Takes the answer to one of the requests of the last [`Self::lookups`].
    pub(crate) fn matched(
        &mut self,
        lookup: usize,
        answer: &[u8],
    ) -> Result<(), crate::wire::WireError> {
        let page = self.asked_pages.get(lookup).copied().unwrap_or(usize::MAX);
        let Sheet { keys, tags, .. } = &mut self.sheet;
        self.matches.take(page, answer, keys, tags)?;
        self.is_compared = false;
        Ok(())
    }

    /// Takes an answer to one of the requests for values.
    pub(crate) fn valued(&mut self, answer: &[u8]) -> Result<(), crate::wire::WireError> {
        self.is_compared = false;
        self.matches.take_values(answer, &mut self.sheet.tags)
    }

    /// Brings the verdicts up to where the contacts' values decide, once every lookup is answered.
    fn settle(&mut self) -> bool {
        if !self.matches.is_complete(&self.sheet) {
            return false;
        }
        let Self {
            sheet,
            matches,
            index,
            verdicts,
            stale,
            rows_done: (judged, _),
            ..
        } = self;
        let finds = matches.finds();
        index.take_if(|(known, _)| *known != finds);
        let (_, index) = index.get_or_insert_with(|| (finds, Index::new(matches, &sheet.keys)));
        let rows = sorted(std::mem::take(&mut stale.rows));
        // Where many rows are touched, going through all of them is less.
        let again = match stale.again {
            again if rows.len() > sheet.decided.len() / 4 => again.max(Again::All),
            again => again,
        };
        stale.again = Again::Nothing;
        match verdicts {
            Some(verdicts) if again == Again::Rivals => {
                *judged += rows.len() as u64;
                verdicts.settle_again(sheet, matches, index, &rows);
            }
            Some(verdicts) if again < Again::Rivals => {
                if !rows.is_empty() {
                    *judged += rows.len() as u64;
                    verdicts.update(sheet, matches, index, &rows);
                }
                if again == Again::Values {
                    verdicts.compare_again(sheet, matches);
                }
            }
            _ => {
                *judged += sheet.decided.len() as u64;
                *verdicts = Some(Verdicts::new(sheet, matches, index));
            }
        }
        true
    }

    /// The contacts whose values are missing. From now on they count as asked for.
    pub(crate) fn wanted(&mut self) -> Vec<u64> {
        if !self.settle() {
            return Vec::new();
        }
        let ids = self.unknown();
        self.asked_values.extend(&ids);
        ids
    }

    fn unknown(&self) -> Vec<u64> {
        let verdicts = self.verdicts.as_ref();
        verdicts.map_or_else(Vec::new, |verdicts| verdicts.wanted(&self.matches))
    }

    /// Gives every row its outcome, once all answers are there.
    pub(crate) fn compare(&mut self) {
        if !self.settle() || self.is_compared {
            return;
        }
        if self
            .unknown()
            .iter()
            .any(|id| !self.asked_values.contains(id))
        {
            return;
        }
        let Some(verdicts) = &mut self.verdicts else {
            return;
        };
        let compared = verdicts.compare(&mut self.sheet, &self.matches);
        self.rows_done.1 += compared.many;
        self.resize(&compared.rows);
        if !compared.gone.is_empty() {
            self.matches.gone.extend(compared.gone);
            self.stale.again = Again::All;
            return self.compare();
        }
        self.is_compared = true;
    }

    /// Forgets the sizes of the batches that hold these rows.
    fn resize(&mut self, rows: &Which) {
        match rows {
            Which::All => self.sizes.clear(),
            Which::Some(rows) => {
                for &row in rows {
                    if let Some(size) = self.sizes.get_mut(row as usize / crate::plan::ROWS) {
                        *size = None;
                    }
                }
            }
        }
    }

    /// The verdicts, once all rows have theirs.
    pub(crate) fn verdicts(&self) -> Option<&Verdicts> {
        self.verdicts.as_ref().filter(|_| self.is_compared)
    }

    /// The description as it is now: as it was chosen, with what was corrected since.
    pub(crate) fn description(&self, table: &Table) -> Import {
        self.with_rows(table, &self.chosen)
    }

    /// The same with everything resolved that was left open.
    pub(crate) fn resolved(&self, table: &Table) -> Import {
        self.with_rows(table, &self.sheet.import)
    }

    fn with_rows(&self, table: &Table, import: &Import) -> Import {
        let mut edited: Vec<(u32, u32)> = self.sheet.edits.keys().copied().collect();
        sort_apart(&mut edited);
        let edits = edited.iter().filter_map(|&(row, column)| {
            Some(Edit {
                row: table.row_number(row as usize),
                column,
                value: self.sheet.edits.get(&(row, column))?.clone(),
            })
        });
        let left_out = (0..table.rows())
            .filter(|&row| self.sheet.is_left_out(row))
            .map(|row| table.row_number(row))
            .collect();
        Import {
            edits: edits.collect(),
            left_out,
            ..import.clone()
        }
    }

    /// What leads from here to a description.
    pub(crate) fn change_to(
        &self,
        table: &Table,
        import: &Import,
    ) -> Result<Change, InvalidImport> {
        let described = without_rows(import);
        let edits = super::sheet::edits(table, import)?;
        let differ = |(at, text): (&(u32, u32), &String)| {
            (edits.get(at) != Some(text)).then(|| (at.0, at.1, edits.get(at).cloned()))
        };
        let new = |(at, text): (&(u32, u32), &String)| {
            let is_new = !self.sheet.edits.contains_key(at);
            is_new.then(|| (at.0, at.1, Some(text.clone())))
        };
        let mut cells: Vec<_> = self.sheet.edits.iter().filter_map(differ).collect();
        cells.extend(edits.iter().filter_map(new));
        let mut is_out: Map<u32, bool> = Map::default();
        for &number in &import.left_out {
            is_out.insert(super::sheet::find_row(table, number)? as u32, true);
        }
        let rows = (0..table.rows() as u32)
            .map(|row| (row, is_out.contains_key(&row)))
            .filter(|&(row, is_out)| self.sheet.is_left_out(row as usize) != is_out)
            .collect();
        Ok(Change {
            import: (described != self.chosen).then(|| Box::new(described)),
            cells,
            rows,
        })
    }
}

fn ground<'a>(table: &'a Table, limits: &'a Limits, key: &'a crate::identity::Key) -> Ground<'a> {
    Ground { table, limits, key }
}

fn sorted(mut rows: Vec<u32>) -> Vec<u32> {
    sort_apart(&mut rows);
    rows
}

/// The description without what belongs to single rows.
fn without_rows(import: &Import) -> Import {
    Import {
        edits: Vec::new(),
        left_out: Vec::new(),
        ..import.clone()
    }
}
