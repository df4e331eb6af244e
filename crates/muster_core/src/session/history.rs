//! What a person did, step by step, and how it is taken back.

use serde::Serialize;

use super::sheet::Cell;
use crate::import::{Import, Repair};
use crate::issue::Code;

/// Steps that are kept; older ones can't be taken back.
const STEPS: usize = 200;

/// A change of the description, as far as it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// What is described apart from single rows.
    pub(crate) import: Option<Box<Import>>,
    /// Cells and their texts; none for the file's own.
    pub(crate) cells: Vec<Cell>,
    /// Rows, and whether they are left out.
    pub(crate) rows: Vec<(u32, bool)>,
}

impl Change {
    pub(crate) fn is_empty(&self) -> bool {
        self.import.is_none() && self.cells.is_empty() && self.rows.is_empty()
    }
}

/// What was done in one step, to be put into words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// A cell was corrected, or its correction taken back.
    Edit {
        /// The spreadsheet's row number.
        row: u32,
        /// Position in the file, from 0.
        column: u32,
    },
    /// Rows were left out.
    LeaveOut {
        /// How many.
        rows: u32,
    },
    /// Rows were brought back.
    BringBack {
        /// How many.
        rows: u32,
    },
    /// A repair was made.
    Repair {
        /// Its id.
        id: String,
        /// What had been found.
        code: Code,
        /// Position in the file; none for whole rows.
        column: Option<u32>,
        /// Cells or rows that it was made for.
        count: u32,
    },
    /// The description was changed.
    Configure {
        /// What of it, in the order of [`Setting`].
        settings: Vec<Setting>,
    },
}

/// A part of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// What the import may do.
    Purpose,
    /// By what contacts are found.
    Identifiers,
    /// Which of several rows counts.
    Duplicates,
    /// The country of numbers that say none.
    DefaultCountry,
    /// The import's tags.
    Tags,
    /// Fields that are created, and their options.
    Fields,
    /// What an import may do to a field.
    Rules,
    /// Which column feeds which field.
    Mapping,
    /// What a column may do to stored values.
    Policy,
    /// What an invalid cell does.
    Invalid,
    /// How a column's values are written.
    Format,
    /// What is done about many cells at once.
    Repairs,
    /// Corrected cells and rows that are left out.
    Rows,
}

/// What differs between two descriptions, but for single rows.
pub(crate) fn settings(old: &Import, new: &Import) -> Vec<Setting> {
    let columns = |of: fn(&crate::import::Column) -> String| {
        let all = |import: &Import| import.columns.iter().map(of).collect::<Vec<_>>();
        all(old) != all(new)
    };
    let differs = [
        (old.purpose != new.purpose, Setting::Purpose),
        (old.identifiers != new.identifiers, Setting::Identifiers),
        (old.duplicates != new.duplicates, Setting::Duplicates),
        (
            old.default_country != new.default_country,
            Setting::DefaultCountry,
        ),
        (old.tags != new.tags, Setting::Tags),
        (old.fields != new.fields, Setting::Fields),
        (old.rules != new.rules, Setting::Rules),
        (
            columns(|column| format!("{}:{}", column.index, column.field)),
            Setting::Mapping,
        ),
        (
            columns(|column| format!("{}:{:?}", column.index, column.policy)),
            Setting::Policy,
        ),
        (
            columns(|column| format!("{}:{:?}", column.index, column.invalid)),
            Setting::Invalid,
        ),
        (
            columns(|column| format!("{}:{:?}", column.index, column.format)),
            Setting::Format,
        ),
        (old.repairs != new.repairs, Setting::Repairs),
    ];
    let is_mapping = differs[7].0;
    differs
        .into_iter()
        // A column that came or went has another policy, too, and that says nothing.
        .filter(|(_, setting)| {
            !is_mapping
                || !matches!(
                    setting,
                    Setting::Policy | Setting::Invalid | Setting::Format
                )
        })
        .filter_map(|(differs, setting)| differs.then_some(setting))
        .collect()
}

/// The steps that can be taken back, and those that were.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    done: Vec<(Step, Change)>,
    undone: Vec<(Step, Change)>,
}

impl History {
    /// A step was made, which `back` takes back.
    pub(crate) fn push(&mut self, step: Step, back: Change) {
        self.undone.clear();
        if self.done.len() == STEPS {
            self.done.remove(0);
        }
        self.done.push((step, back));
    }

    pub(crate) fn last(&self, undone: bool) -> Option<&(Step, Change)> {
        match undone {
            true => self.undone.last(),
            false => self.done.last(),
        }
    }

    /// The last step was taken back, or made once more; `back` is the way back from there.
    pub(crate) fn turn(&mut self, undone: bool, back: Change) {
        let (from, to) = match undone {
            true => (&mut self.undone, &mut self.done),
            false => (&mut self.done, &mut self.undone),
        };
        if let Some((step, _)) = from.pop() {
            to.push((step, back));
        }
    }
}

/// The description with one more repair.
pub(crate) fn with_repair(import: &Import, repair: Repair) -> Import {
    let mut import = import.clone();
    if !import.repairs.contains(&repair) {
        import.repairs.push(repair);
    }
    import
}
