//! What is to be looked at before the import is begun.

use super::repairs::session;
use super::*;

/// Contacts with these first names, and a file that gives each the name at the same place of `new`.
fn names(old: &[&str], new: &[&str]) -> Vec<Alarm> {
    let mut stored = case("update", "email", "email first_name last_name");
    let mut csv = String::from("E,F,L\n");
    for (id, (old, new)) in (1_u64..).zip(old.iter().zip(new)) {
        stored = stored.stored(
            id,
            &format!("email={id}@x.my|first_name={old}|last_name=L{id}"),
        );
        let _ = writeln!(csv, "{id}@x.my,{new},L{id}");
    }
    session(&stored, &csv).alarms()
}

#[test]
fn a_column_that_was_sorted_alone_is_noticed() {
    let owned: Vec<String> = (0..40).map(|n| format!("N{:02}", (n * 7) % 40)).collect();
    let old: Vec<&str> = owned.iter().map(String::as_str).collect();
    let mut sorted = old.clone();
    sorted.sort_unstable();
    let changed = old.iter().zip(&sorted).filter(|(old, new)| old != new);
    let want = Alarm::ShiftedColumn {
        field: "first_name".into(),
        column: 1,
        changed: changed.count() as u32,
        matched: 40,
    };
    assert_eq!(names(&old, &sorted), [want]);
    // One up, with a few that are really new.
    let mut shifted = old.clone();
    shifted.rotate_left(1);
    shifted[..3].fill("Zoe");
    assert_eq!(names(&old, &shifted).len(), 1);
    // With more than one of ten: an update.
    shifted[..5].fill("Zoe");
    assert_eq!(names(&old, &shifted), []);
    // Half of them and fewer: a correction.
    let mut half = old.clone();
    half[..20].rotate_left(1);
    assert_eq!(names(&old, &half), []);
    half[..21].rotate_left(1);
    assert_eq!(names(&old, &half).len(), 1);
    // Other values: an update.
    assert_eq!(names(&old, &["Ann"; 40]), []);
    let upper: Vec<String> = old.iter().map(|name| name.to_lowercase()).collect();
    let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
    assert_eq!(names(&old, &upper), []);
    // A mass update of few values.
    assert_eq!(names(&["Free"; 40], &["Pro"; 40]), []);
    // A small file: swaps are meant.
    let mut few = old[..19].to_vec();
    few.rotate_left(1);
    assert_eq!(names(&old[..19], &few), []);
    let mut enough = old[..20].to_vec();
    enough.rotate_left(1);
    assert_eq!(names(&old[..20], &enough).len(), 1);
}

#[test]
fn too_many_new_tags_stop_the_batches() {
    let mut csv = String::from("F,T\n");
    for n in 0..11 {
        let tags: Vec<String> = (0..100).map(|tag| format!("t{}", n * 100 + tag)).collect();
        let _ = writeln!(csv, "Ann,{}", tags.join(";"));
    }
    let case = case("add_all", "", "first_name tags");
    let mut session = read_only(&case, &csv);
    let limit = 1_000;
    assert_eq!(
        session.alarms(),
        [Alarm::TooManyNewTags {
            tags: 1_100,
            limit,
            column: Some(1),
            row: 12,
        }]
    );
    assert_eq!((session.batches(), session.bytes_to_send()), (0, 0));
    let refused = "The import would create 1100 tags, and 1000 at most can be: row 12 brings the first one too many. Map another column to Tags, or leave rows out.";
    assert_eq!(
        session.check_creations(),
        Err(InvalidImport(refused.into()))
    );
    session.leave_out(&[2], true).unwrap();
    session.diff();
    assert_eq!(session.alarms(), []);
    assert_eq!(session.batches(), 1);
    assert!(session.check_creations().is_ok());
    assert_eq!(session.creations().tags.len(), 1_000);
}

/// A session whose batches are not looked at.
fn read_only(case: &Case, csv: &str) -> Session {
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let mut session = case
        .configured(std::iter::once(csv.as_bytes()), &contacts)
        .unwrap();
    session.diff();
    session
}

#[test]
fn creations_are_listed() {
    let case = case("add_all", "", "first_name tags plan level")
        .with(
            "fields",
            json!([
                {"key": "plan", "name": "Plan", "type": "list", "options": ["Free"], "new_options": ["Pro"]},
                {"key": "level", "name": "Level", "type": "text", "create": true},
            ]),
        )
        .tags(&["old"]);
    let creations = read_only(&case, "F,T,P,L\nAnn,\"New,OLD\",pro,x\n").creations();
    let option = ("plan".to_owned(), "Pro".to_owned());
    assert_eq!(creations.tags, ["New"]);
    assert_eq!(
        (creations.fields, creations.options),
        (vec!["Level".to_owned()], vec![option])
    );
}

#[test]
fn effects_stand_beside_every_policy() {
    let case = case(
        "update",
        "email",
        "email first_name last_name country:do_not_overwrite tags",
    )
    .with("rules", json!({"country": "only_where_empty"}))
    .stored(1, "email=a@x.my|first_name=Ann|last_name=Lee|country=MY")
    .stored(2, "email=b@x.my|last_name=Lim")
    .stored(3, "email=c@x.my|first_name=Cat|last_name=Lo");
    let csv = "E,F,L,C,T\na@x.my,Anna,,SG,x\nb@x.my,Ben,Lim,SG,\nc@x.my,Cat,Low\nd@x.my,Dee,,,\n";
    let session = session(&case, csv);
    let said = |effects: &Effects| {
        let policies = effects.policies.iter();
        let policies: Vec<String> = policies
            .map(|effect| {
                let policy = serde_json::to_value(effect.policy).unwrap();
                let counts = [effect.fills, effect.replaces, effect.clears];
                format!("{} {counts:?}", policy.as_str().unwrap())
            })
            .collect();
        format!("{}: {}", effects.field, policies.join(", "))
    };
    assert_eq!(
        session.effects().iter().map(said).collect::<Vec<_>>(),
        [
            "email: overwrite [0, 0, 0], do_not_overwrite [0, 0, 0]",
            "first_name: overwrite [1, 1, 0], do_not_overwrite [1, 0, 0]",
            "last_name: overwrite [0, 1, 0], do_not_overwrite [0, 0, 0], overwrite_and_clear [0, 1, 1]",
            "country: do_not_overwrite [1, 0, 0]",
        ]
    );
}
