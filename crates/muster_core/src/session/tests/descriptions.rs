//! Descriptions that can't be carried out, each with its sentence.

use super::*;

const CSV: &str = "A,B,C\na@x.my,Ann,x\n";

fn good() -> Case {
    case("add_and_update", "email", "email first_name")
}

#[test]
fn what_was_read_is_counted() {
    let mut session = Session::new(Limits::default());
    assert_eq!(session.progress(), (0, 0));
    session.push(CSV.as_bytes());
    assert_eq!(session.progress().0, CSV.len() as u64);
    session.finish().unwrap();
    assert_eq!(session.progress(), (CSV.len() as u64, 1));
}

#[test]
fn ten_tags_are_few_enough() {
    let tags = json!(["1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "a"]);
    let session = good()
        .with("tags", tags)
        .run(std::iter::once(CSV.as_bytes()));
    assert_eq!(session.to_create().len(), 10, "each once without case");
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
    for format in ["first_space", "last_space"] {
        check(
            good().format(1, format),
            "The chosen format doesn't fit the values of “First Name”.",
        );
    }
    check(
        case("add", "email", "email full_name").format(1, "dmy"),
        "The chosen format doesn't fit the values of “First Name”.",
    );
    for columns in ["email full_name first_name", "email first_name full_name"] {
        check(
            case("add", "email", columns),
            "“First Name” is mapped twice: a field is fed by one column.",
        );
    }
    check(
        case("add", "email", "email last_name full_name"),
        "“Last Name” is mapped twice: a field is fed by one column.",
    );
    check(
        case("update", "email", "email full_name:overwrite_and_clear"),
        "“First Name” can't be cleared by an import.",
    );
    check(
        case("add", "email", "email full_name").with("rules", json!({"last_name": "closed"})),
        "“Last Name” is closed to imports.",
    );
    check(
        good().format(1, "comma"),
        "The chosen format doesn't fit the values of “First Name”.",
    );
}

#[test]
fn how_a_file_is_read_can_be_chosen() {
    let with = |encoding: &str, delimiter: &str, header_row: Value| {
        let file = json!({"encoding": encoding, "delimiter": delimiter, "header_row": header_row});
        good().with("file", file)
    };
    let file = CSV.repeat(20);
    let check = |case: Case, want: &str| case.refused(&file, want);
    check(
        with("klingon", "auto", json!("auto")),
        "No encoding is called “klingon”.",
    );
    check(
        with("latin1", ":", json!("auto")),
        "The delimiter is “auto”, a comma, a semicolon, a tab or a pipe.",
    );
    check(
        with("Shift_JIS", ";", json!(21)),
        "The header is one of the first 20 rows.",
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
