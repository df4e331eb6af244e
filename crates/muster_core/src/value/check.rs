//! The checks that a value of every type passes before its type's own.

use crate::issue::Code;

/// What spreadsheets write where they can't compute.
const SPREADSHEET_ERRORS: [&str; 7] = [
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!",
];

/// Whether the value is printable ASCII, as most are: then nothing in it is to be converted or refused.
pub(super) fn is_printable(value: &str) -> bool {
    // No early exit: the compiler makes blocks of it.
    value
        .bytes()
        .fold(true, |fine, byte| fine & matches!(byte, b' '..=b'~'))
}

/// Refuses C0 (except tab, LF and CR), DEL and C1.
pub(super) fn control_characters(value: &str) -> Result<(), Code> {
    // C1 is U+0080-U+009F, in UTF-8 the byte C2 followed by 80-9F.
    let mut last = 0;
    for &byte in value.as_bytes() {
        let bad = match byte {
            b'\t' | b'\n' | b'\r' => false,
            0..=0x1f | 0x7f => true,
            0x80..=0x9f => last == 0xc2,
            _ => false,
        };
        if bad {
            return Err(Code::ControlCharacter);
        }
        last = byte;
    }
    Ok(())
}

/// Refuses what a spreadsheet or a wrong decoding put in the place of a value.
pub(super) fn damage(value: &str) -> Result<(), Code> {
    let damaged = match value.as_bytes().first() {
        Some(b'#') if SPREADSHEET_ERRORS.contains(&value) => true,
        Some(b'?') if value.len() > 1 && value.bytes().all(|byte| byte == b'?') => true,
        _ => !value.is_ascii() && value.contains('\u{fffd}'),
    };
    if damaged {
        return Err(Code::SpreadsheetDamaged);
    }
    Ok(())
}

/// Whether the value is a number in scientific notation, such as `6.01E+10` or `1e5`.
pub(super) fn is_exponent(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some((b'0'..=b'9', rest)) = bytes.split_first() else {
        return false;
    };
    let rest = match rest.split_first() {
        Some((b'.' | b',', fraction)) => {
            let digits = leading_digits(fraction);
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    let Some((b'E' | b'e', exponent)) = rest.split_first() else {
        return false;
    };
    let exponent = match exponent.split_first() {
        Some((b'+' | b'-', digits)) => digits,
        _ => exponent,
    };
    !exponent.is_empty() && leading_digits(exponent) == exponent.len()
}

/// How many ASCII digits the bytes begin with.
pub(super) fn leading_digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        for code in (0..=0x1f).chain(0x7f..=0x9f) {
            let c = char::from_u32(code).unwrap();
            let want = if matches!(c, '\t' | '\n' | '\r') {
                Ok(())
            } else {
                Err(Code::ControlCharacter)
            };
            for value in [format!("{c}a"), format!("a{c}"), format!("é{c}é")] {
                assert_eq!(control_characters(&value), want, "{code:#x}");
            }
        }
        for fine in [
            "",
            "abc",
            "\u{a0}",
            "ÿÂ",
            "日本",
            "\u{2028}",
            "🙂",
            "\u{ff80}",
            "\u{80}".trim_matches('\u{80}'),
        ] {
            assert_eq!(control_characters(fine), Ok(()), "{fine:?}");
        }
    }

    #[test]
    fn damage_is_the_whole_value_or_a_replacement_character() {
        for damaged in [
            "#N/A",
            "#REF!",
            "#VALUE!",
            "#NAME?",
            "#DIV/0!",
            "#NULL!",
            "#NUM!",
            "??",
            "?????",
            "\u{fffd}",
            "Zo\u{fffd}",
        ] {
            assert_eq!(damage(damaged), Err(Code::SpreadsheetDamaged), "{damaged}");
        }
        for fine in [
            "?", "? ?", "??a", "a??", "#n/a", "#N/A!", " #N/A", "#", "N/A", "？？", "é", "",
        ] {
            assert_eq!(damage(fine), Ok(()), "{fine}");
        }
    }

    #[test]
    fn exponents_have_one_digit_in_front() {
        for exponent in [
            "6.01E+10",
            "6,01E+10",
            "1e5",
            "1E05",
            "1E-5",
            "6.01234E+011",
            "0e0",
        ] {
            assert!(is_exponent(exponent), "{exponent}");
        }
        for other in [
            "", "1", "e5", "1e", "1e+", "1.e5", "1.5", "12e5", "+1e5", "-1e5", "1e5x", "1ee5",
            "1e5.0", "1e 5", "1.2.3e5",
        ] {
            assert!(!is_exponent(other), "{other}");
        }
    }
}
