//! Dates of the Gregorian calendar, from the year 1000 to 9999.

use std::borrow::Cow;

use super::Verdict;
use super::check::{is_exponent, leading_digits};
use crate::import::Format;
use crate::issue::Code;

/// English month names; the short ones are the first three letters (and `Sept`).
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Year, month and day that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        let exists = (1000..=9999).contains(&year) && (1..=days).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    fn canonical(self) -> String {
        let Self { year, month, day } = self;
        let mut text = String::with_capacity(10);
        // Whole columns are rewritten: the formatting machinery would cost more than the reading.
        let mut push = |number: u16| {
            for digit in [number / 10, number % 10] {
                text.extend(char::from_digit(digit.into(), 10));
            }
        };
        push(year / 100);
        push(year % 100);
        push(month.into());
        push(day.into());
        text.insert(4, '-');
        text.insert(7, '-');
        text
    }
}

/// Reads a date. Where day and month are both numbers and the year comes last, `format` says which comes first;
/// without it ([`Format::Auto`]) only what reads one way is read.
pub(super) fn read(value: &str, format: Format) -> Verdict<'_> {
    if is_exponent(value) || is_serial_number(value) {
        return Err(Code::SpreadsheetDamaged);
    }
    if let Some(date) = iso(value.as_bytes()) {
        date.ok_or(Code::DateInvalid)?;
        return Ok((Cow::Borrowed(value), None));
    }
    let (date, warning) = if let Some(parts) = numbers(value) {
        (parts.date(format)?, None)
    } else {
        let date = date_time(value).or_else(|| with_month_name(value));
        (date.ok_or(Code::DateInvalid)?, Some(Code::ValueConverted))
    };
    Ok((Cow::Owned(date.canonical()), warning))
}

/// Whether the value is a date as it is stored.
pub(super) fn is_canonical(value: &[u8]) -> bool {
    matches!(iso(value), Some(Some(_)))
}

/// What a column's cells say about the order of day and month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Proof {
    /// Cells that can only be day-first.
    pub(super) day_first: u32,
    /// Cells that can only be month-first.
    pub(super) month_first: u32,
}

impl Proof {
    /// What one cell says.
    pub(super) fn of(value: &str) -> Self {
        let Some(Numbers::YearLast { first, second, .. }) = numbers(value) else {
            return Self::default();
        };
        let is_day = |number| (13..=31).contains(&number);
        let is_month = |number| (1..=12).contains(&number);
        Self {
            day_first: u32::from(is_day(first) && is_month(second)),
            month_first: u32::from(is_day(second) && is_month(first)),
        }
    }

    pub(super) fn format(self) -> Format {
        match (self.day_first > 0, self.month_first > 0) {
            (true, false) => Format::Dmy,
            (false, true) => Format::Mdy,
            _ => Format::Auto,
        }
    }
}

/// What a spreadsheet shows of a date whose format was lost: the days since 1900.
fn is_serial_number(value: &str) -> bool {
    let bytes = value.as_bytes();
    if leading_digits(bytes) != 5 {
        return false;
    }
    match bytes[5..].split_first() {
        None => true,
        Some((b'.' | b',', fraction)) => {
            !fraction.is_empty() && leading_digits(fraction) == fraction.len()
        }
        Some(_) => false,
    }
}

/// `YYYY-MM-DD`: none for another shape, `Some(None)` for a date that doesn't exist.
fn iso(bytes: &[u8]) -> Option<Option<Date>> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = bytes else {
        return None;
    };
    let year = number(&[y0, y1, y2, y3])?;
    let (month, day) = (short_number(&[m0, m1])?, short_number(&[d0, d1])?);
    Some(Date::new(year, month, day))
}

