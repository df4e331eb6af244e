//! Dates that are nearly written as they should be.

/// The years 30-99 are of the last century, as spreadsheets have it.
const FIRST_OF_LAST_CENTURY: u32 = 30;
/// The day of the calendar from which spreadsheets count, as days since 1970.
const SERIAL_ZERO: i64 = -25_569;
/// Serial numbers of the years 1927 to 2064: others are no dates that people have.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=60_000;

pub(super) fn candidates(value: &str) -> Vec<String> {
    let value = without_weekday(value);
    let mut all = vec![value.to_owned(), without_ordinal(value)];
    all.extend(without_time(value).map(str::to_owned));
    all.extend(with_century(value));
    all.extend(year_first(value));
    all.extend(in_one_piece(value));
    all.extend(serial(value));
    all
}

/// `Wednesday, 25 October 2023`
fn without_weekday(value: &str) -> &str {
    let Some((day, rest)) = value.split_once([',', ' ']) else {
        return value;
    };
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day = day.to_ascii_lowercase();
    if DAYS.iter().any(|name| day.starts_with(name)) {
        rest.trim_start_matches([',', ' '])
    } else {
        value
    }
}

/// `25th October 2023`, `October 25th, 2023`
fn without_ordinal(value: &str) -> String {
    let bare = |word: &str| {
        let (word, comma) = match word.strip_suffix(',') {
            Some(word) => (word, ","),
            None => (word, ""),
        };
        let digits = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| word.strip_suffix(end));
        match digits.filter(|digits| is_digits(digits, 1..=2)) {
            Some(digits) => format!("{digits}{comma}"),
            None => format!("{word}{comma}"),
        }
    };
    let words: Vec<String> = value
        .split_whitespace()
        .filter(|word| *word != "of")
        .map(bare)
        .collect();
    words.join(" ")
}

/// `25/10/2023 14:30`
fn without_time(value: &str) -> Option<&str> {
    let (date, time) = value.split_once([' ', 'T'])?;
    let is_time = time.contains(':') && time.starts_with(|c: char| c.is_ascii_digit());
    is_time.then_some(date)
}

/// `25/10/23`, `25-Oct-23`, `Oct 25, 23`: three numbers with hyphens could begin with the year.
fn with_century(value: &str) -> Option<String> {
    let (rest, year) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let has_name = rest.contains(|c: char| c.is_alphabetic());
    let ends = if has_name {
        &['-', ' ', '\'', '/', '.'][..]
    } else {
        &['/', '.']
    };
    if !is_digits(year, 2..=2) || !rest.ends_with(ends) {
        return None;
    }
    let year: u32 = year.parse().ok()?;
    let century = if year < FIRST_OF_LAST_CENTURY {
        2000
    } else {
        1900
    };
    Some(format!("{}{}", rest.trim_end_matches('\''), century + year))
}

/// `2023-1-5`, `2023.10.25`
fn year_first(value: &str) -> Option<String> {
    let year = value.get(..4)?;
    is_digits(year, 4..=4).then(|| value.trim_end_matches('.').replace(['-', '.'], "/"))
}

/// `20231025`
fn in_one_piece(value: &str) -> Option<String> {
    if !is_digits(value, 8..=8) || !(value.starts_with("19") || value.starts_with("20")) {
        return None;
    }
    Some(format!(
        "{}-{}-{}",
        value.get(..4)?,
        value.get(4..6)?,
        value.get(6..)?
    ))
}

/// `45224`: the days since a spreadsheet's beginning.
fn serial(value: &str) -> Option<String> {
    let (days, _) = value.split_once(['.', ',']).unwrap_or((value, ""));
    let days: i64 = days.parse().ok().filter(|_| is_digits(days, 5..=5))?;
    if !SERIALS.contains(&days) {
        return None;
    }
    let (year, month, day) = civil(days + SERIAL_ZERO);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day from the days since 1970 (Hinnant's algorithm).
const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let next = if month <= 2 { 1 } else { 0 };
    (
        year + era * 400 + next,
        month,
        of_year - (153 * shifted + 2) / 5 + 1,
    )
}

fn is_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days() {
        let epoch = jiff::civil::date(1899, 12, 30);
        for days in SERIALS {
            let date = epoch + jiff::Span::new().days(days);
            assert_eq!(serial(&days.to_string()), Some(date.to_string()));
        }
        assert_eq!(serial("45224.75").as_deref(), Some("2023-10-25"));
        assert_eq!(serial("09999"), None);
        assert_eq!(serial("60001"), None);
    }
}
