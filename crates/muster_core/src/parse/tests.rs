//! Every case is read whole, byte by byte and in random cuts, and must come out the same.

mod encodings;

use proptest::prelude::*;

use super::*;
use crate::issue::Severity;

/// What a case is made of: the file, what is chosen, and the limits.
#[derive(Clone)]
struct Case {
    bytes: Vec<u8>,
    choice: FileChoice,
    limits: Limits,
}

fn case(bytes: impl AsRef<[u8]>) -> Case {
    Case {
        bytes: bytes.as_ref().to_vec(),
        choice: FileChoice::default(),
        limits: Limits::default(),
    }
}

impl Case {
    fn delimiter(mut self, delimiter: &str) -> Self {
        self.choice.delimiter = delimiter.into();
        self
    }

    fn encoding(mut self, label: &str) -> Self {
        self.choice.encoding = label.into();
        self
    }

    fn header(mut self, number: u32) -> Self {
        self.choice.header_row = HeaderRow::Row(number);
        self
    }

    fn limits(mut self, change: impl Fn(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }
}

/// Reads in the pieces that the lengths cut, over and over.
fn read(case: &Case, lengths: &[usize]) -> Result<Table, Refused> {
    let mut parser = Parser::new(&case.limits, &case.choice);
    // What is expected makes no difference, true or not.
    parser.expect(100 * lengths[0] as u64);
    let mut rest = case.bytes.as_slice();
    for &length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(length.clamp(1, rest.len()));
        parser.push(piece);
        rest = after;
    }
    parser.finish()
}

/// A table as text: delimiter, header, then per record `number|cell|cell` with the issues of data rows behind.
fn show(result: &Result<Table, Refused>) -> String {
    let table = match result {
        Ok(table) => table,
        Err(Refused { code, kind }) => {
            return format!("{} {}", code.slug(), kind.unwrap_or_default())
                .trim_end()
                .to_owned();
        }
    };
    let mut text = format!("{:?} {:?}\n", table.delimiter(), table.header());
    for row in 0..table.rows() {
        let number = table.row_number(row);
        assert_eq!(table.find_row(number), Some(row));
        let cells: Vec<String> = table
            .cells(row)
            .map(|cell| {
                cell.text()
                    .map_or_else(|lossy| format!("<{lossy}>"), std::borrow::Cow::into_owned)
            })
            .collect();
        for (column, cell) in table.cells(row).enumerate() {
            assert_eq!(table.cell(row, column), cell);
            check_bare(table, row, column);
        }
        assert_eq!(table.cell(row, cells.len()), Cell::EMPTY);
        let block = table.block(row..row + 1);
        assert!(
            block
                .rows()
                .all(|(_, cells_of)| block.bare(cells_of, cells.len()).is_none())
        );
        text += &format!("{number} {cells:?}");
        let issues: Vec<_> = table.record_issues(row).collect();
        let error = issues
            .iter()
            .any(|(_, severity)| *severity == Severity::Error);
        assert_eq!(error, table.has_record_error(row));
        assert!(issues.is_empty() || !table.is_flawless(row));
        for (code, severity) in issues {
            text += if severity == Severity::Error {
                " !"
            } else {
                " ?"
            };
            text += code.slug();
        }
        text += "\n";
    }
    text
}

/// A cell is plain if every byte between its separators is, and then it is all there is to it. One that is bare has its
/// content between its quotes.
fn check_bare(table: &Table, row: usize, column: usize) {
    let record = table.rows[row] as usize;
    let span = cell::span(&table.records, record, column).unwrap();
    let raw = &table.file()[span];
    let is_plain = raw.len() <= 255
        && raw
            .iter()
            .all(|byte| b' ' <= *byte && *byte <= b'~' && *byte != b'"');
    let block = table.block(row..row + 1);
    let (at, cells) = block.rows().next().unwrap();
    assert_eq!(at, row);
    let plain = block.plain(cells, column);
    assert_eq!(plain.is_some(), is_plain, "{raw:?}");
    if let Some((start, text)) = plain {
        assert_eq!(&table.file()[start as usize..][..text.len()], raw);
    }
    let bare = block.bare(cells, column);
    assert_eq!(bare.is_some_and(|bare| bare.is_plain), is_plain, "{raw:?}");
    if let Some(bare) = bare {
        assert_eq!(bare.text.as_bytes(), &*table.cell(row, column).bytes);
    }
    let needs_nothing =
        raw.is_ascii() && !raw.contains(&b'"') && !raw.starts_with(b" ") && !raw.starts_with(b"\t");
    let flags = table.records.flags[record];
    let is_whole = flags & (records::UNCLOSED | records::UNDECODABLE) == 0;
    assert!(bare.is_some() || !needs_nothing || !is_whole, "{raw:?}");
}

