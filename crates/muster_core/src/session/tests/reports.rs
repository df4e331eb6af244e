//! Rows with errors, dropped in again as they came out: the same errors, by the same decisions.

use super::*;
use crate::mapping;
use crate::value::strip_guard;

/// What a column may hold: good values, and one of every kind that is refused.
const PIECES: [&[&str]; 6] = [
    &[
        "+60123456789",
        "+60 12-345 6780",
        "123",
        "+6012",
        "abc",
        "",
        "0123456789",
        "6.01E+10",
        "'+60123456781",
        "+999123456",
    ],
    &[
        "Aisyah",
        "=cmd|' /C calc'!A0",
        "'tis",
        "O''Neill",
        "",
        "\"Ann\" Lee",
        "\"Bob",
        "5\" pipe",
        "\"x;y\"",
        "#N/A",
        "a\u{1}b",
        "@home",
    ],
    &[
        "a@example.com",
        "not an address",
        "",
        "=a@example.com",
        "\"b@example.com\"",
        "-@example.com",
    ],
    &["MY", "Malaysia", "Atlantis", "", "'-", "\"Côte d'Ivoire\""],
    &[
        "2023-10-25",
        "25/10/2023",
        "31/02/2023",
        "45224",
        "",
        "03/04/2023",
        "\"25 Oct\n2023\"",
    ],
    &["1.5", "1,5", "=1", "-2", "'-2", "1e5", "x", ""],
];

/// A file of so many rows, some of them short, long, or not closed.
fn file(rows: usize, mut seed: u64) -> Vec<u8> {
    let mut below = |end: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    let mut file = b"Phone;First Name;Email;Country;Joined;Score\r\n".to_vec();
    for _ in 0..rows {
        let cells = match below(12) {
            0 => 1 + below(5),
            1 => 6 + below(3),
            _ => 6,
        };
        for column in 0..cells {
            let pieces = PIECES.get(column).unwrap_or(&PIECES[5]);
            file.extend_from_slice(pieces[below(pieces.len())].as_bytes());
            if below(40) == 0 {
                file.push(0xC3); // a letter cut in two
            }
            file.push(b';');
        }
        file.pop();
        file.extend_from_slice(b"\r\n");
    }
    // Enough of it is UTF-8 that what isn't is damage.
    for _ in 0..rows {
        file.extend_from_slice("+60123456789;Zoë;;;;\r\n".as_bytes());
    }
    file
}

/// Per row that is an error its errors: code, column, value.
type Errors = Vec<Vec<(Code, Option<u32>, String)>>;

fn errors(session: &Session) -> Errors {
    let rows = session.rows_of(Some(Outcome::Error));
    (0..rows.len())
        .map(|at| {
            let view = session.row(rows.get(at).unwrap()).unwrap();
            let errors = view
                .issues
                .into_iter()
                .filter(|issue| issue.severity == Severity::Error);
            // The value is shown as the file has it: guarded, when it comes back.
            let mut errors: Vec<_> = errors
                .map(|issue| {
                    (
                        issue.code,
                        issue.column,
                        strip_guard(&issue.value).to_owned(),
                    )
                })
                .collect();
            for (code, ..) in &mut errors {
                // Such a cell comes back closed, with text behind the quote.
                if matches!(code, Code::UnclosedQuote | Code::StrayQuote) {
                    *code = Code::TextAfterQuote;
                }
            }
            errors.dedup();
            errors
        })
        .collect()
}

#[test]
fn rows_that_nobody_corrected_are_the_same_errors_again() {
    let custom = json!([
        {"key": "joined", "name": "Joined", "type": "date"},
        {"key": "score", "name": "Score", "type": "number"},
    ]);
    let mut seen = 0;
    for seed in 0..4 {
        let case = case("add_all", "", "phone first_name email country joined score")
            .with("fields", custom.clone());
        let first = case.run(file(400, seed).chunks(1_000));
        let out = first.error_rows(|issue| format!("{}: =\"{}\";", issue.code.slug(), issue.value));

        // The decisions were made: what was left open is resolved.
        let resolved = serde_json::to_value(first.resolved().unwrap()).unwrap();
        let again = Case {
            import: resolved,
            ..case
        };
        let second = again.run(out.chunks(777));
        let table = second.table().unwrap();
        assert_eq!((table.encoding(), table.delimiter()), ("utf-8", ';'));
        assert_eq!(table.header_doubt(), None);
        assert_eq!(
            mapping::signature(table),
            mapping::signature(first.table().unwrap())
        );
        let suggested = second.suggest(&again.workspace(&Contacts::new(KEY, Vec::new())));
        assert_eq!(suggested.last(), Some(&None));

        let (before, after) = (errors(&first), errors(&second));
        assert_eq!(table.rows(), before.len(), "only errors come out");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after);
        }
        assert_eq!(before.len(), after.len());
        seen += before.len();
    }
    assert!(seen > 1_000, "{seen} rows");
}

/// A corrected row is no error any more, whatever was wrong with it, and the others still are.
#[test]
fn corrected_rows_go_through() {
    let case = case("add_all", "", "first_name phone");
    let file = "First Name,Phone\n\"Ann\" Lee,+60123456789\nBob,1\n\"Cid,+60123456780\nDan,+60123456781,x\nEve,+60123456782\n";
    let session = case.run(std::iter::once(file.as_bytes()));
    assert_eq!(session.counts().error, 4);
    let out = String::from_utf8(session.error_rows(|_| "Wrong".into())).unwrap();
    let corrected = out
        .replace("\"Ann\" Lee", "Ann Lee")
        .replace("Bob,1,", "Bob,+60123456783,")
        .replace("\"\"\"Cid,+6012345678\"0,,", "Cid,+60123456780,")
        .replace(",Wrong,x", ",Wrong");
    let session = case.run(std::iter::once(corrected.as_bytes()));
    assert_eq!(
        (session.counts().error, session.counts().new),
        (0, 4),
        "{corrected}"
    );
}
