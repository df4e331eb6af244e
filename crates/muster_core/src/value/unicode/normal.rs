//! Normal forms C and D.

use std::borrow::Cow;

use super::tables::{HANGUL, class, composed, decomposed};
use crate::order::sort_by;

// Korean syllables are numbered by their leading consonant, vowel and trailing consonant.
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILS: u32 = 0x11A7;
const LEAD_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAIL_COUNT: u32 = 28;

/// The text in normal form C.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        return Cow::Borrowed(text);
    }
    let normal: String = compose(decompose(text)).into_iter().collect();
    if normal == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(normal)
    }
}

/// The characters of the text in normal form D.
pub(crate) fn nfd(text: &str) -> Vec<char> {
    decompose(text)
}

/// Whether every character is seen to stay as it is. False says nothing.
fn is_nfc(text: &str) -> bool {
    let mut last = 0;
    text.chars().all(|c| {
        if c.is_ascii() {
            last = 0;
            return true;
        }
        let class = class(c);
        let in_order = class.combining == 0 || class.combining >= last;
        last = class.combining;
        in_order && !class.is_open()
    })
}

fn decompose(text: &str) -> Vec<char> {
    let mut parts = Vec::with_capacity(text.len());
    for c in text.chars() {
        push(&mut parts, c);
    }
    // Marks between two letters stand in the order of their classes.
    let mut start = 0;
    while start < parts.len() {
        let marks = parts[start..].iter().position(|c| class(*c).combining == 0);
        let end = start + marks.unwrap_or(parts.len() - start);
        if end - start > 1 {
            sort_by(&mut parts[start..end], |c| class(*c).combining);
        }
        start = end + 1;
    }
    parts
}

fn push(parts: &mut Vec<char>, c: char) {
    let syllable = u32::from(c).wrapping_sub(HANGUL);
    if syllable < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT {
        let trail = syllable % TRAIL_COUNT;
        let vowel = syllable / TRAIL_COUNT % VOWEL_COUNT;
        let lead = syllable / TRAIL_COUNT / VOWEL_COUNT;
        parts.extend(char::from_u32(LEADS + lead));
        parts.extend(char::from_u32(VOWELS + vowel));
        if trail > 0 {
            parts.extend(char::from_u32(TRAILS + trail));
        }
        return;
    }
    match decomposed(c) {
        None => parts.push(c),
        Some((first, second)) => {
            push(parts, first);
            parts.extend(second); // never decomposes further
        }
    }
}

fn compose(mut parts: Vec<char>) -> Vec<char> {
    // The letter that what follows may join, and the class of what stands last between the two.
    let mut letter: Option<usize> = None;
    let mut last = 0;
    let mut kept = 0;
    for at in 0..parts.len() {
        let c = parts[at];
        let combining = class(c).combining;
        if let Some(letter) = letter
            // It is next to the letter, or nothing of its class or a higher one stands between.
            && (kept == letter + 1 || last < combining && last != 0)
            && let Some(both) = pair(parts[letter], c)
        {
            parts[letter] = both;
            continue;
        }
        if combining == 0 {
            letter = Some(kept);
        }
        last = combining;
        parts[kept] = c;
        kept += 1;
    }
    parts.truncate(kept);
    parts
}

/// The character that two compose.
fn pair(first: char, second: char) -> Option<char> {
    let (one, two) = (u32::from(first), u32::from(second));
    let (lead, vowel) = (one.wrapping_sub(LEADS), two.wrapping_sub(VOWELS));
    if lead < LEAD_COUNT && vowel < VOWEL_COUNT {
        return char::from_u32(HANGUL + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT);
    }
    let (syllable, trail) = (one.wrapping_sub(HANGUL), two.wrapping_sub(TRAILS));
    if syllable < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT
        && syllable % TRAIL_COUNT == 0
        && (1..TRAIL_COUNT).contains(&trail)
    {
        return char::from_u32(one + trail);
    }
    composed(first, second)
}

#[cfg(test)]
mod tests {
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
    use icu_properties::CodePointMapData;
    use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
    use proptest::prelude::*;

    use super::super::is_mark;
    use super::*;

    fn check(text: &str) {
        let theirs = ComposingNormalizerBorrowed::new_nfc().normalize(text);
        assert_eq!(nfc(text), theirs, "{text:?} {}", text.escape_unicode());
        let theirs = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
        let ours: String = nfd(text).into_iter().collect();
        assert_eq!(ours, theirs, "{text:?} {}", text.escape_unicode());
    }

    #[test]
    fn every_character_is_normalised_as_unicode_says() {
        for c in '\0'..=char::MAX {
            for around in ["", "\u{301}", "\u{316}", "a"] {
                check(&format!("{around}{c}{around}"));
            }
            let group = CodePointMapData::<GeneralCategory>::new().get(c);
            assert_eq!(
                is_mark(c),
                GeneralCategoryGroup::Mark.contains(group),
                "{c:?}"
            );
        }
    }

    #[test]
    fn what_is_normal_is_not_copied() {
        for text in [
            "",
            "Zoë",
            "Đặng Thị",
            "สวัสดี",
            "नमस्ते",
            "한글",
            "日本語",
            "👩\u{200d}👩",
        ] {
            assert!(matches!(nfc(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn texts_are_normalised_as_unicode_says(
            text in "([a-zA-Z가-힣ᄀ-ᇿÀ-ỿ\u{300}-\u{36f}\u{5b0}-\u{5c7}ぁ-ゟ\u{3099}\u{93c}क-ह\u{f71}-\u{f84}豈-龎]|\\PC){0,12}"
        ) {
            check(&text);
        }
    }
}
