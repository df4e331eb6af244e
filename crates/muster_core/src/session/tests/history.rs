//! The steps back and forth, and what is asked after them.

use super::repairs::session;
use super::*;
use crate::import::Policy;

#[test]
fn steps_say_what_they_were() {
    let case = case("add", "email", "email first_name");
    let csv = "E,F\na@x.my,Ann\nb@x.my,Ben\n";
    let mut session = session(&case, csv);
    assert_eq!((session.undoable(), session.redoable()), (None, None));
    session.edit(2, 1, Some("Anna")).unwrap();
    session.edit(2, 1, Some("Anna")).unwrap();
    session.leave_out(&[2, 3, 3], true).unwrap();
    session.leave_out(&[3], false).unwrap();
    let mut import = session.description().unwrap();
    import.duplicates = crate::import::Duplicates::KeepLast;
    import.columns[1].policy = Policy::DoNotOverwrite;
    let workspace = case.workspace(&Contacts::new(KEY, Vec::new()));
    session.configure(&import, &workspace).unwrap();
    // What changes nothing is no step, nor is what is refused.
    session.configure(&import, &workspace).unwrap();
    session.edit(2, 1, Some("Anna")).unwrap();
    assert!(session.edit(9, 0, None).is_err());
    assert!(session.edit(2, 7, None).is_err());
    assert!(session.leave_out(&[1], true).is_err());
    import.columns.clear();
    assert!(session.configure(&import, &workspace).is_err());
    let step = |step: Option<Step>| serde_json::to_value(step).unwrap();
    let steps = [
        json!({"kind": "configure", "settings": ["duplicates", "policy"]}),
        json!({"kind": "bring_back", "rows": 1}),
        json!({"kind": "leave_out", "rows": 2}),
        json!({"kind": "edit", "row": 2, "column": 1}),
    ];
    for want in &steps {
        assert_eq!(step(session.undoable().cloned()), *want);
        assert_eq!(step(session.undo()), *want);
    }
    assert_eq!(step(session.undo()), Value::Null);
    let description = session.description().unwrap();
    assert!(description.edits.is_empty() && description.left_out.is_empty());
    for want in steps.iter().rev() {
        assert_eq!(step(session.redo()), *want);
    }
    let description = session.description().unwrap();
    assert_eq!(
        (description.edits.len(), description.left_out.len()),
        (1, 1)
    );
    // Another step, and what was taken back is gone.
    session.undo();
    session.edit(3, 1, Some("Bea")).unwrap();
    assert_eq!(session.redoable(), None);
    // A cell that gets its own text back is none that was corrected.
    session.edit(3, 1, Some("Ben")).unwrap();
    assert_eq!(session.description().unwrap().edits.len(), 1);
}

#[test]
fn only_what_is_missing_is_asked() {
    let case = case("add_and_update", "email", "email first_name")
        .stored(1, "email=a@x.my|first_name=Ann")
        .stored(2, "email=b@x.my|first_name=Bo")
        .stored(3, "email=c@x.my|first_name=Cat");
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let mut session = session(&case, "E,F\na@x.my,Ann\nb@x.my,Ben\nd@x.my,Dee\n");
    // A name: nothing to be looked up, but the values of a contact that was equal.
    session.edit(2, 1, Some("Anna")).unwrap();
    assert!(session.lookups().is_empty());
    assert_eq!(session.wanted().len(), 1);
    let wanted = ValuesRequest::decode(&session.wanted()[0], WIDE).unwrap();
    assert_eq!(wanted.ids, [1]);
    let answer = contacts.valued(&wanted.encode()).unwrap();
    session.valued(&answer).unwrap();
    session.diff();
    assert_eq!(lines(&session)[0], "2 updated #1 first_name:Ann>Anna");
    // An identifier: itself alone.
    session.edit(4, 0, Some("c@x.my")).unwrap();
    assert_eq!((session.lookups().len(), session.fingerprints()), (1, 1));
    session.diff();
    assert_eq!(session.counts().total(), 0, "its answer is waited for");
    let answer = contacts.matched(&session.lookups()[0], [7; 16]).unwrap();
    session.matched(0, &answer).unwrap();
    for request in session.wanted() {
        session.valued(&contacts.valued(&request).unwrap()).unwrap();
    }
    session.diff();
    assert_eq!(lines(&session)[2], "4 updated #3 first_name:Cat>Dee");
    // What was asked once is known.
    while session.undo().is_some() {
        assert!(session.lookups().is_empty() && session.wanted().is_empty());
        session.diff();
    }
    assert_eq!(lines(&session)[0], "2 unchanged #1");
    // A policy: nothing at all.
    let mut import = session.description().unwrap();
    import.columns[1].policy = Policy::DoNotOverwrite;
    session
        .configure(&import, &case.workspace(&contacts))
        .unwrap();
    assert!(session.lookups().is_empty() && session.wanted().is_empty());
    session.diff();
    assert_eq!(lines(&session)[1], "3 unchanged #2");
}