/// The one check: what the case gives, the same by every driver.
fn check(case: &Case, expected: &str) {
    let whole = show(&read(case, &[case.bytes.len()]));
    let wanted: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    let found: Vec<&str> = whole.trim_end().lines().collect();
    assert_eq!(found, wanted, "{}", String::from_utf8_lossy(&case.bytes));
    check_cuts(case, &whole);
}

/// Every way of cutting gives the same: of the parser, which looks at the file's beginning first, and of the splitter
/// alone, which takes each piece as it comes.
fn check_cuts(case: &Case, whole: &str) {
    for lengths in cuts(case.bytes.len() as u64 + 1) {
        assert_eq!(show(&read(case, &lengths)), whole, "cuts {lengths:?}");
    }
    for delimiter in [b',', b';'] {
        check_splitter(&case.bytes, delimiter, case.limits.max_quoted_bytes);
    }
}

fn check_splitter(bytes: &[u8], delimiter: u8, max_quoted: u32) {
    let fresh = Splitter::new(delimiter, max_quoted, 0, 0);
    let whole = fresh.clone().finish(bytes);
    for lengths in cuts(bytes.len() as u64) {
        let mut splitter = fresh.clone();
        let mut seen = 0;
        for &length in lengths.iter().cycle() {
            if seen >= bytes.len() {
                break;
            }
            seen = bytes.len().min(seen + length);
            // Only what has come may be looked at.
            splitter.advance(&bytes[..seen]);
        }
        assert_eq!(splitter.finish(bytes), whole, "cuts {lengths:?}");
    }
}

/// What the check of the whole file lets pass as text is what each cell says by itself.
fn check_texts(table: &Table) {
    for row in 0..table.rows() {
        for column in 0..=table.width() {
            assert_eq!(table.text(row, column), table.cell(row, column).into_text());
        }
    }
}

#[test]
fn what_is_no_text_spoils_its_cell_alone() {
    let file = b"a,b\nx\xff,y\n\"\xc3\",z\n\xc3\xa9,\"\xf0\x9f\"\nfine,\"fi\"\"ne\"\n,\xe2\x82";
    let table = read(&case(file).encoding("utf-8"), &[file.len()]).unwrap();
    let lossy = |text: &str| Err(text.to_owned());
    assert_eq!(table.text(0, 0), lossy("x\u{fffd}"));
    assert_eq!(table.text(0, 1), Ok("y".into()));
    assert_eq!(table.text(1, 0), lossy("\u{fffd}"));
    assert_eq!(table.text(2, 0), Ok("é".into()));
    assert_eq!(table.text(2, 1), lossy("\u{fffd}"));
    assert_eq!(table.text(3, 1), Ok("fi\"ne".into()));
    assert_eq!(table.text(4, 1), lossy("\u{fffd}"));
    assert_eq!(table.file(), file);
    check_texts(&table);
}

/// Lengths of pieces: single bytes, small ones, random ones.
fn cuts(mut seed: u64) -> Vec<Vec<usize>> {
    let mut cuts = vec![vec![1], vec![2], vec![3, 1], vec![5, 2, 7]];
    for round in 1..5 {
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % (round * round * 10) + 1
        };
        cuts.push((0..20).map(|_| next()).collect());
    }
    cuts
}

#[test]
fn line_ends_and_row_numbers() {
    for file in [
        "a,b\n1,2\n3,4\n",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4",
        "a,b\r\n1,2\r3,4\n",
    ] {
        check(
            &case(file),
            "',' [\"a\", \"b\"]\n2 [\"1\", \"2\"]\n3 [\"3\", \"4\"]",
        );
    }
    check(
        &case("\n\r\n,\na,b\n\n \u{FEFF},\u{200B}\n\"\",\" \"\n1,2\n\n"),
        "',' [\"a\", \"b\"]\n8 [\"1\", \"2\"]",
    );
    check(&case("\u{FEFF}a\r\rb\r"), "',' [\"a\"]\n3 [\"b\"]");
}

#[test]
fn byte_order_mark_and_end_of_file() {
    check(
        &case("\u{FEFF}a,b\n1,2"),
        r#"',' ["a", "b"]
        2 ["1", "2"]"#,
    );
    check(
        &case("\u{FEFF}\"a\",b\n\"1\",\"2\""),
        r#"',' ["a", "b"]
        2 ["1", "2"]"#,
    );
    check(
        &case("a,b\n1,"),
        r#"',' ["a", "b"]
        2 ["1", ""]"#,
    );
    check(
        &case("a,b\n1,\"\""),
        r#"',' ["a", "b"]
        2 ["1", ""]"#,
    );
}

