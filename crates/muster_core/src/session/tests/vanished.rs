//! Contacts that are deleted between the lookup and the question for their values.

use super::lookups::{answer, configured};
use super::*;

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
        answer(&mut session, &contacts);
        answer(&mut session, &contacts);
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
fn a_contact_that_vanished_is_in_conflict_with_nobody() {
    let csv = "Phone,Email,First Name\n+60123456781,b@x.my,Ann\n,b@x.my,Ben\n";
    let case = case("add_and_update", "phone email", "phone email first_name")
        .stored(2, "email=b@x.my|first_name=B");
    let (mut session, contacts) = configured(&case, csv);
    while !session.lookups().is_empty() {
        answer(&mut session, &contacts);
    }
    let contacts = Contacts::new(KEY, Vec::new());
    for request in session.wanted() {
        session.valued(&contacts.valued(&request).unwrap()).unwrap();
    }
    session.diff();
    assert_eq!(
        lines(&session),
        [
            "2 new phone:>+60123456781 email:>b@x.my first_name:>Ann",
            "3 new email:>b@x.my first_name:>Ben",
        ]
    );
}
