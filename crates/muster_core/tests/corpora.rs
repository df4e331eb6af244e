//! Values that nobody of this project wrote, read through the public door. Sources and licences lie beside the data.
//! Where Muster deliberately says otherwise than a suite, `differences.tsv` has the value and the reason: no other
//! difference is allowed, and none there that is no longer one.

#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

#[path = "../src/evidence.rs"]
#[expect(dead_code, reason = "there are as many cases as there are")]
mod evidence;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use muster_core::field::{self, Field, FieldType};
use muster_core::import::{FileChoice, Format, HeaderRow};
use muster_core::issue::Code;
use muster_core::limits::Limits;
use muster_core::parse::Parser;
use muster_core::report::guard;
use muster_core::value::{Reader, Reading, is_canonical, strip_guard, trim};
use serde_json::Value;

fn fixture(name: &str) -> String {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    fs::read_to_string(fixtures.join(name)).unwrap()
}

fn field(kind: FieldType, key: &str) -> Field {
    Field {
        key: key.into(),
        name: "Custom".into(),
        kind,
        options: Vec::new(),
        rule: field::Rule::Open,
    }
}

fn is_read(kind: FieldType, cell: &str) -> bool {
    let reader = Reader::new(
        &field(kind, "custom"),
        &Limits::default(),
        Format::Mdy,
        None,
    );
    matches!(reader.read(cell, None), Reading::Value { .. })
}

/// The texts of a suite of JSON Schema, and whether it takes them.
fn json_schema(name: &str) -> Vec<(String, bool)> {
    let groups: Value =
        serde_json::from_str(&fixture(&format!("json-schema-formats/{name}.json"))).unwrap();
    let groups = groups.as_array().unwrap().iter();
    let cases = groups.flat_map(|group| group["tests"].as_array().unwrap());
    cases
        .filter_map(|case| Some((case["data"].as_str()?.to_owned(), case["valid"].as_bool()?)))
        .collect()
}

/// The addresses of isemail; valid are those that it lets pass unless more is asked of it: what a mail server takes.
fn isemail() -> Vec<(String, bool)> {
    let file: Value = serde_json::from_str(&fixture("isemail/isemail-cases.json")).unwrap();
    let cases = file["cases"].as_array().unwrap().iter();
    let fine = [
        "ISEMAIL_VALID_CATEGORY",
        "ISEMAIL_DNSWARN",
        "ISEMAIL_RFC5321",
    ];
    cases
        .map(|case| {
            let valid = fine.contains(&case["category"].as_str().unwrap());
            (case["address"].as_str().unwrap().to_owned(), valid)
        })
        .collect()
}

#[test]
fn others_verdicts_are_ours_but_for_reasons() {
    let mut reasons: BTreeMap<(String, String), String> = include_str!("differences.tsv")
        .lines()
        .map(|line| {
            let [suite, value, verdicts, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not four columns: {line}");
            };
            assert!(reason.len() > 10, "{line}");
            ((suite.into(), value.into()), verdicts.into())
        })
        .collect();
    let mut unexplained = Vec::new();
    for (suite, kind, cases) in [
        ("date", FieldType::Date, json_schema("date")),
        ("email", FieldType::Email, json_schema("email")),
        ("idn-email", FieldType::Email, json_schema("idn-email")),
        ("isemail", FieldType::Email, isemail()),
        ("time", FieldType::Time, json_schema("time")),
        ("uri", FieldType::Url, json_schema("uri")),
    ] {
        assert!(cases.len() > 10, "{suite}");
        let mut differences = 0;
        for (value, theirs) in &cases {
            let ours = is_read(kind, value);
            if ours == *theirs {
                continue;
            }
            differences += 1;
            let word = |valid: bool| if valid { "valid" } else { "invalid" };
            let verdicts = format!("{} there, {} here", word(*theirs), word(ours));
            let value = serde_json::to_string(value).unwrap();
            let key = (suite.to_owned(), value.clone());
            if reasons.remove(&key).is_none_or(|known| known != verdicts) {
                unexplained.push(format!("{suite}\t{value}\t{verdicts}\t"));
            }
        }
        let found = format!("{differences} deliberate differences, each with its reason");
        let what = format!("values of the suite {suite}");
        evidence::count(cases.len(), &what, &found);
    }
    assert!(
        unexplained.is_empty(),
        "without a reason:\n{}",
        unexplained.join("\n")
    );
    assert!(reasons.is_empty(), "no differences any more: {reasons:?}");
}

/// The texts that fields hold, and how long they may be.
const TEXTS: [(&str, FieldType); 4] = [
    ("first_name", FieldType::Text),
    ("last_name", FieldType::Text),
    ("note", FieldType::Text),
    ("tags", FieldType::Tags),
];

#[test]
fn naughty_strings_go_through_every_text_type_and_back() {
    let strings: Vec<String> = serde_json::from_str(&fixture("blns/blns.json")).unwrap();
    let written = |cells: &[String]| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for cell in cells {
            writer.write_record([cell, "x"]).unwrap();
        }
        writer.into_inner().unwrap()
    };
    // As cells of a file they are what they were.
    let cells = split(&written(&strings));
    assert_eq!(cells, strings);
    let limits = Limits::default();
    let mut values = 0;
    for (key, kind) in TEXTS {
        let field = field(kind, key);
        let reader = Reader::new(&field, &limits, Format::Auto, None);
        let mut accepted = Vec::new();
        for cell in &cells {
            match reader.read(cell, None) {
                Reading::Empty => {
                    let nothing = |c: char| kind == FieldType::Tags && matches!(c, ',' | ';' | ' ');
                    assert_eq!(trim(cell).trim_matches(nothing), "", "{cell:?}");
                }
                Reading::Value { canonical, .. } => {
                    assert_eq!(is_canonical(&field, &limits, &canonical), Ok(()));
                    if kind == FieldType::Text && canonical.is_ascii() {
                        let want = strip_guard(trim(cell)).replace('\u{b}', "\n");
                        assert_eq!(canonical, want, "{cell:?}");
                    }
                    accepted.push(canonical.into_owned());
                }
                Reading::Refused(code) => assert!(
                    [
                        Code::ControlCharacter,
                        Code::SpreadsheetDamaged,
                        Code::TooLong
                    ]
                    .contains(&code),
                    "{cell:?} {code:?}"
                ),
            }
        }
        values += accepted.len();
        assert!(accepted.len() > 450, "{key}: {}", accepted.len());
        // As people get them back, guarded, and give them again.
        let guarded: Vec<String> = accepted
            .iter()
            .map(|value| guard(value).into_owned())
            .collect();
        for (cell, value) in split(&written(&guarded)).iter().zip(&accepted) {
            let Reading::Value { canonical, .. } = reader.read(cell, None) else {
                panic!("{value:?} doesn't come back");
            };
            assert_eq!(canonical, *value);
        }
    }
    let found = format!("{values} values, and back by a guarded file");
    evidence::count(
        strings.len(),
        "naughty strings through four text fields",
        &found,
    );
}

/// The first cells of a file's records.
fn split(file: &[u8]) -> Vec<String> {
    let choice = FileChoice {
        header_row: HeaderRow::Row(0),
        ..FileChoice::default()
    };
    let mut parser = Parser::new(&Limits::default(), &choice);
    parser.push(file);
    let table = parser.finish().unwrap();
    (0..table.rows())
        .map(|row| table.cell(row, 0).into_text().unwrap().into_owned())
        .collect()
}
