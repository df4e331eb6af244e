//! Contact ids: the numbers that the workspace gave.

use std::borrow::Cow;

use super::Verdict;
use crate::issue::Code;

/// One to eighteen digits, without leading zeros. Ids count from 1: a value of nothing but zeros is refused.
pub(super) fn read(value: &str) -> Verdict<'_> {
    let digits = value.trim_start_matches('0');
    let is_id = (1..=18).contains(&value.len())
        && !digits.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_id {
        Ok((Cow::Borrowed(digits), None))
    } else {
        Err(Code::ContactIdInvalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Option<&str>) {
        let got = read(value).map(|(id, _)| id);
        assert_eq!(
            got.as_deref().map_err(|code| *code),
            want.ok_or(Code::ContactIdInvalid),
            "{value}"
        );
    }

    #[test]
    fn ids_are_digits_without_leading_zeros() {
        check("1", Some("1"));
        check("12", Some("12"));
        check("0012", Some("12"));
        check("123456789012345678", Some("123456789012345678"));
        check("000000000000000001", Some("1"));
        for refused in [
            "0",
            "000",
            "1234567890123456789",
            "0123456789012345678",
            "12.0",
            "1,000",
            "1 2",
            "-1",
            "+1",
            "#12",
            "1e5",
            "0x1f",
            "١٢",
            "１２",
            "twelve",
        ] {
            check(refused, None);
        }
    }
}
