//! Corrections, one after the other, at random: whatever was done and undone, the session is where a fresh one is that
//! is configured with the description of the moment.

mod acts;

use proptest::prelude::*;

use super::*;
use acts::{Act, CELLS, FIELDS, HEADER, act, perform};

fn contacts() -> Contacts {
    let stored = case("add", "", "-")
        .stored(
            1,
            "phone=+60123456781|first_name=Ann|last_name=Lee|country=MY|tags=vip",
        )
        .stored(
            2,
            "phone=+60123456782|email=b@x.my|first_name=Ben|born=2024-02-25|tags=Fair",
        )
        .stored(3, "email=a@x.my|first_name=Ann|score=1.5|plan=Free")
        .stored(4, "email=c@x.my|first_name=Cat")
        .stored(5, "email=c@x.my|phone=+60123456783");
    Contacts::new(KEY, stored.contacts)
}

fn workspace(contacts: &Contacts) -> Workspace {
    let mut fields = field::standard();
    let custom = [
        ("born", field::FieldType::Date),
        ("score", field::FieldType::Number),
        ("plan", field::FieldType::List),
    ];
    fields.extend(custom.map(|(key, kind)| Field {
        key: key.into(),
        name: key.into(),
        kind,
        options: if key == "plan" {
            vec!["Free".into(), "Pro".into()]
        } else {
            Vec::new()
        },
        rule: field::Rule::Open,
    }));
    Workspace {
        key: KEY,
        fields,
        tags: contacts.tags(),
    }
}

fn compare(session: &mut Session, contacts: &Contacts) {
    contacts.answer(session, [7; 16]).unwrap();
    assert!(session.lookups().is_empty());
    session.diff();
}

fn read(csv: &str) -> Session {
    let mut session = Session::new(Limits::default());
    session.push(csv.as_bytes());
    session.finish().unwrap();
    session
}

/// Everything that can be seen of a session.
fn seen(session: &mut Session) -> String {
    let rows: Vec<RowView> = (0..session.rows_of(None).len())
        .map(|row| session.row(row).unwrap())
        .collect();
    let batches: Vec<Vec<u8>> = (0..session.batches())
        .map(|number| session.batch(number))
        .collect();
    let by_outcome: Vec<Vec<Option<usize>>> = Outcome::ALL
        .iter()
        .map(|&outcome| session.rows_of(Some(outcome)))
        .map(|rows| (0..rows.len()).map(|at| rows.get(at)).collect())
        .collect();
    let errors = session.error_rows(|issue| issue.code.slug().to_owned());
    format!(
        "{:#?}",
        (
            rows,
            session.counts(),
            session.totals(),
            session.columns().to_vec(),
            (session.description(), session.resolved()),
            (
                session.repairs(),
                session.alarms(),
                session.effects(),
                session.creations()
            ),
            by_outcome,
            (batches, session.bytes_to_send()),
            String::from_utf8(errors),
        )
    )
}

fn csv(rows: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let cells = prop_oneof![4 => Just(10_usize), 1 => 1..10_usize, 1 => Just(11_usize)];
    let row = (proptest::collection::vec(0..8_usize, 10), cells);
    proptest::collection::vec(row, rows).prop_map(|rows| {
        let mut csv = format!("{HEADER}\n");
        for (picks, cells) in rows {
            let text = |column: usize| match CELLS.get(column) {
                Some(texts) => format!("\"{}\"", texts[picks[column] % texts.len()]),
                None => "beyond".into(),
            };
            let row: Vec<String> = (0..cells).map(text).collect();
            csv += &format!("{}\n", row.join(","));
        }
        // A blank record is no row.
        csv + "a,,,,,,,,,\n"
    })
}

