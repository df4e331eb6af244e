//! Policies and rules, cells that count as missing, formats, corrections, tags.

use super::*;

/// Stored empty or not, cell empty, same or other: five rows for the five lines of the policies' table.
const FIVE: &str = "Email,Last Name\ne1@x.my,\ne2@x.my,New\nv1@x.my,\nv2@x.my,Old\nv3@x.my,New\n";

fn five(column: &str) -> Case {
    case("update", "email", &format!("email {column}"))
        .stored(1, "email=e1@x.my")
        .stored(2, "email=e2@x.my")
        .stored(3, "email=v1@x.my|last_name=Old")
        .stored(4, "email=v2@x.my|last_name=Old")
        .stored(5, "email=v3@x.my|last_name=Old")
}

const KEEPS: [&str; 5] = [
    "2 unchanged #1",
    "3 updated #2 last_name:>New",
    "4 unchanged #3",
    "5 unchanged #4",
    "6 unchanged #5",
];

#[test]
fn policies_decide_what_a_cell_may_do() {
    five("last_name").gives(
        FIVE,
        &[
            KEEPS[0],
            KEEPS[1],
            KEEPS[2],
            KEEPS[3],
            "6 updated #5 last_name:Old>New",
        ],
    );
    five("last_name:do_not_overwrite").gives(FIVE, &KEEPS);
    five("last_name:overwrite_and_clear").gives(
        FIVE,
        &[
            KEEPS[0],
            KEEPS[1],
            "4 updated #3 last_name:Old>",
            KEEPS[3],
            "6 updated #5 last_name:Old>New",
        ],
    );
}

#[test]
fn rules_of_fields_go_before_policies() {
    for policy in ["overwrite", "overwrite_and_clear"] {
        five(&format!("last_name:{policy}"))
            .with("rules", json!({"last_name": "only_where_empty"}))
            .gives(FIVE, &KEEPS);
    }
}

#[test]
fn missing_cells_clear_nothing() {
    case(
        "update",
        "email",
        "email last_name:overwrite_and_clear country:overwrite_and_clear:leave_out",
    )
    .stored(1, "email=a@x.my|last_name=Old|country=MY")
    .stored(2, "email=b@x.my|last_name=Old|country=MY")
    .stored(3, "email=c@x.my|last_name=Old|country=MY")
    .stored(4, "email=d@x.my|last_name=Old|country=MY")
    .gives(
        "Email,Last Name,Country\na@x.my,,\nb@x.my,\nc@x.my\nd@x.my,,Atlantis\n",
        &[
            "2 updated #1 last_name:Old> country:MY>",
            "3 updated #2 last_name:Old> ?too_few_cells",
            "4 unchanged #3 ?too_few_cells",
            "5 updated #4 last_name:Old> ?country_unknown@2",
        ],
    );
}

#[test]
fn invalid_cells_reject_or_are_left_out() {
    let csv = "Email,Country,Language\na@x.my,Atlantis,xx\nb@x.my,my,EN\n";
    case("update", "email", "email country language")
        .stored(1, "email=a@x.my")
        .stored(2, "email=b@x.my")
        .gives(
            csv,
            &[
                "2 error !country_unknown@1 !language_unknown@2",
                "3 updated #2 country:>MY language:>en",
            ],
        );
    case(
        "update",
        "email",
        "email country:overwrite:leave_out language:overwrite:leave_out",
    )
    .stored(1, "email=a@x.my")
    .stored(2, "email=b@x.my")
    .gives(
        csv,
        &[
            "2 unchanged #1 ?country_unknown@1 ?language_unknown@2",
            "3 updated #2 country:>MY language:>en",
        ],
    );
}

#[test]
fn changes_and_issues_follow_the_file_not_the_description() {
    let mut turned = case("update", "email", "last_name email country language");
    turned.import["columns"].as_array_mut().unwrap().reverse();
    turned.stored(1, "email=a@x.my").gives(
        "L,E,C,G\nLee,a@x.my,MY,en\nLee,nope,Atlantis,xx\n",
        &[
            "2 updated #1 last_name:>Lee country:>MY language:>en",
            "3 error !email_invalid@1 !country_unknown@2 !language_unknown@3",
        ],
    );
}

#[test]
fn phones_look_at_the_country_of_their_row() {
    let csv = "Phone,Country,First Name\n\
        012-345 6781,MY,Ann\n\
        8123 4567,SG,Ben\n\
        012-345 6782,,Cat\n\
        012-345 6783,Atlantis,Dee\n";
    let columns = "phone country:overwrite:leave_out first_name";
    case("add", "phone", columns)
        .with("default_country", "MY".into())
        .gives(
            csv,
            &[
                "2 new phone:>+60123456781 country:>MY first_name:>Ann",
                "3 new phone:>+6581234567 country:>SG first_name:>Ben",
                "4 new phone:>+60123456782 first_name:>Cat",
                "5 new phone:>+60123456783 first_name:>Dee ?country_unknown@1",
            ],
        );
    case("add", "phone", columns).gives(
        csv,
        &[
            "2 new phone:>+60123456781 country:>MY first_name:>Ann",
            "3 new phone:>+6581234567 country:>SG first_name:>Ben",
            "4 error !phone_country_code_missing@0",
            "5 error !phone_country_code_missing@0 ?country_unknown@1",
        ],
    );
}

