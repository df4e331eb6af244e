//! Languages: ISO 639-1.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::Verdict;
use super::names::{self, Codes, Names};
use super::nearest;
use crate::issue::Code;

/// Codes, their English names, and others (see `data/README.md`).
const TABLE: &str = include_str!("data/languages.tsv");
/// Usual others.
const MORE: &str = include_str!("data/languages_more.tsv");

static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(&[TABLE, MORE]));

/// The codes alone, which most files hold.
static CODES: Codes = Codes::new(
    "\
     aaabaeafakamanarasavayazbabebgbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagd\
     glgngugvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmg\
     mhmimkmlmnmrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgshsiskslsmsnsosqsr\
     ssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu",
);

/// A code, a BCP 47 tag or a name becomes the code of two small letters.
pub(super) fn read(value: &str) -> Verdict<'_> {
    if CODES.has(value) {
        return Ok((names::recase(value, u8::to_ascii_lowercase), None));
    }
    let key = names::key(value);
    let code = NAMES
        .find(&key)
        .or_else(|| NAMES.find(primary_subtag(&key)?));
    Ok((Cow::Borrowed(code.ok_or(Code::LanguageUnknown)?), None))
}

/// Whether the value is a code as it is stored.
pub(super) fn is_canonical(value: &str) -> bool {
    CODES.has(value) && value.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The language of a tag such as `pt-br` or `zh_hans`: the letters before subtags of one to eight letters and digits.
fn primary_subtag(key: &str) -> Option<&str> {
    let mut subtags = key.split(['-', '_']);
    let primary = subtags.next()?;
    let is_tag = matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len())
                && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    is_tag.then_some(primary)
}

/// The language that was probably meant, by its English name: without what stands in brackets, or the nearest.
pub(super) fn nearest(value: &str) -> Option<&'static str> {
    let bare = value
        .split_once('(')
        .map(|(language, _)| language.trim_end());
    match bare.and_then(|bare| read(bare).ok()) {
        Some((code, _)) => names::name_of(TABLE, &code),
        None => {
            let code = nearest::nearest(&names::key(value), NAMES.all())?;
            names::name_of(TABLE, code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: &str) {
        assert_eq!(read(value).unwrap().0, want, "{value}");
    }

    #[test]
    fn the_tables_are_whole() {
        let codes = names::tests::check_tables(&NAMES, [TABLE, MORE]);
        // The 183 of ISO 639-1, and `sh`, which it withdrew and files still have.
        assert_eq!(codes.len(), 184);
        for code in &codes {
            assert!(CODES.has(code), "{code}");
            check(code, code);
            check(&code.to_uppercase(), code);
            check(&format!("{code}-XX"), code);
        }
        let found = "each of ISO 639-1's 183, and the withdrawn sh";
        crate::evidence::count(codes.len(), "languages", found);
    }

    #[test]
    fn the_codes_alone_are_those_of_the_table() {
        for first in 'a'..='z' {
            for second in 'a'..='z' {
                let code = format!("{first}{second}");
                let stored = NAMES
                    .find(&code)
                    .is_some_and(|stored| stored.eq_ignore_ascii_case(&code));
                assert_eq!(CODES.has(&code), stored, "{code}");
            }
        }
    }

    #[test]
    fn codes_and_tags_are_read_in_any_case() {
        check("en", "en");
        check("EN", "en");
        check("eng", "en");
        check("ger", "de");
        check("deu", "de");
        check("pt-BR", "pt");
        check("pt_br", "pt");
        check("zh_Hans", "zh");
        check("zh-Hans-CN", "zh");
        check("zh-cmn-Hans-CN", "zh");
        check("en-US-u-ca-gregory", "en");
        check("es-419", "es");
        check("sl-rozaj-biske-1994", "sl");
        check("iw", "he");
        check("in", "id");
        check("fil-PH", "tl");
        check("cmn", "zh");
    }

    #[test]
    fn names_are_read_in_the_shipped_languages() {
        check("English", "en");
        check("inglés", "en");
        check("Ingles", "en");
        check("alemão", "de");
        check("الإنجليزية", "en");
        check("英语", "en");
        check("中文", "zh");
        check("日本語", "ja");
        check("한국어", "ko");
        check("Русский", "ru");
        check("Français", "fr");
        check("Deutsch", "de");
        check("Simplified Chinese", "zh");
        check("Brazilian Portuguese", "pt");
        check("Norwegian Bokmål", "nb");
    }

    #[test]
    fn usual_others_are_read() {
        check("Mandarin", "zh");
        check("Bahasa", "id");
        check("Bahasa Indonesia", "id");
        check("Bahasa Melayu", "ms");
        check("Bahasa Malaysia", "ms");
        check("Farsi", "fa");
        check("Tagalog", "tl");
        check("Filipino", "tl");
        check("Flemish", "nl");
        check("Castilian", "es");
        check("Cantonese", "zh");
        check("Bangla", "bn");
        check("Gaelic", "gd");
    }

    #[test]
    fn every_language_has_a_name_that_is_read() {
        assert_eq!(TABLE.lines().count(), 184);
        for line in TABLE.lines() {
            let mut cells = line.split('\t');
            let (code, name) = (cells.next().unwrap(), cells.next().unwrap());
            check(name, code);
            assert_eq!(names::name_of(TABLE, code), Some(name));
        }
    }

    #[test]
    fn the_nearest_is_called_by_its_name() {
        for (value, want) in [
            ("Englsh", Some("English")),
            ("Spansh", Some("Spanish")),
            ("Portugese", Some("Portuguese")),
            ("Chinise", Some("Chinese")),
            ("English (US)", Some("English")),
            ("Eng", None),
            ("enn", None),
            ("Klingon", None),
        ] {
            assert_eq!(nearest(value), want, "{value}");
        }
    }

    #[test]
    fn anything_else_is_unknown() {
        for unknown in [
            "",
            "e",
            "xx",
            "xxx",
            "Klingon",
            "en-",
            "en--US",
            "-en",
            "en_",
            "x-en",
            "i-klingon",
            "english-us",
            "en us",
            "en/US",
            "en-toolongsubtag",
            "en-ü",
            "pt-BR,en",
            "123",
        ] {
            assert_eq!(read(unknown), Err(Code::LanguageUnknown), "{unknown}");
        }
    }
}
