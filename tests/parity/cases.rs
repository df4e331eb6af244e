//! The table of cases: files, what is to become of them, and the contacts that exist.

use std::path::{Path, PathBuf};

use muster_core::contacts::Contact;
use muster_core::field::{self, Field, Identifier};
use muster_core::import::{FileChoice, Import};
use muster_core::limits::Limits;
use muster_core::parse::Parser;
use serde_json::{Value, json};

use crate::Numbers;

/// A file and everything that decides about it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) csv: Vec<u8>,
    pub(crate) import: Import,
    pub(crate) fields: Vec<Field>,
    pub(crate) contacts: Vec<Contact>,
    /// What a person does then: the name of a session's call, and its arguments.
    pub(crate) acts: Vec<Value>,
    /// How many more things are done, drawn from what could be.
    pub(crate) draws: usize,
}

pub(crate) fn case(name: &str, csv: impl Into<Vec<u8>>, import: Value, contacts: Value) -> Case {
    let import: Import = serde_json::from_value(import).unwrap();
    let mut fields = field::standard();
    for custom in &import.fields {
        fields.push(Field {
            key: custom.key.clone(),
            name: custom.name.clone(),
            kind: custom.kind,
            options: custom.options.clone(),
            rule: field::Rule::Open,
        });
    }
    Case {
        name: name.to_owned(),
        csv: csv.into(),
        import,
        fields,
        contacts: serde_json::from_value(contacts).unwrap(),
        acts: Vec::new(),
        draws: 4,
    }
}

/// `columns` are field keys, in the file's order; an empty one isn't mapped.
pub(crate) fn import(purpose: &str, identifiers: &[&str], columns: &[&str]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.is_empty())
        .map(|(index, field)| json!({"index": index, "field": field}))
        .collect();
    json!({"purpose": purpose, "identifiers": identifiers, "columns": columns})
}

pub(crate) fn with(mut import: Value, changes: Value) -> Value {
    let (Some(import), Value::Object(changes)) = (import.as_object_mut(), changes) else {
        return import;
    };
    import.extend(changes);
    Value::Object(import.clone())
}

pub(crate) fn people() -> Value {
    json!([
        {"id": 1, "version": 3, "fields": {"phone": "+60123456789", "first_name": "Aisyah", "email": "aisyah@example.com", "country": "MY"}, "tags": ["VIP"]},
        {"id": 2, "fields": {"phone": "+60123456780", "first_name": "Ken", "last_name": "Ito"}, "tags": ["Lead", "2026"]},
        {"id": 7, "fields": {"phone": "+60123456789", "first_name": "Aisyah's twin"}},
        {"id": 9, "version": 12, "fields": {"email": "straße@exämple.com", "first_name": "Müller", "language": "de"}},
        {"id": 4_000_000_000_000_u64, "fields": {"phone": "+14155552671", "first_name": "Zoë"}, "tags": ["vip"]}
    ])
}

pub(crate) const PHONE_NAME: [&str; 2] = ["phone", "first_name"];

