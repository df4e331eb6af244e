//! Phone numbers: whatever is dialled becomes E.164.

mod digits;
mod plan;
mod tables;

use std::borrow::Cow;

use super::Verdict;
use super::check::{is_exponent, leading_digits};
use crate::import::Format;
use crate::issue::Code;
use digits::Dialled;
use plan::{Number, Refusal};

pub(super) use plan::Country;
pub(crate) use plan::country;

/// Reads a number. One without country code is read by `format`: as dialled in `country`
/// ([`Format::National`]), or as if `+` stood in front.
pub(super) fn read(value: &str, format: Format, country: Option<Country>) -> Verdict<'_> {
    if is_exponent(value) || is_decimal(value) {
        return Err(Code::SpreadsheetDamaged);
    }
    let dialled = Dialled::new(value).ok_or(Code::PhoneInvalid)?;
    let digits = dialled.digits();
    if dialled.international {
        let number = plan::international(digits).map_err(code)?;
        let warning = (!number.is_valid()).then_some(Code::PhoneUnassigned);
        let canonical = if number.as_bytes() == value.as_bytes() {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(number.e164().to_owned())
        };
        return Ok((canonical, warning));
    }
    let (number, warning) = if format == Format::National {
        let country = country.ok_or(Code::PhoneCountryCodeMissing)?;
        (plan::national(digits, country), None)
    } else {
        let number = plan::international(digits).and_then(Number::valid);
        (number, Some(Code::ValueConverted))
    };
    let number = number.map_err(code)?;
    Ok((Cow::Owned(number.e164().to_owned()), warning))
}

/// The canonical form of a valid number with its country code, bare or with separators.
pub(super) fn glance(value: &str) -> Option<Cow<'_, str>> {
    if is_canonical(value.as_bytes()) {
        return Some(Cow::Borrowed(value));
    }
    let number = value.as_bytes().strip_prefix(b"+")?;
    let mut text = [b'+'; MOST_SEEN];
    let mut length = 1;
    for &byte in number {
        match byte {
            b'0'..=b'9' => {
                *text.get_mut(length)? = byte;
                length += 1;
            }
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' => {}
            _ => return None,
        }
    }
    let number = text.get(1..length)?;
    if is_decimal(value) || !plan::is_canonical(number) {
        return None;
    }
    let text = str::from_utf8(&text[..length]).ok()?;
    Some(Cow::Owned(text.to_owned()))
}

/// Whether it surely is a valid number in its canonical form.
pub(super) fn is_canonical(value: &[u8]) -> bool {
    let number = value.strip_prefix(b"+");
    number.is_some_and(plan::is_canonical)
}

/// The sign and digits of a number that is seen at a glance.
const MOST_SEEN: usize = 18;

const fn code(refusal: Refusal) -> Code {
    match refusal {
        Refusal::TooShort => Code::PhoneTooShort,
        Refusal::TooLong => Code::PhoneTooLong,
        Refusal::Impossible | Refusal::Invalid => Code::PhoneInvalid,
    }
}

/// How a spreadsheet shows a phone number that it took for a decimal: seven digits or more, then `.0`. The sign may
/// have been put back in front.
fn is_decimal(value: &str) -> bool {
    let value = value.strip_prefix('+').unwrap_or(value);
    let digits = leading_digits(value.as_bytes());
    digits >= 7 && &value[digits..] == ".0"
}

/// What a column's bare numbers say about themselves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Proof {
    /// Numbers without country code.
    pub(super) bare: u32,
    /// Those of them that are valid with `+` in front.
    pub(super) international: u32,
}

impl Proof {
    /// What one cell says.
    pub(super) fn of(value: &str) -> Self {
        // A number with its country code says nothing, and most have one.
        if value.starts_with('+') || is_exponent(value) || is_decimal(value) {
            return Self::default();
        }
        match Dialled::new(value).filter(|dialled| !dialled.international) {
            Some(dialled) => {
                let number = plan::international(dialled.digits());
                Self {
                    bare: 1,
                    international: u32::from(number.is_ok_and(|number| number.is_valid())),
                }
            }
            None => Self::default(),
        }
    }

    /// International if 95 of 100 bare numbers are valid that way.
    pub(super) fn format(self) -> Format {
        if u64::from(self.international) * 100 >= u64::from(self.bare) * 95 {
            Format::International
        } else {
            Format::National
        }
    }
}

#[cfg(test)]
mod tests;
