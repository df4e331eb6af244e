use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

use super::*;
use crate::field::FieldType;
use crate::value::{Evidence, FormatFinder};

type Want<'a> = Result<(&'a str, Option<Code>), Code>;

#[track_caller]
fn check(value: &str, format: Format, country: Option<&str>, want: Want<'_>) {
    let country = country.and_then(Country::new);
    let got = read(value, format, country);
    let plain = got
        .as_ref()
        .map(|(number, warning)| (number.as_ref(), *warning));
    assert_eq!(plain.map_err(|code| *code), want, "{value:?}");
    if let Ok((number, warning)) = got {
        let again = read(&number, Format::International, None).unwrap();
        assert_eq!(again.0, number);
        assert_eq!(
            again.1,
            warning.filter(|code| *code != Code::ValueConverted)
        );
    }
}

#[track_caller]
fn plus(value: &str, want: Want<'_>) {
    // The column's format and country are for bare numbers alone.
    check(value, Format::International, None, want);
    check(value, Format::National, Some("US"), want);
    check(value, Format::National, None, want);
}

#[test]
fn numbers_with_their_country_code_are_read() {
    plus("+60123456789", Ok(("+60123456789", None)));
    plus("+60 12-345 6789", Ok(("+60123456789", None)));
    plus("0060123456789", Ok(("+60123456789", None)));
    plus("(+60) 12.345/6789", Ok(("+60123456789", None)));
    plus("+６０１２３４５６７８９", Ok(("+60123456789", None)));
    plus("+٦٠١٢٣٤٥٦٧٨٩", Ok(("+60123456789", None)));
    plus("+60 012-345 6789", Ok(("+60123456789", None)));
    plus("+44 (0)20 7946 0958", Ok(("+442079460958", None)));
    plus("+1 (415) 555-2671", Ok(("+14155552671", None)));
    plus("+39 06 698 1234", Ok(("+39066981234", None)));
    plus("+54 9 11 2345-6789", Ok(("+5491123456789", None)));
    plus("+800 1234 5678", Ok(("+80012345678", None)));
}

#[test]
fn refusals_say_what_is_wrong() {
    plus("+", Err(Code::PhoneInvalid));
    plus("call me", Err(Code::PhoneInvalid));
    plus("+60 12 345 6789 ext 5", Err(Code::PhoneInvalid));
    plus("+60123456789x5", Err(Code::PhoneInvalid));
    plus("+60123456789#5", Err(Code::PhoneInvalid));
    plus("1-800-FLOWERS", Err(Code::PhoneInvalid));
    plus("+60 12 345 6789, +60 12 345 6780", Err(Code::PhoneInvalid));
    plus("+999123456789", Err(Code::PhoneInvalid));
    plus("+0123456789", Err(Code::PhoneInvalid));
    plus("000123456789", Err(Code::PhoneInvalid));
    plus("+6", Err(Code::PhoneTooShort));
    plus("+60", Err(Code::PhoneTooShort));
    plus("+99", Err(Code::PhoneTooShort));
    plus("00", Err(Code::PhoneTooShort));
    plus("+601", Err(Code::PhoneTooShort));
    plus("+60123", Err(Code::PhoneTooShort));
    plus("+1 555 2671", Err(Code::PhoneTooShort)); // complete only within its area
    plus("+1415555267", Err(Code::PhoneTooShort));
    plus("+141555526711", Err(Code::PhoneTooLong));
    plus("+601234567890123", Err(Code::PhoneTooLong));
    plus(&format!("+60{}", "1".repeat(300)), Err(Code::PhoneTooLong));
    plus(&format!("+999{}", "1".repeat(300)), Err(Code::PhoneInvalid));
}

#[test]
fn possible_numbers_are_accepted_with_a_warning() {
    plus(
        "+1 000 000 0000",
        Ok(("+10000000000", Some(Code::PhoneUnassigned))),
    );
    plus(
        "+60 999 999 9999",
        Ok(("+609999999999", Some(Code::PhoneUnassigned))),
    );
}

