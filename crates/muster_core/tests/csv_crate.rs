//! Well-formed files, written and read by the `csv` crate: the same cells.

#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

#[path = "../src/evidence.rs"]
mod evidence;

use muster_core::import::{FileChoice, HeaderRow};
use muster_core::limits::Limits;
use muster_core::parse::Parser;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const FILES: u32 = 10_000;

type Records = Vec<Vec<String>>;

/// Records of one width, with whatever cells may hold. The first cell begins like nothing else does: no mark, no
/// `sep=`, no other kind of file; and so no record is blank.
fn records() -> impl Strategy<Value = Records> {
    let cell = prop_oneof![
        "[ a-zé\"',;|\t\r\n\u{FEFF}日👩]{0,6}",
        "\\PC{0,12}",
        Just(String::new()),
        "\"{0,3}[a-z]\"{0,3}",
        "[0-9]{1,9}([.,][0-9]{2})?",
    ];
    (1..8_usize).prop_flat_map(move |width| {
        let record = prop::collection::vec(cell.clone(), width).prop_map(|mut record| {
            record[0].insert(0, 'x');
            record
        });
        prop::collection::vec(record, 1..24)
    })
}

fn written(records: &Records, style: &mut csv::WriterBuilder) -> Vec<u8> {
    let mut writer = style.from_writer(Vec::new());
    for record in records {
        writer.write_record(record).unwrap();
    }
    writer.into_inner().unwrap()
}

fn read(file: &[u8], delimiter: char, piece: usize) -> Records {
    let choice = FileChoice {
        encoding: "utf-8".into(),
        delimiter: delimiter.into(),
        header_row: HeaderRow::Row(0),
    };
    let mut parser = Parser::new(&Limits::default(), &choice);
    for piece in file.chunks(piece) {
        parser.push(piece);
    }
    let table = parser.finish().unwrap();
    let text = |cell: muster_core::parse::Cell<'_>| cell.into_text().unwrap().into_owned();
    (0..table.rows())
        .inspect(|&row| assert_eq!(table.record_issues(row).count(), 0))
        .map(|row| table.cells(row).map(text).collect())
        .collect()
}

#[test]
fn well_formed_files_read_as_by_the_csv_crate() {
    let files = evidence::cases(FILES);
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(files)
    });
    let delimiter = prop::sample::select(vec![',', ';', '\t', '|']);
    let line_end = prop::sample::select(vec![
        csv::Terminator::CRLF,
        csv::Terminator::Any(b'\n'),
        csv::Terminator::Any(b'\r'),
    ]);
    let quotes = prop::sample::select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]);
    let all = (records(), delimiter, line_end, quotes, 1..50_usize);
    let cells = std::cell::Cell::new(0);
    let ran = runner.run(&all, |(records, delimiter, line_end, quotes, piece)| {
        let file = written(
            &records,
            csv::WriterBuilder::new()
                .delimiter(delimiter as u8)
                .terminator(line_end)
                .quote_style(quotes),
        );
        let theirs: Records = csv::ReaderBuilder::new()
            .delimiter(delimiter as u8)
            .has_headers(false)
            .from_reader(file.as_slice())
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(&theirs, &records);
        prop_assert_eq!(&read(&file, delimiter, file.len()), &theirs);
        prop_assert_eq!(&read(&file, delimiter, piece), &theirs);
        cells.set(cells.get() + records.len() * records[0].len());
        Ok(())
    });
    ran.unwrap();
    let found = format!("0 differences in {} cells", cells.get());
    evidence::count(
        files,
        "well-formed random files against the csv crate",
        &found,
    );
}