#[test]
fn formats_are_found_in_rows_that_take_part() {
    let born = |case: Case| {
        case.with(
            "fields",
            json!([{"key": "born", "name": "Born", "type": "date"}]),
        )
    };
    let csv = "Email,First Name,Born\na@x.my,Ann,01/02/2000\nb@x.my,Ben,25/02/2000\n\"c\"x,Cat,02/25/2000\n";
    born(case("add", "email", "email first_name born")).gives(
        csv,
        &[
            "2 new email:>a@x.my first_name:>Ann born:>2000-02-01",
            "3 new email:>b@x.my first_name:>Ben born:>2000-02-25",
            "4 error !text_after_quote",
        ],
    );
    born(case("add", "email", "email first_name born"))
        .with("left_out", json!([3]))
        .gives(
            csv,
            &[
                "2 error !date_ambiguous@2",
                "3 skipped -left_out",
                "4 error !text_after_quote",
            ],
        );
    // A row whose e-mail address is invalid still proves the order.
    born(case("add", "email", "email first_name born"))
        .with("edits", json!([{"row": 3, "column": 0, "value": "nope"}]))
        .gives(
            csv,
            &[
                "2 new email:>a@x.my first_name:>Ann born:>2000-02-01",
                "3 error !email_invalid@0",
                "4 error !text_after_quote",
            ],
        );
    born(case("add", "email", "email first_name born"))
        .format(2, "mdy")
        .gives(
            csv,
            &[
                "2 new email:>a@x.my first_name:>Ann born:>2000-01-02",
                "3 error !date_invalid@2",
                "4 error !text_after_quote",
            ],
        );
}

#[test]
fn corrections_stand_for_their_cells() {
    case(
        "add_and_update",
        "email",
        "email first_name last_name:overwrite_and_clear",
    )
    .stored(1, "email=a@x.my|first_name=Ann|last_name=Lee")
    .with(
        "edits",
        json!([
            {"row": 2, "column": 0, "value": " A@x.my "},
            {"row": 3, "column": 2, "value": "Lim"},
            {"row": 4, "column": 1, "value": "nobody"},
            {"row": 4, "column": 1, "value": ""},
        ]),
    )
    .gives(
        "Email,First Name,Last Name\nnope,Ann,\nb@x.my,Ben\nc@x.my,Cat,\n",
        &[
            "2 updated #1 last_name:Lee>",
            "3 new email:>b@x.my first_name:>Ben last_name:>Lim ?too_few_cells",
            "4 error !first_name_required@1",
        ],
    );
}

#[test]
fn tags_only_grow() {
    case("add_and_update", "email", "email first_name tags")
        .with("tags", json!(["Fair", "vip"]))
        .stored(1, "email=a@x.my|first_name=Ann|tags=VIP,fair")
        .stored(2, "email=b@x.my|first_name=Ben|tags=Straße")
        .stored(3, "email=c@x.my|first_name=C")
        .gives(
            "Email,First Name,Tags\n\
            a@x.my,Ann,Vip\n\
            b@x.my,Ben,\"STRASSE; new ,Vip\"\n\
            c@x.my,Cat,\n\
            d@x.my,Dee,\"FAIR,b,a\"\n\
            e@x.my,,lost\n",
            &[
                "2 unchanged #1",
                "3 updated #2 +new +Vip +Fair",
                "4 updated #3 first_name:C>Cat +Fair +vip",
                "5 new email:>d@x.my first_name:>Dee +FAIR +b +a +vip",
                "6 error !first_name_required@1",
            ],
        );
}

#[test]
fn tags_of_the_import_go_to_new_and_matched_rows() {
    case("add", "email", "email first_name")
        .with("tags", json!(["Fair"]))
        .stored(1, "email=a@x.my")
        .gives(
            "Email,First Name\na@x.my,Ann\nb@x.my,Ben\nnope,Cat\n",
            &[
                "2 skipped #1 -already_exists@0",
                "3 new email:>b@x.my first_name:>Ben +Fair",
                "4 error !email_invalid@0",
            ],
        );
}

#[test]
fn new_tags_are_named_by_the_first_row_that_gains_them() {
    let case = case("add", "email", "email first_name tags")
        .tags(&["VIP"])
        .with("tags", json!(["fair"]));
    let csv = "Email,First Name,Tags\nnope,Ann,NEW\na@x.my,Ann,\"new,vip\"\nb@x.my,Ben,\"New,Fair\"\nc@x.my,Cat,z\n";
    let session = case.run(std::iter::once(csv.as_bytes()));
    assert_eq!(session.to_create(), ["new", "fair", "z"]);
    let bytes = session.batch(0);
    let columns = BatchColumns::decode(&bytes, WIDE).unwrap();
    let rows = columns.batch().rows;
    let tags: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.plan {
            RowPlan::New { tags, .. } => Some(tags.join(" ")),
            _ => None,
        })
        .collect();
    assert_eq!(tags, ["new VIP fair", "new fair", "z fair"]);
}
