//! The library's opinion, asked a million times.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL as LIBRARY, ParseError, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, Region, ValidationError, get_national_significant_number_owned,
};

use super::*;
use crate::evidence;

/// What is compared of a reading.
#[derive(Debug, PartialEq, Eq)]
struct Opinion {
    e164: String,
    length: Length,
    valid: bool,
    /// In the country in which it was dialled.
    valid_here: bool,
}

fn ours(read: Result<Number, Refusal>, country: Country) -> Result<Opinion, Refusal> {
    read.map(|number| Opinion {
        e164: number.e164().to_owned(),
        length: number.length(),
        valid: number.is_valid(),
        valid_here: number.is_valid_in(country),
    })
}

fn theirs(read: Result<PhoneNumber, ParseError>, region: Region) -> Result<Opinion, Refusal> {
    let number = read.map_err(|error| match error {
        ParseError::InvalidCountryCode => Refusal::Impossible,
        ParseError::TooLongNsn => Refusal::TooLong,
        ParseError::NotANumber(_) | ParseError::TooShortAfterIdd | ParseError::TooShortNsn => {
            Refusal::TooShort
        }
    })?;
    // The library forgets to compare the calling codes here, which libphonenumber does.
    let same_code = LIBRARY.get_country_code_for_region(region) == Some(number.country_code);
    Ok(Opinion {
        e164: LIBRARY
            .format(&number, PhoneNumberFormat::E164)
            .into_owned(),
        length: match LIBRARY.is_possible_number_with_reason(&number) {
            Ok(NumberLengthType::IsPossible) => Length::Possible,
            Ok(NumberLengthType::IsPossibleLocalOnly) => Length::Local,
            Err(ValidationError::TooShort) => Length::TooShort,
            Err(ValidationError::TooLong) => Length::TooLong,
            Err(_) => Length::Impossible,
        },
        valid: LIBRARY.is_valid_number(&number),
        valid_here: same_code && LIBRARY.is_valid_number_for_region(&number, region),
    })
}

/// The library's number, read again until it no longer changes.
fn settled(number: &PhoneNumber) -> Result<PhoneNumber, ParseError> {
    let again = LIBRARY.parse(
        LIBRARY.format(number, PhoneNumberFormat::E164).as_ref(),
        None,
    )?;
    if again == *number {
        Ok(again)
    } else {
        settled(&again)
    }
}

/// What a number's readers accept: its E.164 form, and whether it is valid.
fn accepted(opinion: Result<Opinion, Refusal>) -> Result<(String, bool), Refusal> {
    let Opinion {
        e164,
        length,
        valid,
        ..
    } = opinion?;
    match length {
        Length::Possible => Ok((e164, valid)),
        Length::Local | Length::TooShort => Err(Refusal::TooShort),
        Length::TooLong => Err(Refusal::TooLong),
        Length::Impossible => Err(Refusal::Impossible),
    }
}

/// Both opinions on digits, dialled in a country and behind `+`.
#[track_caller]
fn check(digits: &str, alpha2: &str, tally: &mut Tally) {
    let region = Region::from_code(alpha2).unwrap();
    let country = Country::new(alpha2).unwrap();
    let bytes = digits.as_bytes();
    let text = |number: Number| (number.e164().to_owned(), number.is_valid());

    let theirs_here = LIBRARY.parse(digits, Some(region));
    let want = theirs(theirs_here.clone(), region);
    assert_eq!(
        ours(parse_national(bytes, country), country),
        want,
        "{digits} in {alpha2}"
    );
    let accepted_here = |opinion: Result<Opinion, Refusal>| {
        let valid = opinion.as_ref().is_ok_and(|opinion| opinion.valid_here);
        accepted(opinion).map(|(e164, _)| (e164, valid))
    };
    let want = if want.as_ref().is_ok_and(|opinion| opinion.valid_here) {
        accepted_here(theirs(settled(&theirs_here.unwrap()), region))
    } else {
        accepted_here(want)
    };
    let want = want.and_then(|(e164, valid)| {
        if valid {
            Ok((e164, true))
        } else {
            Err(Refusal::Invalid)
        }
    });
    tally.see(&want);
    assert_eq!(
        national(bytes, country).map(text),
        want,
        "{digits} in {alpha2}, settled"
    );

    let theirs_abroad = LIBRARY.parse(format!("+{digits}"), None);
    let want = theirs(theirs_abroad.clone(), region);
    assert_eq!(
        ours(parse_international(bytes), country),
        want,
        "+{digits}, valid in {alpha2}?"
    );
    let want = accepted(theirs(
        theirs_abroad.and_then(|number| settled(&number)),
        region,
    ));
    tally.see(&want);
    assert_eq!(international(bytes).map(text), want, "+{digits}, settled");
}

/// How often which verdict was agreed upon.
#[derive(Debug, Default)]
struct Tally {
    readings: u32,
    valid: u32,
    possible: u32,
}

