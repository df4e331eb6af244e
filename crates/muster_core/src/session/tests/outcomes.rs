//! Purposes, matching, the order of the stages, duplicates.

use super::*;

/// Nobody, one and several contacts with the row's e-mail address.
const THREE: &str = "Email,First Name\nnone@x.my,Ann\none@x.my,Ben\nmany@x.my,Cat\n";

fn three(purpose: &str) -> Case {
    case(purpose, "email", "email first_name")
        .stored(1, "email=one@x.my|first_name=Bo")
        .stored(2, "email=many@x.my")
        .stored(3, "email=many@x.my")
}

#[test]
fn purposes_decide_what_a_match_means() {
    three("add").gives(
        THREE,
        &[
            "2 new email:>none@x.my first_name:>Ann",
            "3 skipped #1 -already_exists@0",
            "4 skipped -already_exists@0",
        ],
    );
    three("update").gives(
        THREE,
        &[
            "2 skipped -not_found@0",
            "3 updated #1 first_name:Bo>Ben",
            "4 error !ambiguous_match@0[2, 3]",
        ],
    );
    three("add_and_update").gives(
        THREE,
        &[
            "2 new email:>none@x.my first_name:>Ann",
            "3 updated #1 first_name:Bo>Ben",
            "4 error !ambiguous_match@0[2, 3]",
        ],
    );
    three("add_all").with("identifiers", json!([])).gives(
        THREE,
        &[
            "2 new email:>none@x.my first_name:>Ann",
            "3 new email:>one@x.my first_name:>Ben",
            "4 new email:>many@x.my first_name:>Cat",
        ],
    );
}

#[test]
fn equal_rows_are_unchanged() {
    case("add_and_update", "email", "email first_name last_name")
        .stored(1, "email=a@x.my|first_name=Ann|last_name=Lee")
        .stored(2, "email=b@x.my|first_name=Ben|country=MY")
        .gives(
            "Email,First Name,Last Name\nA@X.my,Ann,Lee\nb@x.my,Ben,\n",
            &["2 unchanged #1", "3 unchanged #2"],
        );
}

#[test]
fn ambiguous_matches_name_ten_contacts() {
    let mut many = case("update", "email", "email first_name");
    for id in (1..=12).rev() {
        many = many.stored(id, "email=a@x.my");
    }
    many.gives(
        "Email,First Name\na@x.my,Ann\n",
        &["2 error !ambiguous_match@0[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"],
    );
}

#[test]
fn the_first_identifier_that_is_not_empty_is_the_key() {
    let csv = "Phone,Email,First Name\n\
        +60123456781,b@x.my,Ann\n\
        ,b@x.my,Ben\n\
        +60123456789,,Cat\n";
    case("add_and_update", "phone email", "phone email first_name")
        .stored(1, "phone=+60123456781|first_name=A")
        .stored(2, "email=b@x.my|first_name=B")
        .gives(
            csv,
            &[
                "2 updated #1 email:>b@x.my first_name:A>Ann ?identity_conflict@1",
                "3 updated #2 first_name:B>Ben",
                "4 new phone:>+60123456789 first_name:>Cat",
            ],
        );
    case("add_and_update", "email phone", "phone email first_name")
        .stored(1, "phone=+60123456781|first_name=A")
        .stored(2, "email=b@x.my|first_name=B")
        .gives(
            csv,
            &[
                "2 updated #2 phone:>+60123456781 first_name:B>Ann ?identity_conflict@0",
                "3 skipped #2 -duplicate_in_file@1=2",
                "4 new phone:>+60123456789 first_name:>Cat",
            ],
        );
}

