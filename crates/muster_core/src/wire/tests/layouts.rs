//! What columns look like and how long they are: another shape for the same numbers is another version.

use super::*;

/// Numbers without order, the same in every run.
fn noise(many: usize, bits: u32) -> Vec<u64> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005);
        state = state.wrapping_add(1_442_695_040_888_963_407);
        state >> (64 - bits)
    };
    (0..many).map(|_| next()).collect()
}

/// The shape and the length of what is written.
#[track_caller]
fn check(what: &str, write: impl Fn(&mut Writer), expected: (u8, usize)) {
    let mut writer = Writer::new(Kind::Sealed);
    write(&mut writer);
    let bytes = writer.finish().split_off(19);
    assert_eq!((bytes[0], bytes.len()), expected, "{what}");
}

#[test]
fn columns_of_numbers_are_short() {
    let rows: Vec<u64> = (2..1_002).collect();
    let halves: Vec<u64> = (0..1_000).map(|at| at / 500).collect();
    let word: Vec<u64> = (0..1_000)
        .map(|at| [3, 1, 4, 1, 5, 9, 2, 6][at % 8])
        .collect();
    for (what, numbers, expected) in [
        ("one", vec![7], (2, 4)),
        ("rows", rows, (0, 8)),
        ("the same", vec![1 << 40; 1_000], (1, 8)),
        ("halves", halves, (0, 11)),
        ("a word", word, (2, 30)),
        ("bits", noise(1_000, 1), (1, 128)),
        ("bytes", noise(1_000, 8), (1, 1003)),
        ("small", noise(1_000, 14), (1, 1753)),
        ("larger", noise(1_000, 15), (1, 1878)),
        ("hashes", noise(1_000, 64), (1, 8010)),
        ("few", noise(3, 20), (0, 15)),
    ] {
        check(what, |writer| writer.numbers(&numbers), expected);
    }
}

#[test]
fn columns_that_rise_are_short() {
    let spread = |bits: u32| {
        let mut numbers = noise(1_000, bits);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    for (what, numbers, expected) in [
        ("one", vec![7], (0, 3)),
        ("rows", (2..1_002).collect(), (0, 128)),
        (
            "every third",
            (2..1_002).map(|at| at * 3).collect(),
            (1, 379),
        ),
        ("dense", spread(11), (1, 258)),
        ("prefixes", spread(32), (21, 2953)),
        ("hashes", spread(64), (53, 6953)),
    ] {
        check(what, |writer| writer.ascending(&numbers), expected);
    }
}

#[test]
fn columns_of_texts_are_short() {
    let of = |text: &dyn Fn(u64) -> String| -> Vec<String> {
        noise(1_000, 30).into_iter().map(text).collect()
    };
    let round = |many: usize| -> Vec<String> {
        let words = noise(many, 24).repeat(10).into_iter();
        words.map(|at| format!("{at:x}")).collect()
    };
    let countries = ["MY", "SG", "DE"];
    for (what, texts, expected) in [
        ("one", vec!["Ann".to_owned()], (2, 13)),
        ("sixteen in turn", round(16), (7, 129)),
        ("a hundred in turn", round(100), (7, 560)),
        (
            "countries",
            of(&|at| countries[at as usize % 3].to_owned()),
            (7, 279),
        ),
        ("names", of(&|at| format!("Name {}", at % 400)), (7, 1610)),
        ("others", of(&|at| format!("{at:x}")), (7, 4442)),
        (
            "gaps",
            of(&|at| [String::new(), format!("{at:x}")][at as usize % 2].clone()),
            (6, 2392),
        ),
        ("none", vec![String::new(); 1_000], (6, 7)),
        (
            "days",
            of(&|at| format!("20{:02}-{:02}-{:02}", at % 20, at % 12 + 1, at % 28 + 1)),
            (5, 1631),
        ),
        (
            "no day",
            of(&|at| format!("20{:02}-{:02}-{:02}", at % 20, at % 14 + 1, at % 28 + 1)),
            (7, 1335),
        ),
        (
            "phones",
            of(&|at| format!("+6012{:07}", at % 10_000_000)),
            (4, 3388),
        ),
        ("long phones", of(&|at| format!("+49{at:018}")), (7, 5914)),
        ("no phones", of(&|at| format!("+49 {at}")), (8, 4582)),
        (
            "addresses",
            of(&|at| format!("p{at}@{}.com", ["x", "mail"][at as usize % 2])),
            (3, 4776),
        ),
        ("noughts", of(&|at| format!("a\0{}", at % 100)), (7, 1015)),
    ] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check(what, |writer| writer.texts(&texts), expected);
    }
}

/// As other programs would have to write it.
#[test]
fn the_third_version_is_this() {
    let request = ValuesRequest {
        fields: vec!["email".into(), "first_name".into()],
        ids: vec![1, 2, 300],
    };
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert_eq!(
        hex(&request.encode()),
        "4d535452030003190000003c9edbc0453ea9640205656d61696c0a66697273745f6e616d6503060103809702"
    );
    assert_eq!(
        hex(&seal(b"Muster")),
        "4d5354520300080800000028616bf4266e045006004d7573746572"
    );
    let sealed = "4d53545203000812000000038cce1d2e20bb806410bdc0210100000080a0e8ffc7be808001";
    assert_eq!(hex(&seal(&[7; 100])), sealed);
    // Whoever packs harder writes other bytes, which are read alike.
    let harder = "4d535452030008120000001538c6630a1157ad6410b5c0210100000080a0c8ffc7ae107e01";
    for sealed in [sealed, harder] {
        let byte = |at| u8::from_str_radix(&sealed[at..at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..sealed.len()).step_by(2).map(byte).collect();
        let bounds = Bounds {
            bytes: 100,
            items: 0,
        };
        assert_eq!(unseal(&bytes, bounds).as_deref(), Ok(&[7; 100][..]));
    }
}
