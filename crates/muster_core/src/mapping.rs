//! Which field a column is for: by its header, and where that says nothing, by its cells.

mod assignment;
mod content;
mod guess;
mod headers;
mod signature;
mod spelling;

use crate::field::{FIRST_NAME, Field, FieldType, Rule, is_standard};
use crate::parse::Table;
use crate::report::without_error_column;
use crate::value::{fold, without_marks};
use assignment::{Candidate, assign};
use headers::{Key, Meaning};

pub use guess::{Guess, guess};
pub use signature::signature;

/// A field for a column, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The field's key.
    pub field: String,
    /// Why it is suggested.
    pub reason: Reason,
    /// How sure it is, in percent.
    pub confidence: u8,
}

/// Why a field is suggested for a column, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The header is the field's name.
    Exact,
    /// It is but for case, spaces, `_`, `-` and accents.
    Normalised,
    /// It is another name of the same thing, in one of many languages.
    Synonym,
    /// It is nearly one of these names.
    Spelling,
    /// The cells are such values.
    Content,
}

// The reasons' confidences don't overlap: a weaker reason never goes before a stronger one. A full name alone comes
// behind misspelt names, as it is First Name only when nothing else is.
const EXACT: u8 = 100;
const NORMALISED: u8 = 95;
const SYNONYM: u8 = 90;
const RANK: u8 = 3;
const LIKE: u8 = 80;
const EMPTY: u8 = 10;
const SPELLING: u8 = 56;
const FULL_NAME: u8 = 50;
const CONTENT: u8 = 30;

/// Where the second header is there too, the first, usually a full name, is the last name.
const LAST_NAMES: [(&str, &str); 4] = [
    ("name", "vorname"),
    ("naam", "voornaam"),
    ("nom", "prenom"),
    ("nume", "prenume"),
];
/// Headers that say of an address or a number that it is somebody else's.
const OTHERS: [&str; 12] = [
    "fax",
    "owner",
    "manager",
    "assistant",
    "spouse",
    "emergency",
    "referr",
    "agent",
    "parent",
    "partner",
    "sender",
    "author",
];

/// Suggests a field for each column, each field once: of all ways to give them out, the one whose confidences add up to
/// the most. A stronger reason goes before any number of weaker ones, so that the column that has a field's very name
/// gets it whatever is guessed about the others.
///
/// Fields that can't be imported are not suggested, and nothing is for a last column `Error`: it is ours.
///
/// ```
/// use muster_core::{field, import::FileChoice, limits::Limits, mapping::{Reason, suggest}, parse::Parser};
///
/// let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
/// parser.push(b"Home Phone,E-Mail,Handy,Fist Name,Email\n,,+491713920024,Ken,");
/// let suggested = suggest(&parser.finish().unwrap(), &field::standard());
/// let field = |column: usize| suggested[column].as_ref().map(|found| (found.field.as_str(), found.reason));
/// assert_eq!(field(0), None);
/// assert_eq!(field(1), None);
/// assert_eq!(field(2), Some(("phone", Reason::Synonym)));
/// assert_eq!(field(3), Some(("first_name", Reason::Spelling)));
/// assert_eq!(field(4), Some(("email", Reason::Exact)));
/// ```
pub fn suggest(table: &Table, fields: &[Field]) -> Vec<Option<Suggestion>> {
    let open: Vec<&Field> = fields
        .iter()
        .filter(|field| field.rule != Rule::Closed)
        .collect();
    let mut suggestions = vec![None; table.width()];
    let header = without_error_column(table.header());
    let columns: Vec<Key> = header.iter().map(|name| Key::new(name)).collect();
    let (candidates, unknown) = by_header(table, fields, &open, &columns);
    give(&candidates, &open, &mut suggestions);
    let candidates = by_content(table, &open, &columns, &unknown, &suggestions);
    give(&candidates, &open, &mut suggestions);
    suggestions
}

/// Gives the fields to the columns that fit them best.
fn give(candidates: &[Candidate], open: &[&Field], suggestions: &mut [Option<Suggestion>]) {
    for found in assign(candidates) {
        suggestions[found.column] = Some(Suggestion {
            field: open[found.field].key.clone(),
            reason: found.reason,
            confidence: found.confidence,
        });
    }
}

/// What the headers say, and the columns of whose headers nothing is known.
fn by_header(
    table: &Table,
    fields: &[Field],
    open: &[&Field],
    columns: &[Key],
) -> (Vec<Candidate>, Vec<usize>) {
    // What is called so, and its position if it is open.
    let names: Vec<(String, Option<usize>)> = fields
        .iter()
        .map(|field| {
            let position = open.iter().position(|other| std::ptr::eq(*other, field));
            (normalise(&field.name), position)
        })
        .collect();
    let known = Known::new(open);
    let mut candidates = Vec::new();
    let mut unknown = Vec::new();
    for (column, (header, key)) in table.header().iter().zip(columns).enumerate() {
        let mut add = |field, reason, confidence| {
            candidates.push(Candidate {
                confidence,
                column,
                field,
                reason,
            });
        };
        // A column that has the name of a field is not another's, whether or not that one can be imported.
        let name = normalise(header);
        let mut named = names.iter().filter(|(other, _)| *other == name).peekable();
        if named.peek().is_some() {
            for field in named.filter_map(|(_, position)| *position) {
                if open[field].name == *header {
                    add(field, Reason::Exact, EXACT);
                } else {
                    add(field, Reason::Normalised, NORMALISED);
                }
            }
            continue;
        }
        if let Some((meaning, off)) = headers::meaning(header, key) {
            let empty = if content::is_empty(table, column) {
                EMPTY
            } else {
                0
            };
            let is_last_name = LAST_NAMES.iter().any(|&(name, other)| {
                key.letters == name && columns.iter().any(|key| key.letters == other)
            });
            for (field, confidence) in known.meant(meaning, key.number, is_last_name) {
                if !content::is_something_else(table, column, open[field].kind) {
                    add(field, Reason::Synonym, confidence - off - empty);
                }
            }
        } else {
            match known.misspelt(key) {
                Some((field, slips)) => add(field, Reason::Spelling, SPELLING - slips),
                None => unknown.push(column),
            }
        }
    }
    (candidates, unknown)
}

