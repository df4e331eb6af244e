//! Cases by the hundred: every encoding, dialect, format and policy, and strings that trouble others.

use muster_core::parse::encodings;
use serde_json::{Value, json};

use crate::Numbers;
use crate::cases::{Case, PHONE_NAME, case, import, people, with};

/// Every encoding that can be chosen, with every byte there is, and what is found when none is.
pub(crate) fn encoded() -> Vec<Case> {
    let mut csv = b"Phone,Name\n".to_vec();
    for (row, start) in (0x80..=0xF0_u8).step_by(0x10).enumerate() {
        csv.extend(format!("+6012345678{row},").bytes());
        csv.extend((0..16).map(|byte| start + byte));
        csv.push(b'\n');
        // As second bytes, behind one that leads, and in a pair's place.
        csv.extend(format!("+6012345679{row},").bytes());
        csv.extend((0..8).flat_map(|byte| [0xA4, start + byte, b'A', start + byte, 0x40]));
        csv.push(b'\n');
    }
    let labels = encodings().chain(["auto"]);
    let choose = |label: &str| {
        let import = import("add_and_update", &["phone"], &PHONE_NAME);
        let import = with(import, json!({"file": {"encoding": label}}));
        case(&format!("bytes in {label}"), csv.clone(), import, people())
    };
    labels.map(choose).collect()
}

/// Delimiters, line ends, quotes and header rows, each with each.
pub(crate) fn dialects() -> Vec<Case> {
    let mut cases = Vec::new();
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r", "\n\r\n"] {
            for (quote, header_row) in [("", "auto"), ("\"", "1"), ("\"", "0"), ("", "3")] {
                let mut csv = String::new();
                for record in [
                    ["Phone", "Name", "Note"],
                    ["+60123456780", "Ken", "one; two"],
                    ["", "", ""],
                    ["+60123456781", "Ann", "a|b,c\td;e"],
                    ["+60123456789", " Aisyah ", ""],
                ] {
                    // What has a separator inside is quoted in any case.
                    let cells = record.map(|cell| match cell.contains([';', ',']) {
                        true => format!("\"{cell}\""),
                        false => format!("{quote}{cell}{quote}"),
                    });
                    csv += &cells.join(delimiter);
                    csv += end;
                }
                let name = format!("{delimiter:?} {end:?} {quote:?} header {header_row}");
                let row = header_row.parse::<u32>();
                let row = row.map_or(json!("auto"), |row| json!(row));
                let import = import("add_and_update", &["phone"], &PHONE_NAME);
                let import = with(import, json!({"file": {"header_row": row}}));
                cases.push(case(&name, csv, import, people()));
            }
        }
    }
    cases
}

/// The cells of all types, and the formats that their columns can have.
const TYPES: [(&str, &str, &[&str], &[&str]); 12] = [
    (
        "phone",
        "",
        &["auto", "international", "national"],
        &[
            "+60 12-345 6780",
            "012-345 6781",
            "60123456782",
            "0060123456783",
            "٠١٢٣٤٥٦٧٨٤",
            "6.01E+10",
            "60123456785.0",
            "123",
            "+1 555 0100 ext 4",
            "?",
            "+999123456",
            "1+1",
        ],
    ),
    (
        "email",
        "",
        &["auto"],
        &[
            "Ann@Example.com",
            "a@xn--mnchen-3ya.de",
            "a@b",
            "a..b@c.d",
            "ann@gmial.com",
            "a b@c.de",
            "mailto:x@y.z",
        ],
    ),
    (
        "full_name",
        "",
        &["first_space", "last_space"],
        &[
            "Ann",
            "Ann Marie Lee",
            "  ",
            "Lee,Ann",
            "MÃ¼ller Hans",
            "a\u{b}b c",
        ],
    ),
    (
        "country",
        "",
        &["auto"],
        &[
            "Malaysia",
            "my",
            "MYS",
            "Brasl",
            "UK",
            "Deutschland",
            "日本",
            "N/A",
            "Xx",
        ],
    ),
    (
        "language",
        "",
        &["auto"],
        &["en", "pt_BR", "Deutsch", "Mandarin", "Englsh", "xx"],
    ),
    (
        "tags",
        "",
        &["auto"],
        &[
            "VIP, New;new",
            "* myContacts ::: Friends",
            ",;",
            "=1",
            "ＶＩＰ",
        ],
    ),
    (
        "plan",
        "list",
        &["auto"],
        &["free", "PRO", "STRASSE", "Fre", "none", "Gold"],
    ),
    (
        "active",
        "checkbox",
        &["auto"],
        &["yes", "✓", "off", "0", "maybe", "-"],
    ),
    (
        "score",
        "number",
        &["auto", "point", "comma"],
        &[
            "1,234",
            "1.234,56",
            "1,234.56",
            "12,34,567.8",
            ".5",
            "1.",
            "-0",
            "+7",
            "$5",
            "1e5",
            "#NUM!",
            "00012.500",
        ],
    ),
    (
        "site",
        "url",
        &["auto"],
        &[
            "https://Example.com",
            "acme.com",
            "ftp://x.y",
            "http://münchen.de/ä?q=ü",
            "https://a b",
        ],
    ),
    (
        "born",
        "date",
        &["auto", "dmy", "mdy"],
        &[
            "2000-02-29",
            "03/04/2023",
            "25.10.2023",
            "10-25-2023",
            "25 Oct 2023",
            "2023-10-25T10:00Z",
            "45224",
            "31/02/2023",
            "1/2/23",
        ],
    ),
    (
        "at",
        "time",
        &["auto"],
        &[
            "9:30", "09:30:15", "2:30 PM", "2pm", "24:00", "12am", "noon",
        ],
    ),
];

