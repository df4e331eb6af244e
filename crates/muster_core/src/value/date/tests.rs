use super::*;
use crate::field::FieldType;
use crate::value::FormatFinder;

#[track_caller]
fn check(value: &str, format: Format, want: Result<&str, Code>) {
    let got = read(value, format);
    let plain = got.as_ref().map(|(date, _)| date.as_ref());
    assert_eq!(plain.map_err(|code| *code), want, "{value:?}");
    if let Ok((date, _)) = got {
        assert_eq!(read(&date, Format::Auto), Ok((Cow::Borrowed(&*date), None)));
    }
}

/// The same in every format.
#[track_caller]
fn always(value: &str, want: Result<&str, Code>) {
    for format in [Format::Auto, Format::Dmy, Format::Mdy] {
        check(value, format, want);
    }
}

#[track_caller]
fn converted(value: &str, want: &str) {
    always(value, Ok(want));
    assert_eq!(
        read(value, Format::Auto).unwrap().1,
        Some(Code::ValueConverted),
        "{value}"
    );
}

const INVALID: Result<&str, Code> = Err(Code::DateInvalid);

#[test]
fn iso_is_always_read() {
    always("2023-10-25", Ok("2023-10-25"));
    always("2024-02-29", Ok("2024-02-29"));
    always("1000-01-01", Ok("1000-01-01"));
    always("9999-12-31", Ok("9999-12-31"));
    always("2000-02-29", Ok("2000-02-29"));
    assert_eq!(read("2023-10-25", Format::Auto).unwrap().1, None);
    for invalid in [
        "0999-12-31",
        "2023-02-29",
        "1900-02-29",
        "2023-13-01",
        "2023-00-01",
        "2023-01-00",
        "2023-01-32",
        "2023-04-31",
        "2023-1-5",
        "2023-10-5",
        "23-10-25",
        "12023-10-25",
        "2023-10",
        "2023",
        "20231025",
        "2023.10.25",
        "2023 10 25",
        "2023-10/25",
        "2023-10-25x",
        "+2023-10-25",
        "-2023-10-25",
        "2023–10–25",
        "2023-W43-3",
        "2023-298",
        "২০২৩-10-25",
    ] {
        always(invalid, INVALID);
    }
}

#[test]
fn a_date_time_gives_its_date() {
    for time in [
        "T14:30",
        "T14:30:00",
        "T14:30:00Z",
        "T14:30:00.123Z",
        "T14:30:00,5",
        "t00:00:00z",
        " 14:30:00",
        "T23:59:59+08:00",
        "T23:59:59-0800",
        "T23:59+08",
        " 14:30:00 +0800",
        " 14:30:00.000000 +00:00",
    ] {
        converted(&format!("2023-10-25{time}"), "2023-10-25");
    }
    for time in [
        "T",
        " ",
        "T14",
        "T1:30",
        "T24:00",
        "T14:60",
        "T14:30:60",
        "T14:30:0",
        "T14:30:00.",
        "T14:30:00X",
        "T14:30:00+8",
        "T14:30:00+08:",
        "T14:30:00+08:60",
        "T14:30:00+24:00",
        "Z",
        "T14:30ZZ",
        "X14:30",
        "  14:30",
    ] {
        always(&format!("2023-10-25{time}"), INVALID);
    }
    always("2023-02-30T14:30:00Z", INVALID);
    always("25/10/2023 14:30", INVALID);
}

#[test]
fn english_months_are_read() {
    for date in [
        "25 Oct 2023",
        "25 October 2023",
        "25 OCT 2023",
        "25-Oct-2023",
        "Oct 25, 2023",
        "October 25, 2023",
        "Oct 25 2023",
        "oct. 25, 2023",
        "25  oct  2023",
        "25\u{a0}Oct\u{a0}2023",
    ] {
        converted(date, "2023-10-25");
    }
    converted("1 Sept 2023", "2023-09-01");
    converted("Feb 29, 2024", "2024-02-29");
    for (number, name) in (1..).zip(MONTHS) {
        converted(&format!("07 {name} 1999"), &format!("1999-{number:02}-07"));
        converted(
            &format!("{} 7, 1999", &name[..3]),
            &format!("1999-{number:02}-07"),
        );
    }
    for invalid in [
        "25 Okt 2023",
        "25 Octo 2023",
        "25 Oct",
        "Oct 2023",
        "25 Oct 23",
        "Oct 25, 23",
        "32 Oct 2023",
        "29 Feb 2023",
        "2023 Oct 25",
        "25th Oct 2023",
        "Wed 25 Oct 2023",
        "25 Oct 2023 14:30",
        "025 Oct 2023",
        "25 oc 2023",
        "25 , 2023",
        "Oct, 25 2023",
        "25 décembre 2023",
        "yesterday",
        "25Oct2023",
        "-",
        "- - -",
        "é é é",
    ] {
        always(invalid, INVALID);
    }
}

