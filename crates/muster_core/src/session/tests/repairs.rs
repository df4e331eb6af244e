//! Repairs of many cells, made and taken back.

use super::*;

pub(super) fn session(case: &Case, csv: &str) -> Session {
    case.run(std::iter::once(csv.as_bytes()))
}

/// `id ×count old→new, …` of every repair that is offered; rows that would be left out as a whole by number only.
fn offers(session: &Session) -> Vec<String> {
    let offers = session.repairs();
    offers
        .iter()
        .map(|offer| {
            let examples = offer.examples.iter();
            let examples: Vec<String> = examples
                .map(|example| format!("{}→{}", example.old, example.new))
                .collect();
            let prefix = offer.prefix.as_deref().unwrap_or_default();
            format!(
                "{} ×{} {prefix}|{}",
                offer.id,
                offer.count,
                examples.join(" ")
            )
        })
        .collect()
}

fn values_only(offers: Vec<String>) -> Vec<String> {
    let is_value = |offer: &String| !offer.starts_with("leave_out");
    offers.into_iter().filter(is_value).collect()
}

#[track_caller]
fn check(case: &Case, csv: &str, offered: &[&str], id: &str, after: &[&str]) {
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let diff = |session: &mut Session| {
        contacts.answer(session, [7; 16]).unwrap();
        session.diff();
    };
    let mut session = session(case, csv);
    let before = lines(&session);
    assert_eq!(values_only(offers(&session)), offered, "{csv}");
    let offers_before = session.repairs();
    let offer = offers_before.iter().find(|offer| offer.id == id).unwrap();
    session.repair(id).unwrap();
    assert!(
        matches!(session.undoable(), Some(Step::Repair { count, .. }) if *count == offer.count),
        "{id}: {:?} instead of {}",
        session.undoable(),
        offer.count
    );
    diff(&mut session);
    assert_eq!(lines(&session), after, "{id}");
    assert!(!offers(&session).iter().any(|offer| offer.starts_with(id)));
    assert!(session.repair(id).is_err(), "there is nothing left");
    // One step, and all is as before.
    assert!(session.undo().is_some() && session.undo().is_none());
    diff(&mut session);
    assert_eq!(lines(&session), before, "undone");
    assert!(session.redo().is_some());
    diff(&mut session);
    assert_eq!(lines(&session), after, "redone");
}

#[test]
fn each_cell_takes_its_own_suggestion() {
    check(
        &case("add_all", "", "first_name score").with(
            "fields",
            json!([{"key": "score", "name": "Score", "type": "number", "create": true}]),
        ),
        "F,S\nAnn,$ 12\nBen,€3.50\nCat,x\nDee,7.5\n",
        &["suggestion:number_invalid:1 ×2 |$ 12→12 €3.50→3.50"],
        "suggestion:number_invalid:1",
        &[
            "2 new first_name:>Ann score:>12",
            "3 new first_name:>Ben score:>3.5",
            "4 error !number_invalid@1",
            "5 new first_name:>Dee score:>7.5",
        ],
    );
}

#[test]
fn numbers_lose_their_per_cent_sign() {
    check(
        &case("add_all", "", "first_name score").with(
            "fields",
            json!([{"key": "score", "name": "Score", "type": "number", "create": true}]),
        ),
        "F,S\nAnn,50%\nBen,7.5 %\nCat,%\n",
        &["percent:number_invalid:1 ×2 |50%→50 7.5 %→7.5"],
        "percent:number_invalid:1",
        &[
            "2 new first_name:>Ann score:>50",
            "3 new first_name:>Ben score:>7.5",
            "4 error !number_invalid@1",
        ],
    );
}

#[test]
fn words_for_nothing_count_as_empty_in_every_column() {
    check(
        &case(
            "update",
            "email",
            "email phone last_name:overwrite_and_clear",
        )
        .stored(1, "email=a@x.my|last_name=Lee")
        .stored(2, "email=b@x.my|last_name=Lim"),
        "E,P,L\na@x.my,N/A,Lee\nb@x.my,n/a,NULL\n",
        &[
            "empty:placeholder:1 ×2 |N/A→ n/a→",
            "empty:placeholder:2 ×1 |NULL→",
        ],
        "empty:placeholder:1",
        &[
            "2 unchanged #1",
            "3 updated #2 last_name:Lim>NULL ?placeholder@2",
        ],
    );
}

