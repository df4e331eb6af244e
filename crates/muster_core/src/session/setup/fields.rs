//! The fields that a description speaks of: the workspace's, and those that the import creates.

use super::invalid;
use crate::field::{self, Field, FieldType, Rule};
use crate::import::{Import, InvalidImport};
use crate::limits::Limits;
use crate::value::{fold, is_option};

/// The workspace's fields, those that the import creates, and the rules of both.
pub(super) fn known_fields(
    import: &Import,
    fields: &[Field],
    limits: &Limits,
) -> Result<Vec<Field>, InvalidImport> {
    let mut known: Vec<Field> = fields.to_vec();
    for (at, new) in import.fields.iter().enumerate() {
        if field::is_standard(&new.key) || new.key == field::FULL_NAME {
            return invalid(format!(
                "“{}” is a standard field and can't be described again.",
                new.key
            ));
        }
        if import.fields[..at].iter().any(|other| other.key == new.key) {
            return invalid(format!("The field “{}” is described twice.", new.key));
        }
        let existing = fields.iter().find(|field| field.key == new.key);
        match existing {
            Some(field) if field.kind != new.kind => {
                return invalid(format!("The field “{}” is of another type.", field.name));
            }
            Some(_) => {}
            None if !new.create => {
                return invalid(format!("There is no field “{}”.", new.key));
            }
            None => known.push(Field {
                key: new.key.clone(),
                name: new.name.clone(),
                kind: new.kind,
                options: Vec::new(),
                rule: Rule::Open,
            }),
        }
        if let Some(field) = known.iter_mut().find(|field| field.key == new.key) {
            // The workspace's own fields have the options that it says.
            let own = if existing.is_some() {
                &[][..]
            } else {
                &new.options
            };
            add_options(field, own.iter().chain(&new.new_options), limits)?;
        }
    }
    for field in &mut known {
        match (field.rule, import.rules.get(&field.key)) {
            (Rule::Closed, _) | (_, Some(Rule::Closed)) => field.rule = Rule::Closed,
            (Rule::Open, Some(&rule)) => field.rule = rule,
            (Rule::Open | Rule::OnlyWhereEmpty, _) => {}
        }
    }
    Ok(known)
}

/// Gives a list the options that commit adds, without those that it has.
fn add_options<'a>(
    field: &mut Field,
    options: impl Iterator<Item = &'a String>,
    limits: &Limits,
) -> Result<(), InvalidImport> {
    let mut known: Vec<String> = field.options.iter().map(|option| fold(option)).collect();
    for option in options {
        if field.kind != FieldType::List {
            return invalid(format!("“{}” is no list: it has no options.", field.name));
        }
        if !is_option(option, limits.name_chars) {
            return invalid(format!(
                "“{option}” can't be an option: it has 1 to {} characters, and no blanks around.",
                limits.name_chars
            ));
        }
        let folded = fold(option);
        if !known.contains(&folded) {
            known.push(folded);
            field.options.push(option.clone());
        }
    }
    Ok(())
}
