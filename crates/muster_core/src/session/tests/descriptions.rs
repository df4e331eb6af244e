//! Descriptions that can't be carried out, each with its sentence.

use super::*;

const CSV: &str = "A,B,C\na@x.my,Ann,x\n";

fn good() -> Case {
    case("add_and_update", "email", "email first_name")
}

#[test]
fn impossible_descriptions_are_refused() {
    let check = |case: Case, want: &str| case.refused(CSV, want);
    check(
        good().with("columns", json!([])),
        "No column is mapped: choose at least one.",
    );
    check(
        case("add", "email", "email first_name - last_name"),
        "The file has no column 3.",
    );
    check(
        case("add", "email", "email first_name email"),
        "“Email” is mapped twice: a field is fed by one column.",
    );
    check(
        good().with(
            "columns",
            json!([{"index": 0, "field": "email"}, {"index": 0, "field": "first_name"}]),
        ),
        "Column 0 is mapped twice: a column feeds one field.",
    );
    check(
        case("add", "email", "email first_name shoe_size"),
        "There is no field “shoe_size”.",
    );
    check(
        case("add", "phone", "email first_name"),
        "Contacts are to be found by “Phone Number”, but no column is mapped to it.",
    );
    check(
        case("add", "", "email first_name"),
        "Choose at least one identifier: Contact ID, Phone Number or Email.",
    );
    check(
        case("add", "email email", "email first_name"),
        "The identifier “Email” is chosen twice.",
    );
    for purpose in ["add", "add_and_update", "add_all"] {
        check(
            case(purpose, "email", "email last_name"),
            "New contacts need a First Name, but no column is mapped to it.",
        );
    }
    for purpose in ["add", "add_all"] {
        check(
            case(purpose, "contact_id", "contact_id first_name"),
            "Contact ID finds contacts only where contacts are updated.",
        );
        check(
            case(purpose, "email", "email first_name contact_id"),
            "Contact ID can't be mapped when contacts are only added.",
        );
    }
    check(
        case("update", "email", "email contact_id"),
        "Contact ID can only be mapped when contacts are found by it.",
    );
    check(
        case("update", "email", "email:overwrite_and_clear"),
        "“Email” can't be cleared by an import.",
    );
    check(
        case("update", "email", "email first_name:overwrite_and_clear"),
        "“First Name” can't be cleared by an import.",
    );
    check(
        case("update", "email", "email tags:overwrite_and_clear"),
        "Tags are only ever added: they have no policy.",
    );
    check(
        case("update", "email", "email:overwrite:leave_out"),
        "Invalid cells of “Email” can't be left out: contacts are found by it.",
    );
    check(
        good().with("rules", json!({"first_name": "closed"})),
        "“First Name” is closed to imports.",
    );
    check(
        good().with("default_country", "Atlantis".into()),
        "The default country “Atlantis” is not known.",
    );
    check(
        good().with(
            "tags",
            json!(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]),
        ),
        "An import gives at most 10 tags.",
    );
    check(
        good().with("tags", json!(["a,b"])),
        "“a,b” can't be a tag: a tag's name has 1 to 255 characters, no comma and no semicolon.",
    );
    check(
        good().with("left_out", json!([3])),
        "The file has no data row 3.",
    );
    check(
        good().with("edits", json!([{"row": 1, "column": 0, "value": ""}])),
        "The file has no data row 1.",
    );
    check(
        good().with("edits", json!([{"row": 2, "column": 3, "value": ""}])),
        "The file has no column 3.",
    );
    check(
        good().format(0, "dmy"),
        "The chosen format doesn't fit the values of “Email”.",
    );
    check(
        good().format(1, "comma"),
        "The chosen format doesn't fit the values of “First Name”.",
    );
}

#[test]
fn what_comes_later_says_so() {
    let check = |case: Case, want: &str| case.refused(CSV, want);
    check(
        case("update", "email", "email full_name"),
        "Full names can't be split yet: map First Name and Last Name.",
    );
    check(
        good().format(1, "last_space"),
        "Name formats can't be chosen yet: full names can't be split.",
    );
    check(
        good().with(
            "file",
            json!({"encoding": "windows-1252", "delimiter": "auto", "header_row": "auto"}),
        ),
        "The encoding “windows-1252” can't be chosen yet: save the file as UTF-8.",
    );
}

#[test]
fn custom_fields_are_known_or_created() {
    let described = |create: bool| {
        case("update", "email", "email plan").with(
            "fields",
            json!([{"key": "plan", "name": "Plan", "type": "text", "create": create}]),
        )
    };
    for create in [false, true] {
        described(create)
            .stored(1, "email=a@x.my|plan=Free")
            .gives("Email,Plan\na@x.my,Pro\n", &["2 updated #1 plan:Free>Pro"]);
    }
    // The workspace lacks it, or has it as something else.
    let import: Import = serde_json::from_value(described(false).import).unwrap();
    let mut fields = field::standard();
    let check = |fields: &[Field], want: &str| {
        let checked = Checker::new(&import, fields, &Limits::default());
        assert_eq!(checked.map(|_| ()), Err(InvalidImport(want.into())));
    };
    check(&fields, "There is no field “plan”.");
    fields.push(Field {
        key: "plan".into(),
        name: "Plan".into(),
        kind: field::FieldType::Date,
        options: Vec::new(),
        rule: field::Rule::Open,
    });
    check(&fields, "The field “Plan” is of another type.");
}

#[test]
fn options_are_the_workspaces_and_those_that_commit_adds() {
    let described = |create: bool, options: &[&str], new_options: &[&str]| {
        let plan = json!({
            "key": "plan", "name": "Plan", "type": "list",
            "create": create, "options": options, "new_options": new_options,
        });
        case("update", "email", "email plan")
            .with("fields", json!([plan]))
            .stored(1, "email=a@x.my")
    };
    for create in [false, true] {
        described(create, &["Gold"], &["Silver"])
            .gives("Email,Plan\na@x.my,GOLD\n", &["2 updated #1 plan:>Gold"]);
        described(create, &["Gold"], &["GOLD", "Silver"])
            .gives("Email,Plan\na@x.my,gold\n", &["2 updated #1 plan:>Gold"]);
        described(create, &["Gold"], &["Silver"]).gives(
            "Email,Plan\na@x.my,silver\n",
            &["2 updated #1 plan:>Silver"],
        );
        described(create, &["Gold"], &["Silver"])
            .gives("Email,Plan\na@x.my,Bronze\n", &["2 error !not_an_option@1"]);
        described(create, &[], &["Gold "]).refused(
            "Email,Plan\na@x.my,Gold\n",
            "“Gold ” can't be an option: it has 1 to 255 characters, and no blanks around.",
        );
    }
    // The workspace says which options its list has, whatever the description remembers.
    let import: Import = serde_json::from_value(described(false, &["Gold"], &[]).import).unwrap();
    let mut fields = field::standard();
    fields.push(Field {
        key: "plan".into(),
        name: "Plan".into(),
        kind: field::FieldType::List,
        options: vec!["Silver".into()],
        rule: field::Rule::Open,
    });
    let checker = Checker::new(&import, &fields, &Limits::default()).unwrap();
    assert_eq!(checker.field(1).unwrap().options, ["Silver"]);
    case("update", "email", "email plan")
        .with(
            "fields",
            json!([{"key": "plan", "name": "Plan", "type": "text", "new_options": ["Gold"]}]),
        )
        .refused(CSV, "“Plan” is no list: it has no options.");
}

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