/// Cases that a person thought of.
pub(crate) fn inline() -> Vec<Case> {
    let both = || import("add_and_update", &["phone"], &PHONE_NAME);
    let wide = [
        "contact_id",
        "first_name",
        "last_name",
        "phone",
        "email",
        "country",
        "language",
        "tags",
    ];
    let all_fields = "Contact ID,First Name,Last Name,Phone,Email,Country,Language,Tags\r\n\
        ,Aisyah,Tan,+60 12-345 6789,AISYAH@Example.com,Malaysia,ms,\"VIP, New\"\r\n\
        2,Ken,Ito,,ken@example.com,jp,Japanese,lead;LEAD\r\n\
        ,Zoë,,+1 (415) 555-2671,zoë@exämple.com,US,en,\r\n\
        12.0,Bad,,123,not an address,Atlantis,Klingon,x\r\n\
        99,Nobody,,,,,,\r\n";
    let dates = "Phone,Name,Joined,Notes\n+60123456781,A,25/10/2023,\u{feff}x\u{200f}\n+60123456782,B,03/04/2023,'=1+1\n\
        +60123456783,C,2023-10-25T10:00:00Z,a\u{b}b\n+60123456784,D,31/02/2023,#REF!\n+60123456785,E,45224,a\u{1}b\n";
    let custom = json!([{"key": "joined", "name": "Joined", "type": "date"}, {"key": "notes", "name": "Notes", "type": "text"}]);
    let joined = || {
        import(
            "add",
            &["phone"],
            &["phone", "first_name", "joined", "notes"],
        )
    };
    let table: Vec<(&str, Vec<u8>, Value)> = vec![
        ("nothing", b"".to_vec(), both()),
        ("a mark only", b"\xEF\xBB\xBF".to_vec(), both()),
        ("a header only", b"Phone,Name\n".to_vec(), both()),
        ("a zip", b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml".to_vec(), both()),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), both()),
        ("JSON", b"[{\"phone\": 1}]".to_vec(), both()),
        ("two rows", b"Phone,Name\n+60123456789,Aisya\n+60123456780,Ken\n".to_vec(), both()),
        ("semicolons and a mark", b"\xEF\xBB\xBFPhone;Name\r\n+60123456780;Kenji\r\n".to_vec(), both()),
        ("an announced tab", b"sep=\t\r\nPhone\tName\r\n+60123456780\tKenji\r\n".to_vec(), both()),
        ("carriage returns", b"Phone|Name\r+60123456780|Kenji\r\r+14155552671|Zoe".to_vec(), both()),
        ("quotes", b"Phone,Name\n\"+60123456780\",\"Ken \"\"K\"\"\nIto\"\n +60123456781 , \"B\" \n".to_vec(), both()),
        ("quotes gone wrong", b"Phone,Name\n+60123456780,\"Ken\n+60123456781,B 5\" pipe\n+60123456782,\"C\" x\n+60123456783,D\n".to_vec(), both()),
        ("ragged rows", b"Phone,Name,\n+60123456780\n+60123456781,B,,,\n+60123456782,C,,,x\n,,\n".to_vec(), both()),
        ("bytes that are no text", b"Phone,Name\n+60123456780,K\xffn\n+60123456781,\xc3\n".to_vec(), both()),
        ("UTF-16", "\u{feff}Phone\tName\n+60123456780\t健 😀\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), both()),
        ("UTF-16, cut", b"\xFE\xFF\0a\0,\0b\0\n\xD8\0\0,\0x\0\n\0".to_vec(), both()),
        ("Windows-1251", b"\xD2\xE5\xEB\xE5\xF4\xEE\xED;\xC8\xEC\xFF\n+60123456780;\xCE\xEB\xFC\xE3\xE0\n+60123456781;\xC8\xE2\xE0\xED\n".to_vec(), both()),
        ("Shift_JIS with a cut letter", b"\x93d\x98b,\x96\xBC\x91O\n+60123456780,\x8E\x52\x93\x63\x91\xBE\x98\x59\n+60123456781,\x97\xE9\x96\n".to_vec(), both()),
        ("a chosen encoding", b"Phone,Name\n+60123456780,J\xFCrgen\n".to_vec(), with(both(), json!({"file": {"encoding": "windows-1254"}}))),
        ("a chosen encoding of a zip", b"PK\x03\x04\x14\0".to_vec(), with(both(), json!({"file": {"encoding": "big5"}}))),
        ("an ambiguous match", b"Phone,Name\n+60123456789,Aisyah\n".to_vec(), import("update", &["phone"], &PHONE_NAME)),
        ("duplicates, the last", b"Phone,Name\n+60123456780,A\n+60 123456780,B\n+60123456781,\n".to_vec(), with(both(), json!({"duplicates": "keep_last"}))),
        ("duplicates, none", b"Phone,Name\n+60123456780,A\n0060123456780,B\n+60123456785,C\n".to_vec(), with(both(), json!({"duplicates": "reject_all"}))),
        ("bare numbers", b"Phone,Name\n0123456780,A\n60123456781,B\n1,C\n".to_vec(), with(both(), json!({"default_country": "MY"}))),
        ("all fields", all_fields.as_bytes().to_vec(), import("add_and_update", &["contact_id", "phone", "email"], &wide)),
        ("all fields, update", all_fields.as_bytes().to_vec(), with(import("update", &["email", "contact_id"], &wide), json!({"tags": ["Autumn", "vip"]}))),
        ("all despite duplicates", all_fields.replace("Contact ID", "No").into_bytes(), import("add_all", &[], &["", "first_name", "last_name", "phone", "email", "country", "language", "tags"])),
        ("dates", dates.as_bytes().to_vec(), with(joined(), json!({"fields": custom}))),
        ("invalid cells left out", dates.as_bytes().to_vec(), with(joined(), json!({"fields": custom, "columns": [
            {"index": 0, "field": "phone"}, {"index": 1, "field": "first_name"},
            {"index": 2, "field": "joined", "invalid": "leave_out", "format": "mdy"},
            {"index": 3, "field": "notes", "invalid": "leave_out"}]}))),
        ("policies", b"Email,Name,Last,Lang\nstra\xc3\x9fe@ex\xc3\xa4mple.com,Muller,,\nAISYAH@example.com,,Tan,ms\n".to_vec(), json!({
            "purpose": "update", "identifiers": ["email"], "columns": [
                {"index": 0, "field": "email"}, {"index": 1, "field": "first_name", "policy": "do_not_overwrite"},
                {"index": 2, "field": "last_name"}, {"index": 3, "field": "language", "policy": "overwrite_and_clear"}]})),
        ("rows corrected and left out", b"Phone,Name\n+60123456780,A\nx,B\n+60123456783,C\n".to_vec(), with(both(), json!({
            "edits": [{"row": 3, "column": 0, "value": "+60123456782"}], "left_out": [4]}))),
        ("a field that nobody has", b"Phone,Name\n1,A\n".to_vec(), import("add", &["phone"], &["phone", "shoe_size"])),
        ("nothing mapped", b"Phone,Name\n1,A\n".to_vec(), import("add_all", &[], &[])),
        ("formulas in errors", b"Phone,Name\n=1+1,-A\n@x,\"=\"\"b\"\"\"\n".to_vec(), both()),
    ];
    let cases = table.into_iter();
    cases
        .map(|(name, csv, import)| case(name, csv, import, people()))
        .chain([corrected()])
        .collect()
}

/// A file that a person corrects, in every way that there is.
fn corrected() -> Case {
    let described = with(
        import(
            "add_and_update",
            &["phone", "email"],
            &["phone", "email", "first_name", "country", "tags"],
        ),
        json!({"default_country": "MY"}),
    );
    let csv = "Phone,Email,Name,Country,Tags\n\
        +60123456780,,Kenji,Brasl,vip\n\
        012-345 6781,n/a,Ann,Brasl,New\n\
        60123456782,a@gmail,MÃ¼ller,,NEW;Fair\n\
        +14155552671,aisyah@example.com,Zoë,US,\n\
        +14155552671,,Zoe,US,\n\
        #REF!,x@x.my,Ben,-,\n";
    let full = json!({"edits": [{"row": 5, "column": 2, "value": "Zo"}], "left_out": [6], "repairs": [
        {"code": "mojibake", "column": 2, "kind": "suggestion"}]});
    let acts = vec![
        json!(["edit", 2, 2, "Ken"]),
        json!(["edit", 2, 0, "+60123456789"]),
        json!(["edit", 99, 0, "x"]),
        json!(["leave_out", [5], true]),
        json!(["repair", "replace:country_unknown:3:Brasl"]),
        json!(["repair", "suggestion:mojibake:2"]),
        json!(["repair", "suggestion:mojibake:2"]),
        json!(["repair", "leave_out:spreadsheet_damaged:0"]),
        json!(["undo"]),
        json!(["repair", "empty:spreadsheet_damaged:0"]),
        json!(["edit", 2, 0, null]),
        json!([
            "configure",
            with(
                described.clone(),
                with(full.clone(), json!({"purpose": "update"}))
            )
        ]),
        json!([
            "configure",
            with(
                described.clone(),
                with(full.clone(), json!({"identifiers": []}))
            )
        ]),
        json!(["undo"]),
        json!(["undo"]),
        json!(["redo"]),
        json!([
            "configure",
            with(
                described.clone(),
                with(
                    full,
                    json!({"duplicates": "reject_all", "default_country": "SG", "tags": ["Autumn"]})
                )
            )
        ]),
        json!(["leave_out", [2, 3, 5, 6], false]),
    ];
    Case {
        acts,
        ..case("corrections", csv, described, people())
    }
}

/// Every CSV below `tests/fixtures`, imported as its header suggests.
pub(crate) fn fixtures() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    find(&root, &mut files);
    files.sort();
    assert!(!files.is_empty(), "there are fixtures");
    files
        .iter()
        .map(|path| {
            let csv = std::fs::read(path).unwrap();
            let name = path.strip_prefix(&root).unwrap_or(path).display();
            case(&name.to_string(), csv.clone(), suggested(&csv), people())
        })
        .collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            files.push(path);
        }
    }
}