#[test]
fn quoted_cells() {
    check(
        &case("a,b\n\"x,y\",\"line\r\nbreak\"\n\"\",\"\"\"\"\n"),
        r#"',' ["a", "b"]
        2 ["x,y", "line\r\nbreak"]
        3 ["", "\""]"#,
    );
    check(
        &case("a,b\n \"x\" , \t\"say \"\"hi\"\"\"\t\n\" y \", z \n"),
        r#"',' ["a", "b"]
        2 ["x", "say \"hi\""]
        3 [" y ", " z "]"#,
    );
    // A tab that separates is no blank.
    check(
        &case("a\tb\tc\n\"1\"\t \"2\" \t\n"),
        r#"'\t' ["a", "b", "c"]
        2 ["1", "2", ""]"#,
    );
    check(
        &case("a,b\n\"1\r2\n3\r\n4\",5\r6,7"),
        r#"',' ["a", "b"]
        2 ["1\r2\n3\r\n4", "5"]
        3 ["6", "7"]"#,
    );
}

#[test]
fn header_rows() {
    let file = "Title\n\nName,,Name\nAnn,,\n";
    check(
        &case(file).header(3),
        r#"',' ["Name", "Column 2", "Name"]
        4 ["Ann", "", ""]"#,
    );
    check(
        &case(file).header(0).delimiter(","),
        r#"',' ["Column 1"]
        1 ["Title"]
        3 ["Name", "", "Name"] !too_many_cells
        4 ["Ann", "", ""]"#,
    );
    check(
        &case(file).header(2).delimiter(","),
        r#"',' ["Column 1"]
        3 ["Name", "", "Name"] !too_many_cells
        4 ["Ann", "", ""]"#,
    );
    check(&case(file).header(4), "no_data_rows");
    check(&case(file).header(9), "no_data_rows");
    check(
        &case("\n1,2\n3\n").header(0),
        r#"',' ["Column 1", "Column 2"]
        2 ["1", "2"]
        3 ["3"] ?too_few_cells"#,
    );
    check(
        &case(" \u{FEFF}a\u{200B} ,\"\n\",\u{A0}\n1,2,3\n"),
        r#"',' ["a", "Column 2", "Column 3"]
        2 ["1", "2", "3"]"#,
    );
    check(
        &case(b"na\xEFve,b\n1,2\n").encoding("utf-8"),
        "',' [\"na\u{FFFD}ve\", \"b\"]\n2 [\"1\", \"2\"]",
    );
}

#[test]
fn doubts_about_the_header() {
    let check = |case: Case, expected: Option<Doubt>| {
        let table = read(&case, &[case.bytes.len()]).unwrap();
        let file = String::from_utf8_lossy(&case.bytes);
        assert_eq!(table.header_doubt(), expected, "{file}");
    };
    check(case("Name,Phone\nAnn,+60123456789\n"), None);
    check(case("Ann,+60 12-345 6789\nBob,\n"), Some(Doubt::Contact));
    check(case("Ann,'+60123456789\nBob,\n"), Some(Doubt::Contact));
    check(case("Ann,60123456789\nBob,\n"), Some(Doubt::Contact));
    check(
        case("ann@example.com\nbob@example.com\n"),
        Some(Doubt::Contact),
    );
    // A row's number, a day, a telephone's number that no country has.
    check(case("1,20240101,2024-01-01,12345\na,b,c,d\n"), None);
    check(case("\n\nName,b\n1,2\n"), None);
    check(
        case("Contacts\nName;Phone;City\na;b;c\nd;e;f\n"),
        Some(Doubt::Narrow),
    );
    check(case("a,b\n1,2\n1,2,3\n"), None);
    check(case("a,b\n1,2,3\n1,2,3\n1,2\n"), Some(Doubt::Narrow));
    // A choice is no doubt, and what we wrote ourselves is none.
    check(case("Ann,+60123456789\nBob,\n").header(1), None);
    check(case("Ann,+60123456789\nBob,\n").header(0), None);
    check(case("ann@example.com,Error\nBob,x,y\n"), None);

    let row = |case: Case| read(&case, &[9]).unwrap().header_row();
    assert_eq!(row(case("\n \na,b\n1,2\n")), 3);
    assert_eq!(row(case("a,b\n1,2\n1,2\n").header(2)), 2);
    assert_eq!(row(case("a,b\n1,2\n").header(0)), 0);
}