/// `YYYY-MM-DD`, `T` or a blank, `HH:MM`, optionally seconds, their fraction and a zone. The date is the one written.
fn date_time(value: &str) -> Option<Date> {
    let (date, rest) = value.as_bytes().split_at_checked(10)?;
    let date = iso(date)??;
    let [b'T' | b't' | b' ', time @ ..] = rest else {
        return None;
    };
    let (hour, rest) = two_digits(time)?;
    let (minute, mut rest) = two_digits(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 {
        return None;
    }
    if let Some(seconds) = rest.strip_prefix(b":") {
        let second;
        (second, rest) = two_digits(seconds)?;
        if second > 59 {
            return None;
        }
        if let [b'.' | b',', fraction @ ..] = rest {
            let digits = leading_digits(fraction);
            if digits == 0 {
                return None;
            }
            rest = &fraction[digits..];
        }
    }
    is_zone(rest.strip_prefix(b" ").unwrap_or(rest)).then_some(date)
}

/// Nothing, `Z`, or an offset: `+08`, `+0800`, `+08:00`.
fn is_zone(bytes: &[u8]) -> bool {
    let offset = match bytes {
        [] | [b'Z' | b'z'] => return true,
        [b'+' | b'-', offset @ ..] => offset,
        _ => return false,
    };
    let Some((hours, rest)) = two_digits(offset) else {
        return false;
    };
    let minutes = match rest.strip_prefix(b":").unwrap_or(rest) {
        [] => return rest.is_empty() && hours <= 23,
        minutes => two_digits(minutes),
    };
    hours <= 23 && matches!(minutes, Some((0..=59, [])))
}

fn two_digits(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => Some(((a - b'0') * 10 + (b - b'0'), rest)),
        _ => None,
    }
}

/// A date of three numbers.
#[derive(Clone, Copy, Debug)]
enum Numbers {
    /// `YYYY/M/D`.
    YearFirst { year: u16, month: u8, day: u8 },
    /// Day and month in either order, then the year.
    YearLast { first: u8, second: u8, year: u16 },
}

impl Numbers {
    fn date(self, format: Format) -> Result<Date, Code> {
        match self {
            Self::YearFirst { year, month, day } => Date::new(year, month, day),
            Self::YearLast {
                first,
                second,
                year,
            } => {
                let day_first = Date::new(year, second, first);
                let month_first = Date::new(year, first, second);
                match (format, day_first, month_first) {
                    (Format::Dmy, date, _) | (Format::Mdy, _, date) => date,
                    (_, Some(one), Some(other)) if one != other => {
                        return Err(Code::DateAmbiguous);
                    }
                    (_, one, other) => one.or(other),
                }
            }
        }
        .ok_or(Code::DateInvalid)
    }
}

/// `YYYY/M/D`, or two numbers of one or two digits and a year of four, with `/`, `-` or `.` between.
fn numbers(value: &str) -> Option<Numbers> {
    let (first, rest) = digits(value.as_bytes());
    let (separator, rest) = rest.split_first()?;
    let (second, rest) = digits(rest);
    let (again, third) = rest.split_first()?;
    if separator != again || !matches!(separator, b'/' | b'-' | b'.') {
        return None;
    }
    if *separator == b'/' && first.len() == 4 {
        return Some(Numbers::YearFirst {
            year: year(first)?,
            month: short_number(second)?,
            day: short_number(third)?,
        });
    }
    Some(Numbers::YearLast {
        first: short_number(first)?,
        second: short_number(second)?,
        year: year(third)?,
    })
}

/// The digits in front, and what follows them.
fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(leading_digits(bytes))
}

/// `25 Oct 2023`, `25-Oct-2023` and `Oct 25, 2023`, with short or long month names.
fn with_month_name(value: &str) -> Option<Date> {
    let mut words = value
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty());
    let (first, second, third) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let (day, name) = if first.starts_with(|c: char| c.is_ascii_digit()) {
        (first, second)
    } else {
        (second.strip_suffix(',').unwrap_or(second), first)
    };
    Date::new(
        year(third.as_bytes())?,
        month(name)?,
        short_number(day.as_bytes())?,
    )
}

fn month(name: &str) -> Option<u8> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_month = |long: &&str| *long == name || long.get(..3) == Some(&name);
    if name == "sept" {
        return Some(9);
    }
    (1..)
        .zip(&MONTHS)
        .find(|(_, long)| is_month(long))
        .map(|(number, _)| number)
}

fn year(digits: &[u8]) -> Option<u16> {
    number(digits).filter(|_| digits.len() == 4)
}

fn short_number(digits: &[u8]) -> Option<u8> {
    number(digits)
        .filter(|_| digits.len() <= 2)?
        .try_into()
        .ok()
}

/// The number of one to four digits.
fn number(digits: &[u8]) -> Option<u16> {
    let is_number = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| {
        digits
            .iter()
            .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests;
