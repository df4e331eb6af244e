//! The module in the browser gives what the core gives: every case runs natively and in wasm, whole and in cuts, and
//! every byte of what comes out is compared.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that can't go on fails its test"
)]

#[path = "../../crates/muster_core/src/evidence.rs"]
#[expect(dead_code, reason = "there are as many cases as there are")]
mod evidence;

mod cases;
mod module;
mod native;
mod variety;

use cases::Case;
use serde::Serialize;

/// The workspace's key, and the one that answers are hashed with.
const KEY: [u8; 16] = *b"the parity's key";
const HASH_KEY: [u8; 16] = *b"one answer's key";

/// A file, how it is cut, what the server answers, and what is corrected then.
#[derive(Clone, Debug, Serialize)]
struct Run {
    /// In hexadecimal.
    csv: String,
    /// Lengths of the pieces; what is left over is the last one.
    cuts: Vec<usize>,
    workspace: serde_json::Value,
    import: serde_json::Value,
    answers: Answers,
    /// Corrections, each with what the server answers then.
    acts: Vec<(serde_json::Value, Answers)>,
}

/// What the server answers, in hexadecimal.
#[derive(Clone, Debug, Default, Serialize)]
struct Answers {
    matches: Vec<String>,
    values: Vec<String>,
}

/// Numbers without order, the same in every run. (xorshift64: Marsaglia, 2003.)
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn random_cuts(bytes: usize, seed: u64) -> Vec<usize> {
    let mut numbers = Numbers(seed * 0x9E37_79B9 + 1);
    let mut cuts = Vec::new();
    let mut left = bytes;
    while left > 1 {
        let cut = (1 + numbers.below(40)).min(left);
        cuts.push(cut);
        left -= cut;
    }
    cuts
}

/// Runs the cases by every driver. Cuts are at every byte and at random.
fn check(what: &str, cases: &[Case]) {
    let mut runs = Vec::new();
    let mut expected = Vec::new();
    for (seed, case) in (0..).zip(cases) {
        let (transcript, run) = native::run(case, &[]);
        for cuts in [vec![1; case.csv.len()], random_cuts(case.csv.len(), seed)] {
            let (cut, _) = native::run(case, &cuts);
            compare(&case.name, "the core, in cuts", &transcript, &cut);
        }
        for cuts in [
            Vec::new(),
            vec![1; case.csv.len().min(5_000)],
            random_cuts(case.csv.len(), seed + 1),
        ] {
            runs.push(Run {
                cuts,
                ..run.clone()
            });
            expected.push((&case.name, transcript.clone()));
        }
    }
    let given = module::run(&runs);
    assert_eq!(given.len(), expected.len());
    for ((name, expected), given) in expected.iter().zip(&given) {
        compare(name, "the module", expected, given);
    }
    evidence::count(
        cases.len() * 6,
        &format!("runs in parity: {what}"),
        &format!(
            "{} cases, corrected, natively and in the module, whole, at every byte, in random cuts; 0 differences",
            cases.len()
        ),
    );
}

fn compare(name: &str, driver: &str, expected: &[String], given: &[String]) {
    for (expected, given) in expected.iter().zip(given) {
        assert_eq!(expected, given, "{name}: {driver} says otherwise");
    }
    assert_eq!(
        expected.len(),
        given.len(),
        "{name}: {driver} says more or less"
    );
}

#[test]
fn the_module_says_what_the_core_says() {
    check("files that a person thought of", &cases::inline());
}

#[test]
fn fixtures_come_out_the_same() {
    check("files like people's", &cases::fixtures());
}

#[test]
fn noise_comes_out_the_same() {
    check("noise", &cases::noise(60));
}

#[test]
fn many_batches_come_out_the_same() {
    check("many rows", &[cases::large(12_000)]);
}

#[test]
fn encodings_come_out_the_same() {
    check("encodings", &variety::encoded());
}

#[test]
fn dialects_come_out_the_same() {
    check("delimiters, line ends and quotes", &variety::dialects());
}

#[test]
fn formats_come_out_the_same() {
    check("types and formats", &variety::formats());
}

#[test]
fn policies_come_out_the_same() {
    check("purposes and policies", &variety::policies());
}

#[test]
fn troubling_strings_come_out_the_same() {
    check("naughty strings and formulas", &variety::troubling());
}

#[test]
fn drawn_descriptions_come_out_the_same() {
    check("drawn descriptions", &variety::drawn(120));
}

#[test]
fn digests_are_hmac_sha_256() {
    // As `openssl dgst -sha256 -mac HMAC -macopt hexkey:00112233445566778899aabbccddeeff` has it.
    let key = muster_wasm::digest::key("00112233445566778899aabbccddeeff").unwrap();
    assert_eq!(
        muster_wasm::digest::keyed(&key, [b"ab".as_slice(), b"c"]),
        "02581ea39a6cf2d752793fd782cfb9cf965be72b32b322c9551d03510645fb31"
    );
    assert_eq!(
        muster_wasm::digest::key("00112233445566778899aabbccddeef"),
        None
    );
}
