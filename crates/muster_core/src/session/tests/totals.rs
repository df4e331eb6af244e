//! What was found, counted.

use super::*;

#[test]
fn findings_are_counted_by_code() {
    let csv = "Email,First Name,Country\n\
        a@x.my,Ann,Atlantis\n\
        nope,Ben,Atlantis\n\
        b@x.my,,MY\n\
        c@x.my,Cat\n\
        a@x.my,Dee,-\n\
        old@x.my,Eve,\n\
        out@x.my,-,Nowhere\n\
        a@x.my,Dee,,\n\
        nope,Ben,,x\n";
    let columns = "email first_name country:overwrite:leave_out";
    let session = case("add", "email", columns)
        .with("left_out", json!([8]))
        .stored(1, "email=old@x.my")
        .run(std::iter::once(csv.as_bytes()));
    let said = |total: &Total| {
        let Total {
            code,
            severity,
            column,
            count,
        } = *total;
        format!("{severity:?} {}@{column:?} {count}", code.slug())
    };
    assert_eq!(
        session.totals().iter().map(said).collect::<Vec<_>>(),
        [
            "Error too_many_cells@None 1",
            "Error email_invalid@Some(0) 1",
            "Error first_name_required@Some(1) 1",
            "Warning too_few_cells@None 1",
            "Warning country_unknown@Some(2) 2",
            "Info duplicate_in_file@Some(0) 2",
            "Info already_exists@Some(0) 1",
            "Info left_out@None 1",
        ]
    );
    let all = |codes: &[(Code, u32)]| codes.iter().copied().collect::<BTreeMap<_, _>>();
    let errors = [
        Code::TooManyCells,
        Code::EmailInvalid,
        Code::FirstNameRequired,
    ];
    assert_eq!(session.errors_by_code(), all(&errors.map(|code| (code, 1))));
    let warnings = [(Code::CountryUnknown, 2), (Code::TooFewCells, 1)];
    assert_eq!(session.warnings_by_code(), all(&warnings));
    let skipped = [
        (Code::DuplicateInFile, 2),
        (Code::AlreadyExists, 1),
        (Code::LeftOut, 1),
    ];
    assert_eq!(session.skipped_by_code(), all(&skipped));
    let facts = &session.columns()[2];
    assert_eq!((facts.filled, facts.valid, facts.errors), (4, 1, 3));
}
