//! Which field a column is for, by its header.

use std::collections::BTreeMap;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::field::{Field, Rule};
use crate::value::fold;

/// A field for a column, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The field's key.
    pub field: String,
    /// Why it is suggested.
    pub reason: Reason,
}

/// Why a field is suggested for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The header is the field's name.
    Exact,
    /// It is but for case, spaces, `_`, `-` and accents.
    Normalised,
}

/// Suggests a field for each column, each field once: an exact name goes before one that is only normalised, then the
/// first column before later ones. Fields that can't be imported are not suggested.
///
/// ```
/// use muster_core::{field, mapping::{Reason, suggest}};
/// let header = ["E-Mail", "first_name", "Email"].map(String::from);
/// let suggested = suggest(&header, &field::standard());
/// assert_eq!(suggested[0], None);
/// assert_eq!(suggested[1].as_ref().unwrap().reason, Reason::Normalised);
/// assert_eq!(suggested[2].as_ref().unwrap().field, "email");
/// ```
pub fn suggest(header: &[String], fields: &[Field]) -> Vec<Option<Suggestion>> {
    let open = || {
        fields
            .iter()
            .filter(|field| field.kind.is_supported() && field.rule != Rule::Closed)
    };
    let mut suggestions = vec![None; header.len()];
    let mut by_name = BTreeMap::new();
    for field in open() {
        by_name.entry(field.name.clone()).or_insert(field);
    }
    take(
        header,
        &mut by_name,
        &mut suggestions,
        Reason::Exact,
        String::clone,
    );
    let mut by_normalised = BTreeMap::new();
    for field in open() {
        if !suggestions
            .iter()
            .flatten()
            .any(|taken: &Suggestion| taken.field == field.key)
        {
            by_normalised.entry(normalise(&field.name)).or_insert(field);
        }
    }
    take(
        header,
        &mut by_normalised,
        &mut suggestions,
        Reason::Normalised,
        |name| normalise(name),
    );
    suggestions
}

/// Gives each column that has no field yet the one that its header leads to, which is then gone.
fn take(
    header: &[String],
    fields: &mut BTreeMap<String, &Field>,
    suggestions: &mut [Option<Suggestion>],
    reason: Reason,
    name_of: impl Fn(&String) -> String,
) {
    for (name, suggestion) in header.iter().zip(suggestions) {
        if suggestion.is_none()
            && let Some(field) = fields.remove(&name_of(name))
        {
            *suggestion = Some(Suggestion {
                field: field.key.clone(),
                reason,
            });
        }
    }
}

/// A name without what people write differently: case, spaces, `_`, `-` and accents.
pub fn normalise(name: &str) -> String {
    let bare: String = name
        .nfd()
        .filter(|char| {
            !is_combining_mark(*char) && !char.is_whitespace() && !matches!(char, '_' | '-')
        })
        .collect();
    fold(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldType, standard};

    /// The header against the standard fields and some custom ones: `=key` exact, `~key` normalised.
    fn check(header: &[&str], expected: &[&str]) {
        let mut fields = standard();
        for (key, name, kind, rule) in [
            ("strasse", "Straße", FieldType::Text, Rule::Open),
            ("region", "Région", FieldType::Text, Rule::OnlyWhereEmpty),
            ("plan", "Plan", FieldType::List, Rule::Open),
            ("secret", "Secret", FieldType::Text, Rule::Closed),
            ("ville", "प्लान", FieldType::Text, Rule::Open),
        ] {
            fields.push(Field {
                key: key.into(),
                name: name.into(),
                kind,
                options: Vec::new(),
                rule,
            });
        }
        let header: Vec<String> = header.iter().map(|&name| name.into()).collect();
        let found: Vec<String> = suggest(&header, &fields)
            .into_iter()
            .map(|suggestion| match suggestion {
                None => String::new(),
                Some(Suggestion {
                    field,
                    reason: Reason::Exact,
                }) => format!("={field}"),
                Some(Suggestion { field, .. }) => format!("~{field}"),
            })
            .collect();
        assert_eq!(found, expected, "{header:?}");
    }

    #[test]
    fn names_lead_to_fields() {
        check(
            &["First Name", "Last Name", "Tags"],
            &["=first_name", "=last_name", "=tags"],
        );
        check(
            &[
                "FIRSTNAME",
                "last-name",
                "phone_number",
                "e mail",
                "CONTACT ID",
                "Ｅmail",
            ],
            &[
                "~first_name",
                "~last_name",
                "~phone",
                "~email",
                "~contact_id",
                "",
            ],
        );
        check(
            &["STRASSE", "region", "REGION", "re\u{301}gion"],
            &["~strasse", "~region", "", ""],
        );
        check(
            &["Phone", "Phone Number 2", "", "Column 4"],
            &["", "", "", ""],
        );
        // What can't be imported, now or at all.
        check(&["Plan", "Secret"], &["", ""]);
    }

    #[test]
    fn each_field_is_taken_once_and_exact_wins() {
        check(&["email", "Email", "EMAIL"], &["", "=email", ""]);
        check(&["Email", "Email"], &["=email", ""]);
        check(&["email", "E Mail"], &["~email", ""]);
    }
}
