//! E-mail addresses: `local@domain`, in lower case, domains in Unicode.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::{
    Verdict,
    fold::{is_mark, nfc},
};
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
    let at = memchr::memrchr(b'@', value.as_bytes())?;
    let (local, domain) = (&value[..at], &value[at + 1..]);
    if value.is_ascii() && !has_encoded_label(domain) {
        let fine = value.len() <= MAX_OCTETS && is_local_part(local) && is_ascii_domain(domain);
        return fine.then(|| lower_case(value));
    }
    exact(local, domain).map(Cow::Owned)
}

/// The canonical form of an address of ASCII, where it is seen in one pass.
pub(super) fn glance(value: &str) -> Option<Cow<'_, str>> {
    let mut last = b'.';
    let mut at = 0;
    let bytes = value.as_bytes();
    while *bytes.get(at)? != b'@' {
        let byte = bytes[at];
        if !ATOM[usize::from(byte)] || byte == b'.' && last == b'.' {
            return None;
        }
        last = byte;
        at += 1;
    }
    let domain = value.get(at + 1..)?;
    let fine = last != b'.'
        && at <= MAX_LOCAL_OCTETS
        && value.len() <= MAX_OCTETS
        && is_ascii_domain(domain)
        && !domain.as_bytes().contains(&b'-'); // another script's may have been encoded
    fine.then(|| lower_case(value))
}

/// The bytes of a local part: [`is_atom_character`] of ASCII.
static ATOM: [bool; 256] = {
    let mut atom = [false; 256];
    let others = b"!#$%&'*+-/=?^_`{|}~.";
    let mut at = 0;
    while at < others.len() {
        atom[others[at] as usize] = true;
        at += 1;
    }
    let mut byte = 0;
    while byte < 128 {
        atom[byte as usize] |= (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    atom
};

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
    let mut last = '.';
    for c in local.chars() {
        if !is_atom_character(c) || (c == '.' && last == '.') {
            return false;
        }
        last = c;
    }
    last != '.' && local.len() <= MAX_LOCAL_OCTETS
}

/// RFC 5322's atext, the dot between atoms, and letters of other scripts with the marks that belong to them.
fn is_atom_character(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => true,
        '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_'
        | '`' | '{' | '|' | '}' | '~' => true,
        _ => !c.is_ascii() && (c.is_alphabetic() || is_mark(c)),
    }
}

/// At least two labels of letters, digits and hyphens; the last is not all digits.
fn is_ascii_domain(domain: &str) -> bool {
    let (mut dots, mut length, mut is_number, mut last) = (0, 0, true, b'.');
    for byte in domain.bytes() {
        match byte {
            b'.' if length == 0 || last == b'-' => return false,
            b'.' => (dots, length, is_number) = (dots + 1, 0, true),
            b'-' if length == 0 => return false,
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                length += 1;
                is_number &= byte.is_ascii_digit();
                if length > MAX_LABEL_OCTETS {
                    return false;
                }
            }
            _ => return false,
        }
        last = byte;
    }
    dots > 0 && length > 0 && last != b'-' && !is_number && domain.len() <= MAX_DOMAIN_OCTETS
}

/// Whether there are two labels and the last is more than a number, in any script.
fn has_name(domain: &str) -> bool {
    domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| !last.chars().all(char::is_numeric))
}

/// Whether a label is in the ASCII form of another script.
fn has_encoded_label(domain: &str) -> bool {
    let is_encoded = |label: &str| {
        let prefix = label.as_bytes().get(..4);
        prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--"))
    };
    // Looking for one byte is what most domains cost.
    domain.as_bytes().contains(&b'-') && domain.split('.').any(is_encoded)
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
