//! Values that are accepted and still look wrong.

use crate::issue::Code;

/// The characters of the bytes 80-9F in Windows-1252; five of them are none.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What a person should know about a text.
pub(super) fn warning(text: &str) -> Option<Code> {
    if is_placeholder(text) {
        Some(Code::Placeholder)
    } else if text.is_ascii() {
        None
    } else {
        reversed(text).map(|_| Code::Mojibake)
    }
}

/// Whether the whole text is a word for nothing.
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(text, "-" | "\\N")
        || ["null", "n/a", "none"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// The text that was read as Windows-1252 although it was UTF-8: `Müller` for `MÃ¼ller`.
pub(super) fn reversed(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252).collect();
    String::from_utf8(bytes?).ok()
}

/// The byte of a character in Windows-1252.
fn windows_1252(c: char) -> Option<u8> {
    match c {
        '\0'..='\x7f' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        _ => (0x80..)
            .zip(HIGH)
            .find(|(_, high)| *high == c)
            .map(|(byte, _)| byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<Code>) {
        assert_eq!(warning(text), want, "{text}");
    }

    #[test]
    fn words_for_nothing_are_the_whole_text() {
        for word in ["NULL", "null", "\\N", "N/A", "n/a", "none", "None", "-"] {
            check(word, Some(Code::Placeholder));
        }
        for other in [
            "--",
            "NA",
            "\\n",
            "nullable",
            "none at all",
            "N / A",
            "–",
            "0",
            "N",
            "/",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn text_that_was_decoded_wrongly_is_noticed() {
        for (wrong, right) in [
            ("MÃ¼ller", "Müller"),
            ("JosÃ©", "José"),
            ("Ã…se", "Åse"),
            ("â‚¬ 5", "€ 5"),
            ("Oâ€™Neil", "O’Neil"),
            ("æ\u{2014}¥æœ¬", "日本"),
            ("ðŸ™‚", "🙂"),
            ("Â©", "©"),
        ] {
            assert_eq!(reversed(wrong).as_deref(), Some(right), "{wrong}");
            check(wrong, Some(Code::Mojibake));
            check(right, None);
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "Müller",
            "Ã",
            "Ã¼ 日本",
            "Łódź",
            "naïve café",
            "São Paulo",
            "ÅÄÖ",
            "Ÿ",
            "½",
            "“quoted”",
            "MÃ¼ller é",
        ] {
            assert_eq!(reversed(text), None, "{text}");
        }
        assert_eq!(reversed("plain"), None);
    }
}
