//! E-mail addresses: `local@domain`, in lower case, domains in Unicode.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::char::is_combining_mark;

use super::{Verdict, fold::nfc};
use crate::issue::Code;

/// Octets of the stored address.
const MAX_OCTETS: usize = 254;
/// Octets of its part before the `@`.
const MAX_LOCAL_OCTETS: usize = 64;
/// Octets of a label, in the form that travels through the DNS.
const MAX_LABEL_OCTETS: usize = 63;
/// Octets of a domain, in the form that travels through the DNS.
const MAX_DOMAIN_OCTETS: usize = 253;

/// A dot-atom (RFC 5322's atext and letters of other scripts) at a domain of two labels or more. No quoted parts,
/// comments or address literals.
pub(super) fn read(value: &str) -> Verdict<'_> {
    canonical(value)
        .map(|address| (address, None))
        .ok_or(Code::EmailInvalid)
}

fn canonical(value: &str) -> Option<Cow<'_, str>> {
    let (local, domain) = value.rsplit_once('@')?;
    if value.is_ascii() && !has_encoded_label(domain) {
        let fine = value.len() <= MAX_OCTETS && is_local_part(local) && is_ascii_domain(domain);
        return fine.then(|| lower_case(value));
    }
    exact(local, domain).map(Cow::Owned)
}

/// The rules as they stand, for any script; ASCII without `xn--` takes the short way to the same result.
fn exact(local: &str, domain: &str) -> Option<String> {
    if !is_local_part(local) {
        return None;
    }
    let domain = unicode_domain(domain)?;
    let mut address = nfc(&nfc(local).to_lowercase()).into_owned();
    if !is_local_part(&address) {
        return None;
    }
    address.push('@');
    address.push_str(&domain);
    (address.len() <= MAX_OCTETS).then_some(address)
}

fn lower_case(value: &str) -> Cow<'_, str> {
    if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(value.to_ascii_lowercase())
    } else {
        Cow::Borrowed(value)
    }
}

fn is_local_part(local: &str) -> bool {
    (1..=MAX_LOCAL_OCTETS).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(is_atom_character)
}

/// RFC 5322's atext, the dot between atoms, and letters of other scripts with the marks that belong to them.
fn is_atom_character(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => true,
        '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_'
        | '`' | '{' | '|' | '}' | '~' => true,
        _ => !c.is_ascii() && (c.is_alphabetic() || is_combining_mark(c)),
    }
}

/// At least two labels of letters, digits and hyphens; the last is not all digits.
fn is_ascii_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_OCTETS).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.len() <= MAX_DOMAIN_OCTETS && has_name(domain) && domain.split('.').all(is_label)
}

/// Whether there are two labels and the last is more than a number.
fn has_name(domain: &str) -> bool {
    domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| !last.chars().all(char::is_numeric))
}

/// Whether a label is in the ASCII form of another script.
fn has_encoded_label(domain: &str) -> bool {
    domain.split('.').any(|label| {
        label
            .as_bytes()
            .get(..4)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--"))
    })
}

/// The domain in Unicode, so that both spellings compare equal (UTS 46, non-transitional, with STD3 rules).
fn unicode_domain(domain: &str) -> Option<Cow<'_, str>> {
    let uts46 = Uts46::new();
    uts46
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()?;
    let (unicode, outcome) = uts46.to_unicode(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
    );
    outcome.ok()?;
    has_name(&unicode).then_some(unicode)
}

#[cfg(test)]
mod tests;