#[test]
fn spreadsheets_damage_numbers() {
    for damaged in [
        "6.01E+10",
        "6,01E+10",
        "1e5",
        "60123456789.0",
        "1234567.0",
        "+60123456789.0",
        "+1234567.0",
    ] {
        plus(damaged, Err(Code::SpreadsheetDamaged));
    }
    for other in ["+6.01E+10", "123456.0x"] {
        plus(other, Err(Code::PhoneInvalid));
    }
    check(
        "60123456789.00",
        Format::International,
        None,
        Err(Code::PhoneTooLong),
    );
    check(
        "123456.0",
        Format::International,
        None,
        Err(Code::PhoneTooShort),
    );
}

#[test]
fn bare_numbers_are_read_as_if_a_plus_stood_there() {
    let bare = |value, want| check(value, Format::International, Some("US"), want);
    bare(
        "60123456789",
        Ok(("+60123456789", Some(Code::ValueConverted))),
    );
    bare(
        "60 12-345 6789",
        Ok(("+60123456789", Some(Code::ValueConverted))),
    );
    // Valid, not only possible.
    bare("609999999999", Err(Code::PhoneInvalid));
    bare("10000000000", Err(Code::PhoneInvalid));
    bare("60123", Err(Code::PhoneTooShort));
    bare("12", Err(Code::PhoneTooShort));
    bare("6012345678901234", Err(Code::PhoneTooLong));
    bare("0123456789", Err(Code::PhoneInvalid));
}

#[test]
fn bare_numbers_are_read_as_dialled_in_the_country() {
    let bare = |value, country, want| check(value, Format::National, country, want);
    bare("012-345 6789", Some("MY"), Ok(("+60123456789", None)));
    bare("12-345 6789", Some("MY"), Ok(("+60123456789", None)));
    bare("60123456789", Some("MY"), Ok(("+60123456789", None)));
    bare("(415) 555-2671", Some("US"), Ok(("+14155552671", None)));
    bare("020 7946 0958", Some("GB"), Ok(("+442079460958", None)));
    bare("02 1234 5678", Some("IT"), Ok(("+390212345678", None)));
    bare("06 698 1234", Some("VA"), Ok(("+39066981234", None)));
    bare(
        "８０３１２３４５６７",
        Some("JP"),
        Ok(("+818031234567", None)),
    );
    bare("03-1234-5678", Some("JP"), Ok(("+81312345678", None)));
    bare("011 15-2345-6789", Some("AR"), Ok(("+5491123456789", None)));
    bare("555 2671", Some("US"), Err(Code::PhoneTooShort));
    bare("5", Some("US"), Err(Code::PhoneTooShort));
    bare("41555526711", Some("US"), Err(Code::PhoneTooLong));
    bare("000 000 0000", Some("US"), Err(Code::PhoneInvalid)); // `00`, then no calling code
    bare("999 999 9999", Some("US"), Err(Code::PhoneInvalid));
    // Canada shares the calling code, Britain is dialled from there: neither number is one of the country.
    bare("(604) 555-2671", Some("US"), Err(Code::PhoneInvalid));
    bare("604 555 2671", Some("CA"), Ok(("+16045552671", None)));
    bare("011 44 20 7946 0958", Some("US"), Err(Code::PhoneInvalid));
    bare("0123456789", None, Err(Code::PhoneCountryCodeMissing));
    bare("12", None, Err(Code::PhoneCountryCodeMissing));
    // Nobody's numbering plan.
    bare("0123456789", Some("AQ"), Err(Code::PhoneCountryCodeMissing));
    bare("call me", None, Err(Code::PhoneInvalid));
}

#[test]
fn the_column_decides_how_bare_numbers_are_read() {
    let resolve = |cells: &[&str]| {
        let mut finder = FormatFinder::new(FieldType::Phone, Format::Auto, ',');
        cells.iter().for_each(|cell| finder.see(cell));
        let Evidence {
            bare,
            international,
            ..
        } = finder.evidence();
        (finder.resolve(), bare, international)
    };
    assert_eq!(resolve(&[]), (Format::International, 0, 0));
    assert_eq!(
        resolve(&["+1", "0060123456789", "abc", "", "6.01E+10"]),
        (Format::International, 0, 0)
    );
    assert_eq!(resolve(&["60123456789"]), (Format::International, 1, 1));
    assert_eq!(
        resolve(&["0123456789", "60123456789"]),
        (Format::National, 2, 1)
    );
    let column = |national| {
        let mut cells = vec!["60123456789"; 100 - national];
        cells.extend(vec!["0123456789"; national]);
        resolve(&cells)
    };
    assert_eq!(column(5), (Format::International, 100, 95));
    assert_eq!(column(6), (Format::National, 100, 94));
}