impl Tally {
    fn see(&mut self, verdict: &Result<(String, bool), Refusal>) {
        self.readings += 1;
        self.valid += u32::from(matches!(verdict, Ok((_, true))));
        self.possible += u32::from(matches!(verdict, Ok((_, false))));
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % end as u64) as usize
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn prefix(&mut self) -> &'static str {
        PREFIXES[self.below(PREFIXES.len())]
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

const TYPES: [PhoneNumberType; 10] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];

/// What people dial before a number, in one country or another.
const PREFIXES: [&str; 34] = [
    "0", "0", "0", "1", "8", "00", "000", "01", "011", "001", "0011", "09", "06", "80", "810",
    "90", "9", "15", "99", "119", "14", "15006", "1001", "180020", "183", "10", "10022", "021",
    "041", "003768", "1790", "19020", "017", "0052",
];

/// Every region's example numbers without calling code, and some that follow its first digits.
fn examples(alpha2: &str) -> Vec<String> {
    let region = Region::from_code(alpha2).unwrap();
    let mut examples: Vec<String> = TYPES
        .iter()
        .filter_map(|&kind| {
            LIBRARY
                .get_example_number_for_type_and_region(region, kind)
                .ok()
        })
        .chain(LIBRARY.get_invalid_example_number(region))
        .map(|number| get_national_significant_number_owned(&number))
        .collect();
    examples.sort();
    examples.dedup();
    assert!(!examples.is_empty(), "{alpha2}");
    examples
}

/// A number that resembles an example: as dialled, mistyped, too short, too long, of another range or another country.
fn vary(random: &mut Random, example: &str, code: &str) -> String {
    let mut digits = example.to_owned();
    match random.below(8) {
        0 | 1 => {}
        2 => {
            let at = random.below(digits.len());
            digits.replace_range(at..=at, &random.digits(1));
        }
        3 => digits.truncate(random.below(digits.len())),
        4 => {
            let more = 1 + random.below(6);
            digits += &random.digits(more);
        }
        5 | 6 => {
            let kept = random.below(digits.len());
            let rest = digits.len() - kept;
            digits.truncate(kept);
            digits += &random.digits(rest);
        }
        _ => {
            let count = random.below(20);
            digits = random.digits(count);
        }
    }
    match random.below(8) {
        0 | 1 => {}
        2 | 3 => digits.insert_str(0, code),
        4 => digits.insert_str(0, random.prefix()),
        5 => digits = format!("{}{code}{digits}", random.prefix()),
        6 => digits = format!("{code}{}{digits}", random.prefix()),
        _ => digits = format!("{}{}{digits}", random.prefix(), random.prefix()),
    }
    digits
}

#[test]
fn the_library_agrees() {
    let mut regions: Vec<String> = LIBRARY
        .get_supported_regions()
        .map(|region| region.to_string())
        .collect();
    regions.sort();
    let mut random = Random(20_090_421);
    let mut tally = Tally::default();
    let per_region = evidence::cases(PER_REGION);
    for alpha2 in &regions {
        let region = Region::from_code(alpha2).unwrap();
        let code = LIBRARY
            .get_country_code_for_region(region)
            .unwrap()
            .to_string();
        let examples = examples(alpha2);
        for example in &examples {
            check(example, alpha2, &mut tally);
            check(&format!("{code}{example}"), alpha2, &mut tally);
        }
        for _ in 0..per_region {
            let example = random.of(&examples).clone();
            let digits = vary(&mut random, &example, &code);
            check(&digits, alpha2, &mut tally);
        }
    }
    for code in LIBRARY.get_supported_global_network_calling_codes() {
        let number = LIBRARY.get_example_number_for_non_geo_entity(code).unwrap();
        let example = get_national_significant_number_owned(&number);
        for _ in 0..per_region {
            let digits = vary(&mut random, &example, &code.to_string());
            let alpha2 = random.of(&regions).clone();
            check(&format!("{code}{digits}"), &alpha2, &mut tally);
        }
    }
    // Zeros, of which only so many count.
    for alpha2 in &regions {
        for zeros in 1..=17 {
            let rest = random.below(4);
            let digits = format!("{}{}", "0".repeat(zeros), random.digits(rest));
            check(&digits, alpha2, &mut tally);
            let region = Region::from_code(alpha2).unwrap();
            let code = LIBRARY.get_country_code_for_region(region).unwrap();
            check(&format!("{code}{digits}"), alpha2, &mut tally);
        }
    }
    // Any digits at all.
    for length in 0..64 {
        for _ in 0..500 {
            let alpha2 = random.of(&regions).clone();
            check(&random.digits(length), &alpha2, &mut tally);
        }
    }
    evidence::count(
        tally.readings,
        "phone readings against rlibphonenumber",
        &format!(
            "0 differences in {} regions; {} valid, {} possible",
            regions.len(),
            tally.valid,
            tally.possible
        ),
    );
    let share = per_region as f32 / PER_REGION as f32;
    let many = |full: u32| (full as f32 * share) as u32;
    assert!(tally.readings >= many(1_000_000));
    assert!(tally.valid >= many(150_000) && tally.possible >= many(50_000));
}

const PER_REGION: u32 = 2_000;
