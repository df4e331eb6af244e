use proptest::prelude::*;

use super::*;

const OPTIONS: [&str; 6] = ["Gold", "Straße", "gold", "-", "@x; y", "Cafe\u{301}"];

fn field(kind: FieldType) -> Field {
    let standard = field::standard()
        .into_iter()
        .find(|field| field.kind == kind);
    standard.unwrap_or_else(|| Field {
        key: "custom".into(),
        name: "Custom".into(),
        kind,
        options: OPTIONS.map(String::from).to_vec(),
        rule: field::Rule::Open,
    })
}

fn reader(kind: FieldType, format: Format) -> Reader {
    Reader::new(&field(kind), &Limits::default(), format, Some("MY"))
}

const KINDS: [(FieldType, Format); 18] = [
    (FieldType::Text, Format::Auto),
    (FieldType::ContactId, Format::Auto),
    (FieldType::Phone, Format::International),
    (FieldType::Phone, Format::National),
    (FieldType::Email, Format::Auto),
    (FieldType::Country, Format::Auto),
    (FieldType::Language, Format::Auto),
    (FieldType::Tags, Format::Auto),
    (FieldType::Date, Format::Auto),
    (FieldType::Date, Format::Dmy),
    (FieldType::Date, Format::Mdy),
    (FieldType::List, Format::Auto),
    (FieldType::Checkbox, Format::Auto),
    (FieldType::Number, Format::Auto),
    (FieldType::Number, Format::Point),
    (FieldType::Number, Format::Comma),
    (FieldType::Url, Format::Auto),
    (FieldType::Time, Format::Auto),
];

#[track_caller]
fn check(kind: FieldType, cell: &str, want: Result<(&str, Option<Code>), Code>) {
    let got = match reader(kind, Format::National).read(cell, None) {
        Reading::Empty => Ok((String::new(), None)),
        Reading::Value { canonical, warning } => Ok((canonical.into_owned(), warning)),
        Reading::Refused(code) => Err(code),
    };
    assert_eq!(
        got,
        want.map(|(value, warning)| (value.to_owned(), warning)),
        "{cell:?}"
    );
}

#[test]
fn blank_cells_are_empty_in_every_type() {
    for (kind, format) in KINDS {
        for cell in ["", " ", "\u{a0}\u{feff}", "\r\n", "\u{b}", "\u{85}"] {
            assert_eq!(
                reader(kind, format).read(cell, None),
                Reading::Empty,
                "{kind:?} {cell:?}"
            );
        }
    }
    check(FieldType::Tags, " ; , ", Ok(("", None)));
}

#[test]
fn every_type_is_trimmed_and_unguarded_once() {
    check(FieldType::Text, "\u{feff} 'tis ", Ok(("'tis", None)));
    check(FieldType::Text, "'=1+1", Ok(("=1+1", None)));
    check(FieldType::Text, "''=1+1", Ok(("'=1+1", None)));
    check(FieldType::ContactId, " 0012\t", Ok(("12", None)));
    check(
        FieldType::Phone,
        "\u{202a}'+60 12-345 6789\u{202c}",
        Ok(("+60123456789", None)),
    );
    check(FieldType::Phone, "''+60123456789", Err(Code::PhoneInvalid));
    check(FieldType::Email, "A@B.C\u{200b}", Ok(("a@b.c", None)));
    check(FieldType::Country, " my ", Ok(("MY", None)));
    check(FieldType::Language, " EN ", Ok(("en", None)));
    check(FieldType::Tags, "'@vip, new", Ok(("@vip,new", None)));
    check(FieldType::Date, " 2023-10-25 ", Ok(("2023-10-25", None)));
    check(FieldType::List, " GOLD ", Ok(("Gold", None)));
    check(FieldType::List, "'@X; Y", Ok(("@x; y", None)));
    check(FieldType::Checkbox, "\u{a0}Yes", Ok(("true", None)));
    check(FieldType::Number, "'-1,234.50", Ok(("-1234.5", None)));
    check(FieldType::Number, "'=5", Err(Code::NumberInvalid));
    check(
        FieldType::Url,
        " https://acme.com\u{200b}",
        Ok(("https://acme.com/", None)),
    );
    check(FieldType::Time, " 2pm ", Ok(("14:00", None)));
}

