//! What surrounds a value in its cell: blanks, invisible marks, the apostrophe of a spreadsheet.

/// The cell without Unicode white space and invisible marks at its ends. Phone apps and chat programs leave such marks.
///
/// ```
/// assert_eq!(muster_core::value::trim("\u{feff} \u{202a}+60 12\u{202c}\u{a0}"), "+60 12");
/// ```
pub fn trim(cell: &str) -> &str {
    let bytes = cell.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => cell,
        _ => cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)),
    }
}

/// Whether the character is a mark that nobody sees: byte-order mark, joiners, directions.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// The trimmed cell without the apostrophe that keeps a spreadsheet from taking the value for a formula. Once:
/// what an apostrophe protects may begin with one itself.
///
/// ```
/// use muster_core::value::strip_guard;
/// assert_eq!(strip_guard("'=1+1"), "=1+1");
/// assert_eq!(strip_guard("''tis"), "'tis");
/// assert_eq!(strip_guard("'tis"), "'tis");
/// ```
pub fn strip_guard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, want: &str) {
        assert_eq!(strip_guard(trim(cell)), want, "{cell:?}");
    }

    #[test]
    fn ends_are_trimmed_of_blanks_and_marks() {
        check("", "");
        check(
            " \t\r\n\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{202f}\u{205f}\u{3000}",
            "",
        );
        for mark in ('\u{200b}'..='\u{200f}')
            .chain('\u{202a}'..='\u{202e}')
            .chain('\u{2066}'..='\u{2069}')
            .chain(['\u{feff}', '\u{2060}'])
        {
            check(&format!("{mark} a{mark}b {mark}"), &format!("a{mark}b"));
        }
        // Neighbours of the ranges, and marks that carry meaning.
        for kept in [
            '\u{2010}', '\u{2061}', '\u{2065}', '\u{206a}', '\u{ad}', '\u{301}', '\u{180e}',
        ] {
            let cell = format!("{kept}a{kept}");
            check(&cell, &cell);
        }
    }

    #[test]
    fn the_protecting_apostrophe_goes_once() {
        check("'=SUM(A1)", "=SUM(A1)");
        check(" '+60 ", "+60");
        check("'-1", "-1");
        check("'@me", "@me");
        check("''", "'");
        check("'''=", "''=");
        check("'", "'");
        check("'' ", "'");
        check("'012", "'012");
        check("’=1", "’=1");
        check("\u{200e}'=1", "=1");
    }
}
