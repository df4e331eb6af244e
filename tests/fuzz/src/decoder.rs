//! Bytes to text: any bytes, in any cut, in any encoding that can be chosen.

use muster_core::import::{FileChoice, HeaderRow};
use muster_core::limits::Limits;
use muster_core::parse::encodings;

use super::{Choices, read, show};

/// No cut changes what is read, and to choose what was found changes nothing either.
pub fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let mut choice = FileChoice::default();
    if choices.seldom(2) {
        let encodings: Vec<&str> = encodings().collect();
        choice.encoding = choices.one(&encodings).into();
    }
    if choices.seldom(3) {
        choice.header_row = HeaderRow::Row(u32::from(choices.byte() % 8));
    }
    let piece = 1 + choices.below(80);
    let file = choices.rest();
    let limits = Limits::default();
    let whole = read(file, file.len(), &choice, &limits);
    let shown = show(&whole);
    for piece in [1, piece] {
        assert_eq!(
            shown,
            show(&read(file, piece, &choice, &limits)),
            "in pieces of {piece}"
        );
    }
    let Ok(table) = whole else { return };
    let found = FileChoice {
        encoding: table.encoding().into(),
        delimiter: table.delimiter().into(),
        ..choice.clone()
    };
    assert_eq!(shown, show(&read(file, file.len(), &found, &limits)));
    for row in 0..table.rows() {
        for column in 0..=table.width() {
            assert_eq!(table.text(row, column), table.cell(row, column).into_text());
        }
    }
    // With zeros it may be UTF-16 without a mark.
    if choice.encoding == "auto" && std::str::from_utf8(file).is_ok() && !file.contains(&0) {
        assert_eq!(table.encoding(), "utf-8");
        assert!((0..table.rows()).all(|row| {
            table
                .cells(row)
                .all(|cell| std::str::from_utf8(&cell.bytes).is_ok())
        }));
    }
}
