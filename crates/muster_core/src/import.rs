//! One description of an import: it serves the page, the server, the tests and the command line.
//! The shape is plain data; whoever reads or writes it as JSON brings the JSON.

use serde::{Deserialize, Serialize};

use crate::field::{FieldType, Identifier, Rule};
use crate::issue::Code;

/// What an import may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Add new contacts only.
    Add,
    /// Update existing contacts only.
    Update,
    /// Add and update.
    AddAndUpdate,
    /// Add all despite duplicates.
    AddAll,
}

impl Purpose {
    /// Whether rows may become new contacts.
    pub const fn adds(self) -> bool {
        !matches!(self, Self::Update)
    }

    /// Whether rows may change contacts that exist.
    pub const fn updates(self) -> bool {
        matches!(self, Self::Update | Self::AddAndUpdate)
    }
}

/// Which of several rows about the same contact counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// The first; the others are skipped.
    #[default]
    KeepFirst,
    /// The last; the others are skipped.
    KeepLast,
    /// None: all are errors.
    RejectAll,
}

/// What a column may do to a stored value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// A value replaces, an empty cell keeps.
    #[default]
    Overwrite,
    /// A value only fills.
    DoNotOverwrite,
    /// A value replaces, an empty cell clears.
    OverwriteAndClear,
}

/// What an invalid cell does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// Its row is an error.
    #[default]
    RejectRow,
    /// The cell counts as missing, with a warning.
    LeaveOut,
}

/// How a column's values are written where that is not plain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Found from the column.
    #[default]
    Auto,
    /// Dates: day first.
    Dmy,
    /// Dates: month first.
    Mdy,
    /// Numbers: decimal comma.
    Comma,
    /// Numbers: decimal point.
    Point,
    /// Phones: bare numbers begin with the country code.
    International,
    /// Phones: bare numbers are as dialled within the country.
    National,
    /// Full names: first name up to the first space.
    FirstSpace,
    /// Full names: first name up to the last space.
    LastSpace,
}

/// A column of the file that is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Position in the file, from 0.
    pub index: u32,
    /// The field's key.
    pub field: String,
    /// What it may do to stored values.
    #[serde(default)]
    pub policy: Policy,
    /// What an invalid cell does.
    #[serde(default)]
    pub invalid: Invalid,
    /// How its values are written.
    #[serde(default)]
    pub format: Format,
}

/// A custom field that the import maps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportField {
    /// The field's key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The options of a list.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether commit creates it.
    #[serde(default)]
    pub create: bool,
    /// What commit adds to a list.
    #[serde(default)]
    pub new_options: Vec<String>,
}

/// How the file is to be read: `auto`, or what a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FileChoice {
    /// `auto` or one of the WHATWG's labels of an encoding.
    pub encoding: String,
    /// `auto` or one character.
    pub delimiter: String,
    /// Where the header is.
    pub header_row: HeaderRow,
}

impl Default for FileChoice {
    fn default() -> Self {
        Self {
            encoding: "auto".into(),
            delimiter: "auto".into(),
            header_row: HeaderRow::Auto(Auto::Auto),
        }
    }
}

/// The header is among this many records, or there is none.
pub const HEADER_ROWS: u32 = 20;

/// Which record is the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum HeaderRow {
    /// The first record that isn't blank.
    Auto(Auto),
    /// A record's row number; 0 for none.
    Row(u32),
}

/// The word `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Auto {
    /// Found from the content.
    Auto,
}

/// A cell that a person corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The spreadsheet's row number.
    pub row: u32,
    /// Position in the file, from 0.
    pub column: u32,
    /// The new text of the cell.
    pub value: String,
}

/// What is done at once about all cells of a column of which the same was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// What was found.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub code: Code,
    /// Position of the column in the file, from 0.
    pub column: u32,
    /// What is done.
    pub kind: RepairKind,
}

/// What a [`Repair`] does to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RepairKind {
    /// It is read as what is suggested for it.
    Suggestion,
    /// It counts as empty.
    Empty,
    /// It is read without its per cent sign.
    Percent,
}

/// An import: what is to become of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// What it may do.
    pub purpose: Purpose,
    /// By what contacts are found, in order; not for [`Purpose::AddAll`].
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// Which of several rows about the same contact counts.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// The country of phone numbers that say none, alpha-2.
    #[serde(default)]
    pub default_country: Option<String>,
    /// Tags for every new and matched row.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The custom fields that it maps.
    #[serde(default)]
    pub fields: Vec<ImportField>,
    /// Fields that aren't open, by key.
    #[serde(default)]
    pub rules: std::collections::BTreeMap<String, Rule>,
    /// The columns that it maps.
    pub columns: Vec<Column>,
    /// How the file is read.
    #[serde(default)]
    pub file: FileChoice,
    /// What is done about many cells at once; no values of cells, so that it may serve another file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
    /// Corrected cells.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// Rows that the person left out.
    #[serde(default)]
    pub left_out: Vec<u32>,
}

/// Why a description cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidImport(pub String);
