//! What a person would most likely make of a cell that was refused.

mod date;
mod email;
mod phone;
mod time;

use super::{
    Kind, Reader, Reading, country, doubt, language, number, several, strip_guard, trim, url,
};
use crate::issue::Code;

impl Reader {
    /// The likely repair of a cell that was refused with `code`, or accepted with that warning; none where that is
    /// anybody's guess. This reader accepts what is suggested.
    ///
    /// ```
    /// use muster_core::{field, import::Format, issue::Code, limits::Limits, value::Reader};
    /// let id = Reader::new(&field::standard()[0], &Limits::default(), Format::Auto, None);
    /// assert_eq!(id.suggest("12.0", Code::ContactIdInvalid, None).as_deref(), Some("12"));
    /// assert_eq!(id.suggest("twelve", Code::ContactIdInvalid, None), None);
    /// ```
    pub fn suggest(&self, cell: &str, code: Code, row_country: Option<&str>) -> Option<String> {
        let value = strip_guard(trim(cell));
        match (code, &self.kind) {
            (Code::Mojibake, _) => self.first(vec![doubt::reversed(value)?], row_country),
            (Code::ControlCharacter, _) => self.first(without_controls(value), row_country),
            (Code::TooLong | Code::TooManyTags | Code::Undecodable, _) => None,
            (_, Kind::ContactId) => self.first(contact_ids(value), row_country),
            (
                _,
                Kind::Phone {
                    format,
                    default_country,
                },
            ) => {
                let country = row_country.and_then(super::phone::Country::new);
                let value = several::first(value).unwrap_or(value);
                phone::suggest(value, code, *format, country.or(*default_country))
            }
            (_, Kind::Email) => {
                let value = several::first(value).unwrap_or(value);
                self.first(email::candidates(value), row_country)
            }
            (_, Kind::Country) => country::nearest(value).map(str::to_owned),
            (_, Kind::Language) => language::nearest(value).map(str::to_owned),
            (_, Kind::List { options }) => options.nearest(value),
            (Code::NumberInvalid, Kind::Number { .. }) => {
                self.first(number::candidates(value), row_country)
            }
            (_, Kind::Url { .. }) => self.first(url::candidates(value), row_country),
            (_, Kind::Date { .. }) => self.first(date::candidates(value), row_country),
            (_, Kind::Time) => self.first(time::candidates(value), row_country),
            (_, Kind::Text { .. } | Kind::Tags { .. } | Kind::Checkbox | Kind::Number { .. }) => {
                None
            }
        }
    }

    /// Whether what is suggested is the nearest of many names.
    pub(crate) const fn is_of_names(&self) -> bool {
        matches!(
            self.kind,
            Kind::Country | Kind::Language | Kind::List { .. }
        )
    }

    /// The first of these that is a value beyond doubt: in canonical form, but numbers as the column writes them.
    fn first(&self, candidates: Vec<String>, row_country: Option<&str>) -> Option<String> {
        candidates.into_iter().find_map(|candidate| {
            let canonical = match self.read(&candidate, row_country) {
                Reading::Value {
                    canonical,
                    warning: None | Some(Code::ValueConverted),
                } => canonical.into_owned(),
                _ => return None,
            };
            Some(match self.kind {
                Kind::Number { .. } => candidate,
                _ => canonical,
            })
        })
    }
}

/// The value without control characters; C1 ones stand for letters that were lost.
fn without_controls(value: &str) -> Vec<String> {
    let has_lost = value.contains(|c| ('\u{80}'..='\u{9f}').contains(&c));
    match has_lost {
        true => Vec::new(),
        false => vec![value.replace(|c: char| c.is_control() && !c.is_whitespace(), "")],
    }
}

/// Ids that a spreadsheet took for decimals, or that people mark as numbers.
fn contact_ids(value: &str) -> Vec<String> {
    let value = value.strip_prefix('#').unwrap_or(value).trim();
    let whole = match value.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => value,
    };
    vec![whole.to_owned()]
}

#[cfg(test)]
mod tests;
