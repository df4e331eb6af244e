//! Text: any characters, in one normal form.

use super::{Verdict, unicode::nfc};
use crate::issue::Code;

pub(super) fn read(value: &str, max_chars: u32) -> Verdict<'_> {
    let canonical = nfc(value);
    if is_longer(&canonical, max_chars) {
        return Err(Code::TooLong);
    }
    Ok((canonical, None))
}

/// Whether the text has more code points than that.
pub(super) fn is_longer(text: &str, max_chars: u32) -> bool {
    text.len() > max_chars as usize && text.chars().count() > max_chars as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Result<&str, Code>) {
        let got = read(value, 5);
        assert_eq!(
            got.as_ref()
                .map(|(text, _)| text.as_ref())
                .map_err(|code| *code),
            want
        );
        if let Ok((canonical, _)) = got {
            assert_eq!(read(&canonical, 5).unwrap().0, canonical);
        }
    }

    #[test]
    fn text_is_nfc_and_counted_in_code_points() {
        check("Ann", Ok("Ann"));
        check("12345", Ok("12345"));
        check("123456", Err(Code::TooLong));
        check("日本日本日", Ok("日本日本日"));
        check("日本日本日本", Err(Code::TooLong));
        check("Zoe\u{308}", Ok("Zoë"));
        // Six code points that NFC makes five, and five that it makes six.
        check("1234e\u{301}", Ok("1234é"));
        check("1234\u{958}", Err(Code::TooLong));
        check("a\tb\r\n", Ok("a\tb\r\n"));
        check("👩\u{200d}👩", Ok("👩\u{200d}👩"));
    }
}