#[test]
fn the_checks_of_every_type_come_first() {
    for (kind, _) in KINDS {
        check(kind, "a\u{0}b", Err(Code::ControlCharacter));
        check(kind, "+60123456789\u{9f}1", Err(Code::ControlCharacter));
        check(kind, "\u{0}\u{fffd}", Err(Code::ControlCharacter));
        check(kind, "a\u{fffd}", Err(Code::SpreadsheetDamaged));
        check(kind, " #N/A ", Err(Code::SpreadsheetDamaged));
        check(kind, "???", Err(Code::SpreadsheetDamaged));
        check(kind, "\u{b}\u{1c}", Err(Code::ControlCharacter));
    }
    check(FieldType::Phone, "6.01E+10", Err(Code::SpreadsheetDamaged));
    check(FieldType::Date, "6.01E+10", Err(Code::SpreadsheetDamaged));
    check(
        FieldType::Number,
        "-6.01E+10",
        Err(Code::SpreadsheetDamaged),
    );
    check(FieldType::Text, "6.01E+10", Ok(("6.01E+10", None)));
    check(
        FieldType::ContactId,
        "6.01E+10",
        Err(Code::ContactIdInvalid),
    );
    check(FieldType::Tags, "VIP, ??", Ok(("VIP,??", None)));
}

#[test]
fn a_vertical_tab_becomes_a_line_break() {
    check(
        FieldType::Text,
        "a\u{b}b",
        Ok(("a\nb", Some(Code::ValueConverted))),
    );
    check(FieldType::Text, "a\nb\tc\r\nd", Ok(("a\nb\tc\r\nd", None)));
    check(
        FieldType::Phone,
        "+60\u{b}123456789",
        Ok(("+60123456789", Some(Code::ValueConverted))),
    );
    // The type's own warning says more.
    check(
        FieldType::Phone,
        "+60\u{b}9999999999",
        Ok(("+609999999999", Some(Code::PhoneUnassigned))),
    );
    check(FieldType::Email, "a\u{b}@b.c", Err(Code::EmailInvalid));
}

#[test]
fn what_looks_wrong_is_accepted_with_a_warning() {
    let placeholder = Some(Code::Placeholder);
    check(FieldType::Text, " NULL ", Ok(("NULL", placeholder)));
    check(FieldType::Text, "'-", Ok(("-", placeholder)));
    check(FieldType::Tags, "n/a", Ok(("n/a", placeholder)));
    check(FieldType::Tags, "VIP, none", Ok(("VIP,none", None)));
    // An option is what somebody wanted, and the other types refuse words.
    check(FieldType::List, "-", Ok(("-", None)));
    check(FieldType::Country, "none", Err(Code::CountryUnknown));
    check(FieldType::Number, "-", Err(Code::NumberInvalid));
    let mojibake = Some(Code::Mojibake);
    check(FieldType::Text, "MÃ¼ller", Ok(("MÃ¼ller", mojibake)));
    check(
        FieldType::Tags,
        "MÃ¼ller,VIP",
        Ok(("MÃ¼ller,VIP", mojibake)),
    );
    check(FieldType::Text, "Müller", Ok(("Müller", None)));
    check(FieldType::Text, "MÃ¼ller\u{b}", Ok(("MÃ¼ller", mojibake)));
}

#[test]
fn names_are_shorter_than_other_texts() {
    let read = |key: &str, length| {
        let mut text = field(FieldType::Text);
        text.key = key.into();
        let reader = Reader::new(&text, &Limits::default(), Format::Auto, None);
        matches!(
            reader.read(&"é".repeat(length), None),
            Reading::Value { .. }
        )
    };
    assert!(read("first_name", 255) && !read("first_name", 256));
    assert!(read("last_name", 255) && !read("last_name", 256));
    assert!(read("notes", 4000) && !read("notes", 4001));
}

