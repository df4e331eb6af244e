//! What a session asks, what it takes for an answer, and what its batches say.

use super::*;
use crate::field::Identifier;
use crate::identity::{fingerprint, value_print};
use crate::wire::{
    Bounds, CompareAnswer, CompareRequest, Compared, Equal, Found as Contact, Holder, LOOKUP_ITEMS,
    Lookup, MatchAnswer, MatchRequest, RowIssue, Write, prefix,
};

pub(super) fn configured(case: &Case, csv: &str) -> (Session, Contacts) {
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let session = case
        .configured(std::iter::once(csv.as_bytes()), &contacts)
        .unwrap();
    (session, contacts)
}

/// What the server takes.
const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    items: LOOKUP_ITEMS,
};

fn asked(session: &mut Session) -> Vec<Lookup> {
    let requests = session.lookups();
    let requests = requests
        .iter()
        .map(|request| Lookup::decode(request, BOUNDS));
    requests.collect::<Result<_, _>>().unwrap()
}

fn compares(session: &mut Session) -> CompareRequest {
    match asked(session).as_slice() {
        [Lookup::Compare(request)] => request.clone(),
        other => panic!("{other:?}"),
    }
}

fn finds(session: &mut Session) -> MatchRequest {
    match asked(session).as_slice() {
        [Lookup::Match(request)] => request.clone(),
        other => panic!("{other:?}"),
    }
}

/// Answers the requests of the moment.
pub(super) fn answer(session: &mut Session, contacts: &Contacts) {
    for (at, request) in session.lookups().iter().enumerate() {
        let answer = contacts.matched(request, [at as u8; 16]).unwrap();
        session.matched(at, &answer).unwrap();
    }
}

fn prefixes<'a>(kind: Identifier, values: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
    let print = |value| prefix(fingerprint(&KEY, kind, value));
    let mut prefixes: Vec<u32> = values.into_iter().map(print).collect();
    prefixes.sort_unstable();
    prefixes
}

#[test]
fn rows_are_compared_by_their_keys_then_the_others_looked_up() {
    let case = case("add_and_update", "phone", "phone email first_name")
        .with("left_out", json!([6]))
        .stored(1, "phone=+60123456781|email=a@x.my|first_name=Lee")
        .stored(2, "phone=+60123456782|email=b@x.my|first_name=Lee")
        .stored(3, "phone=+60123456783|email=c@x.my|first_name=Lee")
        .stored(4, "email=c@x.my|first_name=Lee");
    let csv = "Phone,Email,First Name\n\
        +60123456781,a@x.my,Lee\n\
        +60123456782,B2@x.my,Lee\n\
        +60123456783,c@x.my,Lee\n\
        +60123456784,d@x.my,Lee\n\
        +60123456785,e@x.my,Lee\n\
        +60123456786,nope,Lee\n";
    let (mut session, contacts) = configured(&case, csv);
    let request = compares(&mut session);
    assert_eq!(request.fields, ["phone", "email", "first_name"]);
    let keys = [
        "+60123456781",
        "+60123456782",
        "+60123456783",
        "+60123456784",
    ];
    let [ids, phones, emails] = &request.asked;
    let sent: Vec<u32> = phones.iter().map(|asked| asked.prefix).collect();
    assert_eq!(sent, prefixes(Identifier::Phone, keys));
    assert!(ids.is_empty() && emails.is_empty());
    answer(&mut session, &contacts);
    // The first row is as its contact; the second is not, the third's address is somebody else's too, the fourth is new.
    let request = finds(&mut session);
    let phones = prefixes(Identifier::Phone, [keys[1], keys[2]]);
    let emails = prefixes(Identifier::Email, ["b2@x.my", "c@x.my", "d@x.my"]);
    assert_eq!(request.prefixes, [vec![], phones, emails]);
    assert_eq!(session.fingerprints(), 5);
    answer(&mut session, &contacts);
    assert!(session.lookups().is_empty());
}

#[test]
fn a_field_is_compared_only_where_its_cell_says_something() {
    let case = case(
        "update",
        "phone email",
        "phone email last_name:overwrite_and_clear country:do_not_overwrite",
    );
    let csv = "Phone,Email,Last Name,Country\n\
        +60123456781,a@x.my,Lee,MY\n\
        +60123456782,,,\n\
        +60123456783,c@x.my\n\
        +60123456784,,Lee,\n\
        +60123456784,d@x.my,,\n";
    let (mut session, _) = configured(&case, csv);
    let request = compares(&mut session);
    let want = [
        ("+60123456781", vec![0, 1, 2, 3]),
        ("+60123456782", vec![0]), // what is cleared needs no comparison
        ("+60123456783", vec![0, 1]),
        ("+60123456784", vec![0, 1, 2]), // what one row or the other says
    ];
    for (phone, mask) in want {
        let print = prefixes(Identifier::Phone, [phone])[0];
        let asked = request.asked[1].iter().find(|asked| asked.prefix == print);
        let found = &request.masks[asked.unwrap().mask as usize];
        assert_eq!(*found, mask, "{phone}");
    }
}