/// Every type, in each of its formats, refused or left out, with its own cells and those of all others.
pub(crate) fn formats() -> Vec<Case> {
    let mut cases = Vec::new();
    for (key, kind, formats, own) in TYPES {
        let others = TYPES.iter().flat_map(|(_, _, _, cells)| cells.iter());
        let cells: Vec<&str> = own.iter().chain(others).copied().collect();
        for &format in formats {
            for invalid in ["reject_row", "leave_out"] {
                for (delimiter, many) in [(",", own.len()), (";", cells.len())] {
                    let mut csv = ["Email 2", "First", "Land", "Cell"].join(delimiter) + "\n";
                    for (row, cell) in cells[..many].iter().enumerate() {
                        let land = ["MY", "US", "", "Deutschland"][row % 4];
                        csv += &[
                            format!("p{row}@x.my"),
                            format!("Name {row}"),
                            land.into(),
                            quoted(cell),
                        ]
                        .join(delimiter);
                        csv += "\n";
                    }
                    let import = of_type(key, kind, format, invalid);
                    let name = format!("{key} {format} {invalid} {delimiter}");
                    cases.push(case(&name, csv, import, people()));
                }
            }
        }
    }
    cases
}

/// A column of that type beside those that it needs and can be mapped with.
fn of_type(key: &str, kind: &str, format: &str, invalid: &str) -> Value {
    let (purpose, identifiers) = match key {
        "phone" | "email" => ("add_all", json!([])),
        _ => ("add_and_update", json!(["email"])),
    };
    let mut columns = vec![json!({"index": 3, "field": key, "format": format, "invalid": invalid})];
    for (index, field) in ["email", "first_name", "country"].into_iter().enumerate() {
        if field != key && !(key == "full_name" && field == "first_name") {
            columns.push(json!({"index": index, "field": field}));
        }
    }
    let fields = match kind {
        "" => json!([]),
        _ => {
            json!([{"key": key, "name": key, "type": kind, "options": if kind == "list" { json!(["Free", "Pro", "Straße"]) } else { json!([]) }}])
        }
    };
    json!({
        "purpose": purpose, "identifiers": identifiers, "columns": columns, "fields": fields, "default_country": "MY",
    })
}

/// A cell as it is written where it may have anything inside.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Every purpose, rule for duplicates and policy.
pub(crate) fn policies() -> Vec<Case> {
    let csv = "Phone,First,Last,Mail,Tags\n+60123456780,,Itoh,,VIP\n+60123456789,Aisyah,,aisyah@example.com,\n\
        +14155552671,Zoë,Lee,new@example.com,vip\n+60123456780,Ken,Ito,ken@example.com,Lead\n+60123456700,New,,,\n\
        +60123456701,,,,\n+60123456700,Newer,,,x\n,Nobody,,aisyah@example.com,\n";
    let mut cases = Vec::new();
    for purpose in ["add", "update", "add_and_update", "add_all"] {
        for duplicates in ["keep_first", "keep_last", "reject_all"] {
            for policy in ["overwrite", "do_not_overwrite", "overwrite_and_clear"] {
                for identifiers in [&["phone"][..], &["email", "phone"]] {
                    let identifiers = if purpose == "add_all" {
                        &[]
                    } else {
                        identifiers
                    };
                    let columns = ["phone", "first_name", "last_name", "email", "tags"];
                    let mut import = import(purpose, identifiers, &columns);
                    // Neither a name nor an identifier can be cleared.
                    let clears = policy == "overwrite_and_clear";
                    for (at, key) in columns.iter().enumerate() {
                        let is_id = identifiers.contains(key) || matches!(*key, "phone" | "email");
                        let can = !(*key == "tags" || is_id || clears && *key == "first_name");
                        if purpose.contains("update") && can {
                            import["columns"][at]["policy"] = json!(policy);
                        }
                    }
                    let more = json!({"duplicates": duplicates, "tags": ["Fair"], "rules": {"last_name": "only_where_empty"}});
                    let name = format!("{purpose} {duplicates} {policy} by {identifiers:?}");
                    cases.push(case(&name, csv, with(import, more), people()));
                }
            }
        }
    }
    cases
}

