//! What is known about the world's numbers: the only file that knows the library that knows.
//!
//! Digits go in, a number in E.164 and its standing come out.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region,
    ValidationError,
};

/// A country whose numbering plan is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::value) struct Country(Region);

impl Country {
    /// The country of an alpha-2 code in upper case; none for places without phones of their own.
    pub(in crate::value) fn new(alpha2: &str) -> Option<Self> {
        let region = Region::from_code(alpha2).ok()?;
        PHONE_NUMBER_UTIL
            .get_country_code_for_region(region)
            .map(|_| Self(region))
    }
}

/// How a number stands in its numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It can be somebody's.
    Valid,
    /// Its length fits; no such range is known.
    Possible,
    /// Shorter than the shortest, or complete only within its area.
    TooShort,
    /// Longer than the longest.
    TooLong,
    /// A length in between, or no such calling code.
    Impossible,
}

/// A number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// `+` and digits; meaningless where the standing refuses the number.
    pub(super) e164: String,
    pub(super) standing: Standing,
}

impl Number {
    const fn refused(standing: Standing) -> Self {
        Self {
            e164: String::new(),
            standing,
        }
    }
}

/// Reads the digits after `+`.
pub(super) fn international(digits: &str) -> Number {
    settle(parse(&format!("+{digits}"), None))
}

/// Reads digits as they are dialled within a country.
pub(super) fn national(digits: &str, country: Country) -> Number {
    let number = parse(digits, Some(country.0));
    // Reading again what isn't valid here could make a number of somewhere else of it.
    match number {
        Ok(number) if !PHONE_NUMBER_UTIL.is_valid_number(&number) => Number {
            e164: e164(&number),
            standing: standing(&number),
        },
        number => settle(number),
    }
}

fn parse(text: &str, region: Option<Region>) -> Result<PhoneNumber, Standing> {
    PHONE_NUMBER_UTIL
        .parse(text, region)
        .map_err(|error| match error {
            ParseError::InvalidCountryCode => Standing::Impossible,
            ParseError::TooLongNsn => Standing::TooLong,
            // Of digits alone, only too few are no number.
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn | ParseError::NotANumber(_) => {
                Standing::TooShort
            }
        })
}

fn e164(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::E164)
        .into_owned()
}

/// Reads the number again until it no longer changes: some plans drop a prefix, and behind it stands another.
fn settle(number: Result<PhoneNumber, Standing>) -> Number {
    let mut number = match number {
        Ok(number) => number,
        Err(standing) => return Number::refused(standing),
    };
    // Every reading that changes a number makes it shorter or swaps a prefix once: a few are always enough.
    for _ in 0..8 {
        let e164 = e164(&number);
        match parse(&e164, None) {
            Ok(again) if again == number => {
                return Number {
                    e164,
                    standing: standing(&number),
                };
            }
            Ok(again) => number = again,
            Err(standing) => return Number::refused(standing),
        }
    }
    Number::refused(Standing::Impossible)
}

fn standing(number: &PhoneNumber) -> Standing {
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Ok(NumberLengthType::IsPossible) => {
            if PHONE_NUMBER_UTIL.is_valid_number(number) {
                Standing::Valid
            } else {
                Standing::Possible
            }
        }
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            Standing::TooShort
        }
        Err(ValidationError::TooLong) => Standing::TooLong,
        Err(_) => Standing::Impossible,
    }
}
