//! A contact that the workspace has before the import.

use super::person::*;
use super::random::Random;
use super::words;

pub(super) struct Stored {
    version: u64,
    /// Canonical values by column; that of the tags is unused.
    pub(super) values: [String; 11],
    pub(super) tags: Vec<String>,
}

impl Stored {
    /// The contact that a person's row would leave unchanged: equal where the row has a value. Where it has none the
    /// contact may have one, and it may have more tags.
    pub(super) fn of(person: &Person, random: &mut Random) -> Self {
        let mut values = person.values.clone();
        for (column, make) in [
            (LAST_NAME, words::last_name as fn(&mut Random) -> String),
            (COMPANY, words::company),
            (NOTES, words::note),
        ] {
            if values[column].is_empty() && random.chance(250) {
                values[column] = make(random);
            }
        }
        let mut tags = person.tags.clone();
        if random.chance(200) {
            let tag = words::tag(random);
            if !tags.iter().any(|other| other.eq_ignore_ascii_case(&tag)) {
                tags.push(tag);
            }
        }
        Self {
            version: 1 + random.below(9),
            values,
            tags,
        }
    }

    /// Takes a tag away.
    pub(super) fn lose_tag(&mut self, name: &str) {
        self.tags.retain(|tag| !tag.eq_ignore_ascii_case(name));
    }

    /// Replaces a value by another one of its type.
    pub(super) fn differ(&mut self, column: usize, random: &mut Random) {
        let other = match column {
            COUNTRY => |random: &mut Random| random.pick(&["NZ", "CL", "PT", "SE"]).to_owned(),
            LANGUAGE => |random: &mut Random| random.pick(&["sv", "tr", "pl", "fi"]).to_owned(),
            BIRTHDAY => |random: &mut Random| format!("1949{}", &words::birthday(random)[4..]),
            COMPANY => |random: &mut Random| format!("{} (old)", words::company(random)),
            CITY => |random: &mut Random| format!("Port {}", words::last_name(random)),
            NOTES => |random: &mut Random| format!("was: {}", words::note(random)),
            _ => |random: &mut Random| {
                format!("{}-{}", words::last_name(random), words::last_name(random))
            },
        };
        self.values[column] = other(random);
    }

    pub(super) fn to_json(&self, id: usize) -> serde_json::Value {
        let fields: serde_json::Map<String, serde_json::Value> = COLUMNS
            .iter()
            .zip(&self.values)
            .filter(|(_, value)| !value.is_empty())
            .map(|(&(_, field), value)| (field.to_owned(), value.as_str().into()))
            .collect();
        serde_json::json!({ "id": id, "version": self.version, "fields": fields, "tags": self.tags })
    }
}
