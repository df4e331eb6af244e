//! The defects that sit in cells and records: how each is written.

use super::defect::{Defect, Effect};
use super::generator::Generator;
use super::manifest::Outcome;
use super::person::*;
use super::stored::Stored;
use super::words;

impl Generator {
    /// A row with a broken or odd cell. Where the row is an error its contact may be stored all the same.
    pub(super) fn break_cells(
        &mut self,
        defect: Defect,
        person: &mut Person,
    ) -> (Outcome, Vec<Vec<u8>>) {
        self.prepare(defect, person);
        let outcome = if defect.effect() == Effect::Warn {
            self.settle(person)
        } else {
            if self.room() > 0 {
                let stored = Stored::of(person, &mut self.random);
                self.contacts.push(stored);
            }
            Outcome::Error
        };
        let mut cells = person.cells(&mut self.random);
        self.damage(defect, person, &mut cells);
        (outcome, cells)
    }

    /// What the person must have, or must not, for the defect to be the row's only one.
    fn prepare(&mut self, defect: Defect, person: &mut Person) {
        let values = &mut person.values;
        match defect {
            Defect::TooFewCells => values[BIRTHDAY..].iter_mut().for_each(String::clear),
            Defect::StrayQuote => values[NOTES] = format!("{}\" pipe", 1 + self.random.below(9)),
            Defect::VerticalTab => values[NOTES] = "first line\nsecond line".into(),
            Defect::DateTime => values[BIRTHDAY] = words::birthday(&mut self.random),
            Defect::PhoneUnassigned => {
                values[PHONE] = self.unique(|random| format!("+12002{}", random.digits(6)));
            }
            Defect::TextAfterQuote | Defect::UnclosedQuote | Defect::StrayQuoteAfterUnclosed => {
                values[COMPANY] = words::company(&mut self.random).replace(',', "");
                values[NOTES].clear(); // a quote further on would be taken for the closing one
            }
            _ => {}
        }
    }

    fn damage(&mut self, defect: Defect, person: &Person, cells: &mut Vec<Vec<u8>>) {
        let value = |column: usize| person.values[column].as_str();
        let mut pick = |from: &[&str]| self.random.pick(from).as_bytes().to_vec();
        match defect {
            Defect::TooManyCells => cells.push(pick(&["moved", "2nd phone", "0"])),
            Defect::TextAfterQuote => {
                cells[COMPANY] = format!("\"{}\" branch", value(COMPANY)).into_bytes();
            }
            Defect::UnclosedQuote => {
                cells[COMPANY] = format!("\"{}", value(COMPANY)).into_bytes();
                for (column, cell) in cells.iter_mut().enumerate().skip(BIRTHDAY) {
                    *cell = value(column).as_bytes().to_vec();
                }
            }
            // Two quotes in a row are no closing quote: the unclosed one before is noticed below.
            Defect::StrayQuoteAfterUnclosed => {
                for (column, cell) in cells.iter_mut().enumerate() {
                    *cell = value(column).as_bytes().to_vec();
                }
                cells[NOTES] = b"5\"\" pipe".to_vec();
            }
            Defect::Undecodable => cells[CITY] = b"Besan\xe7on".to_vec(),
            Defect::ControlCharacter => {
                cells[COMPANY] = pick(&[
                    "Acme\u{1} Foods",
                    "Acme\u{7} Labs",
                    "Ac\u{7f}me",
                    "Acme \u{9b}Motors",
                ]);
            }
            Defect::SpreadsheetDamaged => {
                let (column, texts): (usize, &[&str]) = match self.random.below(5) {
                    0 => (COMPANY, &["#REF!", "#N/A", "#NAME?"]),
                    1 => (PHONE, &["6.01E+10", "4.91512E+11", "60123456789.0"]),
                    2 => (BIRTHDAY, &["45231", "31024.5", "#VALUE!"]),
                    3 => (CITY, &["???", "#DIV/0!"]),
                    _ => (EMAIL, &["#N/A", "#NULL!"]),
                };
                cells[column] = self.random.pick(texts).into();
            }
            Defect::NameTooLong => cells[FIRST_NAME] = "Maximiliana ".repeat(22).into_bytes(),
            Defect::TagTooLong => cells[TAGS] = format!("VIP;{}", "long".repeat(64)).into_bytes(),
            Defect::TooManyTags => {
                let tags: Vec<String> = (0..101).map(|tag| format!("t{tag}")).collect();
                cells[TAGS] = tags.join(";").into_bytes();
            }
            Defect::PhoneCountryCodeMissing => {
                cells[PHONE] = format!("01{}", self.random.digits(8)).into_bytes();
                cells[COUNTRY].clear();
            }
            Defect::PhoneTooShort => {
                cells[PHONE] = pick(&["+60 12", "+1 555 12", "+44 7", "+65 812", "+60"]);
            }
            Defect::PhoneTooLong => {
                cells[PHONE] = format!("+60{}{}", 1 + self.random.below(9), self.random.digits(13))
                    .into_bytes();
            }
            Defect::PhoneInvalid => {
                cells[PHONE] = pick(&[
                    "+999 123 4567",
                    "ask at the desk",
                    "+60 12-345 6789 ext. 12",
                ]);
            }
            Defect::EmailInvalid => {
                cells[EMAIL] = pick(&[
                    "no at sign",
                    "two@@mail.example",
                    "blank in@mail.example",
                    "someone@localhost",
                    "x@-mail.example",
                    "dot..dot@mail.example",
                ]);
            }
            Defect::CountryUnknown => cells[COUNTRY] = pick(&["Atlantis", "XX", "Wakanda"]),
            Defect::LanguageUnknown => cells[LANGUAGE] = pick(&["Elvish", "xx", "Martian"]),
            Defect::DateInvalid => {
                cells[BIRTHDAY] = pick(&["2023-02-30", "2021-13-05", "12/05/98", "next spring"]);
            }
            // No date in the file proves which part is the day.
            Defect::DateAmbiguous => {
                let (one, gap) = (1 + self.random.below(6), 1 + self.random.below(6));
                cells[BIRTHDAY] = format!("{one:02}/{:02}/1987", one + gap).into_bytes();
            }
            Defect::TooFewCells => cells.truncate(BIRTHDAY),
            Defect::StrayQuote => cells[NOTES] = value(NOTES).as_bytes().to_vec(),
            Defect::VerticalTab => cells[NOTES] = b"first line\x0bsecond line".to_vec(),
            Defect::DateTime => {
                cells[BIRTHDAY] = format!("{}T08:30:00", value(BIRTHDAY)).into_bytes();
            }
            _ => {}
        }
    }
}
