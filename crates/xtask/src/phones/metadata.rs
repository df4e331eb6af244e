//! The library's metadata, read from the package as Cargo holds it: the library doesn't hand out all of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::quiet;
use anyhow::{Context as _, Result, ensure};
use prost::Message as _;
use rlibphonenumber::{PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc};

/// Everything that the tables need, and where it came from.
pub(super) struct Metadata {
    /// The library's version and that of libphonenumber's metadata in it.
    pub(super) source: String,
    /// The calling codes in order, each with its countries, the main one first (libphonenumber's order).
    pub(super) codes: Vec<(u16, Vec<Country>)>,
}

/// One country's (or non-geographic service's) number plan.
pub(super) struct Country {
    /// ISO 3166-1 alpha-2, or `001`.
    pub(super) id: String,
    /// What every number looks like.
    pub(super) general: Kind,
    /// What numbers of some type look like: a valid number is one of these.
    pub(super) types: Vec<Kind>,
    /// Lengths that only make sense inside the country.
    pub(super) local_lengths: Lengths,
    pub(super) leading_digits: Option<String>,
    pub(super) international_prefix: Option<String>,
    pub(super) national_prefix: Option<String>,
    pub(super) transform: Option<String>,
}

/// A pattern and the lengths that it counts for.
pub(super) struct Kind {
    pub(super) pattern: String,
    pub(super) lengths: Lengths,
}

/// Bit n: n digits.
pub(super) type Lengths = u32;

#[derive(serde::Deserialize)]
struct Packages {
    packages: Vec<Package>,
}

#[derive(serde::Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
}

/// Reads the metadata of the library that this workspace's lock file names.
pub(super) fn read(root: &Path) -> Result<Metadata> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(root);
    let packages: Packages = serde_json::from_str(&quiet(&mut command)?)?;
    let library = packages
        .packages
        .into_iter()
        .find(|package| package.name == "rlibphonenumber")
        .context("no rlibphonenumber")?;
    let folder = library
        .manifest_path
        .parent()
        .context("a manifest without a folder")?;
    let file = folder.join("src/generated/metadata/metadata.bin");
    let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let readme = std::fs::read_to_string(folder.join("Readme.md"))?;
    let version = readme
        .lines()
        .find_map(|line| line.strip_prefix("**Used metadata version:** `v"))
        .and_then(|rest| rest.split('`').next())
        .context("the readme doesn't name the metadata's version")?;
    let source = format!(
        "libphonenumber {version} (rlibphonenumber {})",
        library.version
    );

    let mut codes: Vec<(u16, Vec<Country>)> = Vec::new();
    for plan in PhoneMetadataCollection::decode(bytes.as_slice())?.metadata {
        let code = u16::try_from(plan.country_code()).context("a calling code below 0")?;
        let main = plan.main_country_for_code();
        let country = country(plan).context(code)?;
        match codes.iter_mut().find(|(known, _)| *known == code) {
            Some((_, countries)) if main => countries.insert(0, country),
            Some((_, countries)) => countries.push(country),
            None => codes.push((code, vec![country])),
        }
    }
    codes.sort_by_key(|(code, _)| *code);
    Ok(Metadata { source, codes })
}

#[expect(
    deprecated,
    reason = "the library marks the fields that it moves out of the message when it loads it"
)]
fn country(plan: PhoneMetadata) -> Result<Country> {
    let same = plan.same_mobile_and_fixed_line_pattern();
    let general = plan.general_desc.context("no general description")?;
    let types = [
        plan.premium_rate,
        plan.toll_free,
        plan.shared_cost,
        plan.voip,
        plan.personal_number,
        plan.pager,
        plan.uan,
        plan.voicemail,
        plan.fixed_line,
        plan.mobile.filter(|_| !same),
    ];
    ensure!(!general.possible_length.is_empty(), "no lengths");
    Ok(Country {
        id: plan.id,
        local_lengths: lengths(&general.possible_length_local_only)?,
        general: kind(general)?.context("no general pattern")?,
        types: types
            .into_iter()
            .flatten()
            .filter_map(|desc| kind(desc).transpose())
            .collect::<Result<_>>()?,
        leading_digits: plan.leading_digits,
        international_prefix: plan.international_prefix,
        national_prefix: plan.national_prefix_for_parsing,
        transform: plan
            .national_prefix_transform_rule
            .filter(|rule| !rule.is_empty()),
    })
}

#[expect(deprecated, reason = "as above")]
fn kind(desc: PhoneNumberDesc) -> Result<Option<Kind>> {
    let Some(pattern) = desc.national_number_pattern else {
        return Ok(None);
    };
    let lengths = if desc.possible_length.is_empty() {
        Lengths::MAX
    } else {
        lengths(&desc.possible_length)?
    };
    Ok(Some(Kind { pattern, lengths }))
}

/// A length of -1 says that there are no numbers of the kind.
fn lengths(list: &[i32]) -> Result<Lengths> {
    let mut lengths = 0;
    for &length in list.iter().filter(|&&length| length != -1) {
        ensure!((2..=17).contains(&length), "a length of {length}");
        lengths |= 1 << length;
    }
    Ok(lengths)
}
