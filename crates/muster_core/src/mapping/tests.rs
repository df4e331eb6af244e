//! Headers, and what they come to.

use std::collections::BTreeMap;

use super::*;
use crate::field::standard;
use crate::import::FileChoice;
use crate::limits::Limits;
use crate::parse::Parser;

mod assignment;

/// Headers as people and programs write them: the field, who says so, the headers.
const WORDS: &str = include_str!("tests/words.tsv");

fn read(csv: &str) -> Table {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    parser.push(csv.as_bytes());
    parser.finish().unwrap()
}

/// A table of this header and rows.
pub(super) fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let record = |cells: &[&str]| {
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect();
        quoted.join(",") + "\n"
    };
    read(&(record(header) + &rows.iter().map(|row| record(row)).collect::<String>()))
}

/// The standard fields and some of a workspace's own.
fn fields() -> Vec<Field> {
    let mut fields = standard();
    for (key, name, kind, rule) in [
        ("strasse", "Straße", FieldType::Text, Rule::Open),
        ("region", "Région", FieldType::Text, Rule::OnlyWhereEmpty),
        ("plan", "Plan", FieldType::List, Rule::Open),
        ("secret", "Secret", FieldType::Text, Rule::Closed),
        ("ville", "प्लान", FieldType::Text, Rule::Open),
        ("born", "Birthday", FieldType::Date, Rule::Open),
        ("company", "Organization", FieldType::Text, Rule::Open),
        ("satisfaction", "Satisfaction", FieldType::Text, Rule::Open),
        ("note_2", "Note 2", FieldType::Text, Rule::Open),
        ("partner", "Partner", FieldType::Email, Rule::Open),
    ] {
        fields.push(Field {
            key: key.into(),
            name: name.into(),
            kind,
            options: Vec::new(),
            rule,
        });
    }
    fields
}

/// A suggestion as text: `=` exact, `~` normalised, `≈` synonym, `≠` spelling, `#` content, then the key.
fn show(suggestion: Option<&Suggestion>) -> String {
    let Some(Suggestion { field, reason, .. }) = suggestion else {
        return String::new();
    };
    let sign = match reason {
        Reason::Exact => '=',
        Reason::Normalised => '~',
        Reason::Synonym => '≈',
        Reason::Spelling => '≠',
        Reason::Content => '#',
    };
    format!("{sign}{field}")
}

/// What a table's columns come to, one after the other.
fn check_table(table: &Table, expected: &[&str]) {
    let found: Vec<String> = suggest(table, &fields())
        .iter()
        .map(|suggestion| show(suggestion.as_ref()))
        .collect();
    assert_eq!(found, expected, "{:?}", table.header());
}

/// What a header alone comes to: every column has some cell that says nothing.
fn check(header: &[&str], expected: &[&str]) {
    check_table(&table(header, &[&vec!["?"; header.len()]]), expected);
}

/// The column's cells under a header that says nothing.
fn check_content(header: &str, cells: &[&str], expected: &str) {
    let rows: Vec<[&str; 1]> = cells.iter().map(|cell| [*cell]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 1]>::as_slice).collect();
    check_table(&table(&[header], &rows), &[expected]);
}

#[test]
fn names_lead_to_fields() {
    check(
        &["First Name", "Last Name", "Tags"],
        &["=first_name", "=last_name", "=tags"],
    );
    check(
        &[
            "FIRSTNAME",
            "last-name",
            "phone_number",
            "e mail",
            "CONTACT ID",
            "Ｅmail",
        ],
        &[
            "~first_name",
            "~last_name",
            "~phone",
            "~email",
            "~contact_id",
            "",
        ],
    );
    check(
        &["STRASSE", "region", "REGION", "re\u{301}gion"],
        &["~strasse", "~region", "", ""],
    );
    check(&["Phone Number 2", "", "Column 4"], &["≈phone", "", ""]);
    // What can't be imported.
    check(
        &["Plan", "Secret", "secret", "Secrets"],
        &["=plan", "", "", ""],
    );
}

#[test]
fn words_of_many_languages_lead_to_fields() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in WORDS.lines() {
        let [field, language, headers] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line:?}");
        };
        for header in headers.split(" | ") {
            for header in [header, &header.to_uppercase(), &format!(" {header}*")] {
                let table = table(&[header], &[&["?"]]);
                let found = suggest(&table, &standard())
                    .remove(0)
                    .map(|found| found.field);
                let expected = if field == "full name" {
                    "first_name"
                } else {
                    field
                };
                assert_eq!(found.as_deref(), Some(expected), "{language}: {header:?}");
            }
            *counts.entry(field).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 8);
    assert!(counts.values().all(|&count| count >= 60), "{counts:?}");
}

