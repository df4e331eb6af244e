//! Times of day.

use std::borrow::Cow;

use super::Verdict;
use crate::issue::Code;

/// Reads `H:MM`, `HH:MM` and `HH:MM:SS`, of 24 hours or with `am` or `pm`; the full hour needs no minutes then. The
/// day has no 24:00, and the minute no second 60.
pub(super) fn read(value: &str) -> Verdict<'_> {
    let canonical = canonical(value).ok_or(Code::TimeInvalid)?;
    Ok((
        if canonical == value {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(canonical)
        },
        None,
    ))
}

fn canonical(value: &str) -> Option<String> {
    let (clock, half) = split_half(value);
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 1..=2)?;
    let minute = match parts.next() {
        Some(minute) => number(minute, 2..=2)?,
        None => half.map(|_| 0)?,
    };
    let second = match parts.next() {
        Some(second) => Some(number(second, 2..=2)?),
        None => None,
    };
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + 12 * u8::from(half == Half::Pm),
        Some(_) => return None,
    };
    if hour > 23
        || minute > 59
        || second.is_some_and(|second| second > 59)
        || parts.next().is_some()
    {
        return None;
    }
    Some(match second {
        Some(second) => format!("{hour:02}:{minute:02}:{second:02}"),
        None => format!("{hour:02}:{minute:02}"),
    })
}

/// The half of the day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

/// The time without `am` or `pm`.
fn split_half(value: &str) -> (&str, Option<Half>) {
    let split = value
        .len()
        .checked_sub(2)
        .and_then(|at| value.split_at_checked(at));
    let half = match split {
        Some((_, word)) if word.eq_ignore_ascii_case("am") => Half::Am,
        Some((_, word)) if word.eq_ignore_ascii_case("pm") => Half::Pm,
        _ => return (value, None),
    };
    (split.map_or("", |(clock, _)| clock.trim_end()), Some(half))
}

fn number(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u8> {
    let is_number =
        lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Option<&str>) {
        let got = read(value).map(|(time, _)| time);
        assert_eq!(
            got.as_deref().map_err(|code| *code),
            want.ok_or(Code::TimeInvalid),
            "{value:?}"
        );
        if let Ok(time) = got {
            assert_eq!(read(&time).unwrap().0, time);
        }
    }

    #[test]
    fn the_day_has_24_hours() {
        check("14:30", Some("14:30"));
        check("9:05", Some("09:05"));
        check("09:05", Some("09:05"));
        check("00:00", Some("00:00"));
        check("0:00", Some("00:00"));
        check("23:59", Some("23:59"));
        check("23:59:59", Some("23:59:59"));
        check("9:05:00", Some("09:05:00"));
    }

    #[test]
    fn or_two_halves_of_twelve() {
        check("2:30 PM", Some("14:30"));
        check("2:30pm", Some("14:30"));
        check("02:30 Pm", Some("14:30"));
        check("2:30 am", Some("02:30"));
        check("2pm", Some("14:00"));
        check("2 PM", Some("14:00"));
        check("12 am", Some("00:00"));
        check("12:01 AM", Some("00:01"));
        check("12 pm", Some("12:00"));
        check("12:59:59 pm", Some("12:59:59"));
        check("11:59:07 PM", Some("23:59:07"));
        check("2:30\u{202f}PM", Some("14:30"));
    }

    #[test]
    fn anything_else_is_none() {
        for other in [
            "24:00",
            "24:00:00",
            "23:60",
            "23:59:60",
            "25:00",
            "14",
            "2",
            "14:3",
            "14:030",
            "1:2:3",
            "14:30:5",
            "014:30",
            "14:30:00:00",
            "14:30:00.5",
            "14.30",
            "1430",
            "-1:00",
            "+2:30",
            "14 :30",
            "14: 30",
            "14:30Z",
            "0 am",
            "0:30 pm",
            "13 pm",
            "13:00 pm",
            "am",
            "pm",
            " pm",
            ":30",
            "14:",
            "2:30 p.m.",
            "2:30 xm",
            "2pmm",
            "noon",
            "１４:３０",
            "é:30",
            "ém",
        ] {
            check(other, None);
        }
    }
}