#[test]
fn a_bare_number_is_of_its_rows_country() {
    let phone = field(FieldType::Phone);
    let read = |default_country, row_country| {
        let reader = Reader::new(
            &phone,
            &Limits::default(),
            Format::National,
            default_country,
        );
        match reader.read("0123456789", row_country) {
            Reading::Value { canonical, .. } => Ok(canonical.into_owned()),
            Reading::Refused(code) => Err(code),
            Reading::Empty => panic!(),
        }
    };
    assert_eq!(read(Some("MY"), None).as_deref(), Ok("+60123456789"));
    assert_eq!(read(None, Some("MY")).as_deref(), Ok("+60123456789"));
    assert_eq!(read(Some("US"), Some("MY")).as_deref(), Ok("+60123456789"));
    assert_eq!(read(None, None), Err(Code::PhoneCountryCodeMissing));
    // A place without phones of its own says nothing.
    assert_eq!(read(Some("MY"), Some("AQ")).as_deref(), Ok("+60123456789"));
}

#[test]
fn canonical_values_are_told_from_others() {
    let check = |kind, value: &str, want| {
        assert_eq!(
            is_canonical(&field(kind), &Limits::default(), value),
            want,
            "{value:?}"
        );
    };
    let other = Err(Code::RefusedByServer);
    check(FieldType::Text, "Zoë", Ok(()));
    check(FieldType::Text, "Zoe\u{308}", other);
    check(FieldType::Text, "'=1", Ok(()));
    check(FieldType::Text, "", other);
    check(FieldType::Text, "a\u{b}b", other);
    check(FieldType::Text, "a\u{0}b", Err(Code::ControlCharacter));
    check(FieldType::Text, "#N/A", Err(Code::SpreadsheetDamaged));
    check(FieldType::ContactId, "012", other);
    check(FieldType::Phone, "+60123456789", Ok(()));
    check(FieldType::Phone, "+609999999999", Ok(()));
    check(FieldType::Phone, "'+60123456789", Err(Code::PhoneInvalid));
    check(FieldType::Phone, "+600123456789", other);
    check(FieldType::Phone, "60123456789", other);
    check(FieldType::Phone, "0123456789", Err(Code::PhoneInvalid));
    check(FieldType::Phone, " +60123456789", other);
    check(FieldType::Email, "a@münchen.de", Ok(()));
    check(FieldType::Email, "a@xn--mnchen-3ya.de", other);
    check(FieldType::Email, "A@b.c", other);
    check(FieldType::Email, " a@b.c", Err(Code::EmailInvalid));
    check(FieldType::Country, "MY", Ok(()));
    check(FieldType::Country, "my", other);
    check(FieldType::Country, "Malaysia", other);
    check(FieldType::Language, "en", Ok(()));
    check(FieldType::Language, "en-US", other);
    check(FieldType::Date, "2023-10-25", Ok(()));
    check(FieldType::Date, "25/10/2023", other);
    check(FieldType::Date, "01/02/2023", Err(Code::DateAmbiguous));
    check(FieldType::List, "Gold", Ok(()));
    check(FieldType::List, "gold", Ok(()));
    check(FieldType::List, "GOLD", other);
    check(FieldType::List, "Cafe\u{301}", Ok(()));
    check(FieldType::List, "Café", other);
    check(FieldType::List, "Silver", Err(Code::NotAnOption));
    check(FieldType::Checkbox, "true", Ok(()));
    check(FieldType::Checkbox, "yes", other);
    // By point: what would be ambiguous in a column is not, where it arrives as a value.
    check(FieldType::Number, "1.234", Ok(()));
    check(FieldType::Number, "-0.5", Ok(()));
    check(FieldType::Number, "1,234", other);
    check(FieldType::Number, "1.50", other);
    check(FieldType::Number, "1,5", Err(Code::NumberInvalid));
    check(FieldType::Url, "https://acme.com/", Ok(()));
    check(FieldType::Url, "https://acme.com", other);
    check(FieldType::Url, "acme.com", Err(Code::UrlInvalid));
    check(FieldType::Time, "14:30", Ok(()));
    check(FieldType::Time, "14:30:00", Ok(()));
    check(FieldType::Time, "9:30", other);
    check(FieldType::Time, "2pm", other);
    check(FieldType::Tags, "VIP,new", Ok(()));
    check(FieldType::Tags, "VIP, new", other);
}