#[test]
fn conflicts_are_found_by_every_mapped_identifier() {
    // The key matches nobody, another identifier somebody.
    case("add", "phone", "phone email first_name")
        .stored(1, "email=a@x.my")
        .gives(
            "Phone,Email,First Name\n+60123456781,a@x.my,Ann\n",
            &["2 new phone:>+60123456781 email:>a@x.my first_name:>Ann ?identity_conflict@1"],
        );
    // Both belong to the same contact.
    case("update", "phone", "phone email")
        .stored(1, "email=a@x.my|phone=+60123456781")
        .gives("Phone,Email\n+60123456781,a@x.my\n", &["2 unchanged #1"]);
    case("update", "phone", "phone email first_name")
        .stored(1, "email=a@x.my|phone=+60123456781|first_name=A")
        .gives(
            "Phone,Email,First Name\n+60123456781,a@x.my,Ann\n",
            &["2 updated #1 first_name:A>Ann"],
        );
    // One of the holders is somebody else.
    case("update", "phone", "phone email")
        .stored(1, "email=a@x.my|phone=+60123456781")
        .stored(2, "email=a@x.my")
        .gives(
            "Phone,Email\n+60123456781,a@x.my\n",
            &["2 unchanged #1 ?identity_conflict@1"],
        );
    // Nothing is looked up.
    case("add_all", "", "phone email first_name")
        .stored(1, "email=a@x.my")
        .gives(
            "Phone,Email,First Name\n+60123456781,a@x.my,Ann\n",
            &["2 new phone:>+60123456781 email:>a@x.my first_name:>Ann"],
        );
}

#[test]
fn contact_ids_find_and_never_add() {
    let csv = "ID,Email,First Name\n1,,Ann\n007,,Ben\n9,a@x.my,Cat\n,a@x.my,Dee\n,b@x.my,Eve\n,,Fay\n,,\n";
    let stored = |case: Case| {
        case.stored(1, "first_name=A")
            .stored(7, "first_name=Ben")
            .stored(8, "email=a@x.my|first_name=Dee")
    };
    stored(case(
        "add_and_update",
        "contact_id email",
        "contact_id email first_name",
    ))
    .gives(
        csv,
        &[
            "2 updated #1 first_name:A>Ann",
            "3 unchanged #7",
            "4 error !unknown_contact_id@0",
            "5 unchanged #8",
            "6 new email:>b@x.my first_name:>Eve",
            "7 new first_name:>Fay",
        ],
    );
    stored(case(
        "update",
        "contact_id email",
        "contact_id email first_name",
    ))
    .gives(
        csv,
        &[
            "2 updated #1 first_name:A>Ann",
            "3 unchanged #7",
            "4 skipped -not_found@0",
            "5 unchanged #8",
            "6 skipped -not_found@1",
            "7 error !missing_identifier",
        ],
    );
}

#[test]
fn left_out_rows_take_no_part() {
    case("add", "email", "email first_name")
        .with("left_out", json!([2, 4, 4]))
        .gives(
            "Email,First Name\na@x.my,Ann\na@x.my,Ben\nnope,\n",
            &[
                "2 skipped -left_out",
                "3 new email:>a@x.my first_name:>Ben",
                "4 skipped -left_out",
            ],
        );
}

#[test]
fn the_first_stage_that_speaks_decides() {
    case("add", "email", "email phone first_name")
        .stored(1, "email=old@x.my")
        .gives(
            "Email,Phone,First Name,\n\
            \"a@x.my\"x,nope,Ann,,\n\
            nope,12,Ann,,\n\
            ,nope,,,\n\
            ,,,,\n\
            ,+60123456781,,,\n\
            old@x.my,,,,\n\
            b@x.my,,,,\n\
            b@x.my,,,,more\n\
            b@x.my\n\
            \"b@x.my\"x,,,,more\n",
            &[
                "2 error !text_after_quote",
                "3 error !email_invalid@0 !phone_country_code_missing@1",
                "4 error !phone_invalid@1",
                "6 error !missing_identifier",
                "7 skipped #1 -already_exists@0",
                "8 error !first_name_required@2",
                "9 error !too_many_cells",
                "10 error ?too_few_cells !first_name_required@2",
                "11 error !too_many_cells !text_after_quote",
            ],
        );
}

#[test]
fn warnings_stop_nothing() {
    case("add", "phone", "phone first_name email:overwrite:leave_out").gives(
        "Phone,First Name,Email\n+60123456781,Ann,nope\n+60123456782,a\"b\n",
        &[
            "2 new phone:>+60123456781 first_name:>Ann ?email_invalid@2",
            "3 new phone:>+60123456782 first_name:>a\"b ?too_few_cells ?stray_quote",
        ],
    );
}