/// Does everything, and holds what comes of it against a session that was told at once.
fn check(csv: &str, acts: &[Act]) -> Result<(), TestCaseError> {
    let contacts = contacts();
    let workspace = workspace(&contacts);
    let columns: Vec<Value> = (0..9)
        .map(|index| json!({"index": index, "field": FIELDS[index]}))
        .collect();
    let import: Import = serde_json::from_value(json!({
        "purpose": "add_and_update", "identifiers": ["phone", "email"], "columns": columns,
    }))
    .unwrap();
    let mut session = read(csv);
    session.configure(&import, &workspace).unwrap();
    for act in acts {
        perform(&mut session, &contacts, &workspace, act);
    }
    compare(&mut session, &contacts);
    let mut fresh = read(csv);
    fresh
        .configure(&session.description().unwrap(), &workspace)
        .unwrap();
    compare(&mut fresh, &contacts);
    let (ours, theirs) = (seen(&mut session), seen(&mut fresh));
    let mut lines = ours.lines().zip(theirs.lines());
    if let Some(line) = lines.position(|(one, other)| one != other) {
        let around = |text: &str| -> String {
            let lines: Vec<&str> = text.lines().collect();
            lines[line.saturating_sub(6)..(line + 4).min(lines.len())].join("\n")
        };
        let (ours, theirs) = (around(&ours), around(&theirs));
        prop_assert!(
            false,
            "{csv}\n{acts:?}\n--- ours\n{ours}\n--- fresh\n{theirs}"
        );
    }
    prop_assert_eq!(ours.len(), theirs.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_and_undone_comes_to_what_a_fresh_session_says(
        csv in csv(3..16),
        acts in proptest::collection::vec(act(), 1..20),
    ) {
        check(&csv, &acts)?;
    }

    #[test]
    fn rows_are_judged_with_those_that_they_touch(
        csv in csv(12..24),
        acts in proptest::collection::vec(
            prop_oneof![
                4 => (0..24_usize, 0..3_usize, proptest::option::weighted(0.8, 0..4_usize))
                    .prop_map(|(row, column, text)| Act::Edit(row, column, text)),
                2 => (0..24_usize, any::<bool>()).prop_map(|(row, out)| Act::LeaveOut(vec![row], out)),
                3 => Just(Act::Compare),
                1 => Just(Act::Undo),
            ],
            1..16,
        ),
    ) {
        check(&csv, &acts)?;
    }
}

/// From each of these descriptions to each other.
#[test]
fn what_another_description_reads_otherwise_is_read_again() {
    const CSV: &str = "Phone,Name,Other,Born,Land\n012-345 6789,Ann Marie Lee,Ben,03/04/2023,MY\n\
        +60123456780,NULL,Cat,25/12/2023,US\nx,Dee,,13/13/2023,\n6502530000,Bé,Bo,04/03/2023,us\n";
    let column = |index: u32, field: &str| json!({"index": index, "field": field});
    let with = |index: u32, field: &str, key: &str, value: &str| json!({"index": index, "field": field, key: value});
    let phone = || with(0, "phone", "format", "national");
    let first = || column(1, "first_name");
    let descriptions = [
        (json!([phone(), first()]), "MY"),
        (json!([phone(), first()]), "US"),
        (json!([phone(), column(2, "first_name")]), "MY"),
        (
            json!([phone(), column(2, "first_name"), column(1, "last_name")]),
            "MY",
        ),
        (json!([phone(), first(), column(2, "last_name")]), "MY"),
        (
            json!([phone(), with(1, "full_name", "format", "first_space")]),
            "MY",
        ),
        (
            json!([phone(), with(1, "full_name", "format", "last_space")]),
            "MY",
        ),
        (json!([phone(), first(), column(4, "country")]), "MY"),
        (
            json!([
                with(0, "phone", "invalid", "leave_out"),
                column(2, "email"),
                first()
            ]),
            "MY",
        ),
        (
            json!([
                first(),
                with(3, "born", "format", "dmy"),
                column(0, "score")
            ]),
            "MY",
        ),
        (
            json!([first(), with(3, "born", "format", "mdy"), phone()]),
            "MY",
        ),
        (
            json!([first(), with(3, "born", "invalid", "leave_out"), phone()]),
            "MY",
        ),
    ];
    let contacts = contacts();
    let workspace = workspace(&contacts);
    let describe = |(columns, country): &(Value, &str)| -> Import {
        serde_json::from_value(
            json!({"purpose": "add_all", "columns": columns, "default_country": country}),
        )
        .unwrap()
    };
    for before in &descriptions {
        for after in &descriptions {
            let mut session = read(CSV);
            session.configure(&describe(before), &workspace).unwrap();
            compare(&mut session, &contacts);
            session.configure(&describe(after), &workspace).unwrap();
            compare(&mut session, &contacts);
            let mut fresh = read(CSV);
            fresh.configure(&describe(after), &workspace).unwrap();
            compare(&mut fresh, &contacts);
            assert_eq!(seen(&mut session), seen(&mut fresh), "{before:?} {after:?}");
        }
    }
}
