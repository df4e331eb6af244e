//! What a session asks, what it takes for an answer, and what its batches say.

use super::*;
use crate::field::Identifier;
use crate::identity::{fingerprint, value_print};
use crate::wire::{MatchAnswer, MatchRequest, MatchedContact, RowIssue, Write};

fn configured(case: &Case, csv: &str) -> (Session, Contacts) {
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let session = case
        .configured(std::iter::once(csv.as_bytes()), &contacts)
        .unwrap();
    (session, contacts)
}

#[test]
fn only_fingerprints_of_rows_that_take_part_are_sent() {
    let case = case("update", "phone", "phone email last_name").with("left_out", json!([5]));
    let csv = "Phone,Email,Last Name\n\
        +60123456781,a@x.my,Lee\n\
        +60123456781,b@x.my,Lee\n\
        ,c@x.my,Lee\n\
        +60123456784,d@x.my,Lee\n\
        +60123456785,nope,Lee\n";
    let (mut session, _) = configured(&case, csv);
    let requests = session.lookups();
    assert_eq!(requests.len(), 1);
    let request = MatchRequest::decode(&requests[0], WIDE).unwrap();
    assert_eq!(request.fields, ["phone", "email", "last_name"]);
    let print = |kind, value| fingerprint(&KEY, kind, value);
    let mut emails = vec![
        print(Identifier::Email, "a@x.my"),
        print(Identifier::Email, "b@x.my"),
    ];
    emails.sort_unstable();
    let phones = vec![print(Identifier::Phone, "+60123456781")];
    assert_eq!(request.prints, [vec![], phones, emails]);
    assert_eq!(session.fingerprints(), 3);
}

#[test]
fn nothing_is_looked_up_to_add_all_and_no_field_to_add() {
    let csv = "Email,First Name\na@x.my,Ann\n";
    let (mut session, _) = configured(&case("add_all", "", "email first_name"), csv);
    assert!(session.lookups().is_empty());
    let (mut session, _) = configured(&case("add", "email", "email first_name"), csv);
    let request = MatchRequest::decode(&session.lookups()[0], WIDE).unwrap();
    assert!(request.fields.is_empty());
}

#[test]
fn many_fingerprints_are_asked_page_by_page() {
    let mut csv = String::from("Phone,Email,First Name\n");
    for n in 0..60_000 {
        let _ = writeln!(csv, "+6012{:07},{n}@x.my,Ann", 3_000_000 + n);
    }
    let case = case("add_and_update", "phone email", "phone email first_name")
        .stored(1, "phone=+60123000000|first_name=Ann")
        .stored(2, "email=59999@x.my|first_name=Ann");
    let (mut session, _) = configured(&case, &csv);
    let many: Vec<usize> = session
        .lookups()
        .iter()
        .map(|request| MatchRequest::decode(request, WIDE).unwrap())
        .map(|request| request.prints.iter().map(Vec::len).sum())
        .collect();
    assert_eq!(many, [50_000, 50_000, 20_000]);
    let session = case.run(csv.as_bytes().chunks(1 << 16));
    let counts = session.counts();
    assert_eq!((counts.new, counts.updated), (59_999, 1));
    assert_eq!(
        line(&session.row(59_999).unwrap()),
        "60001 new phone:>+60123059999 email:>59999@x.my first_name:>Ann ?identity_conflict@1"
    );
    assert_eq!(session.batches(), 12);
}

#[test]
fn values_are_asked_only_of_contacts_that_differ() {
    let case = case("update", "email", "email first_name")
        .stored(1, "email=a@x.my|first_name=Ann")
        .stored(2, "email=b@x.my|first_name=Bo")
        .stored(3, "email=c@x.my|first_name=Cy");
    let csv = "Email,First Name\nb@x.my,Ben\na@x.my,Ann\nc@x.my,Cat\nb@x.my,Bob\n";
    let (mut session, contacts) = configured(&case, csv);
    assert!(session.wanted().is_empty(), "nothing is known yet");
    session.diff();
    assert_eq!(session.counts(), Counts::default());
    let answer = contacts.matched(&session.lookups()[0], [1; 16]).unwrap();
    session.matched(0, &answer).unwrap();
    let wanted = session.wanted();
    let request = ValuesRequest::decode(&wanted[0], WIDE).unwrap();
    assert_eq!((wanted.len(), request.ids), (1, vec![2, 3]));
}

#[test]
fn contacts_that_vanish_count_as_not_there() {
    let csv = "Email,First Name\na@x.my,Ann\nb@x.my,Ben\nb@x.my,Bob\n";
    for (purpose, want) in [
        (
            "add_and_update",
            "3 new email:>b@x.my first_name:>Ben / 4 skipped -duplicate_in_file@0=3",
        ),
        ("update", "3 skipped -not_found@0 / 4 skipped -not_found@0"),
    ] {
        let case = case(purpose, "email", "email first_name")
            .stored(1, "email=a@x.my|first_name=A")
            .stored(2, "email=b@x.my|first_name=B");
        let (mut session, mut contacts) = configured(&case, csv);
        let answer = contacts.matched(&session.lookups()[0], [1; 16]).unwrap();
        session.matched(0, &answer).unwrap();
        contacts = Contacts::new(KEY, contacts.all()[..1].to_vec());
        for request in session.wanted() {
            session.valued(&contacts.valued(&request).unwrap()).unwrap();
        }
        session.diff();
        let lines = lines(&session);
        assert_eq!(lines[0], "2 updated #1 first_name:A>Ann");
        assert_eq!(lines[1..].join(" / "), want);
    }
}