#[test]
fn short_and_long_records() {
    check(
        &case("a,b,c\n1\n1,2\n1,2,3\n1,2,3,\n1,2,3, ,\"\"\n1,2,3,,x\n"),
        r#"',' ["a", "b", "c"]
        2 ["1"] ?too_few_cells
        3 ["1", "2"] ?too_few_cells
        4 ["1", "2", "3"]
        5 ["1", "2", "3", ""]
        6 ["1", "2", "3", " ", ""]
        7 ["1", "2", "3", "", "x"] !too_many_cells"#,
    );
    // A blank header cell is a column.
    check(
        &case("a,b,\n1,2,3\n1,2,3,4\n"),
        r#"',' ["a", "b", "Column 3"]
        2 ["1", "2", "3"]
        3 ["1", "2", "3", "4"] !too_many_cells"#,
    );
    // Bytes that are no text are no blank.
    check(
        &case(b"a\n1,\xFF\n\xFF\n").encoding("utf-8"),
        "',' [\"a\"]\n2 [\"1\", \"<\u{FFFD}>\"] !too_many_cells\n3 [\"<\u{FFFD}>\"]",
    );
}

#[test]
fn stray_quotes_and_text_after_quotes() {
    check(
        &case("a,b\n5\" pipe,6\"\nx\"\"y,\"z\"\n"),
        r#"',' ["a", "b"]
        2 ["5\" pipe", "6\""] ?stray_quote
        3 ["x\"\"y", "z"] ?stray_quote"#,
    );
    check(
        &case("a,b\n\"Ann\" Lee,2\n\"x\"y\"z,\"2\" \" \n3,4\n"),
        r#"',' ["a", "b"]
        2 ["Ann Lee", "2"] !text_after_quote
        3 ["xy\"z", "2 \" "] !text_after_quote
        4 ["3", "4"]"#,
    );
    check(
        &case("a,b\n1\",\"2\"3,4,\n"),
        r#"',' ["a", "b"]
        2 ["1\"", "23", "4", ""] !too_many_cells ?stray_quote !text_after_quote"#,
    );
}

#[test]
fn unclosed_quotes() {
    // The file ends inside: the line is the error, the next lines are rows.
    check(
        &case("a,b\n1,\"2\n3,4\r\n5,6"),
        r#"',' ["a", "b"]
        2 ["1", "\"2"] !unclosed_quote
        3 ["3", "4"]
        4 ["5", "6"]"#,
    );
    // The raw text keeps doubled quotes and delimiters, and what came before stays.
    check(
        &case("a,b\n1\", \"2,\"\"x\"\",3\n3\"x,4\n"),
        r#"',' ["a", "b"]
        2 ["1\"", "\"2,\"\"x\"\",3"] ?stray_quote !unclosed_quote
        3 ["3\"x", "4"] !stray_quote"#,
    );
    // It spans lines, and text follows its closing quote: noticed there. Stray quotes up to there are errors.
    check(
        &case("a,b\n1,\"2\nx,\"y\"\nz\",5\n6\",7\n"),
        r#"',' ["a", "b"]
        2 ["1", "\"2"] !unclosed_quote
        3 ["x", "y"]
        4 ["z\"", "5"] ?stray_quote
        5 ["6\"", "7"] ?stray_quote"#,
    );
    check(
        &case("a,b\n1,\"2\nx\"y,3\nz\",5\n"),
        r#"',' ["a", "b"]
        2 ["1", "\"2"] !unclosed_quote
        3 ["x\"y", "3"] !stray_quote
        4 ["z\"", "5"] ?stray_quote"#,
    );
    // One quoted cell after the other.
    check(
        &case("a,b\n\"1,2\n\"3,4\n\"5,6\r7,8"),
        r#"',' ["a", "b"]
        2 ["\"1,2"] !unclosed_quote
        3 ["\"3,4"] !unclosed_quote
        4 ["\"5,6"] !unclosed_quote
        5 ["7", "8"]"#,
    );
    // A record whose earlier cell spans lines: only the line where the quote opened ends it.
    check(
        &case("a,b,c\n\"1\n2\",3,\"4\r\n5,6,7\n"),
        r#"',' ["a", "b", "c"]
        2 ["1\n2", "3", "\"4"] !unclosed_quote
        3 ["5", "6", "7"]"#,
    );
    // A blank line inside counts, and the quote may be the last byte.
    check(
        &case("a,b\n1,\"\n\n3,4\n"),
        r#"',' ["a", "b"]
        2 ["1", "\""] !unclosed_quote
        4 ["3", "4"]"#,
    );
    check(
        &case("a,b\n1,2\n3,\""),
        r#"',' ["a", "b"]
        2 ["1", "2"]
        3 ["3", "\""] !unclosed_quote"#,
    );
    // Blanks may stand between the closing quote and the text, and between the opening one and its cell.
    check(
        &case("a,b\n  \"1\n2\" \t x,3\n"),
        r#"',' ["a", "b"]
        2 ["\"1"] !unclosed_quote
        3 ["2\" \t x", "3"] !stray_quote"#,
    );
    // The header itself.
    check(
        &case("\"a,b\n1,2\n"),
        r#"',' ["\"a,b"]
        2 ["1", "2"] !too_many_cells"#,
    );
}

