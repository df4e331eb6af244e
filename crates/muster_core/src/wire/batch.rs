//! The message of the plan: a numbered part of an import.

use std::borrow::Cow;

use super::bytes::{Kind, Reader, Writer};
use super::{Bounds, WireError};
use crate::field::Identifier;
use crate::issue::Code;

/// A numbered part of an import: a contiguous range of rows, every row of it listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch<'a> {
    /// Position in the import, from 0.
    pub number: u32,
    /// Its rows, ascending by row number.
    pub rows: Vec<Row<'a>>,
}

/// A row of a [`Batch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The spreadsheet's row number.
    pub row: u32,
    /// What is to become of it.
    pub plan: RowPlan<'a>,
    /// Warnings of a row that is not an error: code and column.
    pub warnings: Vec<(Code, Option<u32>)>,
}

/// What is to become of a row. `slot` is a position in the import's `columns`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowPlan<'a> {
    /// A contact to be created.
    New {
        /// Canonical values by slot, ascending; empty ones absent; never the slot of the tags or the contact id.
        values: Vec<(u32, Cow<'a, str>)>,
        /// Names of its tags, the row's and the import's.
        tags: Vec<Cow<'a, str>>,
        /// The identifier that was looked for; none where the row has none ("add all").
        key: Option<Identifier>,
    },
    /// A contact to be changed.
    Updated {
        /// The contact.
        id: u64,
        /// Its version in the preview.
        version: u32,
        /// The row's key: kind and fingerprint.
        key: (Identifier, u64),
        /// Fields to be written, by slot, ascending.
        writes: Vec<Write<'a>>,
        /// Names of the tags that it gains.
        tags: Vec<Cow<'a, str>>,
    },
    /// A contact that is as the row says already.
    Unchanged {
        /// The contact.
        id: u64,
    },
    /// A row that is not imported, on purpose.
    Skipped {
        /// Why: [`Code::AlreadyExists`], [`Code::NotFound`], [`Code::DuplicateInFile`] or [`Code::LeftOut`].
        reason: Code,
        /// The contact, where one is known.
        id: Option<u64>,
        /// The identifier's canonical value, where no contact is known.
        identifier: Cow<'a, str>,
        /// [`Code::DuplicateInFile`]: the row that is kept.
        kept_row: Option<u32>,
    },
    /// A row that can't be imported.
    Error {
        /// Its errors, in order; at least one.
        issues: Vec<RowIssue<'a>>,
    },
}

/// A field to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    /// Position in the import's `columns`.
    pub slot: u32,
    /// The canonical value; none clears.
    pub value: Option<Cow<'a, str>>,
    /// [`crate::identity::value_print`] of the value in the preview (empty for none).
    pub previewed: u64,
}

/// An error of a row, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowIssue<'a> {
    /// What is wrong.
    pub code: Code,
    /// The column's index in the file.
    pub column: Option<u32>,
    /// The value, cut to [`crate::limits::Limits::issue_value_chars`].
    pub value: Cow<'a, str>,
    /// [`Code::AmbiguousMatch`]: the contacts, ten at most.
    pub ids: Vec<u64>,
    /// [`Code::DuplicateInFile`]: the row that is kept or came first.
    pub kept_row: Option<u32>,
}

const NEW: u8 = 0;
const UPDATED: u8 = 1;
const UNCHANGED: u8 = 2;
const SKIPPED: u8 = 3;
const ERROR: u8 = 4;

impl<'a> Batch<'a> {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Batch);
        writer.number(self.number);
        writer.count(self.rows.len());
        let mut last = 0_u32;
        for row in &self.rows {
            // Ascending numbers become small ones; what doesn't ascend stays what it is, for the check to refuse.
            writer.number(row.row.wrapping_sub(last));
            last = row.row;
            write_plan(&mut writer, &row.plan);
            writer.count(row.warnings.len());
            for &(code, column) in &row.warnings {
                writer.byte(code.number());
                writer.optional(column.map(u64::from));
            }
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are rows.
    pub fn decode(bytes: &'a [u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::Batch, bytes, bounds)?;
        let number = reader.small()?;
        let count = reader.items(4)?;
        let mut last = 0_u32;
        let rows = reader.many(count, |reader| {
            last = last.wrapping_add(reader.small()?);
            let plan = read_plan(reader)?;
            let count = reader.count(2)?;
            let warnings = reader.many(count, |reader| {
                Ok((code(reader)?, reader.optional_small()?))
            })?;
            Ok(Row {
                row: last,
                plan,
                warnings,
            })
        })?;
        reader.finish()?;
        Ok(Self { number, rows })
    }
}

