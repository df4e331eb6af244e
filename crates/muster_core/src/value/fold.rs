//! Comparing without case.

use super::unicode::{is_mark, nfc, nfd, push_folded};

/// The text by which names are compared without case: full Unicode case folding after NFC. Only for comparing: where
/// Unicode folds to capitals (Cherokee), this folds to small letters.
///
/// ```
/// use muster_core::value::fold;
/// assert_eq!(fold("STRASSE"), fold("Straße"));
/// assert_eq!(fold("E\u{301}"), "é");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in nfc(text).chars() {
        match c {
            // A letter of its own: the dotless i is not a small I, except in Turkish.
            'ı' => folded.push(c),
            'ẞ' => folded.push_str("ss"),
            // Full folding is otherwise the small letters of the capitals, character by character.
            _ => push_folded(&mut folded, c),
        }
    }
    folded
}

/// The text without accents and other marks, for comparing what people write with and without them.
pub(crate) fn without_marks(text: &str) -> String {
    nfd(text).into_iter().filter(|c| !is_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, equal: bool) {
        assert_eq!(fold(one) == fold(other), equal, "{one:?} {other:?}");
    }

    #[test]
    fn folding_is_full() {
        check("STRASSE", "straße", true);
        check("STRAẞE", "straße", true);
        check("ΣΊΣΥΦΟΣ", "σίσυφος", true);
        check("ﬃ", "FFI", true);
        check("ŉ", "ʼN", true);
        check("K", "\u{212a}", true);
        check("Å", "\u{212b}", true);
        check("ჯ", "Ჯ", true);
        check("Ꭰ", "ꭰ", true);
        check("µ", "μ", true);
        check("ſ", "S", true);
        check("ᾳ", "ΑΙ", true);
    }

    #[test]
    fn normalisation_comes_first_and_accents_stay() {
        check("e\u{301}COLE", "ÉCOLE", true);
        check("resume", "résumé", false);
        check("İ", "i\u{307}", true);
        check("İ", "i", false);
        check("ı", "I", false);
        check("Ａ", "a", false);
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in '\0'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            let twice: String = once
                .chars()
                .flat_map(|c| fold(c.encode_utf8(&mut [0; 4])).chars().collect::<Vec<_>>())
                .collect();
            assert_eq!(once, twice, "{c:?}");
        }
    }
}
