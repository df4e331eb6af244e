//! How often the encoding and the delimiter of a file are found: contacts in 35 languages, in every encoding in which
//! such files are found, by every delimiter. The misses are part of what `cargo xtask test` prints.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something is wrong"
)]

#[path = "../src/evidence.rs"]
#[expect(dead_code, reason = "others may ask for fewer cases")]
mod evidence;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use encoding_rs::Encoding;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use muster_core::import::FileChoice;
use muster_core::limits::Limits;
use muster_core::parse::{Parser, Table};

const WORDS: &str = include_str!("../../../tests/fixtures/languages/words.txt");
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

struct Language {
    name: &'static str,
    tld: &'static str,
    calling_code: &'static str,
    encodings: Vec<&'static str>,
    header: Vec<&'static str>,
    /// First names, last names, cities, notes.
    words: [Vec<&'static str>; 4],
}

fn languages() -> Vec<Language> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let list = |part: usize| parts[part].split(',').map(str::trim).collect::<Vec<_>>();
            Language {
                name: parts[0],
                tld: parts[1],
                calling_code: parts[2],
                encodings: list(3),
                header: list(4),
                words: [list(5), list(6), list(7), list(8)],
            }
        })
        .collect()
}

/// Numbers without order, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// What a list of contacts is like.
#[derive(Clone, Copy)]
struct Kind {
    rows: usize,
    /// One row in so many is of the language, the others are in English.
    one_in: usize,
    addresses: Addresses,
}

/// Phone numbers and e-mail addresses: they say something of the country.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Addresses {
    None,
    Own,
    German,
}

fn contacts(language: &Language, english: &Language, delimiter: char, kind: Kind) -> String {
    let Kind {
        rows,
        one_in,
        addresses,
    } = kind;
    let mut numbers = Numbers(rows as u64 * 31 + delimiter as u64);
    let mut header: Vec<String> = (if one_in > 1 { english } else { language })
        .header
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let (calling_code, tld) = match addresses {
        Addresses::German => ("49", "de"),
        _ => (language.calling_code, language.tld),
    };
    if addresses != Addresses::None {
        header.extend(["Tel".to_owned(), "E-Mail".to_owned()]);
    }
    let mut lines = vec![header];
    for row in 0..rows {
        let mut cells: Vec<String> = (0..4)
            .map(|column| {
                let of = if row % one_in == 0 { language } else { english };
                let words = &of.words[column];
                let word = words[numbers.below(words.len())];
                match (column, numbers.below(4)) {
                    // Half of the contacts have a note, some two.
                    (3, 0) => format!("{word}, {}", words[numbers.below(words.len())]),
                    (3, 1) => word.to_owned(),
                    (3, _) => String::new(),
                    _ => word.to_owned(),
                }
            })
            .collect();
        if addresses != Addresses::None {
            cells.push(format!(
                "+{} {}{:06}",
                calling_code,
                2 + row % 7,
                numbers.below(1_000_000)
            ));
            let own = format!("example.{tld}");
            let domain = ["gmail.com", &own, "outlook.com"][numbers.below(3)];
            cells.push(format!("user{row}@{domain}"));
        }
        lines.push(cells);
    }
    let quoted = |cell: &String| {
        if cell.contains(delimiter) {
            format!("\"{cell}\"")
        } else {
            cell.clone()
        }
    };
    lines
        .iter()
        .map(|cells| {
            cells
                .iter()
                .map(quoted)
                .collect::<Vec<_>>()
                .join(&delimiter.to_string())
                + "\r\n"
        })
        .collect()
}

/// The bytes of a text in an encoding; none if it has other characters.
fn encode(text: &str, encoding: &str) -> Option<Vec<u8>> {
    let utf16 =
        |text: &str, order: fn(u16) -> [u8; 2]| Some(text.encode_utf16().flat_map(order).collect());
    match encoding {
        "utf-8" => Some(text.as_bytes().to_vec()),
        "utf-8, marked" => Some(format!("\u{FEFF}{text}").into_bytes()),
        "utf-16le" => utf16(text, u16::to_le_bytes),
        "utf-16le, marked" => utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes),
        "utf-16be, marked" => utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes),
        label => {
            let (bytes, _, unmappable) = Encoding::for_label(label.as_bytes())?.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    }
}