#[test]
fn numbers_get_their_country_in_front() {
    let case = case("add_all", "", "phone first_name").with("default_country", json!("MY"));
    check(
        &case.format(0, "international"),
        "P,F\n012-345 6789,Ann\n012-345 6780,Ben\n+60123456781,Cat\n12,Dee\n",
        &["suggestion:phone_invalid:0 ×2 +60|012-345 6789→+60123456789 012-345 6780→+60123456780"],
        "suggestion:phone_invalid:0",
        &[
            "2 new phone:>+60123456789 first_name:>Ann",
            "3 new phone:>+60123456780 first_name:>Ben",
            "4 new phone:>+60123456781 first_name:>Cat",
            "5 error !phone_too_short@0",
        ],
    );
}

#[test]
fn a_repaired_cell_takes_what_it_is_read_as() {
    // What was decoded wrongly is a word for nothing at last, and then may be treated as one.
    let csv = "F,L\nAnn,MÃ¼ller\nBen,Ã©\nCat,Lee\n";
    let mut session = session(&case("add_all", "", "first_name last_name"), csv);
    let want = "suggestion:mojibake:1 ×2 |MÃ¼ller→Müller Ã©→é";
    assert_eq!(values_only(offers(&session)), [want]);
    session.repair("suggestion:mojibake:1").unwrap();
    session.diff();
    assert_eq!(
        lines(&session),
        [
            "2 new first_name:>Ann last_name:>Müller",
            "3 new first_name:>Ben last_name:>é",
            "4 new first_name:>Cat last_name:>Lee",
        ]
    );
    let import = session.to_open().unwrap();
    assert_eq!(
        serde_json::to_value(&import.repairs).unwrap(),
        json!([{"code": "mojibake", "column": 1, "kind": "suggestion"}])
    );
}

#[test]
fn misspelt_names_give_way_pair_by_pair() {
    check(
        &case("add_all", "", "first_name country"),
        "F,C\nAnn,Brasl\nBen,Singapor\nCat,Brasl\nDee,Atlantis\n",
        &[
            "replace:country_unknown:1:Brasl ×2 |Brasl→Brazil",
            "replace:country_unknown:1:Singapor ×1 |Singapor→Singapore",
        ],
        "replace:country_unknown:1:Brasl",
        &[
            "2 new first_name:>Ann country:>BR",
            "3 error !country_unknown@1",
            "4 new first_name:>Cat country:>BR",
            "5 error !country_unknown@1",
        ],
    );
}

#[test]
fn rows_of_which_the_same_was_found_are_left_out_together() {
    let case = case("add", "email", "email first_name").with("duplicates", json!("reject_all"));
    let csv = "E,F\na@x.my,Ann\na@x.my,Ben\nb@x.my,Cat\nnope,Dee\n";
    let mut session = session(&case, csv);
    assert_eq!(
        offers(&session),
        [
            "leave_out:duplicate_in_file:0 ×2 |a@x.my→",
            "leave_out:email_invalid:0 ×1 |nope→",
        ]
    );
    session.repair("leave_out:duplicate_in_file:0").unwrap();
    session.diff();
    assert_eq!(
        lines(&session),
        [
            "2 skipped -left_out",
            "3 skipped -left_out",
            "4 new email:>b@x.my first_name:>Cat",
            "5 error !email_invalid@0",
        ]
    );
    assert_eq!(session.description().unwrap().left_out, [2, 3]);
    assert_eq!(session.to_open().unwrap().left_out, [0; 0]);
}

#[test]
fn repairs_of_values_come_before_rows_that_are_left_out() {
    let case = case("add_all", "", "first_name score").with(
        "fields",
        json!([{"key": "score", "name": "Score", "type": "number", "create": true}]),
    );
    assert_eq!(
        offers(&session(&case, "F,S\nAnn,$ 12\nBen,x\nCat,x\n")),
        [
            "suggestion:number_invalid:1 ×1 |$ 12→12",
            "leave_out:number_invalid:1 ×3 |$ 12→ x→",
        ]
    );
}
