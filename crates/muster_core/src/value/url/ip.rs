//! Numeric addresses, in every notation that browsers know.

use std::fmt::Write as _;

/// Whether a host is read as an address of IPv4, be it one or not.
pub(super) fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && (last.bytes().all(|byte| byte.is_ascii_digit()) || number(last).is_some())
}

/// A part of an address of IPv4: decimal, octal or hexadecimal. One that is too large is larger than any.
fn number(part: &str) -> Option<u64> {
    let hexadecimal = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    let (digits, radix) = match (hexadecimal, part.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (part, 10),
    };
    if part.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let digits = digits
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .map(u64::from);
    Some(digits.fold(0, |sum: u64, digit| {
        sum.saturating_mul(radix.into()).saturating_add(digit)
    }))
}

/// The usual notation of an address of IPv4.
pub(super) fn v4(host: &str) -> Option<String> {
    let parts = host.strip_suffix('.').unwrap_or(host).split('.');
    let parts: Vec<u64> = parts.map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    let is_fine = first.len() <= 3
        && first.iter().all(|part| *part <= 255)
        && *last <= u64::from(u32::MAX) >> (8 * first.len());
    if !is_fine {
        return None;
    }
    let parts = first.iter().zip([24, 16, 8]);
    let address = parts.fold(*last, |sum, (part, place)| sum + (part << place));
    let [.., a, b, c, d] = address.to_be_bytes();
    Some(format!("{a}.{b}.{c}.{d}"))
}

/// The usual notation (RFC 5952) of an address of IPv6, both without brackets.
pub(super) fn v6(host: &str) -> Option<String> {
    let (start, end) = match host.split_once("::") {
        None => (groups(host, true)?, Vec::new()),
        Some((start, end)) => (groups(start, false)?, groups(end, true)?),
    };
    let most = if host.contains("::") { 0..8 } else { 8..9 };
    if !most.contains(&(start.len() + end.len())) {
        return None;
    }
    let mut pieces = [0; 8];
    pieces[..start.len()].copy_from_slice(&start);
    pieces[8 - end.len()..].copy_from_slice(&end);
    Some(written(&pieces))
}

/// The groups between colons, none of no text. The last may be an address of IPv4.
fn groups(text: &str, may_end_in_v4: bool) -> Option<Vec<u16>> {
    let mut groups = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (group, more) = match rest.split_once(':') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (rest, ""),
        };
        rest = more;
        if more.is_empty() && may_end_in_v4 && group.contains('.') {
            let mut bytes = [0; 4];
            let mut parts = group.split('.');
            for byte in &mut bytes {
                let part = parts.next()?;
                let is_plain = part.bytes().all(|byte| byte.is_ascii_digit());
                *byte = part.parse().ok()?;
                if !is_plain || (part.len() > 1 && part.starts_with('0')) {
                    return None;
                }
            }
            let [a, b, c, d] = bytes;
            groups.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
            return parts.next().is_none().then_some(groups);
        }
        if !(1..=4).contains(&group.len()) || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        groups.push(u16::from_str_radix(group, 16).ok()?);
    }
    Some(groups)
}

fn written(pieces: &[u16; 8]) -> String {
    // The longest run of zeros is left out, the first of several, but not a single zero.
    let zeros = |at: usize| pieces[at..].iter().take_while(|piece| **piece == 0).count();
    let longest = (0..8).rev().max_by_key(|at| zeros(*at)).unwrap_or(0);
    let left_out = match zeros(longest) {
        0 | 1 => 8..8,
        length => longest..longest + length,
    };
    let mut text = String::new();
    let mut at = 0;
    while at < 8 {
        if left_out.contains(&at) {
            text.push_str("::");
            at = left_out.end;
            continue;
        }
        if !text.is_empty() && !text.ends_with(':') {
            text.push(':');
        }
        // Writing into a string can't fail.
        let _ = write!(text, "{:x}", pieces[at]);
        at += 1;
    }
    text
}