/// Vietnamese in Windows-1258 has its tones behind the vowels.
fn with_tones_apart(text: &str) -> String {
    let apart = DecomposingNormalizer::new_nfd();
    let together = ComposingNormalizer::new_nfc();
    text.chars()
        .map(|c| {
            let marks: Vec<char> = apart.normalize(&c.to_string()).chars().collect();
            let is_tone = |mark: &char| {
                matches!(
                    mark,
                    '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
                )
            };
            let vowel: String = marks.iter().filter(|mark| !is_tone(mark)).collect();
            let tones: String = marks.iter().filter(|mark| is_tone(mark)).collect();
            together.normalize(&vowel).into_owned() + &tones
        })
        .collect()
}

fn read(bytes: &[u8]) -> Table {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    parser.push(bytes);
    parser.finish().unwrap()
}

#[derive(Default)]
struct Tally {
    samples: u32,
    encoding: u32,
    delimiter: u32,
    misses: BTreeMap<String, u32>,
}

impl Tally {
    /// Of what is not among these misses.
    fn share(&self, misses: u32) -> f64 {
        1.0 - f64::from(misses) / f64::from(self.samples)
    }
}

fn measure(kind: Kind) -> Tally {
    let mut tally = Tally::default();
    let languages = languages();
    let (english, others) = languages.split_first().unwrap();
    for language in others {
        let unicode = [
            "utf-8",
            "utf-8, marked",
            "utf-16le",
            "utf-16le, marked",
            "utf-16be, marked",
        ];
        for encoding in unicode.iter().chain(&language.encodings) {
            for delimiter in DELIMITERS {
                let mut text = contacts(language, english, delimiter, kind);
                if *encoding == "windows-1258" {
                    text = with_tones_apart(&text);
                }
                let bytes = encode(&text, encoding)
                    .unwrap_or_else(|| panic!("{} isn't written in {encoding}", language.name));
                let table = read(&bytes);
                tally.samples += 1;
                // What counts is the text: several encodings have the same letters at the same places.
                let text_of = table.file();
                let found = String::from_utf8_lossy(&text_of);
                if found.trim_start_matches('\u{FEFF}') != text {
                    tally.encoding += 1;
                    let miss = format!(
                        "{} in {encoding}, taken for {}",
                        language.name,
                        table.encoding()
                    );
                    *tally.misses.entry(miss).or_default() += 1;
                }
                if table.delimiter() != delimiter {
                    tally.delimiter += 1;
                    let miss = format!(
                        "{} in {encoding} by {delimiter:?}, taken for {:?}",
                        language.name,
                        table.delimiter()
                    );
                    *tally.misses.entry(miss).or_default() += 1;
                }
            }
        }
    }
    tally
}

/// The shares may only rise: whoever makes them better writes the new ones down.
#[test]
fn encodings_and_delimiters_are_found() {
    use Addresses::{German, None, Own};
    for (rows, one_in, addresses, least) in [
        (50, 1, Own, 1.0),
        (50, 1, None, 1.0),
        (50, 1, German, 1.0),
        (50, 10, Own, 0.998),
        (50, 10, None, 0.997),
        (50, 10, German, 0.997),
        (3, 1, Own, 0.997),
        (3, 1, None, 0.995),
        (3, 1, German, 0.992),
    ] {
        let tally = measure(Kind {
            rows,
            one_in,
            addresses,
        });
        let found = tally.share(tally.encoding);
        let what =
            format!("samples of {rows} rows, one in {one_in} foreign, addresses: {addresses:?}");
        let mut text = format!(
            "the encoding of {:.2} % is found, the delimiter of {:.2} %",
            found * 100.0,
            tally.share(tally.delimiter) * 100.0
        );
        for (miss, times) in &tally.misses {
            let _ = write!(text, "\n{times:>15} x {miss}");
        }
        println!("{} {what}: {text}", tally.samples);
        evidence::count(tally.samples, &what, &text);
        assert!(found >= least, "{found} of the encodings are found");
        assert_eq!(tally.delimiter, 0, "delimiters that are not found");
    }
}