/// Whatever a reader accepts is canonical, and reads to itself.
#[track_caller]
fn check_fixed(cell: &str) {
    for (kind, format) in KINDS {
        for row_country in [None, Some("US"), Some("AR"), Some("IT")] {
            let reader = reader(kind, format);
            let canonical = match reader.read(cell, row_country) {
                Reading::Empty => continue,
                Reading::Value { canonical, .. } => canonical,
                Reading::Refused(code) => {
                    check_suggestion(&reader, cell, code, row_country);
                    continue;
                }
            };
            assert_eq!(
                is_canonical(&field(kind), &Limits::default(), &canonical),
                Ok(()),
                "{kind:?} {cell:?}"
            );
            if kind == FieldType::Tags {
                assert!(
                    tags::split(&canonical).all(|name| tags::is_name(name, 255)),
                    "{cell:?}"
                );
            }
            // Written with a point, whatever the column had.
            let rereader = match kind {
                FieldType::Number => self::reader(kind, Format::Point),
                _ => reader.clone(),
            };
            // A cell that holds the value, guarded where a spreadsheet would take it for a formula, reads to it again.
            let guarded = if canonical.starts_with(['=', '+', '-', '@', '\'']) {
                format!("'{canonical}")
            } else {
                canonical.to_string()
            };
            let Reading::Value {
                canonical: again, ..
            } = rereader.read(&guarded, row_country)
            else {
                panic!("{kind:?} {cell:?}");
            };
            assert_eq!(again, canonical, "{kind:?} {cell:?}");
        }
    }
}

/// What is suggested is another value, and read as it stands.
#[track_caller]
fn check_suggestion(reader: &Reader, cell: &str, code: Code, row_country: Option<&str>) {
    let Some(suggestion) = reader.suggest(cell, code, row_country) else {
        return;
    };
    assert_ne!(suggestion, cell);
    assert!(
        matches!(
            reader.read(&suggestion, row_country),
            Reading::Value {
                warning: None | Some(Code::ValueConverted),
                ..
            }
        ),
        "{cell:?} {suggestion:?}"
    );
}

proptest! {
    #[test]
    fn what_is_read_is_canonical(cell in prop_oneof![
        ".{0,12}",
        "[ '=+@\u{feff}]{0,3}.{0,6}[ \u{200e}\u{b}\n]{0,3}",
        "(\\+|00|)[0-9 ()-]{1,18}",
        "(\\+|00|0)(1|54|52|55|39|44|60|61|7|86|91|290|262)[0-9]{4,12}",
        "[a-zA-ZäÖßé.]{1,6}@[a-zA-Zü-]{1,6}\\.[a-z]{2,3}",
        "[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}",
        "[A-Za-z,; \u{301}ßẞ]{1,12}",
        "0{0,3}[0-9]{0,19}",
        "[+-]?[0-9]{0,4}([.,][0-9]{1,3}){0,4}",
        "(\\$|RM |\\()?-?[0-9]{1,3}([ '\u{a0}][0-9]{3}){0,2}([.,][0-9]{0,2})? ?[€%)]?",
        "[0-9]{1,2}([:.h][0-9]{1,2}){0,3} ?([aApP]\\.?[mM]\\.?)?",
        "(https?:?/{0,2})?[a-zA-Zü.-]{1,8}(\\.com|:80)?[/?#\\\\]?[a-z é%.]{0,6}",
        "(GOLD|gol|strasse|STRASE|cafe\u{301}|Goldd|yes|On|x)",
        "[a-zA-Zäö]{4,12}",
        "(mailto:|<|John <)?[a-z]{1,5} ?(@|\\(at\\)| at |@@)[a-z]{1,6}(,|\\.\\.| dot |\\.)com[>;.]?",
        "(tel:|\\+\\+|)[0-9 +-]{5,14}( ext |x|, |/)?[0-9 -]{0,12}(\\.0)?",
    ]) {
        check_fixed(&cell);
    }
}

#[test]
fn naughty_strings_do_no_harm() {
    let strings: Vec<String> =
        serde_json::from_str(include_str!("../../../../tests/fixtures/blns/blns.json")).unwrap();
    assert!(strings.len() > 500);
    for string in strings {
        check_fixed(&string);
    }
}