#[test]
fn quotes_are_unclosed_beyond_a_length() {
    let eight = |file: &str| {
        case(file)
            .delimiter(",")
            .limits(|limits| limits.max_quoted_bytes = 8)
    };
    check(
        &eight("a,b\n\"12345678\",2\n\"1234567\"\"\",3\n"),
        r#"',' ["a", "b"]
        2 ["12345678", "2"]
        3 ["\"1234567\"\"\",3"] !unclosed_quote"#,
    );
    check(
        &eight("a,b\n\"1\n345678\",2\n\"123456\"\"\",3\n"),
        r#"',' ["a", "b"]
        2 ["1\n345678", "2"]
        3 ["123456\"", "3"]"#,
    );
    check(
        &eight("a,b\n\"1\n3456789\",2\n4,5\n"),
        r#"',' ["a", "b"]
        2 ["\"1"] !unclosed_quote
        3 ["3456789\"", "2"] ?stray_quote
        4 ["4", "5"]"#,
    );
    // Noticed before the line ends: the whole line is the error.
    check(
        &eight("a,b\n1,\"3456789012,\"4\"\"\n5\",6\n"),
        r#"',' ["a", "b"]
        2 ["1", "\"3456789012,\"4\"\""] !unclosed_quote
        3 ["5\"", "6"] ?stray_quote"#,
    );
}

#[test]
fn delimiters_are_found() {
    let found = |file: &str, delimiter: char| {
        let result = read(&case(file), &[file.len()]);
        assert_eq!(result.as_ref().unwrap().delimiter(), delimiter, "{file}");
        check_cuts(&case(file), &show(&result));
    };
    found("a,b\n1,2\n", ',');
    found("a;b\n1,5;2,5\n1,7;3,1\n", ';');
    found("a\tb\n1, 2\t3; 4\n", '\t');
    found("a|b|c\nx, y|z|1\nx|z, u|1\n", '|');
    found("Name,Tags\nAnn,a;b\nBob,a;b\nCid,a;b\n", ',');
    found("Tags\na;b\nc;d\n", ',');
    found("Phone\n+60123\n", ',');
    found("Name;Note\n\"a,b,c\";x\n\"d,e,f\";y\n", ';');
    found("\"Name, first\";\"Note\"\n\"a,b\";x\n", ';');
    found("Name;Phone;City\nAnn\nBob;1\nCid;2;X\n", ';');
    found("Contacts\na;b;c\n1;2;3\n", ';');
    found("Contacts of 2024\n\na;b;c\n1;2;3\n4;5;6\n", ';');
    found("a;b\n\"unclosed, here;2\n3;4\n", ';');
    found("sep=|\na,b|c,d\n1,2|3,4\n", '|');
    found("SEP=;\r\na,b\r\n1,2\r\n", ';');
    found("\u{FEFF}\"sep=;\"\na,b;c\n1,2;3\n", ';');
}

#[test]
fn chosen_delimiters_and_separator_lines() {
    check(
        &case("sep=;\r\na;b\r\n1;2\r\n"),
        r#"';' ["a", "b"]
        2 ["1", "2"]"#,
    );
    check(
        &case("sep=;\ra,b\r1,2\r").delimiter(","),
        r#"',' ["a", "b"]
        2 ["1", "2"]"#,
    );
    check(
        &case("sep=\t\na\tb\n1\t2"),
        r#"'\t' ["a", "b"]
        2 ["1", "2"]"#,
    );
    check(
        &case("sep=;x\n1\n").delimiter(","),
        r#"',' ["sep=;x"]
        2 ["1"]"#,
    );
    check(
        &case("a;b\n1;2,3\n").delimiter(","),
        r#"',' ["a;b"]
        2 ["1;2", "3"] !too_many_cells"#,
    );
    check(&case("sep=;"), "no_data_rows");
    // A letter is no delimiter, and neither is a quote.
    for header in ["sep=x", "sep=\"", "sep=\"\"", "\"sep=\"\"\""] {
        let table = read(&case(format!("{header}\n1\n")).delimiter(","), &[9]).unwrap();
        assert_eq!(table.rows(), 1, "{header}");
        assert_eq!(table.row_number(0), 2, "{header}");
    }
}

/// Beyond the part of the file that decisions about the whole look at.
#[test]
fn what_comes_late_decides_nothing() {
    let mut file = "a;b\n".to_owned();
    while file.len() < decode::PREFIX + 10 {
        file += "1;\"2\"\n";
    }
    let rows = file.lines().count();
    file += &"1,2,3,4,5\n".repeat(rows * 2);
    let table = read(&case(&file), &[file.len()]).unwrap();
    assert_eq!(table.delimiter(), ';');
    for length in [decode::PREFIX - 1, decode::PREFIX, decode::PREFIX + 1, 1000] {
        let other = read(&case(&file), &[length]).unwrap();
        assert_eq!(other.records, table.records);
    }
}