#[test]
fn year_first_with_slashes_is_always_read() {
    always("2023/10/25", Ok("2023-10-25"));
    always("2023/1/5", Ok("2023-01-05"));
    for invalid in [
        "2023/25/10",
        "2023/02/29",
        "2023/001/5",
        "2023/1/",
        "2023//5",
        "0999/1/1",
    ] {
        always(invalid, INVALID);
    }
}

#[test]
fn day_and_month_are_read_by_format() {
    for separator in ["/", "-", "."] {
        let date = |first: &str, second: &str| format!("{first}{separator}{second}{separator}2023");
        check(&date("1", "2"), Format::Dmy, Ok("2023-02-01"));
        check(&date("1", "2"), Format::Mdy, Ok("2023-01-02"));
        check(&date("01", "02"), Format::Auto, Err(Code::DateAmbiguous));
        check(&date("25", "10"), Format::Dmy, Ok("2023-10-25"));
        check(&date("25", "10"), Format::Mdy, INVALID);
        check(&date("25", "10"), Format::Auto, Ok("2023-10-25"));
        check(&date("10", "25"), Format::Auto, Ok("2023-10-25"));
        check(&date("10", "25"), Format::Dmy, INVALID);
        always(&date("7", "07"), Ok("2023-07-07"));
        always(&date("13", "13"), INVALID);
        always(&date("0", "1"), INVALID);
        always(&date("31", "2"), INVALID);
        always(&date("001", "2"), INVALID);
    }
    for invalid in [
        "25/10/23",
        "1/2/3",
        "25/10-2023",
        "25/10",
        "25/10/2023/",
        "/25/10/2023",
        "25/10/02023",
        "25//2023",
        "25 10 2023",
    ] {
        always(invalid, INVALID);
    }
}

#[test]
fn spreadsheets_damage_dates() {
    for damaged in [
        "45224",
        "45224.5",
        "45224,60417",
        "00000",
        "4.52E+04",
        "1e5",
    ] {
        always(damaged, Err(Code::SpreadsheetDamaged));
    }
    for invalid in [
        "4522",
        "452240",
        "45224.",
        "45224.5.5",
        "4522x",
        "+45224",
        "45224 ",
    ] {
        always(invalid, INVALID);
    }
}

#[test]
fn the_column_proves_the_order() {
    let resolve = |cells: &[&str]| {
        let mut finder = FormatFinder::new(FieldType::Date, Format::Auto, ',');
        cells.iter().for_each(|cell| finder.see(cell));
        finder.resolve()
    };
    assert_eq!(resolve(&[]), Format::Auto);
    assert_eq!(resolve(&["01/02/2023", "12.12.2023"]), Format::Auto);
    assert_eq!(resolve(&["01/02/2023", "25.02.2023"]), Format::Dmy);
    assert_eq!(resolve(&["2-25-2023"]), Format::Mdy);
    assert_eq!(resolve(&["25/02/2023", "2/25/2023"]), Format::Auto);
    // Not that day, but that order.
    assert_eq!(resolve(&["31/02/2023"]), Format::Dmy);
    // Nothing in these says which is the day.
    assert_eq!(
        resolve(&[
            "2023-10-25",
            "2023/10/25",
            "25 Oct 2023",
            "25/10/23",
            "32/01/2023",
            "25/25/2023",
            "25/0/2023"
        ]),
        Format::Auto
    );
}

#[test]
fn the_calendar_is_jiffs() {
    let mut days = 0;
    for year in 1900..=2100_i16 {
        for month in 0..=13_i8 {
            for day in 0..=32_i8 {
                let exists = jiff::civil::Date::new(year, month, day).is_ok();
                days += u32::from(exists);
                let iso = format!("{year}-{month:02}-{day:02}");
                always(&iso, if exists { Ok(&iso) } else { INVALID });
                let slashes = format!("{day}/{month}/{year}");
                check(
                    &slashes,
                    Format::Dmy,
                    if exists { Ok(&iso) } else { INVALID },
                );
            }
        }
    }
    crate::evidence::count(
        days,
        "days of 1900-2100 against jiff, and those that don't exist",
        "0 differences",
    );
}