fn suggested(csv: &[u8]) -> Value {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    parser.push(csv);
    let suggestions = parser.finish().map_or_else(
        |_| Vec::new(),
        |table| muster_core::mapping::suggest(&table, &field::standard()),
    );
    let is_id = |key: &str| key == Identifier::ContactId.key();
    let columns: Vec<&str> = suggestions
        .iter()
        .map(|suggestion| suggestion.as_ref().map_or("", |found| found.field.as_str()))
        .map(|key| if is_id(key) { "" } else { key })
        .collect();
    let identifiers: Vec<&str> = ["phone", "email"]
        .into_iter()
        .filter(|key| columns.contains(key))
        .collect();
    let purpose = match (columns.contains(&"first_name"), identifiers.is_empty()) {
        (true, false) => "add_and_update",
        (true, true) => "add_all",
        (false, _) => "update",
    };
    with(
        import(purpose, &identifiers, &columns),
        json!({"default_country": "MY"}),
    )
}

/// Files that nobody thought of: pieces that matter to some rule, in any order.
pub(crate) fn noise(many: u64) -> Vec<Case> {
    const PIECES: [&[u8]; 30] = [
        b",",
        b",",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\"",
        b"\"",
        b"\"\"",
        b" ",
        b"'",
        b"=",
        b"+60123456780",
        b"+60123456789",
        b"0123456781",
        b"Ken",
        b"A",
        "ß".as_bytes(),
        "👩‍👧".as_bytes(),
        b"\xff",
        b"\xc3",
        b"\x0b",
        b"\x01",
        "\u{200f}".as_bytes(),
        b"ken@example.com",
        b"#N/A",
        b"2023-10-25",
    ];
    (1..=many)
        .map(|seed| {
            let mut numbers = Numbers(seed);
            let mut csv = b"Phone,First Name,Email,Tags\n".to_vec();
            for _ in 0..20 + numbers.below(400) {
                csv.extend_from_slice(PIECES[numbers.below(PIECES.len())]);
            }
            let columns = ["phone", "first_name", "email", "tags"];
            let import = import("add_and_update", &["phone", "email"], &columns);
            case(&format!("noise {seed}"), csv, import, people())
        })
        .collect()
}

/// More rows than a batch has, of every outcome.
pub(crate) fn large(rows: u32) -> Case {
    let mut csv = String::from("Phone,First Name,Email,Tags\n");
    let mut contacts = Vec::new();
    for row in 0..rows {
        let phone = match row % 50 {
            7 => "123".to_owned(),
            8 => format!("+6012{:07}", row - 1),
            _ => format!("+6012{row:07}"),
        };
        csv.push_str(&format!(
            "{phone},Name {row},p{row}@example.com,\"T{}, all\"\n",
            row % 9
        ));
        if row % 2 == 0 {
            let name = format!("Name {}", if row % 10 == 0 { row + 1 } else { row });
            contacts.push(json!({
                "id": row + 1,
                "fields": {"phone": format!("+6012{row:07}"), "first_name": name, "email": format!("p{row}@example.com")},
                "tags": [format!("T{}", row % 9), "all"],
            }));
        }
    }
    let columns = ["phone", "first_name", "email", "tags"];
    let import = import("add_and_update", &["phone", "email"], &columns);
    let case = case("many rows", csv, import, Value::Array(contacts));
    Case { draws: 1, ..case }
}