#[test]
fn files_that_are_refused() {
    let few =
        |file: &str| case(file).limits(|limits| (limits.max_bytes, limits.max_rows) = (20, 3));
    for (case, expected) in [
        (case(""), "file_empty"),
        (case("\u{FEFF}"), "file_empty"),
        (case("a,b\n"), "no_data_rows"),
        (case("a,b"), "no_data_rows"),
        (case("\n\n \r\n,,\n"), "no_data_rows"),
        (case("a\n\n \n\"\"\n"), "no_data_rows"),
        (few("a\n1\n2\n3\n4\n"), "too_many_rows"),
        (few("a\n1\n2\n3\n4"), "too_many_rows"),
        (few("1\n2\n3\n4").header(0), "too_many_rows"),
        (few("a\n1\n2\n78901234567890\n"), "file_too_large"),
        (case(b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml.."), "not_csv xlsx"),
        (case(b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x0F\0\0\0xl/workbook.xml.."), "not_csv xlsx"),
        (case(b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0\0word/document.xml.."), "not_csv document"),
        (case(b"PK\x03\x04\x0A\0\0\0\0\0\0\0!\0\0\0\0\0.\0\0\0.\0\0\0\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "not_csv ods"),
        (case(b"PK\x03\x04\x14\0"), "not_csv zip"),
        (case("{\\rtf1\\ansi Name, Phone}"), "not_csv document"),
        (case("<?xml version=\"1.0\"?>\n<Workbook>"), "not_csv xml"),
        (case("<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">"), "not_csv ods"),
        (case("ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"Name\"\r\n"), "not_csv document"),
        (case("TABLE\r\n0,1\r\n\"EXCEL\"\r\n"), "not_csv document"),
        (case([b"contacts.csv".as_slice(), &[0; 245], b"ustar\x0000"].concat()), "not_csv archive"),
        (case(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "not_csv zip"),
        (case(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0"), "not_csv xls"),
        (case(b"\x1F\x8B\x08\0\0"), "not_csv gzip"),
        (case(b"%PDF-1.7\n%\xE2\xE3\n1 0 obj\n"), "not_csv pdf"),
        (case(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "not_csv png"),
        (case(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), "not_csv jpeg"),
        (case(b"GIF89a\x01\0\x01\0"), "not_csv gif"),
        (case(b"RIFF\x24\0\0\0WEBPVP8 "), "not_csv webp"),
        (case(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0"), "not_csv binary"),
        (case("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "not_csv vcard"),
        (case("BEGIN:VCARD"), "no_data_rows"),
        (case("\u{FEFF}\n [ {\"name\": \"Ann\"}]\n"), "not_csv json"),
        (case("{\"a\":1}\n{\"a\":2}\n"), "not_csv json"),
        (case("<!DOCTYPE html>\n<title>a,b</title>\n"), "not_csv html"),
        (case("<table border=1>\n<tr><td>1\n"), "not_csv html"),
        (case("<meta charset=utf-8>\n<table>\n"), "not_csv html"),
        (case("<!-- saved -->\n<HTML>\n"), "not_csv html"),
        (case("<?xml version=\"1.0\"?><html xmlns=\"x\">"), "not_csv html"),
        (case("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n"), "not_csv xml_excel"),
        (case("<contacts>\n<contact>Ann</contact>\n</contacts>\n"), "not_csv xml"),
        (case("begin:vcalendar\nversion:2.0\n"), "not_csv calendar"),
        (case("[[\"Name\"],[\"Ann\"]]"), "not_csv json"),
        (case("[\"Name\", \"Phone\"]\n"), "not_csv json"),
        (case(b"SQLite format 3\0\x10\0"), "not_csv sqlite"),
        (case(b"Rar!\x1A\x07\x01\0"), "not_csv archive"),
        (case(b"BZh91AY&SY\0"), "not_csv archive"),
        (case(b"\xFF\xFE\0\0N\0\0\0"), "not_csv utf32"),
        (case(b"\x09\x08\x10\0\0\x06\x05\0"), "not_csv xls"),
        (case(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), "not_csv document"),
        (case(b"BM\x36\x84\x03\0\0\0\0\0\x36"), "not_csv image"),
        (case(b"\0\0\0\x18ftypheic\0\0"), "not_csv image"),
        (case("\u{FEFF}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()), "not_csv json"),
    ] {
        check(&case, expected);
    }
}

#[test]
fn what_looks_odd_and_is_csv() {
    check(
        &case("[Name],{Phone}\nAnn,1\n"),
        r#"',' ["[Name]", "{Phone}"]
        2 ["Ann", "1"]"#,
    );
    check(
        &case("<Name>,PK\nAnn,1\n"),
        r#"',' ["<Name>", "PK"]
        2 ["Ann", "1"]"#,
    );
    check(
        &case("Name,Phone\nA\0nn,1\x07\n"),
        r#"',' ["Name", "Phone"]
        2 ["A\0nn", "1\u{7}"]"#,
    );
    check(
        &case(b"Name,Phone\nJos\xE9,1\n").encoding("utf-8"),
        "',' [\"Name\", \"Phone\"]\n2 [\"<Jos\u{FFFD}>\", \"1\"]",
    );
}

#[test]
fn bytes_that_text_does_not_have_are_few_in_text() {
    let check = |[control, letters]: [usize; 2], end: &[u8], expected: Option<&str>| {
        let file = [&[1].repeat(control), &b"a".repeat(letters), end].concat();
        assert_eq!(
            kind::of_text(&file),
            expected,
            "{control} {letters} {end:?}"
        );
    };
    // One in four.
    check([1, 3], b"", None);
    check([2, 5], b"", Some("binary"));
    check([0, 0], b"\t\r\n\x0B\x0C\x1B", None);
    // One in twenty, but more than three, where other bytes are not UTF-8 either.
    check([4, 74], b"\xFF", Some("binary"));
    check([4, 75], b"\xFF", None);
    check([3, 40], b"\xFF", None);
    check([4, 74], b"b", None);
    // Cut within a character.
    check([4, 74], b"\xC3", None);
}

/// A file that merely starts as another format does.
#[test]
fn headers_that_look_like_other_formats() {
    for header in [
        "BEGIN:VCARD,b",
        "BEGIN,END",
        "begin:vcard date",
        "%PDF-files,b",
        "GIF89a,b is c",
        "GIF87a picture,b",
        "RIFF,WEBPWEBPWEBP",
        "RIFF,abcWEBP,b",
        "BMW,b",
        "Né,b,\0\0\0\0",
        "Namé,b,WEBP",
        "abcdftyp,b",
        "\0\0\0\u{1}typf,b",
        "PK,b",
        "II*,b",
        "Rar!,b",
        "SQLite format 3,b",
        "<html>,b",
        "<Name>,<Phone>",
        "<table>",
        "<?xml,b",
        "[a],b",
        "[\"a\"x,b",
        "{a},b",
        "{\"a\",b",
        "{\\rt,b",
        "TABLE",
        "ID;Phone,b\nC;+60123456789",
    ] {
        let file = format!("{header}\nAnn,Bob\nCid,Dan\n");
        let result = read(&case(&file).delimiter(","), &[file.len()]);
        let rows = header.lines().count() + 1;
        assert_eq!(result.map(|table| table.rows()), Ok(rows), "{header}");
    }
}

/// Refused before the end: nobody waits for 20 MB of a picture.
#[test]
fn refusals_are_known_early() {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    parser.push(b"\x89PNG\r\n\x1A\n");
    parser.push(&[0; decode::PREFIX]);
    assert_eq!(parser.refused().unwrap().kind, Some("png"));

    let limits = Limits {
        max_rows: 100_000,
        ..Limits::default()
    };
    let mut parser = Parser::new(&limits, &FileChoice::default());
    parser.push("a\n".repeat(100_001).as_bytes());
    assert_eq!((parser.rows_so_far(), parser.refused()), (100_000, None));
    parser.push(b"x\n");
    assert_eq!(parser.refused().unwrap().code, Code::TooManyRows);
}

/// A header has as many names as a spreadsheet has columns; what lies beyond is an error where it holds something.
#[test]
fn columns_are_bounded() {
    let width = |file: Vec<u8>, header: Option<u32>| {
        let case = header.map_or_else(|| case(&file), |number| case(&file).header(number));
        read(&case, &[1 << 16]).unwrap().width()
    };
    let row = |cells: usize| [b"a", &b",b".repeat(cells - 1)[..], b"\n"].concat();
    assert_eq!(width(row(10_000).repeat(2), None), 10_000);
    assert_eq!(width(row(16_384).repeat(2), None), 16_384);
    assert_eq!(width(row(16_385).repeat(2), None), 16_384);
    assert_eq!(width(row(20_000).repeat(2), Some(0)), 16_384);
    let delimiters = [b"a", &b",".repeat(20_000_000)[..], b"\nx,y\n"].concat();
    assert_eq!(width(delimiters, None), 16_384);
    for (rest, found) in [
        (
            "b,c,d\n1,2,3,4\n",
            "',' [\"a\", \"b\", \"c\"]\n2 [\"1\", \"2\", \"3\", \"4\"] !too_many_cells\n",
        ),
        (
            "b,c,d\n1,2,3,\n",
            "',' [\"a\", \"b\", \"c\"]\n2 [\"1\", \"2\", \"3\", \"\"]\n",
        ),
        (
            "b\n1,2,3\n",
            "',' [\"a\", \"b\"]\n2 [\"1\", \"2\", \"3\"] !too_many_cells\n",
        ),
    ] {
        check(
            &case(format!("a,{rest}")).limits(|limits| limits.max_columns = 3),
            found,
        );
    }
}

/// Files made to hurt: each is a second's work at most where a second look per line would take hours.
#[test]
fn hostile_files_stay_linear() {
    let many = |text: &str, times: usize| text.repeat(times).into_bytes();
    let wide = many("\"x\",", 10_000);
    let limits = |limits: &mut Limits| limits.max_rows = u32::MAX;
    for (file, rows) in [
        (many("\"a\n", 200_000), 199_999),
        (many("a,\"\n", 200_000), 0),
        (many("\"\"\"a\n", 200_000), 199_999),
        (many("\"\"a\n", 200_000), 199_999),
        (many(" \"a\"\"\n", 200_000), 0),
        (many("\"", 1_000_000), 0),
        (many("\0\"\n,", 500_000), 0),
        (many(",", 5_000_000), 0),
        (many("\n", 5_000_000), 0),
        ([&wide[..], b"\n", &wide, b"\n", &wide].concat(), 2),
        (
            [&many("a\n", 2)[..], b"\"", &many("x", 5_000_000)].concat(),
            2,
        ),
    ] {
        let started = std::time::Instant::now();
        let whole = read(&case(&file).limits(limits), &[file.len()]);
        let pieces = read(&case(&file).limits(limits), &[1000, 1, 17]);
        match (&whole, &pieces) {
            (Ok(whole), Ok(pieces)) => assert_eq!(whole.records, pieces.records),
            (whole, pieces) => assert_eq!(whole.as_ref().err(), pieces.as_ref().err()),
        }
        if rows > 0 {
            assert_eq!(whole.unwrap().rows(), rows);
        }
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }
}

/// A cell as a writer quotes it, or not.
fn quoted(cell: &str, delimiter: char, always: bool) -> String {
    if always || cell.contains([delimiter, '"', '\r', '\n']) || cell != cell.trim() {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

proptest! {
    /// What is written by the rules is read as the `csv` crate reads it.
    #[test]
    fn well_formed_files_read_as_by_the_csv_crate(
        records in prop::collection::vec(
            prop::collection::vec(("[ a-zé\"',;|\t\r\n\u{FEFF}]{0,6}", any::<bool>()), 3),
            2..8,
        ),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        last in any::<bool>(),
    ) {
        let mut file = records
            .iter()
            .map(|cells| {
                // A first cell that can't be mistaken for a mark, a `sep=` line or another format.
                let first = format!("x{}", cells[0].0);
                let cells = std::iter::once((first, cells[0].1)).chain(cells[1..].iter().cloned());
                cells
                    .map(|(cell, always)| quoted(&cell, delimiter, always))
                    .collect::<Vec<_>>()
                    .join(&delimiter.to_string())
            })
            .collect::<Vec<_>>()
            .join(line_end);
        if last {
            file += line_end;
        }
        let case = case(&file).delimiter(&delimiter.to_string());
        let result = read(&case, &[file.len()]);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter as u8)
            .has_headers(false)
            .from_reader(file.as_bytes());
        let others: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(String::from).collect())
            .collect();
        let table = result.as_ref().unwrap();
        let ours: Vec<Vec<String>> = table
            .records()
            .map(|(_, cells)| cells.map(|cell| cell.into_text().unwrap().into_owned()).collect())
            .collect();
        prop_assert_eq!(ours, others);
        check_cuts(&case, &show(&result));
    }

    /// However broken, however cut: the same, and every byte that isn't syntax is in some cell.
    #[test]
    fn any_file_reads_the_same_in_any_cut(
        file in "(a|b|twelve bytes|\"|\"|\"|,|,|;|\n|\n|\r|\r\n| |\t|\u{FEFF}|é|sep=;\n){0,120}",
        limit in 1_u32..20,
        lengths in prop::collection::vec(1_usize..9, 1..9),
    ) {
        let case = case(&file).limits(|limits| limits.max_quoted_bytes = limit);
        let whole = show(&read(&case, &[file.len().max(1)]));
        prop_assert_eq!(show(&read(&case, &lengths)), whole.clone());
        check_cuts(&case, &whole);
    }

    /// Any bytes at all.
    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let case = case(&bytes).header(0).encoding("utf-8");
        let result = read(&case, &[bytes.len().max(1)]);
        check_cuts(&case, &show(&result));
        if let Ok(table) = &result {
            check_texts(table);
        }
    }
}
