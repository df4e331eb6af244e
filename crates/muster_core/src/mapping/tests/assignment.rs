//! Which column gets a field that several could have.

use proptest::prelude::*;

use super::*;

#[test]
fn each_field_is_taken_once_and_the_strongest_reason_wins() {
    check(&["email", "Email", "EMAIL"], &["", "=email", ""]);
    check(&["Email", "Email"], &["=email", ""]);
    check(&["email", "E Mail"], &["~email", ""]);
    check(&["Emial", "Courriel", "EMAIL"], &["", "", "~email"]);
    check(&["Emial", "Courriel"], &["", "≈email"]);
    check(&["Home Phone", "Mobile", "Work Phone"], &["", "≈phone", ""]);
    check(&["Home Phone", "Phone", "Work Phone"], &["", "≈phone", ""]);
    check(&["Work Phone", "Home Phone"], &["", "≈phone"]);
    check(&["Phone 3", "Phone 2", "Phone 1"], &["", "", "≈phone"]);
    check(&["Default Address Phone", "Phone"], &["", "≈phone"]);
    check(&["E-mail 2", "E-mail 1"], &["", "≈email"]);
    check(&["Secondary Email", "Work Email"], &["", "≈email"]);
    // What is remarked on is farther from the word.
    check(&["Mobile (private)", "Mobile"], &["", "≈phone"]);
    check(&["Courriel [2]", "Courriel"], &["", "≈email"]);
}

#[test]
fn a_full_name_is_the_first_name_only_where_there_is_none() {
    check(&["Name", "Phone Number"], &["≈first_name", "=phone"]);
    check(
        &["Name", "First name", "Last name"],
        &["", "~first_name", "~last_name"],
    );
    check(&["Full Name", "Given Name"], &["", "≈first_name"]);
    check(&["Name", "Fist Name"], &["", "≠first_name"]);
    check(&["Name", "Vorname"], &["≈last_name", "≈first_name"]);
    check(&["Nom", "Prénom"], &["≈last_name", "≈first_name"]);
    check(
        &["Vorname", "Nachname", "Name"],
        &["≈first_name", "≈last_name", ""],
    );
    check(&["Nombre", "Apellidos"], &["≈first_name", "≈last_name"]);
    check(&["姓", "名"], &["≈last_name", "≈first_name"]);
    check(
        &["Company Name", "Nickname", "Middle Name"],
        &["≈company", "", ""],
    );
}

#[test]
fn a_column_without_cells_comes_behind_one_with_some() {
    let header = ["Home Country", "Business Country", "Mobile", "Work Phone"];
    check_table(
        &table(&header, &[&["", "?", " ", "1"]]),
        &["", "≈country", "", "≈phone"],
    );
    check_table(
        &table(&["Home Country", "Name"], &[&["", "?"]]),
        &["≈country", "≈first_name"],
    );
}

/// Both columns could be countries, but one of them languages too: first come, first served would leave it the country.
#[test]
fn a_column_leaves_a_field_to_another_if_both_get_one_by_it() {
    let cells: [&[&str]; 2] = [&["Nauru", "Germany"], &["Tonga", "France"]];
    check_table(&table(&["Foo", "Bar"], &cells), &["#language", "#country"]);
    check_table(&table(&["Foo"], &[&["Nauru"], &["Tonga"]]), &["#country"]);
    // Not if that takes the field from a column of its name.
    check_table(&table(&["Country", "Foo"], &cells), &["=country", ""]);
}

#[test]
fn a_last_column_of_ours_is_for_nothing() {
    check(&["Email", "Error"], &["=email", ""]);
    let rows: [&[&str]; 2] = [&["?", "a@x.com"], &["?", "b@x.com"]];
    check_table(&table(&["Foo", "Error"], &rows), &["", ""]);
    check_table(&table(&["Foo", "Errors"], &rows), &["", "#email"]);
}

#[test]
fn confidence_follows_the_reason() {
    let header = [
        "Email",
        "phone-number",
        "Vorname",
        "Langauge",
        "Foo",
        "Groups",
    ];
    let table = table(
        &header,
        &[
            &["", "", "x", "", "Germany", ""],
            &["", "", "", "", "France", ""],
        ],
    );
    let found = suggest(&table, &standard());
    let confidences: Vec<u8> = found
        .iter()
        .flatten()
        .map(|found| found.confidence)
        .collect();
    assert_eq!(confidences, [100, 95, 90, 55, 40, 77]);
    assert_eq!(found.last().unwrap().as_ref().unwrap().field, "tags");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Each field once, the same each time, and none free that a column without one would have had.
    #[test]
    fn fields_are_given_once(picks in prop::collection::vec(0..POOL.len(), 1..12)) {
        let header: Vec<&str> = picks.iter().map(|&pick| POOL[pick]).collect();
        let together = table(&header, &[&vec!["?"; header.len()]]);
        let found = suggest(&together, &fields());
        prop_assert_eq!(&found, &suggest(&together, &fields()));
        let mut given: Vec<&str> = found.iter().flatten().map(|found| found.field.as_str()).collect();
        given.sort_unstable();
        let count = given.len();
        given.dedup();
        prop_assert_eq!(given.len(), count);
        for (column, name) in header.iter().enumerate() {
            // What the column would get if it were alone.
            let Some(alone) = suggest(&table(&[name], &[&["?"]]), &fields()).remove(0) else {
                continue;
            };
            let holder = found.iter().flatten().find(|found| found.field == alone.field);
            let own = found[column].as_ref().map_or(0, |found| found.confidence);
            let held = holder.map_or(0, |holder| holder.confidence);
            prop_assert!(own.max(held) >= alone.confidence, "{} in {:?}: {:?}", name, header, found);
        }
    }
}

const POOL: [&str; 22] = [
    "Email",
    "EMAIL",
    "Courriel",
    "Emial",
    "E-mail 2",
    "Work Email",
    "Mobile",
    "Home Phone",
    "Phone",
    "Phnoe",
    "Name",
    "Vorname",
    "Nom",
    "Prénom",
    "Last Name",
    "Tags",
    "Groups",
    "Land",
    "Contact ID",
    "Kontakt-ID",
    "Birthday",
    "Foo",
];
