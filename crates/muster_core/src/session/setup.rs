//! A description, checked: what can't be carried out is refused with a sentence, the rest laid out by column.

mod fields;

use crate::field::{self, Field, FieldType, Identifier, Rule};
use crate::import::{
    Column, Duplicates, Format, HEADER_ROWS, HeaderRow, Import, Invalid, InvalidImport, Policy,
    Purpose,
};
use crate::limits::Limits;
use crate::parse::encoding;
use crate::value::{Part, Reader, Reading, fold, tags, trim};
use fields::known_fields;

/// A column of the file and the field that it feeds.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    /// Position in the description.
    pub(crate) position: usize,
    /// Position in the file.
    pub(crate) index: u32,
    pub(crate) field: Field,
    /// What the column's full names have for the field, where they are such.
    pub(crate) part: Option<Part>,
    /// The identifier that the field is, whether contacts are looked for by it or not.
    pub(crate) kind: Option<Identifier>,
    /// The chosen policy within the field's rule.
    pub(crate) policy: Policy,
    pub(crate) invalid: Invalid,
    pub(crate) format: Format,
}

/// A description that can be carried out.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) purpose: Purpose,
    /// In order; none when all rows are added.
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) duplicates: Duplicates,
    /// Canonical.
    pub(crate) default_country: Option<String>,
    /// The import's tags, each once without case.
    pub(crate) tags: Vec<String>,
    /// In the description's order, a column of full names as first and last name: a position here is a slot.
    pub(crate) mapped: Vec<Mapped>,
    /// Slots of fields with stored values: neither the tags nor the contact id.
    pub(crate) stored: Vec<usize>,
}

fn invalid<T>(sentence: impl Into<String>) -> Result<T, InvalidImport> {
    Err(InvalidImport(sentence.into()))
}

impl Setup {
    /// Checks a description against the fields of the workspace and, where it is known, the width of the file.
    pub(crate) fn new(
        import: &Import,
        fields: &[Field],
        limits: &Limits,
        width: Option<usize>,
    ) -> Result<Self, InvalidImport> {
        check_file(import)?;
        let identifiers = identifiers(import)?;
        let known = known_fields(import, fields, limits)?;
        let mut mapped: Vec<Mapped> = Vec::with_capacity(import.columns.len());
        for (position, column) in import.columns.iter().enumerate() {
            if mapped.iter().any(|other| other.index == column.index) {
                return invalid(format!(
                    "Column {} is mapped twice: a column feeds one field.",
                    column.index
                ));
            }
            for (key, part) in targets(column) {
                let target = (position, key, part);
                let next = map(column, target, import, &identifiers, &known, width)?;
                if mapped.iter().any(|other| other.field.key == next.field.key) {
                    return invalid(format!(
                        "“{}” is mapped twice: a field is fed by one column.",
                        next.field.name
                    ));
                }
                mapped.push(next);
            }
        }
        if mapped.is_empty() {
            return invalid("No column is mapped: choose at least one.");
        }
        let slot_of = |key: &str| mapped.iter().position(|mapped| mapped.field.key == key);
        for identifier in &identifiers {
            if slot_of(identifier.key()).is_none() {
                return invalid(format!(
                    "Contacts are to be found by “{}”, but no column is mapped to it.",
                    name_of(identifier.key())
                ));
            }
        }
        if import.purpose.adds() && slot_of(field::FIRST_NAME).is_none() {
            return invalid("New contacts need a First Name, but no column is mapped to it.");
        }
        let has_stored_value = |slot: &usize| {
            !matches!(
                mapped[*slot].field.kind,
                FieldType::Tags | FieldType::ContactId
            )
        };
        Ok(Self {
            purpose: import.purpose,
            identifiers,
            duplicates: import.duplicates,
            default_country: country(import, limits)?,
            tags: import_tags(import, limits)?,
            stored: (0..mapped.len()).filter(has_stored_value).collect(),
            mapped,
        })
    }

    /// The slot of a field.
    pub(crate) fn slot(&self, key: &str) -> Option<usize> {
        self.mapped
            .iter()
            .position(|mapped| mapped.field.key == key)
    }

    /// The policies that a slot can have.
    pub(crate) fn policies(&self, slot: usize) -> impl Iterator<Item = Policy> + use<> {
        let mapped = &self.mapped[slot];
        let identifies = mapped
            .kind
            .is_some_and(|kind| self.identifiers.contains(&kind));
        let is_open = mapped.field.rule == Rule::Open;
        let may_clear = is_open && !identifies && mapped.field.key != field::FIRST_NAME;
        [
            (is_open, Policy::Overwrite),
            (true, Policy::DoNotOverwrite),
            (may_clear, Policy::OverwriteAndClear),
        ]
        .into_iter()
        .filter_map(|(is_possible, policy)| is_possible.then_some(policy))
    }

    /// The slot that a column of the file feeds, the first one of two.
    pub(crate) fn slot_of_column(&self, index: u32) -> Option<usize> {
        self.mapped.iter().position(|mapped| mapped.index == index)
    }

    /// The keys of the fields whose stored values decide about an update.
    pub(crate) fn asked(&self) -> Vec<String> {
        if !self.purpose.updates() {
            return Vec::new();
        }
        self.stored
            .iter()
            .map(|&slot| self.mapped[slot].field.key.clone())
            .collect()
    }
}

