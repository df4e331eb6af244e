//! E-mail addresses: `local@domain`, in lower case, domains in Unicode.

use std::borrow::Cow;

use super::Verdict;
use super::unicode::{host, is_mark, lower, nfc};
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
    Some(match classes(value.as_bytes())? & CAPITAL {
        0 => Cow::Borrowed(value),
        _ => Cow::Owned(value.to_ascii_lowercase()),
    })
}

/// Whether it surely is an address in its canonical form.
pub(super) fn is_canonical(value: &[u8]) -> bool {
    classes(value).is_some_and(|seen| seen & CAPITAL == 0)
}

/// What an address of ASCII is made of.
#[inline]
fn classes(bytes: &[u8]) -> Option<u8> {
    let mut seen = 0;
    let mut at = 0;
    // Where a part between dots starts.
    let mut part = 0;
    while *bytes.get(at)? != b'@' {
        let class = CLASSES[usize::from(bytes[at])];
        if class & DOT != 0 && at > part {
            part = at + 1;
        } else if class & ATOM == 0 {
            return None;
        }
        seen |= class;
        at += 1;
    }
    if at == part || at > MAX_LOCAL_OCTETS {
        return None;
    }
    let first = at + 1;
    (at, part) = (first, first);
    // Of the last label.
    let mut letters = 0;
    while let Some(&byte) = bytes.get(at) {
        let class = CLASSES[usize::from(byte)];
        if class & NAME != 0 {
            letters |= class & LETTER;
        } else if class & DOT != 0 && at > part && at - part <= MAX_LABEL_OCTETS {
            part = at + 1;
            letters = 0;
        } else {
            return None; // with a hyphen it may be another script's, encoded
        }
        seen |= class;
        at += 1;
    }
    let fine = part > first
        && letters != 0
        && at - part <= MAX_LABEL_OCTETS
        && at - first <= MAX_DOMAIN_OCTETS
        && at <= MAX_OCTETS;
    fine.then_some(seen)
}

/// A byte of a local part, [`is_atom_character`] of ASCII, but for the dot.
const ATOM: u8 = 1;
const DOT: u8 = 2;
/// A letter or digit.
const NAME: u8 = 4;
const LETTER: u8 = 8;
const CAPITAL: u8 = 16;

/// What a byte can be in an address.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let others = b"!#$%&'*+-/=?^_`{|}~";
    let mut at = 0;
    while at < others.len() {
        classes[others[at] as usize] = ATOM;
        at += 1;
    }
    classes[b'.' as usize] = DOT;
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] |= match byte {
            b'0'..=b'9' => ATOM | NAME,
            b'a'..=b'z' => ATOM | NAME | LETTER,
            b'A'..=b'Z' => ATOM | NAME | LETTER | CAPITAL,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The rules as they stand, for any script; ASCII without `xn--` takes the short way to the same result.
fn exact(local: &str, domain: &str) -> Option<String> {
    if !is_local_part(local) {
        return None;
    }
    let domain = unicode_domain(domain)?;
    let mut address = nfc(&lower(&nfc(local))).into_owned();
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
fn unicode_domain(domain: &str) -> Option<String> {
    let labels = host::labels(domain, |c| !c.is_ascii_alphanumeric() && c != '-', false)?;
    let ascii = host::to_ascii(&labels)?;
    let fits = |label: &str| (1..=MAX_LABEL_OCTETS).contains(&label.len());
    let fine = ascii.len() <= MAX_DOMAIN_OCTETS && ascii.split('.').all(fits);
    let unicode = labels.join(".");
    (fine && has_name(&unicode)).then_some(unicode)
}

#[cfg(test)]
mod tests;
