//! Countries: ISO 3166-1.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::Verdict;
use super::names::{self, Codes, Names};
use super::nearest;
use crate::issue::Code;

/// Codes, their English names, and others (see `data/README.md`).
const TABLE: &str = include_str!("data/countries.tsv");
/// Usual others.
const MORE: &str = include_str!("data/countries_more.tsv");

static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(&[TABLE, MORE]));

/// The codes alone, which most files hold.
static CODES: Codes = Codes::new(
    "\
     adaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwbybzcacccdcfcgchcickclcmcncocr\
     cucvcwcxcyczdedjdkdmdodzeceeegeheresetfifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthu\
     idieiliminioiqirisitjejmjojpkekgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmkmlmmmnmompmq\
     mrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsi\
     sjskslsmsnsosrssstsvsxsysztctdtftgthtjtktltmtntotrtttvtwtzuaugumusuyuzvavcvevgvivnvuwfwsyeytzazmzw",
);

/// A code of two or three letters, or a name, becomes the code of two capitals.
pub(super) fn read(value: &str) -> Verdict<'_> {
    if CODES.has(value) {
        return Ok((names::recase(value, u8::to_ascii_uppercase), None));
    }
    let code = NAMES.find(&names::key(value));
    Ok((Cow::Borrowed(code.ok_or(Code::CountryUnknown)?), None))
}

/// Whether the value is a code as it is stored.
pub(super) fn is_canonical(value: &str) -> bool {
    CODES.has(value) && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The country that was probably meant, by its English name.
pub(super) fn nearest(value: &str) -> Option<&'static str> {
    let code = nearest::nearest(&names::key(value), NAMES.all())?;
    names::name_of(TABLE, code)
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
        assert_eq!(codes.len(), 249);
        for code in &codes {
            assert!(CODES.has(code), "{code}");
            check(code, code);
            check(&code.to_lowercase(), code);
        }
        // Besides the codes: `UK`, `UAE`-like short names.
        for length in [2, 3] {
            let names = NAMES.all().map(|(name, _)| name);
            let short = names.filter(|name| name.is_ascii() && name.len() == length);
            assert!(short.count() >= 249);
        }
        let found = "each of ISO 3166-1's 249, by alpha-2 and alpha-3";
        crate::evidence::count(codes.len(), "countries", found);
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
    fn codes_are_read_in_any_case() {
        check("my", "MY");
        check("My", "MY");
        check("mys", "MY");
        check("DEU", "DE");
        check("gbr", "GB");
    }

    #[test]
    fn names_are_read_in_the_shipped_languages() {
        check("Malaysia", "MY");
        check("BRAZIL", "BR");
        check("Alemania", "DE");
        check("Alemanha", "DE");
        check("Estados Unidos", "US");
        check("المملكة العربية السعودية", "SA");
        check("中国", "CN");
        check("德国", "DE");
        check("Côte d’Ivoire", "CI");
        check("Cote d'Ivoire", "CI");
        check("Co\u{302}te d'Ivoire", "CI");
        check("Bosnia and Herzegovina", "BA");
        check("Trinidad & Tobago", "TT");
        check("Saint Lucia", "LC");
        check("St. Lucia", "LC");
        check("Curaçao", "CW");
        check("Reunion", "RE");
        check("Åland Islands", "AX");
        check("Russian Federation", "RU");
        check("Korea, Republic of", "KR");
        check("Iran, Islamic Republic of", "IR");
        check("Hong Kong SAR China", "HK");
    }

    #[test]
    fn usual_others_are_read() {
        check("UK", "GB");
        check("U.K.", "GB");
        check("Great Britain", "GB");
        check("England", "GB");
        check("South Korea", "KR");
        check("North Korea", "KP");
        check("UAE", "AE");
        check("Ivory Coast", "CI");
        check("Holland", "NL");
        check("The Netherlands", "NL");
        check("Türkiye", "TR");
        check("Turkey", "TR");
        check("Turkiye", "TR");
        check("Czechia", "CZ");
        check("Czech Republic", "CZ");
        check("USA", "US");
        check("U.S.A.", "US");
        check("United States of America", "US");
        check("Burma", "MM");
        check("Swaziland", "SZ");
        check("Cape Verde", "CV");
        check("Vatican", "VA");
        check("Macedonia", "MK");
        check("Viet Nam", "VN");
        check("Congo", "CG");
        check("DR Congo", "CD");
        check("Taiwan", "TW");
        check("Macau", "MO");
        check("Palestine", "PS");
        check("East Timor", "TL");
        check("Deutschland", "DE");
        check("日本", "JP");
        check("RU", "RU");
    }

    #[test]
    fn every_country_has_a_name_that_is_read() {
        assert_eq!(TABLE.lines().count(), 249);
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
            ("Brasl", Some("Brazil")),
            ("Germny", Some("Germany")),
            ("Untied States", Some("United States")),
            ("Phillipines", Some("Philippines")),
            ("Indonsia", Some("Indonesia")),
            ("Malysia", Some("Malaysia")),
            ("Brl", None),
            ("USS", None),
            ("Nigera", None),
            ("Europe", None),
            ("Kuala Lumpur", None),
            ("0123456789", None),
        ] {
            assert_eq!(nearest(value), want, "{value}");
        }
    }

    #[test]
    fn anything_else_is_unknown() {
        for unknown in [
            "", "X", "XX", "EU", "XK", "ZZZ", "Brasl", "Europe", "Africa", "Korea", "M Y", "001",
            "🇲🇾", "刚果",
        ] {
            assert_eq!(read(unknown), Err(Code::CountryUnknown), "{unknown}");
        }
    }
}
