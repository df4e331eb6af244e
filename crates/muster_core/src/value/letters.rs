//! Letters beyond ASCII, as most people write them: in their normal form, and not what a wrong decoding leaves.

/// What a character says about the text that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Nothing.
    Any,
    /// Read as a byte of Windows-1252 it begins a character of UTF-8.
    Lead,
    /// Read so it may go on with one.
    Tail,
    /// It is in no text that is all Windows-1252.
    Foreign,
    /// It has to be looked at closely.
    Open,
}

/// Whether a text without blanks at its ends is in normal form C, has nothing to be refused in it, and wasn't decoded
/// wrongly: seen in one pass. False says nothing.
pub(super) fn are_settled(text: &str) -> bool {
    let (mut leads, mut tails, mut is_foreign) = (false, false, false);
    for c in text.chars() {
        match class(c) {
            Class::Any => {}
            Class::Lead => leads = true,
            Class::Tail => tails = true,
            Class::Foreign => is_foreign = true,
            Class::Open => return false,
        }
    }
    is_foreign || !leads || !tails
}

/// Marks, and whatever a mark or another letter may join, are open; so are blanks, which may stand at an end.
const fn class(c: char) -> Class {
    match c {
        ' '..='~' | '\t' | '\n' | '\r' => Class::Any,
        'À'..='ÿ' => Class::Lead,
        '¡'..='¿' => Class::Tail,
        'Š' | 'š' | 'Œ' | 'œ' | 'Ž' | 'ž' | 'Ÿ' | 'ƒ' | 'ˆ' | '˜' | '–' | '—' | '‘' | '’'
        | '‚' | '“' | '”' | '„' | '†' | '‡' | '•' | '…' | '‰' | '‹' | '›' | '€' | '™' => {
            Class::Tail
        }
        'Ā'..='ʯ' // Latin
        | 'Έ'..='Ͽ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' // Greek, Cyrillic
        | 'Ա'..='Ֆ' | 'ա'..='և' | 'א'..='ת' // Armenian, Hebrew
        | 'ء'..='ي' | '٠'..='٩' | 'ٱ'..='ۓ' // Arabic
        | 'ऄ'..='ह' | 'ก'..='ะ' | 'า'..='ำ' | 'เ'..='ๆ' // Devanagari, Thai
        | 'ა'..='ჿ' | 'Ḁ'..='ỹ' // Georgian, Latin
        | '‐'..='‧' | '₠'..='₿' | '←'..='⇿' | '☀'..='➿' | '\u{fe0f}' // signs
        | '、'..='〩' | 'ぁ'..='ゖ' | 'ァ'..='ヿ' // kana
        | '㐀'..='䶿' | '一'..='鿿' | '가'..='힣' | '！'..='｠' // Han, Hangul, wide
        | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{2a6df}' => Class::Foreign,
        _ => Class::Open,
    }
}

#[cfg(test)]
mod tests {
    use icu_normalizer::DecomposingNormalizerBorrowed;
    use proptest::prelude::*;

    use super::super::doubt::reversed;
    use super::super::unicode::nfc;
    use super::super::{check, trim};
    use super::*;

    fn nfd(text: &str) -> String {
        DecomposingNormalizerBorrowed::new_nfd()
            .normalize(text)
            .into_owned()
    }

    fn all() -> impl Iterator<Item = char> {
        '\0'..=char::MAX
    }

    #[test]
    fn settled_letters_stay_whatever_is_around_them() {
        // Characters that come second in what others are composed of join those before them.
        let mut joining = std::collections::HashSet::new();
        for c in all() {
            joining.extend(nfd(&c.to_string()).chars().skip(1));
        }
        let mut settled = 0;
        for c in all().filter(|&c| class(c) != Class::Open) {
            settled += 1;
            let text = c.to_string();
            assert_eq!(nfc(&text), text, "{c:?} {:x}", c as u32);
            assert!(!joining.contains(&c), "{c:?} {:x}", c as u32);
            // Marks change places with marks beside them.
            let parts = nfd(&text);
            assert_eq!(
                nfd(&format!("\u{301}{c}")),
                format!("\u{301}{parts}"),
                "{c:?}"
            );
            let first = parts.chars().next();
            assert_eq!(nfd(&format!("{c}\u{316}")).chars().next(), first, "{c:?}");
            assert_eq!(check::control_characters(&text), Ok(()), "{c:?}");
            assert!(c.is_ascii_whitespace() || trim(&text) == text, "{c:?}");
        }
        assert!(settled > 80_000, "{settled}");
    }

    #[test]
    fn classes_are_those_of_windows_1252() {
        // A lead byte and as many others as it asks for make a character.
        for c in all() {
            let is_tail = reversed(&format!("Ã{c}")).is_some();
            match class(c) {
                Class::Tail => assert!(is_tail, "{c:?}"),
                Class::Open => {}
                Class::Any | Class::Lead | Class::Foreign => assert!(!is_tail, "{c:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_decoded_wrongly_is_never_settled(text in "([a-zäšžÃŽé¿“”…€Œâ™ðŸ日か]|Ã[¡-¿]|â‚¬|Å[¡¾]){0,12}") {
            if reversed(&text).is_some() {
                prop_assert!(!are_settled(&text), "{}", text);
            }
        }
    }
}