#[test]
fn other_things_lead_to_no_standard_field() {
    let headers = "
        County | State | Region | City | Zip | Fax | Home Fax | Pager | Nationality | Status | Source |
        Stage | Contact owner | Username | Customer ID | Customer No | ID | Record ID | User ID | Company |
        Company Name | Company IDs | Job Title | Website | Notes | Total Spent | Accepts Email Marketing |
        Accepts SMS Marketing | Email Status | Email opt-in | Phone verified | E-mail 1 - Label |
        Phone 1 - Label | Name Prefix | Phonetic First Name | Middle Name | Manager's Name |
        Assistant's Phone | Emergency contact phone | Place of birth | Anniversary date | Tax Exempt |
        Create Date | Birthday | Gender | Photo | Country calling code | Phone country code | Page | Stages |
        Place | Amount | Mileage | Languages spoken at home by whom | Lead Status | Group ID | Nicknames |
        Initials | Customer contact ID | User 1 | Number of orders | Language level | List name";
    for header in headers.split('|').map(str::trim) {
        let table = table(&[header], &[&["?"]]);
        let found = suggest(&table, &standard());
        assert_eq!(show(found[0].as_ref()), "", "{header}");
    }
}

#[test]
fn misspelt_names_are_understood() {
    for (headers, expected) in [
        (
            "Fist Name | Frist Name | First Nmae | Firts Nmae",
            "≠first_name",
        ),
        ("Surnmae | Lasst Name", "≠last_name"),
        ("Emial | E-mial Adress | Email adddress", "≠email"),
        (
            "Phnoe | Phone Nubmer | Telefonummer | Mobille | Telefonnummmer | Телефн",
            "≠phone",
        ),
        ("Contry | Coutnry", "≠country"),
        ("Langauge | Prefered Langauge", "≠language"),
        ("Lables", "≠tags"),
        ("Satisfacton", "≠satisfaction"),
        ("Birtday", "≠born"),
        // Too far, too short, or as near to another word.
        (
            "Frst Nm | Tgas | County | Cuonty | Countess | Hope | Secrte | Satis 2 | Satisfacton 2 | Lst Name",
            "",
        ),
    ] {
        for header in headers.split(" | ") {
            check(&[header], &[expected]);
        }
    }
}

#[test]
fn fields_of_the_workspace_have_other_names_too() {
    check(
        &["Date of birth", "Firma", "Notes", "Notiz 2", "Stadt"],
        &["≈born", "≈company", "", "≈note_2", ""],
    );
    check(&["Geburtsdatum", "Company"], &["≈born", "≈company"]);
}

#[test]
fn cells_tell_where_the_header_does_not() {
    let mail = ["a@example.com", "b@example.com", "c@example.org"];
    check_content("Foo", &mail, "#email");
    check_content("Column 1", &mail, "#email");
    check_content("Foo", &["a@example.com", "x", "y"], "");
    check_content(
        "Foo",
        &["a@example.com", "", "b@example.com", "  "],
        "#email",
    );
    check_content(
        "Foo",
        &["a@a.com", "b@a.com", "c@a.com", "d@a.com", "none"],
        "#email",
    );
    check_content("Foo", &["+60 12-345 6789", "'+491713920024"], "#phone");
    check_content("Foo", &["012-345 6789", "60123456789"], "");
    check_content("Foo", &["Germany", "France", "Malaysia"], "#country");
    check_content("Foo", &["DE", "FR", "MY"], "");
    check_content("Foo", &["no", "no", "no"], "");
    check_content("Foo", &["German", "French", "Malay"], "#language");
    check_content("Column 1", &["1990-05-12", "1985-10-25"], "#born");
    check_content("Birthdays of staff", &["05/06/1990", "1985-10-25"], "#born");
    check_content("Last visit", &["1990-05-12", "1985-10-25"], "");
    check_content("7", &["45230", "45231"], "");
    check_content("Foo", &["Any text", "goes here"], "");
    // What is known to be something else, or somebody else's.
    check_content("Notes", &mail, "");
    check_content("Contact owner", &mail, "");
    check_content("Created by", &mail, "");
    check_content("Company fax", &["+60 3-2345 6789", "+60 3-2345 6780"], "");
    check_content("Nationality", &["German", "French", "Malay"], "");
}