/// The open fields as headers lead to them.
struct Known {
    keys: Vec<Key>,
    meanings: Vec<Option<Meaning>>,
    /// The standard ones: key and position.
    standard: Vec<(String, usize)>,
}

impl Known {
    fn new(open: &[&Field]) -> Self {
        let keys: Vec<Key> = open.iter().map(|field| Key::new(&field.name)).collect();
        Self {
            meanings: keys.iter().map(|key| headers::find(&key.letters)).collect(),
            keys,
            standard: open
                .iter()
                .enumerate()
                .filter(|(_, field)| is_standard(&field.key))
                .map(|(position, field)| (field.key.clone(), position))
                .collect(),
        }
    }

    /// The fields that a header of this meaning is for, and how surely.
    fn meant(
        &self,
        meaning: Meaning,
        number: u32,
        is_last_name: bool,
    ) -> impl Iterator<Item = (usize, u8)> {
        let (key, confidence) = match meaning.standard() {
            Some(key) => (key, SYNONYM - RANK * meaning.rank),
            None if is_last_name => ("last_name", LIKE),
            None if meaning.is_full_name() => (FIRST_NAME, FULL_NAME),
            None => ("", 0),
        };
        let standard = self.standard.iter().find(|(other, _)| other == key);
        let standard = standard.map(|&(_, field)| (field, confidence));
        let like = self
            .meanings
            .iter()
            .enumerate()
            .filter(move |&(field, other)| {
                other.is_some_and(|other| other.is_like(meaning))
                    && self.keys[field].number == number
            })
            .map(|(field, _)| (field, LIKE));
        standard.into_iter().chain(like)
    }

    /// The field whose name, or another name of it, is nearly the header; none if it is as near to something else.
    fn misspelt(&self, key: &Key) -> Option<(usize, u8)> {
        let name = spelling::Name::new(&key.letters);
        let own = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, own)| own.number == key.number)
            .filter_map(|(field, own)| Some((name.slips_from(&own.letters)?, Some(field))));
        let words = headers::starting_with(name.first()?)
            .filter_map(|(word, meaning)| Some((name.slips_from(word)?, meaning)))
            .map(|(slips, meaning)| {
                let mut meant = self.meant(meaning, key.number, false);
                let field = meant.next().filter(|_| !meaning.is_full_name());
                (slips, field.map(|(field, _)| field))
            });
        let found: Vec<(usize, Option<usize>)> = own.chain(words).collect();
        let least = found.iter().map(|&(slips, _)| slips).min()?;
        let mut nearest = found.iter().filter(|&&(slips, _)| slips == least);
        let field = nearest.next()?.1?;
        let is_sole = nearest.all(|&(_, other)| other == Some(field));
        is_sole.then_some((field, least as u8))
    }
}

/// What the cells say of columns that have no field yet and whose headers say nothing.
fn by_content(
    table: &Table,
    open: &[&Field],
    columns: &[Key],
    unknown: &[usize],
    suggestions: &[Option<Suggestion>],
) -> Vec<Candidate> {
    let free: Vec<(usize, &Field)> = open
        .iter()
        .enumerate()
        .map(|(position, field)| (position, *field))
        .filter(|(_, field)| {
            let mut taken = suggestions.iter().flatten();
            taken.all(|suggestion| suggestion.field != field.key)
        })
        .collect();
    let dates = free
        .iter()
        .filter(|(_, field)| field.kind == FieldType::Date);
    let is_only_date = dates.count() == 1;
    let mut candidates = Vec::new();
    for &column in unknown {
        let key = &columns[column];
        let is_of_others = OTHERS.iter().any(|other| key.letters.contains(other));
        if is_of_others || key.letters.ends_with("by") {
            continue;
        }
        for &(position, field) in &free {
            // Many columns hold dates: the header must have to do with the field, or say nothing at all.
            let possible = match field.kind {
                FieldType::Date => {
                    let name = Key::new(&field.name).letters;
                    is_only_date && key.is_nameless() || shares_a_name(&key.letters, &name)
                }
                _ => is_standard(&field.key),
            };
            if possible && let Some(share) = content::share(table, column, field) {
                candidates.push(Candidate {
                    confidence: CONTENT + (share / 10) as u8,
                    column,
                    field: position,
                    reason: Reason::Content,
                });
            }
        }
    }
    candidates
}

/// Whether one of the names has the other in it.
fn shares_a_name(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 4 && (a.contains(b) || b.contains(a))
}

/// A name without what people write differently: case, spaces, `_`, `-` and accents.
pub fn normalise(name: &str) -> String {
    let mut bare = without_marks(name);
    bare.retain(|char| !char.is_whitespace() && !matches!(char, '_' | '-'));
    fold(&bare)
}

#[cfg(test)]
mod tests;
