//! Checkboxes: a yes or a no.

use std::borrow::Cow;

use super::{Verdict, fold};
use crate::issue::Code;

const YES: [&str; 7] = ["true", "yes", "y", "1", "on", "x", "✓"];
const NO: [&str; 5] = ["false", "no", "n", "0", "off"];

pub(super) fn read(value: &str) -> Verdict<'_> {
    let word = fold(value);
    let canonical = if YES.contains(&&*word) {
        "true"
    } else if NO.contains(&&*word) {
        "false"
    } else {
        return Err(Code::CheckboxInvalid);
    };
    Ok((Cow::Borrowed(canonical), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], want: Result<&str, Code>) {
        for word in words {
            let got = read(word).map(|(canonical, _)| canonical);
            assert_eq!(got.as_deref().map_err(|code| *code), want, "{word:?}");
        }
    }

    #[test]
    fn words_are_read_in_any_case() {
        check(
            &[
                "true", "TRUE", "True", "yes", "Yes", "y", "Y", "1", "on", "ON", "x", "X", "✓",
            ],
            Ok("true"),
        );
        check(
            &["false", "FALSE", "no", "No", "n", "N", "0", "off", "Off"],
            Ok("false"),
        );
    }

    #[test]
    fn anything_else_is_neither() {
        let others = [
            "2", "-1", "01", "1.0", "t", "f", "ja", "oui", "yes!", "yes no", "✗", "✔", "-", "☑",
            "ok", "null",
        ];
        check(&others, Err(Code::CheckboxInvalid));
    }
}