#[test]
fn cells_speak_against_a_synonym() {
    check_content("WhatsApp", &["yes", "no", "yes"], "");
    check_content("WhatsApp", &["yes", "no"], "≈phone");
    check_content(
        "WhatsApp",
        &["none", "unknown", "", "60123456789"],
        "≈phone",
    );
    check_content("Mobile", &["٠١٢٣", "٠١٢٤", "٠١٢٥"], "≈phone");
    check_content("Mail", &["weekly", "never", "weekly"], "");
    check_content("Mail", &["weekly", "never", "a@b"], "≈email");
    check_content("Country Code", &["+60", "65", "49"], "");
    check_content("Country Code", &["MY", "65", "49"], "≈country");
    check_content("Lang", &["1", "2", "3"], "");
    check_content("DOB", &["unknown", "unset", "n/a"], "");
    check_content("Vorname", &["1", "2", "3"], "≈first_name");
    // The field's own name stands.
    check_content("Email", &["weekly", "never", "weekly"], "=email");
}

#[test]
fn content_is_a_last_resort() {
    let header = ["Foo", "Bar", "Baz"];
    let rows: [&[&str]; 2] = [
        &["a@example.com", "b@example.com", "x"],
        &["x@y", "c@example.com", "d@example.com"],
    ];
    check_table(&table(&header, &rows), &["", "#email", ""]);
    check_table(&table(&["Foo", "Emial", "Baz"], &rows), &["", "≠email", ""]);
    check_table(&table(&["Foo", "", "Email"], &rows), &["", "", "=email"]);
}

#[test]
fn most_of_a_columns_first_cells_have_to_fit() {
    check_content("Foo", &["+60123456789", "+60123456780"], "#phone");
    // Any digits may be a number.
    check_content("Foo", &["60123456789", "60123456780"], "");
    for (fitting, others, expected) in [
        (4, 1, "#email"),
        (3, 1, ""),
        (40, 10, "#email"),
        (39, 11, ""),
        // Beyond the sample.
        (50, 200, "#email"),
    ] {
        let cells: Vec<String> = (0..fitting + others)
            .map(|at| match at < fitting {
                true => format!("a{at}@example.com"),
                false => format!("at {at}"),
            })
            .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        check_content("Foo", &cells, expected);
    }
}

/// The exports beside the repository's other fixtures: every standard field of their descriptions is suggested.
#[test]
fn exports_are_mapped_as_people_would() {
    macro_rules! export {
        ($name:literal) => {
            include_str!(concat!("../../../../tests/fixtures/real/", $name, ".csv"))
        };
    }
    let exports = [
        (
            export!("excel-mac"),
            "1:first_name 2:last_name 3:phone 4:email 5:country 6:language",
        ),
        (
            export!("google-contacts"),
            "0:first_name 2:last_name 16:tags 18:email 22:phone 32:country",
        ),
        (
            export!("hubspot"),
            "1:first_name 2:last_name 3:email 4:phone 9:country 10:language",
        ),
        // Language has the field's name, and no cells: the description leaves it.
        (
            export!("outlook"),
            "0:first_name 2:last_name 11:language 14:email 20:phone 57:country 87:tags",
        ),
        (
            export!("phone-app"),
            "1:first_name 2:last_name 3:phone 6:email 7:tags",
        ),
        (
            export!("rounded-numbers"),
            "1:first_name 2:last_name 3:phone 4:email 6:country",
        ),
        (
            export!("shopify-customers"),
            "1:first_name 2:last_name 3:email 10:country 13:phone 19:tags",
        ),
    ];
    for (csv, expected) in exports {
        let table = read(csv);
        let found = suggest(&table, &standard());
        let found: Vec<String> = (0..)
            .zip(&found)
            .filter_map(|(column, found)| Some(format!("{column}:{}", found.as_ref()?.field)))
            .collect();
        assert_eq!(found.join(" "), expected, "{:?}", table.header());
    }
}

/// As wide as a spreadsheet can be, of columns of which nothing is known.
#[test]
fn wide_files_are_looked_through_quickly() {
    let header: Vec<String> = (0..16_384)
        .map(|column| format!("attribute{}", char::from_u32(0x4E00 + column).unwrap()))
        .collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let table = table(&header, &[vec!["x"; header.len()].as_slice(); 20]);
    assert_eq!(suggest(&table, &fields()).iter().flatten().count(), 0);
}
