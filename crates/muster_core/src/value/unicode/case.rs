//! Small letters.
//!
//! The standard library's tables are made for speed: they weigh ten times as much.

use super::is_mark;
use super::tables::{folded, folded_text, lowered};

/// Appends a character in small letters.
pub(crate) fn push_lower(text: &mut String, c: char) {
    match c {
        'İ' => text.push_str("i\u{307}"),
        _ if c.is_ascii() => text.push(c.to_ascii_lowercase()),
        _ => text.push(lowered(c).unwrap_or(c)),
    }
}

/// Appends what a character is compared as without case: the small letters of its capitals.
pub(crate) fn push_folded(text: &mut String, c: char) {
    if c.is_ascii() {
        text.push(c.to_ascii_lowercase());
    } else if let Some(folded) = folded(c) {
        text.push(folded);
    } else if let Some(folded) = folded_text(c) {
        text.push_str(folded);
    } else {
        push_lower(text, c);
    }
}

/// The text in small letters. The sigma that ends a word has a small letter of its own.
pub(crate) fn lower(text: &str) -> String {
    let mut small = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c == 'Σ' {
            let is_last = ends_word(&text[..at], &text[at + c.len_utf8()..]);
            small.push(if is_last { 'ς' } else { 'σ' });
        } else {
            push_lower(&mut small, c);
        }
    }
    small
}

fn ends_word(before: &str, after: &str) -> bool {
    // What may stand within a word.
    let counts = |c: &char| !is_mark(*c) && !matches!(c, '.' | '\'' | '’' | '^' | '`');
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    is_letter(before.chars().rfind(counts)) && !is_letter(after.chars().find(counts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pushed(push: fn(&mut String, char), c: char) -> String {
        let mut text = String::new();
        push(&mut text, c);
        text
    }

    #[test]
    fn every_character_has_the_small_letters_of_the_standard_library() {
        for c in '\0'..=char::MAX {
            assert_eq!(pushed(push_lower, c), c.to_lowercase().to_string(), "{c:?}");
            let folded: String = c.to_uppercase().flat_map(char::to_lowercase).collect();
            assert_eq!(pushed(push_folded, c), folded, "{c:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn texts_have_those_of_the_standard_library(
            text in "([Α-Ωα-ωΣ]|[ΆΈA-Za-z]|[.'’ 1+_-]|[\u{301}\u{308}ßİЖÅ]){0,12}"
        ) {
            prop_assert_eq!(lower(&text), text.to_lowercase());
        }
    }
}
