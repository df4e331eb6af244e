//! Which character separates the cells: read from the beginning of the file, quotes respected.

use super::records::{BLANK, Splitter};
use crate::import::HeaderRow;
use crate::order::sort;

/// The delimiters that are looked for, the most usual first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Where the first record starts.
    pub(super) start: usize,
}

/// The dialect of a file whose content starts at `start`. `prefix` is its beginning, or the whole file when `complete`.
pub(super) fn find(
    prefix: &[u8],
    start: usize,
    complete: bool,
    chosen: Option<u8>,
    header: HeaderRow,
    max_quoted: u32,
) -> Dialect {
    let (named, start) = match separator_line(&prefix[start..]) {
        Some((delimiter, length)) => (Some(delimiter), start + length),
        None => (None, start),
    };
    let delimiter = chosen.or(named).unwrap_or_else(|| {
        let widths = CANDIDATES.map(|delimiter| {
            widths(
                &prefix[start..],
                complete,
                delimiter,
                header_number(header),
                max_quoted,
            )
        });
        best(&widths)
    });
    Dialect { delimiter, start }
}

/// The number of the chosen header record; 0 for the first that isn't blank.
fn header_number(header: HeaderRow) -> u32 {
    match header {
        HeaderRow::Row(number) => number,
        HeaderRow::Auto(_) => 0,
    }
}

/// Excel's first line `sep=;`: its delimiter, and its length with the line break.
fn separator_line(text: &[u8]) -> Option<(u8, usize)> {
    let quoted = text.first() == Some(&b'"');
    let rest = &text[usize::from(quoted)..];
    let (name, rest) = rest.split_at_checked(4)?;
    if !name.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let (&delimiter, mut rest) = rest.split_first()?;
    if delimiter != b'\t' && !delimiter.is_ascii_punctuation() || delimiter == b'"' {
        return None;
    }
    if quoted {
        rest = rest.strip_prefix(b"\"")?;
    }
    let rest = match rest {
        [] => rest,
        [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
        _ => return None,
    };
    Some((delimiter, text.len() - rest.len()))
}

/// How many cells the records have, the header's first.
fn widths(
    prefix: &[u8],
    complete: bool,
    delimiter: u8,
    header: u32,
    max_quoted: u32,
) -> Vec<usize> {
    let records = Splitter::new(delimiter, max_quoted, 0, 0).finish(prefix);
    let mut widths: Vec<usize> = (0..records.list.len())
        .filter(|&record| {
            records.flags[record] & BLANK == 0 && records.list[record].number >= header
        })
        .map(|record| records.cells(record).len())
        .collect();
    if !complete && widths.len() > 1 {
        widths.pop(); // cut off
    }
    widths
}

/// The candidate by which the most records are as wide as the header, which has at least two cells; then the one that
/// gives more cells. If no candidate divides the header, it may be a title: then the one by which nearly all
/// other records are equally wide.
fn best(widths: &[Vec<usize>; 4]) -> u8 {
    let mut best = (CANDIDATES[0], 0.0, 0);
    for (candidate, widths) in CANDIDATES.into_iter().zip(widths) {
        let Some((&header, others)) = widths.split_first() else {
            continue;
        };
        let (width, share) = if header > 1 {
            (header, share(widths, header))
        } else {
            let width = most_frequent(others);
            let share = share(others, width);
            if others.len() < 2 || width < 3 || share < 0.9 {
                continue;
            }
            (width, share - 1.0) // behind whatever divides the header
        };
        if best.2 == 0 || (share, width) > (best.1, best.2) {
            best = (candidate, share, width);
        }
    }
    best.0
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand records")]
fn share(widths: &[usize], width: usize) -> f64 {
    widths.iter().filter(|other| **other == width).count() as f64 / widths.len().max(1) as f64
}

fn most_frequent(widths: &[usize]) -> usize {
    let mut sorted = widths.to_vec();
    sort(&mut sorted);
    sorted
        .chunk_by(PartialEq::eq)
        .max_by_key(|equal| equal.len())
        .map_or(0, |equal| equal[0])
}
