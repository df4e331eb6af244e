//! `cargo xtask unicode`: writes the tables by which the core normalises text and reads the names of hosts, from the
//! data of ICU4X.
//!
//! The library's own tables are made for speed and for whatever one may ask of them; these are what the core asks for,
//! and a third of the size. The library is the tests' other opinion over every character.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalCompositionBorrowed,
    CanonicalDecompositionBorrowed, Decomposed,
};
use icu_normalizer::uts46::Uts46MapperBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{BidiClass, GeneralCategory, GeneralCategoryGroup, JoiningType};

use crate::run::say;

/// Where the tables lie.
const FOLDER: &str = "crates/muster_core/src/value/unicode";
/// The syllables of Korean, which are composed by a rule.
const HANGUL: std::ops::RangeInclusive<char> = '가'..='힣';

/// What to do with the tables.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if the tables aren't up to date
    #[arg(long)]
    check: bool,
}

/// Writes the tables.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    if options.check {
        return check(root);
    }
    let bytes = make(root)?;
    let path = root.join(FOLDER).join("tables.bin");
    fs::write(&path, &bytes).with_context(|| path.display().to_string())?;
    say(&format!("{} bytes", bytes.len()));
    Ok(())
}

/// Fails if the tables aren't those of the library's data.
pub(crate) fn check(root: &Path) -> Result<()> {
    let path = root.join(FOLDER).join("tables.bin");
    let present = fs::read(&path).with_context(|| path.display().to_string())?;
    ensure!(
        present == make(root)?,
        "{FOLDER}/tables.bin is out of date: run `cargo xtask unicode`"
    );
    Ok(())
}

/// What is asked of a character: `value/unicode/tables.rs` in the core reads it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Class {
    /// Its canonical combining class.
    combining: u8,
    /// 0 not, 1 into one, 2 into two, 3 into two that aren't composed again.
    decomposes: u8,
    /// Whether it may be composed with what stands before it.
    joins: bool,
    is_mark: bool,
    /// In a host's name: 0 stays, 1 refused, 2 in small letters, 3 something else.
    host: u8,
    /// 0 left to right, 1 right to left, 2 Arabic digit, 3 European digit, 4 neutral, 5 mark that takes no space.
    direction: u8,
    /// 0 none, 1 to the left, 2 to the right, 3 both, 4 transparent.
    joining: u8,
}

impl Class {
    fn bytes(self) -> [u8; 3] {
        [
            self.combining,
            self.decomposes
                | u8::from(self.joins) << 2
                | u8::from(self.is_mark) << 3
                | self.host << 4,
            self.direction | self.joining << 3,
        ]
    }
}

fn make(root: &Path) -> Result<Vec<u8>> {
    let decomposition = CanonicalDecompositionBorrowed::new();
    let composition = CanonicalCompositionBorrowed::new();
    let seconds: std::collections::HashSet<char> = ('\0'..=char::MAX)
        .filter_map(|c| match decomposition.decompose(c) {
            Decomposed::Expansion(first, second) => {
                composition.compose(first, second).map(|_| second)
            }
            _ => None,
        })
        .collect();
    let mut classes: Vec<Class> = Vec::new();
    let mut lengths = Vec::new();
    let mut runs = Vec::new();
    let mut decomposed = String::new();
    let mut mapped = Vec::new();
    let mut mapped_lengths = Vec::new();
    let mut last: Option<(u8, usize)> = None;
    for code in 0..=u32::from(char::MAX) {
        // What is no character joins its neighbours.
        let Some(c) = char::from_u32(code) else {
            if let Some((_, length)) = &mut last {
                *length += 1;
            }
            continue;
        };
        let mut class = Class {
            combining: CanonicalCombiningClassMapBorrowed::new().get_u8(c),
            joins: seconds.contains(&c),
            is_mark: GeneralCategoryGroup::Mark
                .contains(CodePointMapData::<GeneralCategory>::new().get(c)),
            ..Class::default()
        };
        if !HANGUL.contains(&c) {
            match decomposition.decompose(c) {
                Decomposed::Default => {}
                Decomposed::Singleton(one) => {
                    class.decomposes = 1;
                    decomposed.push(one);
                }
                Decomposed::Expansion(first, second) => {
                    let is_composed = composition.compose(first, second) == Some(c);
                    class.decomposes = if is_composed { 2 } else { 3 };
                    decomposed.extend([first, second]);
                }
            }
        }
        let (host, text) = in_host(c);
        class.host = host;
        if host == 3 {
            mapped_lengths.push(u8::try_from(text.len())?);
            mapped.extend_from_slice(text.as_bytes());
        }
        if host == 0 {
            class.direction = direction(c);
            class.joining = joining(c);
        }
        let place = classes
            .iter()
            .position(|known| *known == class)
            .unwrap_or_else(|| {
                classes.push(class);
                classes.len() - 1
            });
        let place = u8::try_from(place).context("too many classes")?;
        match &mut last {
            Some((same, length)) if *same == place => *length += 1,
            _ => {
                if let Some((place, length)) = last.replace((place, 1)) {
                    runs.push(place);
                    put(&mut lengths, length);
                }
            }
        }
    }
    if let Some((place, length)) = last {
        runs.push(place);
        put(&mut lengths, length);
    }
    let mut bytes = format!(
        "Characters, from icu_normalizer {}, icu_properties {} and the standard library. Licence: Unicode-3.0, see LICENSE-UNICODE.\n",
        version(root, "icu_normalizer")?,
        version(root, "icu_properties")?
    )
    .into_bytes();
    let classes: Vec<u8> = (0..3)
        .flat_map(|byte| classes.iter().map(move |class| class.bytes()[byte]))
        .collect();
    let (folded, texts) = folded();
    for part in [
        &classes,
        &runs,
        &lengths,
        decomposed.as_bytes(),
        &mapped_lengths,
        &mapped,
        &shifts(lowered),
        &shifts(|c| folded.get(&c).copied()),
        texts.as_bytes(),
    ] {
        bytes.extend(u32::try_from(part.len())?.to_le_bytes());
        bytes.extend(part);
    }
    Ok(bytes)
}

