//! What files with the same columns have in common.

use super::normalise;
use crate::parse::Table;
use crate::report::without_error_column;

/// The columns' names in their order, as [`suggest`](super::suggest) compares them: what the recipe of such files is
/// found by, once it was keyed. A last column `Error` doesn't count: it is ours. None where the file names no columns.
///
/// ```
/// use muster_core::{import::FileChoice, limits::Limits, mapping::signature, parse::Parser};
/// let of = |file: &str| {
///     let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
///     parser.push(file.as_bytes());
///     signature(&parser.finish().unwrap())
/// };
/// assert_eq!(of("First Name,Téléphone\nA,1"), of("first_name,telephone,Error\nB,2,wrong"));
/// assert_ne!(of("First Name,Phone\nA,1"), of("Phone,First Name\n1,A"));
/// ```
pub fn signature(table: &Table) -> Option<String> {
    let names = without_error_column(table.header()).iter();
    // Each name with its end, lest "a, bc" and "ab, c" be the same.
    let text = names.map(|name| normalise(name) + "\u{1f}").collect();
    table.has_header().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{FileChoice, HeaderRow};
    use crate::limits::Limits;
    use crate::parse::Parser;

    fn of(header: &str, choice: HeaderRow) -> Option<String> {
        let choice = FileChoice {
            header_row: choice,
            ..FileChoice::default()
        };
        let mut parser = Parser::new(&Limits::default(), &choice);
        parser.push(format!("{header}\n1,2,3,4\n").as_bytes());
        signature(&parser.finish().unwrap())
    }

    #[track_caller]
    fn check(one: &str, other: &str, equal: bool) {
        let auto = FileChoice::default().header_row;
        let (one, other) = (of(one, auto), of(other, auto));
        assert!(one.is_some());
        assert_eq!(one == other, equal, "{one:?} {other:?}");
    }

    #[test]
    fn case_blanks_and_accents_do_not_count() {
        check("Name,Prénom,x,y", "NAME, prenom ,X,Y", true);
        check("Name,Pre\u{301}nom,x,y", "na-me,Pré_nom,x,y", true);
        check("Name,Phone,x,y", "Phone,Name,x,y", false);
        check("a,bc,x,y", "ab,c,x,y", false);
        check("a,b,c", "a,b,c,", false);
        check("a,b,c,d", "a,b,c,e", false);
    }

    #[test]
    fn a_last_column_of_ours_does_not_count() {
        check("Name,Phone,x", "Name,Phone,x,Error", true);
        check("Error,Phone,x", "Phone,x", false);
        check("Name,Error,x", "Name,x", false);
        check("Name,Phone,x", "Name,Phone,x,error", false);
        check("Name,Phone,x,Error,Error", "Name,Phone,x", false);
        check("Error", "Fehler", false);
    }

    #[test]
    fn a_file_without_names_has_none() {
        assert_eq!(of("Name,Phone,x,y", HeaderRow::Row(0)), None);
        assert!(of("Name,Phone,x,y", HeaderRow::Row(1)).is_some());
    }
}
