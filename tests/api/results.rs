use muster_tests::{App, Import};
use serde_json::json;

#[test]
fn tells_every_row() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = super::import(
        &app,
        &token,
        "add",
        "Phone,First,Last\n+60123456789,Aisyah,Old\n+60123456780,Ben,Tan\n",
    );
    let mut description = super::names("add_and_update");
    description["columns"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "index": 3, "field": "tags" }));
    let csv = "Phone,First,Last,Tags\n\
        +60123456789,Aisyah,=1+1,\"VIP, New\"\n\
        +60123456780,Ben,Tan,\n\
        +60123456781,Cid,Ng,VIP\n\
        nope,Dot,,\n\
        +60123456781,Eve,,\n";
    let ended = Import::plan(&app, &token, csv, description).run();
    assert_eq!(ended.counts(), [1, 1, 1, 1, 1]);
    assert_eq!(ended.0["file_tags"], json!(["New", "VIP"]));
    let lines = Import::results(&app, &token, &ended);
    let check = |line: usize, expected: [&str; 8]| {
        assert_eq!(lines[line][..8], expected, "line {line}");
    };
    check(
        0,
        [
            "2",
            "updated",
            "1",
            "'+60123456789",
            "",
            "Last Name",
            "Old",
            "'=1+1",
        ],
    );
    check(
        1,
        [
            "2",
            "updated",
            "1",
            "'+60123456789",
            "",
            "Tags",
            "",
            "VIP, New",
        ],
    );
    check(2, ["3", "unchanged", "2", "", "", "", "", ""]);
    check(3, ["4", "new", "3", "'+60123456781", "", "", "", ""]);
    check(
        4,
        [
            "5",
            "error",
            "",
            "",
            "phone_invalid",
            "Phone Number",
            "",
            "nope",
        ],
    );
    assert_eq!(lines[5][..2], ["6", "skipped"]);
    assert_eq!(lines[5][4], "duplicate_in_file");
    assert!(
        lines[4][8].contains("nope") && lines[5][8].contains("row 4"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 6);
    let answer = app.get(&token, &format!("/imports/{}/results.csv", ended.0["id"]));
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment")
    );
}