/// Strings that trouble others, as names, notes and tags, in rows that go through and in rows that come back.
pub(crate) fn troubling() -> Vec<Case> {
    let naughty: Vec<String> =
        serde_json::from_str(include_str!("../fixtures/blns/blns.json")).unwrap();
    let formulas = include_str!("../fixtures/csv-injection/payloadbox-csv-payload.txt");
    let formulas: Vec<String> = formulas.lines().map(str::to_owned).collect();
    let of = |name: &str, strings: &[String]| {
        let mut csv = String::from("Phone,Name,Note,Tags\n");
        for (row, text) in strings.iter().enumerate() {
            // Every third row comes back for its number.
            let phone = if row % 3 == 0 { "0" } else { "+6012" };
            let text = quoted(text);
            csv += &format!("{phone}{:07},{text},{text},{text}\n", 3_000_000 + row);
        }
        let columns = ["phone", "first_name", "note", "tags"];
        let fields = json!([{"key": "note", "name": "Note", "type": "text"}]);
        let import = with(
            import("add", &["phone"], &columns),
            json!({"fields": fields}),
        );
        case(name, csv, import, people())
    };
    vec![of("naughty strings", &naughty), of("formulas", &formulas)]
}

/// Descriptions drawn at random for a file with a bit of everything.
pub(crate) fn drawn(many: u64) -> Vec<Case> {
    let draw = |seed: u64| {
        let mut numbers = Numbers(seed * 0x9E37_79B9 + 7);
        let mut one = |of: &[&'static str]| of[numbers.below(of.len())];
        let delimiter = one(&[",", ";", "\t", "|"]);
        let (end, purpose) = (
            one(&["\n", "\r\n", "\r"]),
            one(&["add", "update", "add_and_update"]),
        );
        let mut columns = Vec::new();
        let mut header = vec![String::from("Phone"), "First".into()];
        let mut fields = Vec::new();
        for (key, kind, formats, _) in TYPES.iter().skip(3) {
            let index = header.len();
            header.push((*key).into());
            if !kind.is_empty() {
                fields.push(json!({"key": key, "name": key, "type": kind, "options": if *kind == "list" { json!(["Free", "Pro"]) } else { json!([]) }}));
            }
            let mut column = json!({"index": index, "field": key, "format": one(formats), "invalid": one(&["reject_row", "leave_out"])});
            if purpose != "add" && *key != "tags" {
                column["policy"] = json!(one(&[
                    "overwrite",
                    "do_not_overwrite",
                    "overwrite_and_clear"
                ]));
            }
            columns.push(column);
        }
        columns.push(json!({"index": 0, "field": "phone", "format": one(&["auto", "national", "international"])}));
        columns.push(json!({"index": 1, "field": "first_name"}));
        let mut csv = header.join(delimiter) + end;
        for row in 0..30 {
            let phones = [
                "+60123456789",
                "+60123456780",
                "0123456781",
                "60123456782",
                "x",
                "",
            ];
            let mut record = vec![String::from(one(&phones)), format!("Name {}", row % 7)];
            for (_, _, _, own) in TYPES.iter().skip(3) {
                record.push(match one(&["own", "own", "empty"]) {
                    "own" => quoted(one(own)),
                    _ => String::new(),
                });
            }
            // A record in ten is short, one in ten too long.
            match one(&["", "", "", "", "", "", "", "", "short", "long"]) {
                "short" => record.truncate(3),
                "long" => record.push("beyond".into()),
                _ => {}
            }
            csv += &(record.join(delimiter) + end);
        }
        let import = json!({
            "purpose": purpose, "identifiers": ["phone"], "columns": columns, "fields": fields,
            "duplicates": one(&["keep_first", "keep_last", "reject_all"]),
            "default_country": one(&["MY", "US", "DE"]),
        });
        case(&format!("drawn {seed}"), csv, import, people())
    };
    (1..=many).map(draw).collect()
}