#[test]
fn nothing_is_looked_up_to_add_all_and_no_field_to_add() {
    let csv = "Email,First Name\na@x.my,Ann\n";
    let (mut session, _) = configured(&case("add_all", "", "email first_name"), csv);
    assert!(session.lookups().is_empty());
    let (mut session, _) = configured(&case("add", "email", "email first_name"), csv);
    let emails = prefixes(Identifier::Email, ["a@x.my"]);
    assert_eq!(finds(&mut session).prefixes, [vec![], vec![], emails]);
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
    let (mut session, contacts) = configured(&case, &csv);
    let many = |session: &mut Session| -> Vec<usize> {
        let pages = asked(session).into_iter();
        let many = |page| match page {
            Lookup::Compare(page) => page.asked.iter().map(Vec::len).sum(),
            Lookup::Match(page) => page.prefixes.iter().map(Vec::len).sum(),
        };
        pages.map(many).collect()
    };
    assert_eq!(
        many(&mut session),
        [48_996, 11_004],
        "and a set of three fields each"
    );
    answer(&mut session, &contacts);
    // Two addresses have fingerprints that begin alike: they are one question.
    assert_eq!(many(&mut session), [48_999, 11_001]);
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
    let case = case("update", "email", "email first_name last_name")
        .stored(1, "email=a@x.my|first_name=Ann|last_name=Lee")
        .stored(2, "email=b@x.my|first_name=Bo")
        .stored(3, "email=c@x.my|first_name=Cy");
    let csv = "Email,First Name,Last Name\nb@x.my,Ben,\na@x.my,Ann,\nc@x.my,Cat,\nb@x.my,Bob,\n";
    let (mut session, contacts) = configured(&case, csv);
    assert!(session.wanted().is_empty(), "nothing is known yet");
    session.diff();
    assert_eq!(session.counts(), Counts::default());
    answer(&mut session, &contacts);
    assert!(session.wanted().is_empty(), "who they are is not known yet");
    answer(&mut session, &contacts);
    let wanted = session.wanted();
    let request = ValuesRequest::decode(&wanted[0], WIDE).unwrap();
    assert_eq!((wanted.len(), request.ids), (1, vec![2, 3]));
}

/// A contact whose fingerprint begins like that of a row is not the row's, whatever the answer says of its fields.
#[test]
fn half_a_fingerprint_is_no_match() {
    let csv = "Email,First Name\na@x.my,Ann\n";
    let case = case("add_and_update", "email", "email first_name");
    let (mut session, contacts) = configured(&case, csv);
    let _ = session.lookups();
    let contact = Contact {
        id: 1,
        version: 1,
        tag_set: 0,
    };
    let print = fingerprint(&KEY, Identifier::Email, "a@x.my");
    let hash = crate::identity::fields_hash(&[0; 16], print ^ 1, ["a@x.my", "Ann"]);
    let compared = CompareAnswer {
        tag_sets: vec![vec![]],
        found: [
            vec![],
            vec![],
            vec![Compared::One(Equal {
                found: contact,
                hash,
                filled: 0,
            })],
        ],
        ..CompareAnswer::default()
    };
    session.matched(0, &compared.encode()).unwrap();
    assert_eq!(finds(&mut session).prefixes[2].len(), 1);
    let holder = Holder {
        asked: 0,
        rest: print as u32 ^ 1,
        contact: 0,
    };
    let found = MatchAnswer {
        tag_sets: vec![vec![]],
        contacts: vec![contact],
        found: [vec![], vec![], vec![holder]],
        ..MatchAnswer::default()
    };
    session.matched(0, &found.encode()).unwrap();
    contacts.answer(&mut session, [0; 16]).unwrap();
    session.diff();
    assert_eq!(lines(&session), ["2 new email:>a@x.my first_name:>Ann"]);
}

#[test]
fn answers_to_other_questions_are_refused() {
    let case = case("update", "email", "email first_name").stored(1, "email=a@x.my");
    let (mut session, contacts) = configured(&case, "Email,First Name\na@x.my,Ann\n");
    let good = contacts.matched(&session.lookups()[0], [1; 16]).unwrap();
    let beyond = CompareAnswer {
        found: [vec![], vec![], vec![Compared::Nobody; 2]],
        ..CompareAnswer::default()
    };
    let other = MatchAnswer::default();
    assert!(session.matched(0, &other.encode()).is_err());
    assert!(session.matched(0, &beyond.encode()).is_err());
    assert!(session.matched(1, &good).is_err());
    assert!(session.matched(0, b"nonsense").is_err());
    assert!(session.matched(0, &good).is_ok());
    assert!(session.matched(0, &good).is_ok(), "the same again");
    let found = finds(&mut session);
    let beyond = MatchAnswer {
        tag_sets: vec![vec![]],
        contacts: vec![Contact::default()],
        found: [
            vec![],
            vec![],
            vec![Holder {
                asked: found.prefixes[2].len() as u32,
                rest: 0,
                contact: 0,
            }],
        ],
        ..MatchAnswer::default()
    };
    assert!(session.matched(0, &beyond.encode()).is_err());
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
    let columns = BatchColumns::decode(&bytes, WIDE).unwrap();
    let plans: Vec<RowPlan<'_>> = columns
        .batch()
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