fn check_file(import: &Import) -> Result<(), InvalidImport> {
    let label = import.file.encoding.as_str();
    if label != "auto" && encoding(label).is_none() {
        return invalid(format!("No encoding is called “{label}”."));
    }
    if matches!(import.file.header_row, HeaderRow::Row(number) if number > HEADER_ROWS) {
        return invalid(format!(
            "The header is one of the first {HEADER_ROWS} rows."
        ));
    }
    if !matches!(
        import.file.delimiter.as_str(),
        "auto" | "," | ";" | "\t" | "|"
    ) {
        return invalid("The delimiter is “auto”, a comma, a semicolon, a tab or a pipe.");
    }
    Ok(())
}

fn identifiers(import: &Import) -> Result<Vec<Identifier>, InvalidImport> {
    let all = &import.identifiers;
    if all.contains(&Identifier::ContactId) && !import.purpose.updates() {
        return invalid("Contact ID finds contacts only where contacts are updated.");
    }
    if import.purpose == Purpose::AddAll {
        return Ok(Vec::new());
    }
    if all.is_empty() {
        return invalid("Choose at least one identifier: Contact ID, Phone Number or Email.");
    }
    for (at, identifier) in all.iter().enumerate() {
        if all[..at].contains(identifier) {
            return invalid(format!(
                "The identifier “{}” is chosen twice.",
                name_of(identifier.key())
            ));
        }
    }
    Ok(all.clone())
}

/// The fields that a column feeds.
pub(crate) fn targets(column: &Column) -> Vec<(&str, Option<Part>)> {
    match column.field.as_str() {
        field::FULL_NAME => vec![
            (field::FIRST_NAME, Some(Part::First)),
            (field::LAST_NAME, Some(Part::Last)),
        ],
        key => vec![(key, None)],
    }
}

fn map(
    column: &Column,
    (position, key, part): (usize, &str, Option<Part>),
    import: &Import,
    identifiers: &[Identifier],
    known: &[Field],
    width: Option<usize>,
) -> Result<Mapped, InvalidImport> {
    if width.is_some_and(|width| column.index as usize >= width) {
        return invalid(format!("The file has no column {}.", column.index));
    }
    let Some(field) = known.iter().find(|field| field.key == key) else {
        return invalid(format!("There is no field “{key}”."));
    };
    let name = &field.name;
    if field.rule == Rule::Closed {
        return invalid(format!("“{name}” is closed to imports."));
    }
    check_format(field, part, column.format)?;
    let kind = Identifier::from_key(&field.key);
    let identifies = kind.is_some_and(|kind| identifiers.contains(&kind));
    if kind == Some(Identifier::ContactId) && !identifies {
        return invalid(if import.purpose.updates() {
            "Contact ID can only be mapped when contacts are found by it."
        } else {
            "Contact ID can't be mapped when contacts are only added."
        });
    }
    if column.policy == Policy::OverwriteAndClear {
        if identifies || field.key == field::FIRST_NAME {
            return invalid(format!("“{name}” can't be cleared by an import."));
        }
        if field.kind == FieldType::Tags {
            return invalid("Tags are only ever added: they have no policy.");
        }
    }
    if column.invalid == Invalid::LeaveOut && identifies {
        return invalid(format!(
            "Invalid cells of “{name}” can't be left out: contacts are found by it."
        ));
    }
    Ok(Mapped {
        position,
        index: column.index,
        part,
        kind,
        policy: match field.rule {
            Rule::OnlyWhereEmpty => Policy::DoNotOverwrite,
            Rule::Open | Rule::Closed => column.policy,
        },
        invalid: column.invalid,
        format: match (part, column.format) {
            (Some(_), Format::Auto) => Format::FirstSpace,
            (_, format) => format,
        },
        field: field.clone(),
    })
}

fn check_format(field: &Field, part: Option<Part>, format: Format) -> Result<(), InvalidImport> {
    match (format, field.kind) {
        (Format::FirstSpace | Format::LastSpace, _) if part.is_some() => Ok(()),
        (Format::Auto, _)
        | (Format::International | Format::National, FieldType::Phone)
        | (Format::Dmy | Format::Mdy, FieldType::Date)
        | (Format::Comma | Format::Point, FieldType::Number) => Ok(()),
        _ => invalid(format!(
            "The chosen format doesn't fit the values of “{}”.",
            field.name
        )),
    }
}

fn country(import: &Import, limits: &Limits) -> Result<Option<String>, InvalidImport> {
    let Some(name) = &import.default_country else {
        return Ok(None);
    };
    let field = Field {
        key: field::COUNTRY.into(),
        name: String::new(),
        kind: FieldType::Country,
        options: Vec::new(),
        rule: Rule::Open,
    };
    match Reader::new(&field, limits, Format::Auto, None).read(name, None) {
        Reading::Value { canonical, .. } => Ok(Some(canonical.into_owned())),
        Reading::Empty | Reading::Refused(..) => {
            invalid(format!("The default country “{name}” is not known."))
        }
    }
}

fn import_tags(import: &Import, limits: &Limits) -> Result<Vec<String>, InvalidImport> {
    let mut names: Vec<String> = Vec::new();
    let mut folded: Vec<String> = Vec::new();
    for name in import.tags.iter().map(|name| trim(name)) {
        if !tags::is_name(name, limits.name_chars) {
            return invalid(format!(
                "“{name}” can't be a tag: a tag's name has 1 to {} characters, no comma and no semicolon.",
                limits.name_chars
            ));
        }
        let key = fold(name);
        if !folded.contains(&key) {
            folded.push(key);
            names.push(name.to_owned());
        }
    }
    if names.len() > limits.import_tags as usize {
        return invalid(format!(
            "An import gives at most {} tags.",
            limits.import_tags
        ));
    }
    Ok(names)
}

fn name_of(key: &str) -> &str {
    field::STANDARD
        .iter()
        .find(|(standard, ..)| *standard == key)
        .map_or(key, |(_, name, _)| name)
}
