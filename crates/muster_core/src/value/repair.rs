//! What bulk repairs make of a cell.

use super::{Reader, doubt, strip_guard, trim};
use crate::import::{Repair, RepairKind};
use crate::issue::Code;

/// A cell, repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repaired {
    /// It counts as empty.
    Empty,
    /// It is read as this.
    Text(String),
}

/// Whether the repair is for a cell of which `code` was found. A word for nothing is one whatever its column holds.
pub(crate) fn fits(repair: &Repair, cell: &str, code: Code) -> bool {
    repair.code == code || repair.code == Code::Placeholder && is_placeholder(cell)
}

/// Whether the cell is a word for nothing.
pub(crate) fn is_placeholder(cell: &str) -> bool {
    doubt::is_placeholder(strip_guard(trim(cell)))
}

/// What a repair makes of a cell that it [fits], given its reader and what is suggested for it; nothing where it has no
/// answer.
pub(crate) fn repaired(
    kind: RepairKind,
    reader: &Reader,
    cell: &str,
    suggestion: Option<&str>,
) -> Option<Repaired> {
    let text = match kind {
        RepairKind::Empty => return Some(Repaired::Empty),
        RepairKind::Suggestion => suggestion?,
        RepairKind::Percent => reader.percent(cell)?,
    };
    Some(Repaired::Text(text.to_owned()))
}

impl Reader {
    /// What a per cent sign is all that keeps from being a number, without it; none for other cells.
    pub(crate) fn percent<'a>(&self, cell: &'a str) -> Option<&'a str> {
        let number = trim(cell).strip_suffix(['%', '％', '٪']).map(trim)?;
        matches!(self.read(number, None), super::Reading::Value { .. }).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Field, FieldType, Rule};
    use crate::limits::Limits;

    #[track_caller]
    fn check(kind: RepairKind, cell: &str, suggestion: Option<&str>, want: Option<&str>) {
        let field = Field {
            key: "score".into(),
            name: "Score".into(),
            kind: FieldType::Number,
            options: Vec::new(),
            rule: Rule::Open,
        };
        let reader = Reader::neutral(&field, &Limits::default());
        let want = want.map(|text| match text {
            "" => Repaired::Empty,
            text => Repaired::Text(text.to_owned()),
        });
        assert_eq!(repaired(kind, &reader, cell, suggestion), want, "{cell}");
    }

    #[test]
    fn repairs_answer_where_they_can() {
        check(RepairKind::Empty, "N/A", None, Some(""));
        check(RepairKind::Suggestion, "12.0", Some("12"), Some("12"));
        check(RepairKind::Suggestion, "12.0", None, None);
        check(RepairKind::Percent, " 12.5 % ", None, Some("12.5"));
        check(RepairKind::Percent, "12.5", None, None);
        check(RepairKind::Percent, "%", None, None);
        check(RepairKind::Percent, "half %", None, None);
    }

    #[test]
    fn words_for_nothing_are_repaired_in_every_column() {
        let repair = |code| Repair {
            code,
            column: 0,
            kind: RepairKind::Empty,
        };
        assert!(fits(&repair(Code::Placeholder), " n/a", Code::EmailInvalid));
        assert!(!fits(
            &repair(Code::Placeholder),
            "nobody",
            Code::EmailInvalid
        ));
        assert!(fits(
            &repair(Code::EmailInvalid),
            "nobody",
            Code::EmailInvalid
        ));
        assert!(!fits(&repair(Code::EmailInvalid), "n/a", Code::Placeholder));
    }
}
