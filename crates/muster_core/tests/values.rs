//! Values that nobody of this project wrote, read through the public door. Sources and licences lie beside the data.

use muster_core::field::{self, Field, FieldType};
use muster_core::import::Format;
use muster_core::issue::Code;
use muster_core::limits::Limits;
use muster_core::value::{Reader, Reading, trim};
use serde_json::Value;

fn reader(kind: FieldType, format: Format) -> Reader {
    let field = Field {
        key: "custom".into(),
        name: "Custom".into(),
        kind,
        options: Vec::new(),
        rule: field::Rule::Open,
    };
    Reader::new(&field, &Limits::default(), format, None)
}

fn is_read(kind: FieldType, format: Format, cell: &str) -> bool {
    matches!(reader(kind, format).read(cell, None), Reading::Value { .. })
}

/// A group of JSON Schema's cases.
#[derive(serde::Deserialize)]
struct Group {
    tests: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    data: Value,
    valid: bool,
}

/// The cases that are text, with the suite's verdict.
fn texts(groups: Vec<Group>) -> Vec<(String, bool)> {
    let cases = groups.into_iter().flat_map(|group| group.tests);
    cases
        .filter_map(|case| Some((case.data.as_str()?.to_owned(), case.valid)))
        .collect()
}

/// The suites allow what a contact's address never has.
#[track_caller]
fn check_addresses(cases: Vec<(String, bool)>, allowed_there_only: &[&str]) {
    assert!(!cases.is_empty());
    for (address, valid) in cases {
        let want = valid && !allowed_there_only.contains(&&*address);
        assert_eq!(
            is_read(FieldType::Email, Format::Auto, &address),
            want,
            "{address:?}"
        );
    }
}

#[test]
fn json_schema_emails() {
    check_addresses(
        texts(
            serde_json::from_str(include_str!("fixtures/json-schema-formats/email.json")).unwrap(),
        ),
        &[
            "\"joe bloggs\"@example.com",
            "\"joe..bloggs\"@example.com",
            "\"joe@bloggs\"@example.com",
            "joe.bloggs@[127.0.0.1]",
            "joe.bloggs@[IPv6:::1]",
        ],
    );
}

#[test]
fn json_schema_international_emails() {
    check_addresses(
        texts(
            serde_json::from_str(include_str!("fixtures/json-schema-formats/idn-email.json"))
                .unwrap(),
        ),
        &[
            "\"δοκιμή\"@example.com",
            "\u{85}@example.com",
            "\u{ffff}@example.com",
        ],
    );
}

#[test]
fn isemail() {
    let file: Value =
        serde_json::from_str(include_str!("fixtures/isemail/isemail-cases.json")).unwrap();
    let cases = file["cases"].as_array().unwrap().iter().map(|case| {
        let plain = ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"]
            .contains(&case["category"].as_str().unwrap());
        (case["address"].as_str().unwrap().to_owned(), plain)
    });
    // What a cell's trimming repairs is no case, and a domain of one label can't be a contact's.
    let cases = cases.filter(|(address, _)| trim(address) == address);
    check_addresses(cases.collect(), &["test@io"]);
}

#[test]
fn json_schema_dates() {
    // Its dates are ISO alone, of any year, and never surrounded by anything.
    let read_here_only = [
        "06/19/1963",
        "2020-11-28T23:55:45Z",
        "2020-01-01 00:00:00Z",
        " 2024-01-15",
        "2024-01-15 ",
    ];
    let before_the_year_1000 = ["0400-02-29", "0001-01-01"];
    for (date, valid) in
        texts(serde_json::from_str(include_str!("fixtures/json-schema-formats/date.json")).unwrap())
    {
        let want =
            valid && !before_the_year_1000.contains(&&*date) || read_here_only.contains(&&*date);
        assert_eq!(
            is_read(FieldType::Date, Format::Mdy, &date),
            want,
            "{date:?}"
        );
    }
}

#[test]
fn naughty_strings_are_texts() {
    let strings: Vec<String> =
        serde_json::from_str(include_str!("fixtures/blns/blns.json")).unwrap();
    for string in strings {
        match reader(FieldType::Text, Format::Auto).read(&string, None) {
            Reading::Empty | Reading::Value { .. } => {}
            Reading::Refused(code) => {
                assert!(
                    [Code::ControlCharacter, Code::SpreadsheetDamaged].contains(&code),
                    "{string:?} {code:?}"
                );
            }
        }
    }
}
