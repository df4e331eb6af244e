//! Read again, the files have what they were made of, and none of it runs.

use proptest::prelude::*;

use super::*;
use crate::import::FileChoice;
use crate::issue::Severity;
use crate::parse::Parser;

fn parse(file: &[u8]) -> Table {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    parser.push(file);
    parser.finish().unwrap()
}

/// The error rows of all rows of the file; read again, they have the same cells, and the message.
fn check(file: &str, expected: &str) {
    let table = parse(file.as_bytes());
    let mut errors = ErrorRows::new(&table);
    for row in 0..table.rows() {
        errors.push(row, |_| None, "No; \"try, again\"");
    }
    let out = errors.finish();
    let text = std::str::from_utf8(&out).unwrap();
    assert_eq!(text, format!("\u{FEFF}{expected}"), "{file}");

    let read = |table: &Table, row: usize, column: usize| {
        let cell = table.cell(row, column);
        strip_guard(trim(&cell.text().unwrap())).to_owned()
    };
    let again = parse(&out);
    assert_eq!(again.delimiter(), table.delimiter());
    assert_eq!(again.rows(), table.rows());
    for row in 0..table.rows() {
        for (column, name) in table
            .header()
            .iter()
            .enumerate()
            .filter(|(_, name)| *name != ERROR_COLUMN)
        {
            assert_eq!(
                read(&again, row, column),
                read(&table, row, column),
                "{name}"
            );
        }
        assert_eq!(read(&again, row, again.width() - 1), "No; \"try, again\"");
    }
}

#[test]
fn error_rows_read_again_as_they_were() {
    check(
        "Name;Phone\n Ann ;+60 12\n\"B;\"\"ob\"\"\r\nx\";'+60\n''=1;'tis\n=1+1\n",
        "Name;Phone;Error\r\nAnn;'+60 12;\"No; \"\"try, again\"\"\"\r\n\
         \"B;\"\"ob\"\"\r\nx\";'+60;\"No; \"\"try, again\"\"\"\r\n\
         ''=1;''tis;\"No; \"\"try, again\"\"\"\r\n'=1+1;;\"No; \"\"try, again\"\"\"\r\n",
    );
    // Beyond the header's last cell, a blank header, a name like a formula.
    check(
        "a,,=b\n1,2,3,,x\n",
        "a,Column 2,'=b,Error\r\n1,2,3,\"No; \"\"try, again\"\"\",,x\r\n",
    );
    // The column of the last time is replaced.
    check(
        "a,Error\n1,old\n",
        "a,Error\r\n1,\"No; \"\"try, again\"\"\"\r\n",
    );
    check(
        "sep=:\na:b\n1:2\n",
        "sep=:\r\na:b:Error\r\n1:2:\"No; \"\"try, again\"\"\"\r\n",
    );
}

#[test]
fn bytes_that_are_no_text_stay() {
    let table = parse(b"\xEF\xBB\xBFa,b\n=\xFF,1\n");
    let mut errors = ErrorRows::new(&table);
    errors.push(0, |_| None, "");
    assert_eq!(errors.finish(), b"\xEF\xBB\xBFa,b,Error\r\n'=\xFF,1,\r\n");
}

#[test]
fn guards_are_undone() {
    for value in [
        "", "x", "=1", "+6", "-", "@a", "'", "''", "'=", "'x", "a=b", "=\"\"", "é",
    ] {
        assert_eq!(strip_guard(&guard(value)), value);
    }
}

#[test]
fn results_have_a_line_each() {
    let mut out = Vec::new();
    ResultLine::write_header(&mut out);
    ResultLine {
        row: 2,
        result: "new",
        contact_id: Some(7),
        identifier: "+6012",
        ..ResultLine::default()
    }
    .write(&mut out);
    let line = ResultLine {
        row: 3,
        result: "error",
        code: Some(Code::EmailInvalid),
        field: "Email",
        new: "@x, y",
        message: "Correct \"@x, y\".",
        ..ResultLine::default()
    };
    line.write(&mut out);
    let expected = "\u{FEFF}Row,Result,Contact ID,Identifier,Code,Field,Old,New,Message\r\n\
                    2,new,7,'+6012,,,,,\r\n\
                    3,error,,,email_invalid,Email,,\"'@x, y\",\"Correct \"\"@x, y\"\".\"\r\n";
    assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
}

/// What stands in a data row's cells as it is read, where it is text; else its bytes without the apostrophe.
fn values(table: &Table, row: usize, width: usize) -> Vec<Result<String, Vec<u8>>> {
    (0..width)
        .map(|column| {
            let cell = table.cell(row, column);
            match std::str::from_utf8(&cell.bytes) {
                Ok(text) => Ok(strip_guard(trim(text)).to_owned()),
                Err(_) => Err(match &*cell.bytes {
                    [b'\'', rest @ ..] if rest.starts_with(b"=") => rest.to_vec(),
                    bytes => bytes.to_vec(),
                }),
            }
        })
        .collect()
}