#[test]
fn answers_to_other_questions_are_refused() {
    let case = case("update", "email", "email first_name").stored(1, "email=a@x.my");
    let (mut session, contacts) = configured(&case, "Email,First Name\na@x.my,Ann\n");
    let good = contacts.matched(&session.lookups()[0], [1; 16]).unwrap();
    let beyond = MatchAnswer {
        tag_sets: vec![vec![]],
        contacts: vec![MatchedContact {
            id: 1,
            version: 1,
            tag_set: 0,
            hash: 0,
        }],
        found: [vec![], vec![], vec![(1, 0)]],
        ..MatchAnswer::default()
    };
    assert!(session.matched(0, &beyond.encode()).is_err());
    assert!(session.matched(1, &good).is_err());
    assert!(session.matched(0, b"nonsense").is_err());
    assert!(session.matched(0, &good).is_ok());
    assert!(session.matched(0, &good).is_ok(), "the same again");
    let narrow = ValuesRequest {
        fields: vec!["email".into()],
        ids: vec![1],
    };
    let narrow = contacts.valued(&narrow.encode()).unwrap();
    assert!(session.valued(&narrow).is_err());
}

#[test]
fn batches_say_what_the_server_has_to_know() {
    let case = case(
        "add_and_update",
        "email",
        "email first_name last_name:overwrite_and_clear tags",
    )
    .with("left_out", json!([7]))
    .with("tags", json!(["Fair"]))
    .stored(1, "email=a@x.my|first_name=A|last_name=Lee")
    .stored(2, "email=b@x.my|first_name=Ben|tags=Fair");
    let long = "x".repeat(250);
    let csv = format!(
        "Email,First Name,Last Name,Tags\n\
        a@x.my,Ann,,vip\n\
        b@x.my,Ben,,\n\
        b@x.my,Ben,,\n\
        n@x.my,Cat,,vip\n\
        {long},Dee,,\n\
        left@x.my,Eve,,\n\
        n@x.my,Fay,,\n"
    );
    let session = case.run(std::iter::once(csv.as_bytes()));
    let bytes = session.batch(0);
    let plans: Vec<RowPlan<'_>> = Batch::decode(&bytes, WIDE)
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.plan)
        .collect();
    let write = |slot, value: Option<&'static str>, field, old| Write {
        slot,
        value: value.map(Into::into),
        previewed: value_print(&KEY, field, old),
    };
    let skipped = |reason, id, identifier: &'static str, kept_row| RowPlan::Skipped {
        reason,
        id,
        identifier: identifier.into(),
        kept_row,
    };
    let want = [
        RowPlan::Updated {
            id: 1,
            version: 1,
            key: (
                Identifier::Email,
                fingerprint(&KEY, Identifier::Email, "a@x.my"),
            ),
            writes: vec![
                write(1, Some("Ann"), "first_name", "A"),
                write(2, None, "last_name", "Lee"),
            ],
            tags: vec!["vip".into(), "Fair".into()],
        },
        RowPlan::Unchanged { id: 2 },
        skipped(Code::DuplicateInFile, Some(2), "", Some(3)),
        RowPlan::New {
            values: vec![(0, "n@x.my".into()), (1, "Cat".into())],
            tags: vec!["vip".into(), "Fair".into()],
            key: Some(Identifier::Email),
        },
        RowPlan::Error {
            issues: vec![RowIssue {
                code: Code::EmailInvalid,
                column: Some(0),
                value: "x".repeat(200).into(),
                ids: vec![],
                kept_row: None,
            }],
        },
        skipped(Code::LeftOut, None, "", None),
        skipped(Code::DuplicateInFile, None, "n@x.my", Some(5)),
    ];
    assert_eq!(plans, want);
}

#[test]
fn error_rows_carry_corrections_and_sentences() {
    let case = case("add", "email", "email first_name last_name").with(
        "edits",
        json!([{"row": 2, "column": 2, "value": "Lee"}, {"row": 2, "column": 0, "value": "nope"}]),
    );
    let csv = "Email;First Name;Last Name\na@x.my;Ann\nb@x.my;Ben;Lim\n;;Lo\n";
    let session = case.run(std::iter::once(csv.as_bytes()));
    let out = session.error_rows(|issue| format!("{}.", issue.code.slug()));
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\u{feff}Email;First Name;Last Name;Error\r\n\
        nope;Ann;Lee;email_invalid.\r\n\
        ;;Lo;missing_identifier.\r\n"
    );
}
