use crate::field::{self, Field, FieldType, Rule};
use crate::import::Format;
use crate::limits::Limits;
use crate::value::{Reader, Reading};

fn reader(kind: FieldType, format: Format, country: Option<&str>) -> Reader {
    let standard = field::standard()
        .into_iter()
        .find(|field| field.kind == kind);
    let field = standard.unwrap_or_else(|| Field {
        key: "custom".into(),
        name: "Custom".into(),
        kind,
        options: vec!["Gold".into(), "Silver".into()],
        rule: Rule::Open,
    });
    Reader::new(&field, &Limits::default(), format, country)
}

/// Empty for no suggestion. The cells are refused, and what is suggested isn't.
#[track_caller]
fn check(kind: FieldType, format: Format, country: Option<&str>, cases: &[(&str, &str)]) {
    let reader = reader(kind, format, country);
    for (cell, want) in cases {
        let Reading::Refused(code) = reader.read(cell, None) else {
            panic!("{cell:?} is no error");
        };
        let got = reader.suggest(cell, code, None);
        assert_eq!(got.as_deref().unwrap_or(""), *want, "{cell:?} {code:?}");
        if !want.is_empty() {
            assert!(
                matches!(reader.read(want, None), Reading::Value { .. }),
                "{want}"
            );
        }
    }
}

#[test]
fn contact_ids() {
    check(
        FieldType::ContactId,
        Format::Auto,
        None,
        &[
            ("12.0", "12"),
            ("12.00", "12"),
            ("#12", "12"),
            ("012.0", "12"),
            ("12.5", ""),
            ("12.", ""),
            ("0.0", ""),
            ("1,000", ""),
            ("x", ""),
        ],
    );
}

#[test]
fn emails() {
    check(
        FieldType::Email,
        Format::Auto,
        None,
        &[
            ("a@gmail,com", "a@gmail.com"),
            ("A@Gmail..com", "a@gmail.com"),
            ("a@@gmail.com", "a@gmail.com"),
            ("a@gmail", "a@gmail.com"),
            ("a@hotmailcom", "a@hotmail.com"),
            ("mailto:a@x.my", "a@x.my"),
            ("MAILTO:a@x.my?subject=Hi", "a@x.my"),
            ("<a@x.my>", "a@x.my"),
            ("Ann Lee <a@x.my>", "a@x.my"),
            ("\"a@x.my\"", "a@x.my"),
            ("a@x.my.", "a@x.my"),
            ("a@x.my;", "a@x.my"),
            ("a (at) x.my", "a@x.my"),
            ("a[at]x[dot]my", "a@x.my"),
            ("a at x dot my", "a@x.my"),
            ("a @ x.my", "a@x.my"),
            ("a@x. my", "a@x.my"),
            ("a＠x.my", "a@x.my"),
            ("a@x.my; b@x.my", "a@x.my"),
            ("a@x.my b@x.my", "a@x.my"),
            ("ann lee@x.my", ""),
            ("a@acme", ""),
            ("ann", ""),
            ("ann.lee.my", ""),
            ("none", ""),
            ("@x.my", ""),
            ("bat at x", ""),
        ],
    );
}

#[test]
fn phones() {
    let both: [(&str, &str); 12] = [
        ("tel:+60123456789", "+60123456789"),
        ("WhatsApp: +60 12-345 6789", "+60123456789"),
        ("+60 12-345 6789 ext 5", "+60123456789"),
        ("+60123456789x5", "+60123456789"),
        ("+60123456789, +60123456780", "+60123456789"),
        ("+60123456789 +60123456780", "+60123456789"),
        ("+60 12-345 6789 (home)", "+60123456789"),
        ("++60123456789", "+60123456789"),
        ("+60123456789.0", "+60123456789"),
        ("+6012345a6789", ""),
        ("6.01E+10", ""),
        ("call me", ""),
    ];
    for format in [Format::International, Format::National] {
        check(FieldType::Phone, format, Some("MY"), &both);
        check(FieldType::Phone, format, None, &both);
    }
    check(
        FieldType::Phone,
        Format::International,
        Some("MY"),
        &[
            ("012-345 6789", "+60123456789"),
            ("60123456789.0", "+60123456789"),
            ("12", ""),
        ],
    );
    check(
        FieldType::Phone,
        Format::International,
        None,
        &[("012-345 6789", "")],
    );
    check(
        FieldType::Phone,
        Format::National,
        Some("MY"),
        &[
            ("012-345 6789/013-456 7890", "+60123456789"),
            ("442079460958000", ""),
            ("551123456789", "+551123456789"),
        ],
    );
    check(
        FieldType::Phone,
        Format::National,
        None,
        &[("012-345 6789", ""), ("13012345678", "")],
    );
}

