//! Numbers: decimals as written, exact. No floating point ever sees them.

use std::borrow::Cow;

use super::Verdict;
use super::check::is_exponent;
use crate::import::Format;
use crate::issue::Code;

/// Digits of a number in canonical form.
const MAX_DIGITS: usize = 30;

/// How a column writes its numbers.
#[derive(Clone, Copy)]
struct Marks {
    decimal: char,
    group: char,
}

const POINT: Marks = Marks {
    decimal: '.',
    group: ',',
};
const COMMA: Marks = Marks {
    decimal: ',',
    group: '.',
};

/// Reads a decimal as `format` says; without it ([`Format::Auto`]) only what reads one way is read.
pub(super) fn read(value: &str, format: Format) -> Verdict<'_> {
    if is_exponent(unsigned(value)) {
        return Err(Code::SpreadsheetDamaged);
    }
    let number = match format {
        Format::Point => canonical(value, POINT),
        Format::Comma => canonical(value, COMMA),
        _ => match (canonical(value, POINT), canonical(value, COMMA)) {
            (Some(point), Some(comma)) if point != comma => return Err(Code::NumberAmbiguous),
            (point, comma) => point.or(comma),
        },
    };
    Ok((number.ok_or(Code::NumberInvalid)?, None))
}

/// Whether the value is a whole number as it is stored: the same whatever the marks.
pub(super) fn is_whole(value: &str) -> bool {
    match value.as_bytes() {
        b"0" => true,
        [b'1'..=b'9', ..] => value.len() <= MAX_DIGITS && is_digits(value),
        _ => false,
    }
}

fn unsigned(value: &str) -> &str {
    value.strip_prefix(['+', '-']).unwrap_or(value)
}

/// The number without `+`, grouping, needless zeros and the sign of nothing.
fn canonical(value: &str, marks: Marks) -> Option<Cow<'_, str>> {
    let number = unsigned(value);
    let (whole, fraction) = match number.split_once(marks.decimal) {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None if number.is_empty() => return None,
        None => (number, ""),
    };
    if !is_digits(fraction) {
        return None;
    }
    let whole = if is_digits(whole) {
        Cow::Borrowed(whole)
    } else if is_grouped(whole, marks.group) {
        Cow::Owned(whole.replace(marks.group, ""))
    } else {
        return None;
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = fraction.trim_end_matches('0');
    if whole.len() + fraction.len() > MAX_DIGITS {
        return None;
    }
    let is_zero = whole == "0" && fraction.is_empty();
    let sign = if value.starts_with('-') && !is_zero {
        "-"
    } else {
        ""
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = [sign, whole, point, fraction].concat();
    Some(if number == value {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(number)
    })
}

/// Whether there are digits alone, or nothing.
fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether digits are grouped in threes (`1,234,567`), or in lakhs and crores (`12,34,567`). Nobody groups a number
/// that begins with zero: there the mark is a decimal one.
fn is_grouped(whole: &str, group: char) -> bool {
    let mut groups: Vec<&str> = whole.split(group).collect();
    if !groups.iter().all(|group| is_digits(group)) || whole.starts_with('0') {
        return false;
    }
    let last = groups.pop().map_or(0, str::len);
    let Some((first, middle)) = groups.split_first() else {
        return false;
    };
    let are = |length: usize| middle.iter().all(|group| group.len() == length);
    last == 3
        && ((1..=3).contains(&first.len()) && are(3) || (1..=2).contains(&first.len()) && are(2))
}

/// What a column's cells say about their decimal mark.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Proof {
    /// Cells that are numbers with a decimal point.
    pub(super) point: u32,
    /// Cells that are numbers with a decimal comma.
    pub(super) comma: u32,
    /// Cells that are another number either way.
    pub(super) differ: u32,
}

impl Proof {
    /// What one cell says.
    pub(super) fn of(value: &str) -> Self {
        let (point, comma) = (canonical(value, POINT), canonical(value, COMMA));
        Self {
            point: u32::from(point.is_some()),
            comma: u32::from(comma.is_some()),
            differ: u32::from(point.is_some() && comma.is_some() && point != comma),
        }
    }

    /// The format that reads more cells. In a tie the point where that makes no difference, else the comma where
    /// the file was written by those who use it: those that avoid the comma between cells.
    pub(super) fn format(self, is_semicolon_file: bool) -> Format {
        match self.point.cmp(&self.comma) {
            std::cmp::Ordering::Greater => Format::Point,
            std::cmp::Ordering::Less => Format::Comma,
            std::cmp::Ordering::Equal if self.differ == 0 => Format::Point,
            std::cmp::Ordering::Equal if is_semicolon_file => Format::Comma,
            std::cmp::Ordering::Equal => Format::Auto,
        }
    }
}

/// The numbers that were probably meant, in the column's own format: grouped by blanks or apostrophes, with a currency,
/// a decimal mark without decimals, the minus of typesetters, or brackets for it.
pub(super) fn candidates(value: &str) -> Vec<String> {
    let in_brackets = value
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let is_currency = |c: char| {
        c.is_alphabetic()
            || matches!(
                c,
                '$' | '€'
                    | '£'
                    | '¥'
                    | '₹'
                    | '₩'
                    | '₽'
                    | '₺'
                    | '₫'
                    | '฿'
                    | '₱'
                    | '₦'
                    | '₪'
            )
    };
    let bare = in_brackets.unwrap_or(value).replace('\u{2212}', "-");
    let (sign, bare) = match bare.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None if in_brackets.is_some() => ("-", bare.as_str()),
        None => ("", bare.as_str()),
    };
    let bare = bare.trim_matches(|c: char| is_currency(c) || c.is_whitespace());
    let Some(number) = ungrouped(bare) else {
        return Vec::new();
    };
    let without_mark = number.trim_end_matches(['.', ',']);
    vec![format!("{sign}{number}"), format!("{sign}{without_mark}")]
}

/// The digits without blanks or apostrophes between groups of three.
fn ungrouped(number: &str) -> Option<String> {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    let end = number.find(['.', ',']).unwrap_or(number.len());
    let (whole, fraction) = number.split_at(end);
    if fraction.contains(is_mark) {
        return None;
    }
    let mut groups = whole.split(is_mark);
    let first = groups.next()?;
    let fits = groups.clone().all(|group| group.len() == 3)
        && (groups.next().is_none() || first.len() <= 3);
    fits.then(|| whole.replace(is_mark, "") + fraction)
}

#[cfg(test)]
mod tests;