/// The codes that make a row an error by its record, as a row comes back with them.
fn record_errors(table: &Table, row: usize, again: bool) -> Vec<Code> {
    let mut codes: Vec<Code> = table
        .record_issues(row)
        .filter(|(_, severity)| *severity == Severity::Error)
        .map(|(code, _)| match code {
            Code::StrayQuote | Code::UnclosedQuote if again => Code::TextAfterQuote,
            code => code,
        })
        .collect();
    codes.dedup();
    codes
}

fn error_rows(table: &Table, sentence: &str) -> Vec<u8> {
    let mut errors = ErrorRows::new(table);
    for row in 0..table.rows() {
        errors.push(row, |_| None, sentence);
    }
    errors.finish()
}

/// All rows come back with their values and errors, by the file's own delimiter; no cell of theirs runs in a
/// spreadsheet; and what comes back a second time is the same to the byte.
fn check_round(table: &Table, sentence: &str) {
    let out = error_rows(table, sentence);
    let shown = String::from_utf8_lossy(&out).into_owned();
    let again = parse(&out);
    let names = without_error_column(table.header());
    assert_eq!(again.encoding(), "utf-8", "{shown}");
    assert_eq!(again.delimiter(), table.delimiter(), "{shown}");
    assert_eq!(without_error_column(again.header()), names, "{shown}");
    assert_eq!(again.rows(), table.rows(), "{shown}");
    for row in 0..table.rows() {
        let width = names.len();
        assert_eq!(
            values(&again, row, width),
            values(table, row, width),
            "{shown}"
        );
        assert_eq!(
            record_errors(&again, row, false),
            record_errors(table, row, true),
            "{shown}"
        );
        assert_eq!(
            values(&again, row, again.width()).pop(),
            Some(Ok(sentence.to_owned())),
            "{shown}"
        );
    }
    assert_eq!(
        String::from_utf8_lossy(&error_rows(&again, sentence)),
        shown
    );
    check_inert(&out, table.delimiter() as u8);
}

