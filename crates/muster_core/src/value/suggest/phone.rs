//! Numbers with something around them, or read the other way.

use crate::import::Format;
use crate::issue::Code;
use crate::value::phone::{self, Country};

/// A valid number that the cell probably holds.
pub(super) fn suggest(
    value: &str,
    code: Code,
    format: Format,
    country: Option<Country>,
) -> Option<String> {
    let bare = number(without_label(value));
    let bare = match (code, bare.strip_suffix(".0")) {
        (Code::SpreadsheetDamaged, Some(whole)) => whole,
        (Code::SpreadsheetDamaged, None) => return None,
        _ => bare,
    };
    let read = |text: &str, format| match phone::read(text, format, country) {
        Ok((number, None | Some(Code::ValueConverted))) => Some(number.into_owned()),
        _ => None,
    };
    let halves = bare.split_once('/').filter(|(one, other)| {
        // A slash may stand between two numbers, or inside one.
        read(one, format).is_some() && read(other, format).is_some()
    });
    if let Some((first, _)) = halves {
        return read(first, format);
    }
    if bare != value
        && let Some(number) = read(bare, format)
    {
        return Some(number);
    }
    match (format, code) {
        // As it is dialled within the country, which a person chose.
        (Format::National, Code::PhoneTooLong) => read(bare, Format::International),
        _ => read(bare, Format::National),
    }
}

/// `tel:+60…`, `WhatsApp: +60…`
fn without_label(value: &str) -> &str {
    match value.split_once(':') {
        Some((label, rest)) if !label.contains(|c: char| c.is_numeric()) => rest.trim(),
        _ => value,
    }
}

/// The number up to an extension, a remark or another number.
fn number(value: &str) -> &str {
    let is_number = |c: char| {
        c.is_numeric()
            || c.is_whitespace()
            || "+-./()".contains(c)
            || ('\u{2010}'..='\u{2015}').contains(&c)
    };
    let value = match value.strip_prefix("++") {
        Some(_) => value.get(1..).unwrap_or_default(),
        None => value,
    };
    let second_plus = value
        .char_indices()
        .skip(1)
        .find(|(_, c)| *c == '+')
        .map(|(at, _)| at);
    let other = value.find(|c| !is_number(c));
    let Some(end) = [second_plus, other].into_iter().flatten().min() else {
        return value;
    };
    let (number, rest) = value.split_at(end);
    // A letter amid the digits is a slip, not an end.
    let ends = number.ends_with([' ', '(', '\u{a0}', '/'])
        || rest.starts_with([',', ';', '|', '#', '+', 'x', 'X'])
        || rest.to_ascii_lowercase().starts_with("ext");
    if ends {
        number.trim_end_matches([' ', '(', '/', '\u{a0}', '-'])
    } else {
        value
    }
}
