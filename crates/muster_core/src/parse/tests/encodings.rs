//! What encoding a file is in, and that no cut changes it.

use sha2::Digest as _;

use super::*;

/// The encoding that a file is read in, and its first data row, by every driver.
fn check_read(case: &Case, encoding: &str, row: &[&str]) {
    let result = read(case, &[case.bytes.len()]);
    let table = result
        .as_ref()
        .unwrap_or_else(|refused| panic!("{refused:?}: {:X?}", &case.bytes));
    assert_eq!(table.encoding(), encoding);
    assert_eq!(table.bytes(), case.bytes.len() as u64);
    assert_eq!(
        table.digest(),
        <[u8; 32]>::from(sha2::Sha256::digest(&case.bytes))
    );
    let cells: Vec<String> = (0..table.width())
        .map(|column| match table.text(0, column) {
            Ok(text) => text.into_owned(),
            Err(lossy) => format!("<{lossy}>"),
        })
        .collect();
    assert_eq!(cells, row);
    check_texts(table);
    check_cuts(case, &show(&result));
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[test]
fn a_mark_decides() {
    let file = "Name,City\n\"Zoë, 😀\",京都\n";
    let row = ["Zoë, 😀", "京都"];
    check_read(&case(format!("\u{FEFF}{file}")), "utf-8", &row);
    let marked = format!("\u{FEFF}{file}");
    check_read(&case(utf16(&marked, u16::to_le_bytes)), "utf-16le", &row);
    check_read(&case(utf16(&marked, u16::to_be_bytes)), "utf-16be", &row);
    // It stays decided where bytes are no text.
    check_read(
        &case(b"\xEF\xBB\xBFa,b\nJos\xE9,Zo\xEB\n"),
        "utf-8",
        &["<Jos\u{FFFD}>", "<Zo\u{FFFD}>"],
    );
}

#[test]
fn utf16_without_a_mark_is_seen_by_its_zeros() {
    let file = "Name;Phone\r\nAisyah;+60123456789\r\n";
    let row = ["Aisyah", "+60123456789"];
    check_read(&case(utf16(file, u16::to_le_bytes)), "utf-16le", &row);
    check_read(&case(utf16(file, u16::to_be_bytes)), "utf-16be", &row);
    // No letter of it is Western.
    let file = "名前,電話\n山田太郎,東京都\n鈴木花子,大阪府\n";
    let row = ["山田太郎", "東京都"];
    check_read(&case(utf16(file, u16::to_le_bytes)), "utf-16le", &row);
    check_read(&case(utf16(file, u16::to_be_bytes)), "utf-16be", &row);
    // Some zeros are an accident.
    check_read(&case("a,b\nx\0,y\0\n"), "utf-8", &["x\0", "y\0"]);
}

#[test]
fn half_characters_of_utf16_spoil_their_cell_alone() {
    let units =
        |units: &[u16]| -> Vec<u8> { units.iter().flat_map(|unit| unit.to_le_bytes()).collect() };
    let [a, b, comma, line] = [0x61, 0x62, 0x2C, 0x0A];
    let head = [0xFEFF, a, comma, b, line];
    for (row, expected) in [
        (&[a, 0xD83D, comma, b][..], ["<a\u{FFFD}>", "b"]),
        (&[a, 0xDE00, comma, b], ["<a\u{FFFD}>", "b"]),
        (&[0xD83D, 0xD83D, 0xDE00, comma, b], ["<\u{FFFD}😀>", "b"]),
        (&[a, comma, 0xDE00, 0xD83D], ["a", "<\u{FFFD}\u{FFFD}>"]),
        (&[a, comma, 0xDBFF, 0xDFFF], ["a", "\u{10FFFF}"]),
    ] {
        let bytes = units(&[&head[..], row].concat());
        check_read(&case(bytes), "utf-16le", &expected);
    }
    // The last byte is half a unit, whatever it would be alone.
    for half in [b'x', b'"', b'\n', 0xFF] {
        let mut bytes = units(&[&head[..], &[a, comma, b]].concat());
        bytes.push(half);
        check_read(&case(bytes), "utf-16le", &["a", "<b\u{FFFD}>"]);
    }
}

#[test]
fn a_chosen_encoding_is_followed() {
    let german = case(b"Name,City\nJ\xFCrgen,K\xF6ln\n");
    check_read(
        &german.clone().encoding("latin1"),
        "windows-1252",
        &["Jürgen", "Köln"],
    );
    check_read(
        &german.clone().encoding("ISO-8859-2"),
        "iso-8859-2",
        &["Jürgen", "Köln"],
    );
    check_read(
        &german.clone().encoding("windows-1251"),
        "windows-1251",
        &["Jьrgen", "Kцln"],
    );
    check_read(
        &german.encoding("utf8"),
        "utf-8",
        &["<J\u{FFFD}rgen>", "<K\u{FFFD}ln>"],
    );
    let plain = "Name,City\nAnn,Rome\n";
    check_read(
        &case(plain).encoding("windows-1252"),
        "windows-1252",
        &["Ann", "Rome"],
    );
    check_read(
        &case(utf16(plain, u16::to_be_bytes)).encoding("utf-16be"),
        "utf-16be",
        &["Ann", "Rome"],
    );
    check_read(
        &case(b"a,b\n\x83\x41,\x83\n").encoding("sjis"),
        "shift_jis",
        &["ア", "<\u{FFFD}>"],
    );
    // Trail bytes that are syntax elsewhere: of 表 a backslash, of 竹 a bar.
    check_read(
        &case(b"a|b\n\x95\x5C|\x92\x7C\n")
            .encoding("shift_jis")
            .delimiter("|"),
        "shift_jis",
        &["表", "竹"],
    );
    check(&case("").encoding("shift_jis"), "file_empty");
    check(
        &case(b"PK\x03\x04\x14\0").encoding("shift_jis"),
        "not_csv zip",
    );
    check(&case("a,b\n").encoding("gbk"), "no_data_rows");
}

#[test]
fn old_encodings_are_detected() {
    check_read(
        &case(b"Name,City\nJ\xFCrgen M\xFCller,K\xF6ln\n"),
        "windows-1252",
        &["Jürgen Müller", "Köln"],
    );
    check_read(
        &case(b"\x96\xBC\x91O,\x93s\x8Es\n\x8ER\x93c\x91\xBE\x98Y,\x93\x8C\x8B\x9E\n"),
        "shift_jis",
        &["山田太郎", "東京"],
    );
    check_read(
        &case(b"\xD0\xD5\xC3\xFB,\xB3\xC7\xCA\xD0\n\xD5\xC5\xCE\xB0,\xC9\xCF\xBA\xA3\n\xC0\xEE\xC4\xC8,\xB1\xB1\xBE\xA9\n"),
        "gb18030",
        &["张伟", "上海"],
    );
}

/// One cell was cut off in the middle of a letter: the file stays what it is, and the cell says so.
#[test]
fn damaged_utf8_stays_utf8() {
    check_read(
        &case(b"Name,City\nJos\xC3\xA9,K\xC3\xB6ln\xFF\nZo\xC3\xAB,Lom\xC3\n"),
        "utf-8",
        &["José", "<Köln\u{FFFD}>"],
    );
    check_read(
        &case(b"Name,City\nJos\xC3\xA9,Bob\xFF\n"),
        "utf-8",
        &["José", "<Bob\u{FFFD}>"],
    );
}

/// The first byte that isn't UTF-8 may come at the very end of the file.
#[test]
fn what_comes_late_decides_about_the_encoding() {
    let mut file = "Name,City\n".as_bytes().to_vec();
    file.resize(400_010, b'x');
    for at in (109..400_000).step_by(100) {
        file[at] = b'\n';
    }
    file.extend(b",Jos\xE9\n");
    let table = read(&case(&file), &[file.len()]).unwrap();
    assert_eq!(table.encoding(), "windows-1252");
    assert_eq!(table.text(table.rows() - 1, 1).unwrap(), "José");
    for length in [1, 1_000, 65_535, 65_536] {
        let other = read(&case(&file), &[length]).unwrap();
        assert_eq!(other.records, table.records);
    }
}

/// The limit is the file's, not the text's.
#[test]
fn long_text_of_short_files_fits() {
    let limit = |file: &[u8], most: u64| case(file).limits(|limits| limits.max_bytes = most);
    let file = utf16("\u{FEFF}名,前\n山田,太郎\n", u16::to_le_bytes);
    check_read(&limit(&file, 22), "utf-16le", &["山田", "太郎"]);
    check(&limit(&file, 21), "file_too_large");
    let file = b"a,b\n\x80\x80,\x80\x80\x80\n";
    let chosen = |most| limit(file, most).encoding("windows-1252");
    check_read(&chosen(11), "windows-1252", &["€€", "€€€"]);
    check(&chosen(10), "file_too_large");
    check(&limit(file, 10), "file_too_large");
}

proptest! {
    /// Any bytes in any encoding: the same in any cut, as long as the file, and never a panic.
    #[test]
    fn any_bytes_in_any_encoding(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(b','), Just(b'\n')], 0..200),
        encoding in prop::sample::select(vec!["auto", "utf-16le", "utf-16be", "shift_jis", "gb18030", "windows-1255"]),
    ) {
        let case = case(&bytes).header(0).encoding(encoding);
        let result = read(&case, &[bytes.len().max(1)]);
        check_cuts(&case, &show(&result));
        if let Ok(table) = &result {
            prop_assert_eq!(table.bytes(), bytes.len() as u64);
            check_texts(table);
        }
    }

    /// Text comes through UTF-16 as it is.
    #[test]
    fn utf16_reads_as_utf8(cells in prop::collection::vec("[^\0\"\r\n,;\t|]{1,9}", 4), big in any::<bool>()) {
        let file = format!("\u{FEFF}a,b\n{},{}\n{},{}\n", cells[0], cells[1], cells[2], cells[3]);
        let bytes = utf16(&file, if big { u16::to_be_bytes } else { u16::to_le_bytes });
        let read = |bytes: &[u8]| {
            let result = read(&case(bytes).delimiter(","), &[3]);
            show(&result)
        };
        prop_assert_eq!(read(&bytes), read(file.as_bytes()));
    }
}
