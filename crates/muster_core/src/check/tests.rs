//! What a session never says, and what a server does not believe.

use serde_json::{Value, json};

use super::*;

/// Slots: 0 phone, 1 email, 2 first name, 3 last name (may be cleared), 4 tags.
fn checker(purpose: &str, identifiers: &[&str]) -> Checker {
    let column = |(index, field): (usize, &str)| match field {
        "last_name" => {
            json!({"index": index + 10, "field": field, "policy": "overwrite_and_clear"})
        }
        _ => json!({"index": index + 10, "field": field}),
    };
    let mut fields = vec!["phone", "email", "first_name", "last_name", "tags"];
    if identifiers.contains(&"contact_id") {
        fields.push("contact_id");
    }
    let columns: Vec<Value> = fields.into_iter().enumerate().map(column).collect();
    let import = json!({"purpose": purpose, "identifiers": identifiers, "tags": ["Fair"], "columns": columns});
    let import: Import = serde_json::from_value(import).unwrap();
    Checker::new(&import, &field::standard(), &Limits::default()).unwrap()
}

fn new(values: &[(u32, &'static str)], key: Option<Identifier>) -> RowPlan<'static> {
    RowPlan::New {
        values: values
            .iter()
            .map(|&(slot, value)| (slot, value.into()))
            .collect(),
        tags: vec![],
        key,
    }
}

fn updated(writes: &[(u32, Option<&'static str>)]) -> RowPlan<'static> {
    let write = |&(slot, value): &(u32, Option<&'static str>)| Write {
        slot,
        value: value.map(Into::into),
        previewed: 0,
    };
    RowPlan::Updated {
        id: 1,
        version: 1,
        key: (Identifier::Phone, 0),
        writes: writes.iter().map(write).collect(),
        tags: vec![],
    }
}

fn tagged(tags: &[&'static str]) -> RowPlan<'static> {
    RowPlan::Updated {
        id: 1,
        version: 1,
        key: (Identifier::Phone, 0),
        writes: vec![],
        tags: tags.iter().map(|&tag| tag.into()).collect(),
    }
}

fn skipped(reason: Code) -> RowPlan<'static> {
    RowPlan::Skipped {
        reason,
        id: None,
        identifier: "".into(),
        kept_row: None,
    }
}

fn error(code: Code, value: &str) -> RowPlan<'static> {
    RowPlan::Error {
        issues: vec![RowIssue {
            code,
            column: Some(10),
            value: value.to_owned().into(),
            ids: vec![],
            kept_row: None,
        }],
    }
}

fn row(row: u32, plan: RowPlan<'static>) -> Row<'static> {
    Row {
        row,
        plan,
        warnings: vec![],
    }
}

fn verdict(checker: &Checker, plan: RowPlan<'static>) -> Result<Vec<Refused>, Impossible> {
    checker.batch(&Batch {
        number: 0,
        rows: vec![row(2, plan)],
    })
}

#[track_caller]
fn accepts(checker: &Checker, plan: RowPlan<'static>) {
    assert_eq!(verdict(checker, plan), Ok(vec![]));
}

#[track_caller]
fn refuses(checker: &Checker, plan: RowPlan<'static>, column: Option<u32>, value: &str) {
    let refused = Refused {
        at: 0,
        column,
        value: value.into(),
    };
    assert_eq!(verdict(checker, plan), Ok(vec![refused]));
}

const ANN: (u32, &str) = (2, "Ann");
const PHONE: (u32, &str) = (0, "+60123456789");

#[test]
fn outcomes_have_to_fit_the_purpose() {
    let new = || new(&[PHONE, ANN], Some(Identifier::Phone));
    let copy = || self::new(&[PHONE, ANN], None);
    let no = Err(Impossible::Outcome(2));
    for (purpose, adds, updates, reasons) in [
        (
            "add",
            true,
            false,
            vec![Code::AlreadyExists, Code::DuplicateInFile],
        ),
        (
            "update",
            false,
            true,
            vec![Code::NotFound, Code::DuplicateInFile],
        ),
        ("add_and_update", true, true, vec![Code::DuplicateInFile]),
        ("add_all", true, false, vec![]),
    ] {
        let checker = checker(purpose, &["phone"]);
        let plan = if purpose == "add_all" { copy() } else { new() };
        assert_eq!(verdict(&checker, plan) == no, !adds, "{purpose}");
        for plan in [updated(&[]), RowPlan::Unchanged { id: 1 }] {
            assert_eq!(verdict(&checker, plan) == no, !updates, "{purpose}");
        }
        accepts(&checker, skipped(Code::LeftOut));
        for reason in [
            Code::AlreadyExists,
            Code::NotFound,
            Code::DuplicateInFile,
            Code::Stopped,
            Code::PhoneInvalid,
        ] {
            let possible = verdict(&checker, skipped(reason)).is_ok();
            assert_eq!(possible, reasons.contains(&reason), "{purpose} {reason:?}");
        }
    }
}

#[test]
fn rows_rise_and_errors_have_reasons() {
    let checker = checker("update", &["phone"]);
    let batch = |rows: &[u32]| {
        checker.batch(&Batch {
            number: 0,
            rows: rows
                .iter()
                .map(|&number| row(number, RowPlan::Unchanged { id: 1 }))
                .collect(),
        })
    };
    assert_eq!(batch(&[2, 3, 9]), Ok(vec![]));
    assert_eq!(batch(&[]), Err(Impossible::Empty));
    assert_eq!(batch(&[0]), Err(Impossible::NotAscending(0)));
    assert_eq!(batch(&[2, 2]), Err(Impossible::NotAscending(2)));
    assert_eq!(batch(&[3, 2]), Err(Impossible::NotAscending(2)));

    for code in [
        Code::PhoneInvalid,
        Code::StrayQuote,
        Code::DuplicateInFile,
        Code::AmbiguousMatch,
    ] {
        accepts(&checker, error(code, "x"));
    }
    let no = Err(Impossible::Issues(2));
    assert_eq!(verdict(&checker, RowPlan::Error { issues: vec![] }), no);
    for code in [
        Code::ChangedSincePreview,
        Code::LeftOut,
        Code::TooFewCells,
        Code::FileEmpty,
    ] {
        assert_eq!(verdict(&checker, error(code, "x")), no, "{code:?}");
    }
    accepts(&checker, error(Code::PhoneInvalid, &"é".repeat(200)));
    assert_eq!(
        verdict(&checker, error(Code::PhoneInvalid, &"é".repeat(201))),
        no
    );
    let far = RowPlan::Unchanged {
        id: 1_000_000_000_000_000_000,
    };
    assert_eq!(verdict(&checker, far), Err(Impossible::Id(2)));
}

#[test]
fn new_contacts_have_a_name_a_key_and_canonical_values() {
    let checker = checker("add", &["phone", "email"]);
    let phone = Some(Identifier::Phone);
    accepts(&checker, new(&[PHONE, ANN], phone));
    accepts(
        &checker,
        new(&[(1, "a@x.my"), ANN], Some(Identifier::Email)),
    );
    refuses(&checker, new(&[PHONE], phone), Some(12), "");
    refuses(
        &checker,
        new(&[(0, "012-345 6789"), ANN], phone),
        Some(10),
        "012-345 6789",
    );
    refuses(
        &checker,
        new(&[PHONE, (2, "Zoe\u{308}")], phone),
        Some(12),
        "Zoe\u{308}",
    );
    refuses(&checker, new(&[PHONE, (2, "")], phone), Some(12), "");
    // Slots that don't rise, are the tags', or aren't there.
    refuses(&checker, new(&[ANN, PHONE], phone), Some(10), "");
    refuses(&checker, new(&[PHONE, ANN, ANN], phone), Some(12), "");
    refuses(
        &checker,
        new(&[PHONE, ANN, (4, "VIP")], phone),
        Some(14),
        "",
    );
    refuses(&checker, new(&[PHONE, ANN, (9, "x")], phone), None, "");
    // Another key than the first identifier that has a value.
    refuses(
        &checker,
        new(&[PHONE, (1, "a@x.my"), ANN], Some(Identifier::Email)),
        None,
        "",
    );
    refuses(&checker, new(&[ANN], phone), None, "");
    refuses(&checker, new(&[ANN], None), None, "");
    refuses(&checker, new(&[PHONE, ANN], None), None, "");

    accepts(
        &self::checker("add_and_update", &["contact_id"]),
        new(&[ANN], None),
    );
    accepts(&self::checker("add_all", &[]), new(&[PHONE, ANN], None));
    refuses(
        &self::checker("add_all", &[]),
        new(&[PHONE, ANN], phone),
        None,
        "",
    );
}

#[test]
fn writes_follow_policies() {
    let checker = checker("update", &["phone"]);
    accepts(
        &checker,
        updated(&[ANN].map(|(slot, value)| (slot, Some(value)))),
    );
    accepts(&checker, updated(&[(3, None)]));
    refuses(&checker, updated(&[(2, None)]), Some(12), "");
    refuses(
        &checker,
        updated(&[(1, Some("A@x.my"))]),
        Some(11),
        "A@x.my",
    );
    refuses(
        &checker,
        updated(&[(3, None), (2, Some("Ann"))]),
        Some(12),
        "",
    );
    refuses(&self::checker("update", &["email"]), updated(&[]), None, "");

    assert!(checker.may_write(3, "Lee", None) && checker.may_write(3, "Lee", Some("Lim")));
    assert!(!checker.may_write(2, "Ann", None) && !checker.may_write(2, "Ann", Some("Ann")));
    assert!(!checker.may_write(9, "", Some("x")));
    assert_eq!(
        checker.field(1).map(|field| field.key.as_str()),
        Some("email")
    );
}

#[test]
fn rules_hold_whatever_the_policy() {
    let import = json!({"purpose": "update", "identifiers": ["phone"], "columns": [
        {"index": 0, "field": "phone"}, {"index": 1, "field": "email", "policy": "overwrite_and_clear"},
    ]});
    let import: Import = serde_json::from_value(import).unwrap();
    let mut fields = field::standard();
    fields[4].rule = field::Rule::OnlyWhereEmpty;
    let checker = Checker::new(&import, &fields, &Limits::default()).unwrap();
    assert!(checker.may_write(1, "", Some("a@x.my")));
    assert!(
        !checker.may_write(1, "b@x.my", Some("a@x.my")) && !checker.may_write(1, "b@x.my", None)
    );
    refuses(&checker, updated(&[(1, None)]), Some(1), "");
    fields[4].rule = field::Rule::Closed;
    assert!(Checker::new(&import, &fields, &Limits::default()).is_err());
}

#[test]
fn tags_are_names() {
    let all = checker("update", &["phone"]);
    accepts(&all, tagged(&["VIP", "Fair"]));
    for bad in ["", " VIP", "a,b", "a;b"] {
        refuses(&all, tagged(&["VIP", bad]), Some(14), bad);
    }
    refuses(&all, tagged(&["x"; 102]), Some(14), "");
    // Without a column of tags only the import's.
    let import = json!({"purpose": "update", "identifiers": ["phone"], "tags": ["Fair"], "columns": [{"index": 0, "field": "phone"}]});
    let import: Import = serde_json::from_value(import).unwrap();
    let few = Checker::new(&import, &field::standard(), &Limits::default()).unwrap();
    assert_eq!(few.import_tags(), ["Fair"]);
    accepts(&few, tagged(&["FAIR"]));
    refuses(&few, tagged(&["VIP"]), None, "VIP");
}