#[test]
fn a_phones_country_may_be_its_rows() {
    let phone = reader(FieldType::Phone, Format::International, Some("US"));
    let suggest =
        |country| phone.suggest("012-345 6789", crate::issue::Code::PhoneInvalid, country);
    assert_eq!(suggest(Some("MY")).as_deref(), Some("+60123456789"));
    assert_eq!(suggest(None), None);
}

#[test]
fn dates() {
    let both: [(&str, &str); 20] = [
        ("18501025", ""),
        ("25/10/2023 14", ""),
        ("25/10/2023 at 14:30", ""),
        ("25/10/23", "2023-10-25"),
        ("25.10.99", "1999-10-25"),
        ("25-Oct-23", "2023-10-25"),
        ("25 Oct '29", "2029-10-25"),
        ("Oct 25, 30", "1930-10-25"),
        ("2023-1-5", "2023-01-05"),
        ("2023.10.25", "2023-10-25"),
        ("20231025", "2023-10-25"),
        ("25/10/2023 14:30", "2023-10-25"),
        ("25th October 2023", "2023-10-25"),
        ("3rd of Oct 2023", "2023-10-03"),
        ("Wednesday, October 25th, 2023", "2023-10-25"),
        ("45224", "2023-10-25"),
        ("45224.5", "2023-10-25"),
        ("23-10-25", ""),
        ("2023-02-30", ""),
        ("soon", ""),
    ];
    check(FieldType::Date, Format::Auto, None, &both);
    let ambiguous = [("01/02/23", ""), ("01/02/2023", "")];
    check(FieldType::Date, Format::Auto, None, &ambiguous);
    check(
        FieldType::Date,
        Format::Dmy,
        None,
        &[("01/02/23", "2023-02-01")],
    );
    check(
        FieldType::Date,
        Format::Mdy,
        None,
        &[("01/02/23", "2023-01-02")],
    );
}

#[test]
fn numbers_stay_in_the_columns_format() {
    check(
        FieldType::Number,
        Format::Comma,
        None,
        &[
            ("1 234,56", "1234,56"),
            ("5,20 €", "5,20"),
            ("$1.234", "1.234"),
            ("50%", ""),
            ("x", ""),
        ],
    );
    check(
        FieldType::Number,
        Format::Point,
        None,
        &[
            ("$1,234.50", "1,234.50"),
            ("1.", "1"),
            ("1e5", ""),
            ("1,5", ""),
        ],
    );
    check(
        FieldType::Number,
        Format::Auto,
        None,
        &[("1,234", ""), ("$5", "5")],
    );
}

#[test]
fn the_other_types() {
    let auto = |kind, cases: &[(&str, &str)]| check(kind, Format::Auto, None, cases);
    auto(
        FieldType::Country,
        &[("Brasl", "Brazil"), ("Atlantis", ""), ("XXX", "")],
    );
    auto(FieldType::Language, &[("Englsh", "English"), ("xxx", "")]);
    auto(
        FieldType::List,
        &[("Glod", "Gold"), ("silvr", "Silver"), ("Bronze", "")],
    );
    auto(
        FieldType::Url,
        &[
            ("acme.com", "https://acme.com/"),
            ("www.acme.com/a b", ""),
            ("http:/acme.com", "http://acme.com/"),
            ("acme", ""),
        ],
    );
    auto(
        FieldType::Time,
        &[
            ("14.30", "14:30"),
            ("14h30", "14:30"),
            ("14h", "14:00"),
            ("2:30 p.m.", "14:30"),
            ("2.30 pm", "14:30"),
            ("24:00", ""),
            ("noon", ""),
        ],
    );
    auto(FieldType::Checkbox, &[("maybe", ""), ("yes!", "")]);
    auto(FieldType::Tags, &[]);
    let long = "x".repeat(5000);
    auto(
        FieldType::Text,
        &[
            ("Ze\u{0}n", "Zen"),
            ("Z\u{92}n", ""),
            ("#N/A", ""),
            (&long, ""),
        ],
    );
    auto(FieldType::Email, &[("a\u{1f}@x.my", "a@x.my")]);
}

#[test]
fn text_is_put_right_where_its_decoding_was_wrong() {
    let text = reader(FieldType::Text, Format::Auto, None);
    let suggest = |cell| text.suggest(cell, crate::issue::Code::Mojibake, None);
    assert_eq!(suggest(" MÃ¼ller ").as_deref(), Some("Müller"));
    assert_eq!(suggest("Müller"), None);
}