/// What contacts hold where cells are empty decides nothing until it is to be cleared: then it is fetched where there
/// is something, and before it is known how much there is.
#[test]
fn what_is_cleared_is_asked_where_there_is_something() {
    let case = case("update", "email", "email first_name last_name")
        .stored(1, "email=a@x.my|first_name=Ann|last_name=Lee")
        .stored(2, "email=b@x.my|first_name=Ben")
        .stored(3, "email=c@x.my|first_name=Cat|last_name=Lim")
        .stored(4, "email=d@x.my|first_name=Dee|last_name=Tan");
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let csv = "E,F,L\na@x.my,Ann,\nb@x.my,Ben,\nc@x.my,Cat,Lim\nd@x.my,Dee\n";
    let mut session = session(&case, csv);
    let workspace = case.workspace(&contacts);
    let unchanged = [
        "2 unchanged #1",
        "3 unchanged #2",
        "4 unchanged #3",
        "5 unchanged #4 ?too_few_cells",
    ];
    assert_eq!(lines(&session), unchanged);
    assert!(session.wanted().is_empty());
    let clears = |session: &Session| session.effects()[2].policies[2].clears;
    assert_eq!(clears(&session), 1);
    let mut import = session.description().unwrap();
    import.columns[2].policy = Policy::OverwriteAndClear;
    import.duplicates = crate::import::Duplicates::KeepLast;
    session.configure(&import, &workspace).unwrap();
    assert!(session.lookups().is_empty());
    let wanted = session.wanted();
    let ids = ValuesRequest::decode(&wanted[0], WIDE).unwrap().ids;
    assert_eq!((wanted.len(), ids), (1, vec![1]));
    contacts.answer(&mut session, [7; 16]).unwrap();
    session.diff();
    assert_eq!(lines(&session)[0], "2 updated #1 last_name:Lee>");
    assert_eq!(lines(&session)[1..], unchanged[1..]);
    assert_eq!(clears(&session), 1);
    assert!(session.undo().is_some() && session.wanted().is_empty());
    session.diff();
    assert_eq!(
        (lines(&session), clears(&session)),
        (unchanged.map(String::from).to_vec(), 1)
    );
}

#[test]
fn bytes_are_counted_anew_where_batches_change() {
    let mut csv = String::from("First Name,Tags\nAnn,\u{fb01}x\nBen,\n");
    csv += &"Cat,\n".repeat(crate::plan::ROWS);
    csv += "Dee,fix\n";
    let mut session = session(&case("add_all", "", "first_name tags"), &csv);
    let check = |session: &mut Session| {
        let bytes: usize = (0..session.batches())
            .map(|number| session.batch(number).len())
            .sum();
        assert_eq!(session.bytes_to_send(), bytes);
        bytes
    };
    let before = check(&mut session);
    session
        .edit(3, 0, Some("Benjamin, whom nobody calls so"))
        .unwrap();
    session.diff();
    assert!(check(&mut session) > before);
    session.undo();
    session.diff();
    assert_eq!(check(&mut session), before);
    // The new tag is called as in the last batch now, of which nothing was corrected.
    session.edit(2, 1, Some("")).unwrap();
    session.diff();
    assert_eq!(session.to_create(), ["fix"]);
    check(&mut session);
}

#[test]
fn two_hundred_steps_are_kept() {
    let mut session = session(&case("add_all", "", "first_name"), "F\nAnn\n");
    for n in 0..201 {
        session.edit(2, 0, Some(&n.to_string())).unwrap();
    }
    let mut steps = 0;
    while session.undo().is_some() {
        steps += 1;
    }
    assert_eq!(steps, 200);
    assert_eq!(session.description().unwrap().edits[0].value, "0");
}

#[test]
fn a_column_that_goes_is_one_setting() {
    let case = case("add_all", "", "first_name last_name:do_not_overwrite");
    let mut session = session(&case, "F,L\nAnn,Lee\n");
    let mut import = session.description().unwrap();
    import.columns.pop();
    let workspace = case.workspace(&Contacts::new(KEY, Vec::new()));
    session.configure(&import, &workspace).unwrap();
    let settings = vec![Setting::Mapping];
    assert_eq!(session.undoable(), Some(&Step::Configure { settings }));
}

#[test]
fn corrected_tags_are_the_row_s_from_then_on() {
    let case = case("add_all", "", "first_name tags born").with(
        "fields",
        json!([{"key": "born", "name": "Born", "type": "date", "create": true}]),
    );
    let mut session = session(&case, "F,T,B\nAnn,a,01/02/2024\nBen,b,25/02/2024\n");
    session.edit(2, 1, Some("new")).unwrap();
    session.diff();
    let first = |session: &Session| line(&session.row(0).unwrap());
    assert_eq!(
        first(&session),
        "2 new first_name:>Ann born:>2024-02-01 +new"
    );
    // Together with a correction by which a whole column is read otherwise.
    let mut import = session.description().unwrap();
    import.left_out = vec![3];
    import.edits[0].value = "newer".into();
    let workspace = case.workspace(&Contacts::new(KEY, Vec::new()));
    session.configure(&import, &workspace).unwrap();
    session.diff();
    assert_eq!(first(&session), "2 error !date_ambiguous@2");
    session.undo();
    session.undo();
    session.diff();
    assert_eq!(first(&session), "2 new first_name:>Ann born:>2024-02-01 +a");
}