#[test]
fn new_contacts_need_a_first_name() {
    case(
        "add_and_update",
        "email",
        "email first_name:overwrite:leave_out last_name",
    )
    .stored(1, "email=a@x.my|first_name=Ann")
    .gives(
        "Email,First Name,Last Name\na@x.my,,Lee\nb@x.my,,Lee\nc@x.my,#N/A,Lee\n",
        &[
            "2 updated #1 last_name:>Lee",
            "3 error !first_name_required@1",
            "4 error ?spreadsheet_damaged@1 !first_name_required@1",
        ],
    );
    case("add_all", "", "email first_name").gives(
        "Email,First Name\na@x.my,\n,Ann\n,Ann\n",
        &[
            "2 error !first_name_required@1",
            "3 new first_name:>Ann",
            "4 new first_name:>Ann",
        ],
    );
}

#[test]
fn duplicates_share_a_key_or_a_contact() {
    let csv = "Phone,Email,First Name\n\
        ,n@x.my,\n\
        ,n@x.my,Ann\n\
        +60123456781,,Ben\n\
        ,n@x.my,Cat\n\
        ,b@x.my,Dee\n\
        +60123456781,,Eve\n\
        nope,n@x.my,Fay\n";
    let rule = |rule: &str| {
        case("add_and_update", "phone email", "phone email first_name")
            .stored(1, "phone=+60123456781|email=b@x.my|first_name=Ben")
            .with("duplicates", rule.into())
    };
    // The row without a first name and the invalid one are out of it before.
    rule("keep_first").gives(
        csv,
        &[
            "2 error !first_name_required@2",
            "3 new email:>n@x.my first_name:>Ann",
            "4 unchanged #1",
            "5 skipped -duplicate_in_file@1=3",
            "6 skipped #1 -duplicate_in_file@1=4",
            "7 skipped #1 -duplicate_in_file@0=4",
            "8 error !phone_invalid@0",
        ],
    );
    rule("keep_last").gives(
        csv,
        &[
            "2 error !first_name_required@2",
            "3 skipped -duplicate_in_file@1=5",
            "4 skipped #1 -duplicate_in_file@0=7",
            "5 new email:>n@x.my first_name:>Cat",
            "6 skipped #1 -duplicate_in_file@1=7",
            "7 updated #1 first_name:Ben>Eve",
            "8 error !phone_invalid@0",
        ],
    );
    rule("reject_all").gives(
        csv,
        &[
            "2 error !first_name_required@2",
            "3 error !duplicate_in_file@1=5",
            "4 error #1 !duplicate_in_file@0=6",
            "5 error !duplicate_in_file@1=3",
            "6 error #1 !duplicate_in_file@1=4",
            "7 error #1 !duplicate_in_file@0=4",
            "8 error !phone_invalid@0",
        ],
    );
}

#[test]
fn only_keys_make_duplicates() {
    // Another identifier in common, the same text under two kinds, skipped rows, no keys at all: none of them.
    case("add", "phone email", "phone email first_name")
        .stored(1, "email=old@x.my")
        .gives(
            "Phone,Email,First Name\n\
            +60123456781,a@x.my,Ann\n\
            +60123456782,a@x.my,Ben\n\
            ,a@x.my,Cat\n\
            ,old@x.my,Dee\n\
            ,old@x.my,Eve\n",
            &[
                "2 new phone:>+60123456781 email:>a@x.my first_name:>Ann",
                "3 new phone:>+60123456782 email:>a@x.my first_name:>Ben",
                "4 new email:>a@x.my first_name:>Cat",
                "5 skipped #1 -already_exists@1",
                "6 skipped #1 -already_exists@1",
            ],
        );
    case("add_and_update", "contact_id", "contact_id first_name").gives(
        "ID,First Name\n,Ann\n,Ann\n",
        &["2 new first_name:>Ann", "3 new first_name:>Ann"],
    );
    case("add_all", "", "email first_name").gives(
        "Email,First Name\na@x.my,Ann\na@x.my,Ann\n",
        &[
            "2 new email:>a@x.my first_name:>Ann",
            "3 new email:>a@x.my first_name:>Ann",
        ],
    );
}