/// Every example number of every region, as written within the country and abroad, and with a digit less or more.
#[test]
fn examples_of_every_region_agree_with_the_library() {
    let util = &PHONE_NUMBER_UTIL;
    let mut seen = 0;
    for region in util.get_supported_regions() {
        let country = Country::new(&region.to_string());
        assert!(country.is_some(), "{region:?}");
        for kind in [
            PhoneNumberType::FixedLine,
            PhoneNumberType::Mobile,
            PhoneNumberType::TollFree,
            PhoneNumberType::PremiumRate,
            PhoneNumberType::VoIP,
        ] {
            let Ok(example) = util.get_example_number_for_type_and_region(region, kind) else {
                continue;
            };
            seen += 1;
            let e164 = util.format(&example, PhoneNumberFormat::E164).into_owned();
            for format in [PhoneNumberFormat::E164, PhoneNumberFormat::International] {
                let written = util.format(&example, format);
                assert_eq!(
                    read(&written, Format::National, None),
                    Ok((Cow::Borrowed(&*e164), None)),
                    "{written}"
                );
            }
            let written = util.format(&example, PhoneNumberFormat::National);
            let got = read(&written, Format::National, country);
            if got.is_err() {
                // `00` at the front and letters aside, the library reads it otherwise too.
                let theirs = util.parse(written.as_ref(), Some(region)).ok();
                assert!(
                    written.starts_with("00")
                        || theirs
                            .is_none_or(|theirs| !util.is_valid_number_for_region(&theirs, region)),
                    "{region:?} {written} {got:?}"
                );
            }
            for changed in [format!("{e164}0"), e164[..e164.len() - 1].to_owned()] {
                compare(&changed);
            }
        }
    }
    assert!(seen > 900, "{seen}");
}

/// Numbers of every calling code, of every length, against the library asked step by step.
#[test]
fn generated_numbers_agree_with_the_library() {
    let mut state = 1_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
        for length in 1..=16 {
            for _ in 0..6 {
                let digits: String = (0..length)
                    .map(|_| char::from(b'0' + (random() % 10) as u8))
                    .collect();
                compare(&format!("+{code}{digits}"));
            }
        }
    }
}

/// What the specification says, in the library's own words.
#[track_caller]
fn compare(value: &str) {
    use rlibphonenumber::{NumberLengthType, ParseError, ValidationError};
    let util = &PHONE_NUMBER_UTIL;
    let mut text = value.to_owned();
    let want = loop {
        let number = match util.parse(&text, None) {
            Ok(number) => number,
            Err(ParseError::TooLongNsn) => break Err(Code::PhoneTooLong),
            Err(ParseError::InvalidCountryCode) => break Err(Code::PhoneInvalid),
            Err(_) => break Err(Code::PhoneTooShort),
        };
        let e164 = util.format(&number, PhoneNumberFormat::E164).into_owned();
        if e164 != text {
            text = e164;
            continue;
        }
        break match util.is_possible_number_with_reason(&number) {
            Ok(NumberLengthType::IsPossible) if util.is_valid_number(&number) => Ok((text, None)),
            Ok(NumberLengthType::IsPossible) => Ok((text, Some(Code::PhoneUnassigned))),
            Ok(_) | Err(ValidationError::TooShort) => Err(Code::PhoneTooShort),
            Err(ValidationError::TooLong) => Err(Code::PhoneTooLong),
            Err(_) => Err(Code::PhoneInvalid),
        };
    };
    let got = read(value, Format::International, None)
        .map(|(number, warning)| (number.into_owned(), warning));
    assert_eq!(got, want, "{value}");
}

#[test]
fn places_without_phones_are_no_countries() {
    assert_eq!(Country::new("AQ"), None);
    assert_eq!(Country::new("XX"), None);
    assert_eq!(Country::new(""), None);
    assert_eq!(Country::new("MY"), Some(Country::new("MY").unwrap()));
    assert!(Region::from_code("MY").is_ok());
}
