//! The digits of a number as written: separators go, other scripts' digits become ASCII.

use crate::value::plain::is_invisible;

/// More digits than any number has, prefixes and all: what follows doesn't change the verdict.
const ENOUGH: usize = 40;

/// A number as dialled.
pub(super) struct Dialled<'a> {
    digits: Digits<'a>,
    /// Whether it began with `+` or `00`.
    pub(super) international: bool,
}

enum Digits<'a> {
    /// As they stand in the value.
    Written(&'a [u8]),
    /// Picked out of it, and how many.
    Gathered([u8; ENOUGH], usize),
}

impl<'a> Dialled<'a> {
    /// None where anything but digits, separators and a leading plus is found, or no digit at all.
    pub(super) fn new(value: &'a str) -> Option<Self> {
        if let Some((b'+', digits)) = value.as_bytes().split_first()
            && (1..=ENOUGH).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit)
        {
            return Some(Self {
                digits: Digits::Written(digits),
                international: true,
            });
        }
        let mut digits = [0; ENOUGH];
        let mut length = 0;
        let mut plus = false;
        for c in value.chars() {
            if let Some(digit) = digit(c) {
                if let Some(place) = digits.get_mut(length) {
                    *place = digit;
                    length += 1;
                }
            } else if is_plus(c) {
                if plus || length > 0 {
                    return None;
                }
                plus = true;
            } else if !is_separator(c) {
                return None;
            }
        }
        if length == 0 {
            return None;
        }
        let double_zero = !plus && digits.starts_with(b"00");
        if double_zero {
            digits.copy_within(2.., 0);
            length -= 2;
        }
        Some(Self {
            digits: Digits::Gathered(digits, length),
            international: plus || double_zero,
        })
    }

    /// ASCII digits, without the international prefix.
    pub(super) fn digits(&self) -> &[u8] {
        match &self.digits {
            Digits::Written(digits) => digits,
            Digits::Gathered(digits, length) => digits.get(..*length).unwrap_or_default(),
        }
    }
}

const fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋' | '﹢')
}

/// White space, `- . ( ) /` and their Unicode forms, and the marks that nobody sees.
fn is_separator(c: char) -> bool {
    match c {
        ' ' | '-' | '.' | '(' | ')' | '/' => true,
        // Hyphens and dashes, the minus, the long vowel mark that stands for a dash in Japanese numbers.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{207b}'
        | '\u{208b}'
        | '\u{30fc}'
        | '\u{ff70}' => true,
        '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ad}' => true,
        // Full stops and the dots that are set instead.
        '\u{2024}' | '\u{b7}' | '\u{2027}' | '\u{30fb}' | '\u{ff65}' | '\u{fe52}' | '\u{ff0e}' => {
            true
        }
        // Brackets and slashes.
        '\u{207d}' | '\u{207e}' | '\u{208d}' | '\u{208e}' | '\u{fe59}' | '\u{fe5a}' => true,
        '\u{ff08}' | '\u{ff09}' | '\u{2044}' | '\u{2215}' | '\u{ff0f}' => true,
        _ => c.is_whitespace() || is_invisible(c),
    }
}

/// The ASCII digit that a decimal digit of any script stands for.
fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c as u8);
    }
    let next = ZEROS.partition_point(|zero| *zero <= c);
    let zero = *ZEROS.get(next.checked_sub(1)?)?;
    let value = u32::from(c) - u32::from(zero);
    (value < 10).then(|| b'0' + value as u8)
}

/// The zeros of all scripts but ASCII (Unicode 17, general category Nd); nine digits follow each.
const ZEROS: [char; 76] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11de0}',
    '\u{11f50}',
    '\u{16130}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{16d70}',
    '\u{1ccf0}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
    '\u{1fbf0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Option<(&str, bool)>) {
        let dialled = Dialled::new(value);
        let got = dialled.as_ref().map(|dialled| {
            (
                str::from_utf8(dialled.digits()).unwrap(),
                dialled.international,
            )
        });
        assert_eq!(got, want, "{value:?}");
    }

    #[test]
    fn separators_go() {
        check("+60123456789", Some(("60123456789", true)));
        check("+60 (12) 345-67.89/0", Some(("601234567890", true)));
        check("(+60) 12", Some(("6012", true)));
        check("+\u{a0}60\u{2011}12\u{3000}３４", Some(("601234", true)));
        check("＋６０", Some(("60", true)));
        check("012-345 6789", Some(("0123456789", false)));
        check("03ー1234（５６７８）", Some(("0312345678", false)));
        check("12\u{200e}34\n5", Some(("12345", false)));
        let forms = "‐‑‒–—―−⁻₋ーｰ﹘﹣－\u{ad}․·‧・･﹒．⁽⁾₍₎﹙﹚（）⁄∕／";
        for separator in forms.chars() {
            check(&format!("1{separator}2"), Some(("12", false)));
        }
    }

    #[test]
    fn a_double_zero_is_a_plus() {
        check("0060 12", Some(("6012", true)));
        check("0 0 60", Some(("60", true)));
        check("(00)60", Some(("60", true)));
        check("00", Some(("", true)));
        check("+0060", Some(("0060", true)));
        check("0", Some(("0", false)));
    }

    #[test]
    fn anything_else_is_no_number() {
        for other in [
            "",
            "+",
            "-",
            "()",
            "abc",
            "+60 12 ext 5",
            "+6012x5",
            "+6012#5",
            "+6012,5",
            "+6012;ext=5",
            "60+12",
            "++60",
            "+60+12",
            "tel:+6012",
            "+60 12a",
            "+60[12]",
            "½",
            "²",
            "①",
            "十",
            "\u{1d7cf}x",
            "+60*12",
            "+60:12",
            "~12",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn digits_of_every_script_count() {
        check("٠١٢٣٤٥٦٧٨٩", Some(("0123456789", false)));
        check("+۶۰۱۲", Some(("6012", true)));
        check("𝟎𝟏𝟗𝟘𝟡𝟬𝟵𝟶𝟿", Some(("019090909".get(..9).unwrap(), false)));
        let library = &rlibphonenumber::PHONE_NUMBER_UTIL;
        for c in '\u{80}'..=char::MAX {
            let theirs = library.normalize_digits_only(c.to_string());
            let ours: String = digit(c).map(char::from).into_iter().collect();
            assert_eq!(ours, theirs, "{c:?}");
        }
    }

    #[test]
    fn endless_digits_are_cut() {
        check(&"1".repeat(1000), Some((&"1".repeat(ENOUGH), false)));
        check(
            &format!("+{}", "1".repeat(1000)),
            Some((&"1".repeat(ENOUGH), true)),
        );
    }
}