/// As a spreadsheet sees the cells.
fn check_inert(csv: &[u8], delimiter: u8) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(csv.strip_prefix(BOM).unwrap());
    for record in reader.byte_records() {
        for cell in &record.unwrap() {
            let runs = matches!(cell, [b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r', ..]);
            assert!(!runs, "{:?}", String::from_utf8_lossy(cell));
        }
    }
}

#[test]
fn errors_of_records_come_back_as_errors() {
    for (file, expected) in [
        // Text after a quote stays there; a formula in it doesn't run.
        ("a,b\n\"Ann\" Lee,1\n", "\"Ann\" Lee,1,No\r\n"),
        ("a,b\n\"x,y\"z\"w,1\n", "\"x,y\"z\"w,1,No\r\n"),
        ("a,b\n \"=1\" x ,1\n", "\"'=1\" x,1,No\r\n"),
        ("a,b\n\"\" \"x\",1\n", "\"\"\"\"x\",1,No\r\n"),
        // A quote that never closes: closed before the last letter.
        ("a,b\n1,\"2\n3,4\n", "1,\"\"\"\"2,No\r\n3,4,No\r\n"),
        ("a,b\n\"Zoë,2\n3,4\n", "\"\"\"Zoë,\"2,,No\r\n3,4,No\r\n"),
        ("a,b\n1,\"Zoë\n3,4\n", "1,\"\"\"Zo\"ë,No\r\n3,4,No\r\n"),
        ("a,b\n1,\"\n3,4\n", "1,\"\"\"\"\u{200B},No\r\n3,4,No\r\n"),
        // A stray one in its way.
        (
            "a,b\n1,\"2\nx\"y,3\n",
            "1,\"\"\"\"2,No\r\n\"x\"\"\"y,3,No\r\n",
        ),
        ("a,b\n1,2,3,,=4\n", "1,2,No,3,,'=4\r\n"),
    ] {
        let table = parse(file.as_bytes());
        let out = error_rows(&table, "No");
        let text = String::from_utf8(out).unwrap();
        let (_, rows) = text.split_once("Error\r\n").unwrap();
        assert_eq!(rows, expected, "{file}");
        check_round(&table, "No");
    }
}

/// Whatever a file looked like, its rows with errors are found to be written as they are.
#[test]
fn files_come_back_as_they_were_written() {
    let shift_jis =
        b"\x96\xBC\x91O\t\x93s\x8Es\n\x8ER\x93c\x91\xBE\x98Y\t\x93\x8C\x8B\x9E\n\x97\xE9\x96\tx\n";
    for file in [
        &b"Phone\n+60123\n-\n"[..],
        b"Tags\na;b\nc;d\ne;f\n",
        b"Note\na,b|c\nc;d\n",
        b"sep=:\na:b\n1:2,3;4\n",
        b"sep=;\na,b,c\n1,2,3\n",
        b"sep=|\nName\nx,y\nx,z\n",
        b"Name|Note\nx|a, b; c\n",
        b"Name;Note\nx;a, b, c\ny;d, e, f\n",
        b"\xFF\xFEN\0;\0P\0\n\0=\0a\0;\0b\0\n\0\0\xD8;\0x\0",
        shift_jis,
        b"Name,Error\nx,old\ny,old\n",
        b"Error\nx\n",
        b"Name,,Name\nx,y,z\n",
        b"Name,City\nJ\xFCrgen,K\xF6ln\n",
    ] {
        for sentence in ["No", "Nein; \"so, nicht\"", ""] {
            check_round(&parse(file), sentence);
        }
    }
    // Without a header the columns' numbers become one.
    let choice = FileChoice {
        header_row: crate::import::HeaderRow::Row(0),
        ..FileChoice::default()
    };
    let mut parser = Parser::new(&Limits::default(), &choice);
    parser.push(b"Ann;1\nBob;2\n");
    check_round(&parser.finish().unwrap(), "No");
}

/// What others wrote to be run.
const PAYLOADS: &str =
    include_str!("../../../../tests/fixtures/csv-injection/payloadbox-csv-payload.txt");

#[test]
fn formulas_of_others_stay_still_and_come_back() {
    let payloads: Vec<&str> = PAYLOADS.lines().collect();
    assert_eq!(payloads.len(), 6);
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut file = Vec::new();
        for line in [["Name", "Note"]]
            .into_iter()
            .chain(payloads.iter().map(|payload| [*payload, *payload]))
        {
            write_line(
                &mut file,
                delimiter,
                line.map(|cell| Cow::Borrowed(cell.as_bytes())),
            );
        }
        let table = parse(&file);
        assert_eq!(table.rows(), 6);
        check_round(&table, "=No");
        let again = parse(&error_rows(&table, "No"));
        for (row, payload) in payloads.iter().enumerate() {
            assert_eq!(
                values(&again, row, 2),
                [Ok((*payload).to_owned()), Ok((*payload).to_owned())]
            );
        }
    }
    let mut out = Vec::new();
    ResultLine::write_header(&mut out);
    for payload in &payloads {
        ResultLine {
            identifier: payload,
            field: payload,
            old: payload,
            new: payload,
            message: payload,
            ..ResultLine::default()
        }
        .write(&mut out);
    }
    check_inert(&out, b',');
    let table = parse(&out);
    for (row, payload) in payloads.iter().enumerate() {
        let cells = values(&table, row, 9);
        assert!(
            [3, 5, 6, 7, 8]
                .iter()
                .all(|column| cells[*column] == Ok((*payload).to_owned()))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// However broken the rows are.
    #[test]
    fn any_rows_come_back(
        rows in "(a|é|=|\\+|-|@|'|\"|\"|\"\"|,|,|,|;|\n|\n|\r\n| |\t|\u{FEFF}|\u{200B}|1|x y){0,160}",
        header in "[a-d=',]{1,6}",
        limit in prop::sample::select(vec![5_u32, 64 * 1024]),
        sentence in "[a-c=,;\"' ]{0,6}",
    ) {
        let file = format!("x{header},Phone\nAnn,1\n{rows}");
        let limits = Limits { max_quoted_bytes: limit, ..Limits::default() };
        let choice = FileChoice { delimiter: ",".into(), ..FileChoice::default() };
        let mut parser = Parser::new(&limits, &choice);
        parser.push(file.as_bytes());
        let table = parser.finish().unwrap();
        check_round(&table, strip_guard(trim(&sentence)));
    }

    /// Bytes that are no text stay what they are, and stay an error.
    #[test]
    fn any_bytes_come_back(cells in prop::collection::vec("[a=,'\"\n]{0,3}", 6), bad in prop::collection::vec(0x80_u8..=0xFF, 1..3)) {
        let mut file = BOM.to_vec();
        file.extend_from_slice(b"a,b\n");
        for pair in cells.chunks(2) {
            let cells = pair.iter().map(|cell| Cow::Owned([cell.as_bytes(), &bad].concat()));
            write_line(&mut file, b',', cells);
        }
        check_round(&parse(&file), "No");
    }
}
