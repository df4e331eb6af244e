//! What a correction takes: only what depends on it is done again.

use super::repairs::session;
use super::*;
use crate::import::{Column, Duplicates, Format, Policy, Purpose};

/// Eight rows of five columns; the rows 4 and 5 are about the same contact.
const CSV: &str = "Phone,First Name,Score,Tags,Last Name
012-345 6781,Ann,50%,vip,Lee
012-345 6782,Ben,2,vip,Lee
+60123456783,Cat,3,vip,Lee
+60123456783,Dee,4,vip,Lee
+60123456784,Eve,5,vip,Lee
+60123456785,Fay,6,vip,Lee
+60123456786,Gil,7,vip,Lee
+60123456787,Hal,8,vip,Lee
";

fn eight() -> Case {
    case("add_and_update", "phone", "phone first_name score tags")
        .with("default_country", json!("MY"))
        .with(
            "fields",
            json!([{"key": "score", "name": "Score", "type": "number"}]),
        )
        .stored(1, "phone=+60123456783|first_name=Cat")
        .stored(2, "phone=+60123456784|first_name=Eva")
        .stored(3, "phone=+60123456785|first_name=Fay|score=6|tags=vip")
}

/// Cells read, rows judged, rows compared: of the act, and of taking it back.
#[track_caller]
fn check(act: impl FnOnce(&mut Session), want: [u64; 3], back: [u64; 3]) {
    let case = eight();
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let mut session = session(&case, CSV);
    let mut before = session.effort();
    assert_eq!((before.cells, before.judged, before.compared), (32, 8, 8));
    let mut took = |session: &mut Session| {
        contacts.answer(session, [7; 16]).unwrap();
        session.diff();
        let now = session.effort();
        let took = [
            now.cells - before.cells,
            now.judged - before.judged,
            now.compared - before.compared,
        ];
        before = now;
        took
    };
    act(&mut session);
    assert_eq!(took(&mut session), want);
    assert!(session.undo().is_some());
    assert_eq!(took(&mut session), back, "taken back");
}

/// The same of a description that is changed.
#[track_caller]
fn described(change: impl FnOnce(&mut Import), want: [u64; 3], back: [u64; 3]) {
    let case = eight();
    let workspace = case.workspace(&Contacts::new(KEY, case.contacts.clone()));
    check(
        |session| {
            let mut import = session.description().unwrap();
            change(&mut import);
            session.configure(&import, &workspace).unwrap();
        },
        want,
        back,
    );
}

fn edit(row: u32, column: u32, value: &str) -> impl FnOnce(&mut Session) {
    let value = value.to_owned();
    move |session| session.edit(row, column, Some(&value)).unwrap()
}

#[test]
fn a_corrected_cell_takes_its_row() {
    check(edit(6, 1, "Eva"), [4, 1, 1], [4, 1, 1]);
    check(edit(9, 3, "new"), [4, 1, 1], [4, 1, 1]);
    // A column that isn't mapped.
    check(edit(9, 4, "Lim"), [4, 1, 1], [4, 1, 1]);
    // An identifier: its row, and those about the same contact.
    check(edit(4, 0, "+60123456788"), [4, 1, 2], [4, 1, 2]);
    check(edit(9, 0, "+60123456783"), [4, 1, 3], [4, 1, 3]);
}

#[test]
fn a_row_that_is_left_out_takes_its_rivals() {
    check(
        |session| session.leave_out(&[6], true).unwrap(),
        [0, 1, 1],
        [4, 1, 1],
    );
    check(
        |session| session.leave_out(&[4], true).unwrap(),
        [0, 1, 2],
        [4, 1, 2],
    );
}

#[test]
fn a_repair_takes_its_column() {
    let repair = "percent:number_invalid:2";
    check(
        |session| session.repair(repair).unwrap(),
        [8, 8, 8],
        [8, 8, 8],
    );
}

#[test]
fn a_setting_takes_what_depends_on_it() {
    described(
        |import| import.columns[1].policy = Policy::DoNotOverwrite,
        [0, 0, 8],
        [0, 0, 8],
    );
    described(
        |import| import.tags = vec!["Fair".into()],
        [0, 0, 8],
        [0, 0, 8],
    );
    described(
        |import| import.duplicates = Duplicates::KeepLast,
        [0, 0, 8],
        [0, 0, 8],
    );
    described(|import| import.purpose = Purpose::Add, [0, 8, 8], [0, 8, 8]);
    // Columns: those that are read otherwise.
    described(
        |import| import.default_country = Some("SG".into()),
        [8, 8, 8],
        [8, 8, 8],
    );
    described(
        |import| import.columns[2].format = Format::Comma,
        [8, 8, 8],
        [8, 8, 8],
    );
    let last_name = || Column {
        index: 4,
        field: "last_name".into(),
        policy: Policy::Overwrite,
        invalid: crate::import::Invalid::RejectRow,
        format: Format::Auto,
    };
    described(
        |import| import.columns.push(last_name()),
        [8, 8, 8],
        [0, 8, 8],
    );
    described(
        |import| drop(import.columns.remove(3)),
        [0, 8, 8],
        [8, 8, 8],
    );
}
