//! One contact: its canonical values, and the cells in which a person would write them.

use super::country::{COUNTRIES, Country};
use super::random::Random;
use super::words;

pub(super) const FIRST_NAME: usize = 0;
pub(super) const LAST_NAME: usize = 1;
pub(super) const PHONE: usize = 2;
pub(super) const EMAIL: usize = 3;
pub(super) const COUNTRY: usize = 4;
pub(super) const LANGUAGE: usize = 5;
pub(super) const TAGS: usize = 6;
pub(super) const COMPANY: usize = 7;
pub(super) const BIRTHDAY: usize = 8;
pub(super) const CITY: usize = 9;
pub(super) const NOTES: usize = 10;

/// The header and the field of every column.
pub(super) const COLUMNS: [(&str, &str); 11] = [
    ("First Name", "first_name"),
    ("Last Name", "last_name"),
    ("Phone Number", "phone"),
    ("Email", "email"),
    ("Country", "country"),
    ("Language", "language"),
    ("Tags", "tags"),
    ("Company", "company"),
    ("Birthday", "birthday"),
    ("City", "city"),
    ("Notes", "notes"),
];

pub(super) struct Person {
    pub(super) country: &'static Country,
    /// Canonical values by column; that of the tags is unused.
    pub(super) values: [String; 11],
    /// Tags as the cell spells them.
    pub(super) tags: Vec<String>,
}

impl Person {
    /// Somebody. Whoever calls it makes phone and e-mail unique.
    pub(super) fn new(random: &mut Random) -> Self {
        let country = &COUNTRIES[random.index(COUNTRIES.len())];
        let mut values: [String; 11] = Default::default();
        values[FIRST_NAME] = words::first_name(random);
        if random.chance(950) {
            values[LAST_NAME] = words::last_name(random);
        }
        let reach = random.below(20); // by phone alone, by e-mail alone, mostly by both
        if reach != 0 {
            values[PHONE] = country.phone(random);
        }
        if reach == 0 || reach > 7 {
            values[EMAIL] = words::email(random);
        }
        values[COUNTRY] = country.code.into();
        if random.chance(700) {
            values[LANGUAGE] = country.language.into();
        }
        if random.chance(600) {
            values[COMPANY] = words::company(random);
        }
        if random.chance(450) {
            values[BIRTHDAY] = words::birthday(random);
        }
        if random.chance(600) {
            values[CITY] = random.pick(country.cities).into();
        }
        if random.chance(350) {
            values[NOTES] = words::note(random);
        }
        let mut tags: Vec<String> = Vec::new();
        for _ in 0..random.below(5).saturating_sub(1) {
            let tag = words::tag(random);
            if !tags.iter().any(|other| other.eq_ignore_ascii_case(&tag)) {
                tags.push(if random.chance(30) {
                    tag.to_lowercase()
                } else {
                    tag
                });
            }
        }
        Self {
            country,
            values,
            tags,
        }
    }

    /// The cells as they stand in the file, quotes included.
    pub(super) fn cells(&self, random: &mut Random) -> Vec<Vec<u8>> {
        (0..COLUMNS.len())
            .map(|column| {
                let text = self.spell(column, random);
                if random.chance(20) && !text.is_empty() {
                    quote(&text)
                } else {
                    quote_where_needed(&text)
                }
            })
            .collect()
    }

    /// A value as people write it: mostly plain, now and then otherwise.
    fn spell(&self, column: usize, random: &mut Random) -> String {
        let value = &self.values[column];
        let usual = random.chance(850);
        match column {
            TAGS => self.tags.join(if usual { ";" } else { ", " }),
            _ if usual || value.is_empty() => value.clone(),
            PHONE if value.starts_with("+1200") => value.clone(),
            PHONE => self.country.spell_phone(value, random),
            EMAIL => value.to_uppercase(),
            COUNTRY if random.chance(500) => value.to_lowercase(),
            COUNTRY => self.country.name.into(),
            LANGUAGE if random.chance(500) => value.to_uppercase(),
            LANGUAGE => self.country.language_name.into(),
            _ if random.chance(200) => format!("{value}\u{a0}"),
            _ if random.chance(100) => format!(" {value}\u{200b}"),
            _ => value.clone(),
        }
    }
}

pub(super) fn quote(text: &str) -> Vec<u8> {
    format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
}

pub(super) fn quote_where_needed(text: &str) -> Vec<u8> {
    if text.contains([',', '"', '\n', '\r']) {
        quote(text)
    } else {
        text.as_bytes().to_vec()
    }
}
