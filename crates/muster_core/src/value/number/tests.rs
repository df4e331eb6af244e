use super::*;
use crate::field::FieldType;
use crate::value::FormatFinder;

#[track_caller]
fn check(value: &str, format: Format, want: Result<&str, Code>) {
    let got = read(value, format).map(|(number, _)| number);
    assert_eq!(
        got.as_deref().map_err(|code| *code),
        want,
        "{value:?} {format:?}"
    );
    if let Ok(number) = got {
        assert_eq!(read(&number, Format::Point).unwrap().0, number);
    }
}

/// The number by point and by comma.
#[track_caller]
fn both(value: &str, point: Option<&str>, comma: Option<&str>) {
    check(value, Format::Point, point.ok_or(Code::NumberInvalid));
    check(value, Format::Comma, comma.ok_or(Code::NumberInvalid));
    let auto = match (point, comma) {
        (Some(one), Some(other)) if one != other => Err(Code::NumberAmbiguous),
        _ => point.or(comma).ok_or(Code::NumberInvalid),
    };
    check(value, Format::Auto, auto);
}

#[track_caller]
fn same(value: &str, want: Option<&str>) {
    both(value, want, want);
}

#[test]
fn the_canonical_form_is_plain() {
    same("0", Some("0"));
    same("-0", Some("0"));
    same("+0", Some("0"));
    same("000", Some("0"));
    same("007", Some("7"));
    same("+42", Some("42"));
    same("-42", Some("-42"));
    both("-0.00", Some("0"), None);
    both("1.50", Some("1.5"), None);
    both("1.00", Some("1"), None);
    both(".5", Some("0.5"), None);
    both("-.5", Some("-0.5"), None);
    both("0,5", None, Some("0.5"));
    both(",5", None, Some("0.5"));
    both("00.10", Some("0.1"), None);
    both("1234.5", Some("1234.5"), None);
    both("1234,5", None, Some("1234.5"));
}

#[test]
fn groups_stand_where_they_belong() {
    both("1,234", Some("1234"), Some("1.234"));
    both("1.234", Some("1.234"), Some("1234"));
    both("1,234,567", Some("1234567"), None);
    both("1.234.567", None, Some("1234567"));
    both("123,456,789.5", Some("123456789.5"), None);
    both("-1.234,56", None, Some("-1234.56"));
    both("1,234.56", Some("1234.56"), None);
    both("12,34,567", Some("1234567"), None);
    both("1,00,00,000.5", Some("10000000.5"), None);
    both("12.34.567", None, Some("1234567"));
    both("0,123", None, Some("0.123"));
    both("0.250", Some("0.25"), None);
    for other in [
        "1,2,3",
        "1234,567,890",
        "1,23,45",
        "123,45,678",
        "1,234,56",
        "1,,234",
        "12,345,67",
        "1,234,",
        ",234,567",
        "1,23,456,789",
        "1.2.3",
        "0,123,456",
        "1,234.567,8",
        "1.5,234",
        "1,234,5678",
    ] {
        same(other, None);
    }
    both(",234", None, Some("0.234"));
}

#[test]
fn anything_else_is_no_number() {
    for other in [
        "",
        "+",
        "-",
        ".",
        ",",
        "-.",
        "1.",
        "1,",
        "1.2.",
        "--1",
        "+-1",
        "1-",
        "1 234",
        "1\u{a0}234",
        "1'234",
        "$5",
        "5 €",
        "50%",
        "(5)",
        "\u{2212}5",
        "1/2",
        "0x10",
        "١٢",
        "１",
        "½",
        "NaN",
        "inf",
        "- 1",
        "1e",
        "e5",
        "12e5",
    ] {
        same(other, None);
    }
}

#[test]
fn numbers_have_thirty_digits_at_most() {
    let thirty = "123456789012345678901234567890";
    same(thirty, Some(thirty));
    same(&format!("-{thirty}"), Some(&format!("-{thirty}")));
    same(&format!("000{thirty}"), Some(thirty));
    same(&format!("{thirty}1"), None);
    let fraction = format!("0.{}", "1".repeat(29));
    both(&fraction, Some(&fraction), None);
    both(&format!("{fraction}000"), Some(&fraction), None);
    both(&format!("{fraction}1"), None, None);
    both("9007199254740993.1", Some("9007199254740993.1"), None);
}

#[test]
fn spreadsheets_damage_numbers() {
    for damaged in ["6.01E+10", "1e5", "-1e5", "+6,01E+10"] {
        for format in [Format::Point, Format::Comma, Format::Auto] {
            check(damaged, format, Err(Code::SpreadsheetDamaged));
        }
    }
    same("--1e5", None);
}

#[test]
fn the_column_decides_about_the_mark() {
    let resolve = |is_semicolon_file, cells: &[&str]| {
        let delimiter = if is_semicolon_file { ';' } else { ',' };
        let mut finder = FormatFinder::new(FieldType::Number, Format::Auto, delimiter);
        cells.iter().for_each(|cell| finder.see(cell));
        finder.resolve()
    };
    for semicolons in [false, true] {
        // More cells.
        assert_eq!(resolve(semicolons, &["1.5", "1,234"]), Format::Point);
        assert_eq!(resolve(semicolons, &["1,5", "1.234"]), Format::Comma);
        assert_eq!(
            resolve(semicolons, &["1,5", "1.5", "2.5", "x", ""]),
            Format::Point
        );
        assert_eq!(resolve(semicolons, &["1.234,5", "1e5"]), Format::Comma);
        // A tie without a difference.
        assert_eq!(resolve(semicolons, &[]), Format::Point);
        assert_eq!(resolve(semicolons, &["1", "-20", "007"]), Format::Point);
        assert_eq!(resolve(semicolons, &["1.5", "1,5"]), Format::Point);
    }
    // A tie that makes one.
    assert_eq!(resolve(false, &["1,234", "5"]), Format::Auto);
    assert_eq!(resolve(true, &["1,234", "5"]), Format::Comma);
    assert_eq!(resolve(true, &["1.234"]), Format::Comma);
    assert_eq!(resolve(false, &["1,234", "1.5", "1,5"]), Format::Auto);
}

#[test]
fn what_was_probably_meant() {
    let first = |value: &str| {
        let all = candidates(value);
        let format = if value.contains(',') {
            Format::Comma
        } else {
            Format::Point
        };
        all.into_iter()
            .find(|number| read(number, format).is_ok())
            .unwrap_or_default()
    };
    for (value, want) in [
        ("1 234,56", "1234,56"),
        ("1\u{202f}234\u{a0}567", "1234567"),
        ("1'234.50", "1234.50"),
        ("$5", "5"),
        ("-$5", "-5"),
        ("5,20 €", "5,20"),
        ("RM 12.30", "12.30"),
        ("1.", "1"),
        ("\u{2212}5", "-5"),
        ("(5.20)", "-5.20"),
        ("50%", ""),
        ("12 5", ""),
        ("1 234 5", ""),
        ("1234 567", ""),
        ("twelve", ""),
        ("1/2", ""),
    ] {
        assert_eq!(first(value), want, "{value}");
    }
}
