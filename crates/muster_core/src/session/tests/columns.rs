//! What columns of every type make of their cells, and how they are said to be written.

use super::*;

#[test]
fn columns_of_numbers_decide_about_their_mark() {
    let described = || {
        case("add", "email", "email first_name score").with(
            "fields",
            json!([{"key": "score", "name": "Score", "type": "number"}]),
        )
    };
    let new =
        |row: u32, score: &str| format!("{row} new email:>{row}@x.my first_name:>A score:>{score}");
    let given = |case: Case, csv: &str, want: &[String]| {
        case.gives(csv, &want.iter().map(String::as_str).collect::<Vec<_>>());
    };
    given(
        described(),
        "E,F,S\n2@x.my,A,\"1,234\"\n3@x.my,A,1.5\n",
        &[new(2, "1234"), new(3, "1.5")],
    );
    given(
        described(),
        "E;F;S\n2@x.my;A;1,234\n3@x.my;A;7\n",
        &[new(2, "1.234"), new(3, "7")],
    );
    let ambiguous = "E,F,S\n2@x.my,A,\"1,234\"\n3@x.my,A,7\n";
    given(
        described(),
        ambiguous,
        &["2 error !number_ambiguous@2".into(), new(3, "7")],
    );
    for (format, score) in [("comma", "1.234"), ("point", "1234")] {
        given(
            described().format(2, format),
            ambiguous,
            &[new(2, score), new(3, "7")],
        );
    }
    // A row that is left out, or has a record error, has no say.
    given(
        described().with("left_out", json!([3])),
        "E,F,S\n2@x.my,A,\"1,5\"\n3@x.my,A,1.5\n4@x.my,A,2.5,x\n",
        &[
            new(2, "1.5"),
            "3 skipped -left_out".into(),
            "4 error !too_many_cells".into(),
        ],
    );
}

#[test]
fn the_other_types_are_read_and_compared() {
    let fields = json!([
        {"key": "ok", "name": "OK", "type": "checkbox"},
        {"key": "web", "name": "Web", "type": "url"},
        {"key": "at", "name": "At", "type": "time"},
    ]);
    case("update", "email", "email ok web at")
        .with("fields", fields)
        .stored(1, "email=a@x.my|ok=true|web=https://acme.com/|at=14:30")
        .gives(
            "Email,OK,Web,At\n\
             a@x.my,YES,HTTPS://ACME.com,2:30 pm\n\
             b@x.my,maybe,acme.com,24:00\n\
             a@x.my,no,https://acme.com/x,\n",
            &[
                "2 unchanged #1",
                "3 error !checkbox_invalid@1 !url_invalid@2 !time_invalid@3",
                "4 skipped #1 -duplicate_in_file@0=2",
            ],
        );
}

#[test]
fn suggestions_are_given_once_and_stay_with_their_cells() {
    let session = case("add", "email", "email first_name country").run(std::iter::once(
        "E,F,C\na@gmail,A,Brasl\nb@gmail,MÃ¼ller,Atlantis\nc@x.my,C,Brasl\nd@x.my,C,Chna\n"
            .as_bytes(),
    ));
    let suggested: Vec<Vec<Option<String>>> = (0..4)
        .map(|row| {
            session
                .row(row)
                .unwrap()
                .issues
                .into_iter()
                .map(|issue| issue.suggestion)
                .collect()
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(suggested[0], [some("a@gmail.com"), some("Brazil")]);
    assert_eq!(suggested[1], [some("b@gmail.com"), some("Müller"), None]);
    assert_eq!(suggested[2], [some("Brazil")]);
    assert_eq!(suggested[3], [some("China")]);
}

#[test]
fn full_names_feed_two_fields() {
    const CSV: &str =
        "E,N,C\na@x.my,Ann Mei Lee,MY\nb@x.my,Ben,my\nc@x.my,,SG\nd@x.my,D\u{1} D\u{1},\n";
    let names = |format: &str| {
        case("add_and_update", "email", "email full_name country")
            .format(1, format)
            .stored(2, "email=b@x.my|last_name=B|country=MY")
    };
    let others = [
        "3 updated #2 first_name:>Ben",
        "4 error !first_name_required@1",
        "5 error !control_character@1",
    ];
    for (format, ann) in [
        (
            "auto",
            "2 new email:>a@x.my first_name:>Ann last_name:>Mei Lee country:>MY",
        ),
        (
            "first_space",
            "2 new email:>a@x.my first_name:>Ann last_name:>Mei Lee country:>MY",
        ),
        (
            "last_space",
            "2 new email:>a@x.my first_name:>Ann Mei last_name:>Lee country:>MY",
        ),
    ] {
        let want: Vec<&str> = std::iter::once(ann).chain(others).collect();
        names(format).gives(CSV, &want);
    }
    // What is left out is left out as a whole.
    case("update", "email", "email full_name:overwrite:leave_out")
        .stored(4, "email=d@x.my|first_name=D|last_name=E")
        .gives(
            "E,N\nd@x.my,D D\u{1}\n",
            &["2 unchanged #4 ?control_character@1"],
        );
    // Each half has its own field's rule, and its own stored value.
    case("update", "email", "email full_name")
        .with("rules", json!({"last_name": "only_where_empty"}))
        .stored(1, "email=a@x.my|first_name=A|last_name=B")
        .gives("E,N\na@x.my,Ann Lee\n", &["2 updated #1 first_name:A>Ann"]);
    let session = names("auto").run(std::iter::once(CSV.as_bytes()));
    let facts: Vec<(u32, &str, u32, u32)> = session
        .columns()
        .iter()
        .map(|facts| (facts.index, facts.field.as_str(), facts.valid, facts.errors))
        .collect();
    assert_eq!(
        facts,
        [
            (0, "email", 4, 0),
            (1, "first_name", 2, 1),
            (1, "last_name", 1, 0),
            (2, "country", 3, 0)
        ]
    );
    assert_eq!(
        session.resolved().unwrap().columns[1].format,
        crate::import::Format::FirstSpace
    );
    assert_eq!(
        session.resolved().unwrap().columns[2].format,
        crate::import::Format::Auto
    );
}

#[test]
fn a_column_of_other_things_is_not_guessed_at() {
    use std::fmt::Write as _;
    let suggested = |column: &str, others: usize| {
        let mut csv = "E,F,C\n".to_owned();
        for other in 0..others {
            let _ = writeln!(csv, "x,A,Street {other}");
        }
        csv.push_str("a@gmail,A,Brasl\n");
        let session = case("add", "email", &format!("email first_name {column}"))
            .run(std::iter::once(csv.as_bytes()));
        let issues = session.row(others).unwrap().issues;
        issues
            .into_iter()
            .map(|issue| issue.suggestion.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(suggested("country", 1_999), [true, true]);
    assert_eq!(suggested("country", 2_000), [true, false]);
}

#[test]
fn cells_that_say_the_same_are_read_alike() {
    case("add", "email", "email first_name country tags").gives(
        "E,F,C,T\n\
         2@x.my,A,Malaysia,NULL\n\
         3@x.my,A,Malaysia,NULL\n\
         4@x.my,A,Atlantis,b; a\n\
         5@x.my,A,Atlantis,b; a\n\
         6@x.my,A,my,b; a\n",
        &[
            "2 new email:>2@x.my first_name:>A country:>MY +NULL ?placeholder@3",
            "3 new email:>3@x.my first_name:>A country:>MY +NULL ?placeholder@3",
            "4 error !country_unknown@2",
            "5 error !country_unknown@2",
            "6 new email:>6@x.my first_name:>A country:>MY +b +a",
        ],
    );
}