/// The small letter of a capital. That of the dotted I is two characters: the core knows it.
fn lowered(c: char) -> Option<char> {
    let mut small = c.to_lowercase();
    let first = small.next().filter(|small| *small != c)?;
    small.next().is_none().then_some(first)
}

/// What characters are compared as without case where that isn't their small letter: one each, and texts behind the
/// characters that they stand for, each with a zero at its end.
fn folded() -> (HashMap<char, char>, String) {
    let (mut one, mut texts) = (HashMap::new(), String::new());
    for c in '\0'..=char::MAX {
        let folded: String = c.to_uppercase().flat_map(char::to_lowercase).collect();
        if folded == c.to_lowercase().to_string() {
            continue;
        }
        let mut parts = folded.chars();
        match (parts.next(), parts.next()) {
            (Some(first), None) => {
                one.insert(c, first);
            }
            _ => {
                texts.push(c);
                texts.push_str(&folded);
                texts.push('\0');
            }
        }
    }
    (one, texts)
}

/// Runs of characters that become others so far away: how far behind the last run, how many, every how many, how far.
fn shifts(becomes: impl Fn(char) -> Option<char>) -> Vec<u8> {
    let changed: Vec<(usize, i32)> = ('\u{80}'..=char::MAX)
        .filter_map(|c| Some((c as usize, becomes(c)? as i32 - c as i32)))
        .collect();
    let mut bytes = Vec::new();
    let mut at = 0;
    let mut behind = 0;
    while at < changed.len() {
        let (first, shift) = changed[at];
        let step = match changed.get(at + 1) {
            Some((next, same)) if *same == shift && next - first <= 2 => next - first,
            _ => 1,
        };
        let runs = changed[at..].iter().enumerate();
        let count = runs
            .take_while(|(place, run)| **run == (first + place * step, shift))
            .count();
        put(&mut bytes, first - behind);
        put(&mut bytes, count);
        put(&mut bytes, step);
        put(&mut bytes, (shift << 1 ^ shift >> 31) as usize);
        behind = first + (count - 1) * step;
        at += count;
    }
    bytes
}

/// What UTS 46 makes of a character, and the text if that is none of the usual.
fn in_host(c: char) -> (u8, String) {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let mapped: String = Uts46MapperBorrowed::new()
        .map_normalize(std::iter::once(c))
        .collect();
    if mapped.contains('\u{fffd}') {
        (1, mapped)
    } else if mapped == nfc.normalize(c.encode_utf8(&mut [0; 4])) {
        (0, mapped)
    } else if mapped == nfc.normalize(&c.to_lowercase().collect::<String>()) {
        (2, mapped)
    } else {
        (3, mapped)
    }
}

fn direction(c: char) -> u8 {
    match CodePointMapData::<BidiClass>::new().get(c) {
        BidiClass::LeftToRight => 0,
        BidiClass::RightToLeft | BidiClass::ArabicLetter => 1,
        BidiClass::ArabicNumber => 2,
        BidiClass::EuropeanNumber => 3,
        BidiClass::NonspacingMark => 5,
        BidiClass::EuropeanSeparator
        | BidiClass::CommonSeparator
        | BidiClass::EuropeanTerminator
        | BidiClass::OtherNeutral
        | BidiClass::BoundaryNeutral => 4,
        _ => 6,
    }
}

fn joining(c: char) -> u8 {
    match CodePointMapData::<JoiningType>::new().get(c) {
        JoiningType::LeftJoining => 1,
        JoiningType::RightJoining => 2,
        JoiningType::DualJoining => 3,
        JoiningType::Transparent => 4,
        _ => 0,
    }
}

/// A number in seven bits a byte.
fn put(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The version of a library, as it is pinned.
fn version(root: &Path, name: &str) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let (_, entry) = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .with_context(|| format!("{name} is not pinned"))?;
    let (version, _) = entry.split_once('"').context("no version")?;
    Ok(version.to_owned())
}