fn write_plan(writer: &mut Writer, plan: &RowPlan<'_>) {
    match plan {
        RowPlan::New { values, tags, key } => {
            writer.byte(NEW);
            writer.optional(key.map(|key| u64::from(kind_number(key))));
            writer.count(values.len());
            for (slot, value) in values {
                writer.number(*slot);
                writer.text(value);
            }
            writer.texts(tags);
        }
        RowPlan::Updated {
            id,
            version,
            key: (kind, print),
            writes,
            tags,
        } => {
            writer.byte(UPDATED);
            writer.number(*id);
            writer.number(*version);
            writer.byte(kind_number(*kind));
            writer.word(*print);
            writer.count(writes.len());
            for write in writes {
                writer.number(write.slot);
                writer.word(write.previewed);
                writer.byte(u8::from(write.value.is_some()));
                if let Some(value) = &write.value {
                    writer.text(value);
                }
            }
            writer.texts(tags);
        }
        RowPlan::Unchanged { id } => {
            writer.byte(UNCHANGED);
            writer.number(*id);
        }
        RowPlan::Skipped {
            reason,
            id,
            identifier,
            kept_row,
        } => {
            writer.byte(SKIPPED);
            writer.byte(reason.number());
            writer.optional(*id);
            writer.text(identifier);
            writer.optional(kept_row.map(u64::from));
        }
        RowPlan::Error { issues } => {
            writer.byte(ERROR);
            writer.count(issues.len());
            for issue in issues {
                writer.byte(issue.code.number());
                writer.optional(issue.column.map(u64::from));
                writer.text(&issue.value);
                writer.count(issue.ids.len());
                for &id in &issue.ids {
                    writer.number(id);
                }
                writer.optional(issue.kept_row.map(u64::from));
            }
        }
    }
}

fn read_plan<'a>(reader: &mut Reader<'a>) -> Result<RowPlan<'a>, WireError> {
    Ok(match reader.byte()? {
        NEW => {
            let key = reader.optional()?.map(kind_of).transpose()?;
            let count = reader.count(2)?;
            let values =
                reader.many(count, |reader| Ok((reader.small()?, reader.text()?.into())))?;
            RowPlan::New {
                values,
                tags: reader.texts()?,
                key,
            }
        }
        UPDATED => RowPlan::Updated {
            id: reader.number()?,
            version: reader.small()?,
            key: (kind_of(u64::from(reader.byte()?))?, reader.word()?),
            writes: {
                let count = reader.count(10)?;
                reader.many(count, read_write)?
            },
            tags: reader.texts()?,
        },
        UNCHANGED => RowPlan::Unchanged {
            id: reader.number()?,
        },
        SKIPPED => RowPlan::Skipped {
            reason: code(reader)?,
            id: reader.optional()?,
            identifier: reader.text()?.into(),
            kept_row: reader.optional_small()?,
        },
        ERROR => {
            let count = reader.count(5)?;
            RowPlan::Error {
                issues: reader.many(count, read_issue)?,
            }
        }
        _ => return Err(WireError::Malformed("an outcome is not known")),
    })
}

fn read_write<'a>(reader: &mut Reader<'a>) -> Result<Write<'a>, WireError> {
    Ok(Write {
        slot: reader.small()?,
        previewed: reader.word()?,
        value: match reader.byte()? {
            0 => None,
            1 => Some(reader.text()?.into()),
            _ => return Err(WireError::Malformed("a flag is neither 0 nor 1")),
        },
    })
}

fn read_issue<'a>(reader: &mut Reader<'a>) -> Result<RowIssue<'a>, WireError> {
    Ok(RowIssue {
        code: code(reader)?,
        column: reader.optional_small()?,
        value: reader.text()?.into(),
        ids: {
            let count = reader.count(1)?;
            reader.many(count, Reader::number)?
        },
        kept_row: reader.optional_small()?,
    })
}

fn code(reader: &mut Reader<'_>) -> Result<Code, WireError> {
    Code::from_number(reader.byte()?).ok_or(WireError::Malformed("an issue code is not known"))
}

const fn kind_number(kind: Identifier) -> u8 {
    kind as u8
}

fn kind_of(number: u64) -> Result<Identifier, WireError> {
    usize::try_from(number)
        .ok()
        .and_then(|number| Identifier::ALL.get(number).copied())
        .ok_or(WireError::Malformed("an identifier is not known"))
}
