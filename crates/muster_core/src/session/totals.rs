//! What was found, counted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Session;
use crate::diff::Outcome;
use crate::issue::{Code, Severity};

/// How often the same was found in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// What was found.
    pub code: Code,
    /// What it does to its rows.
    pub severity: Severity,
    /// Position in the file; none for whole records.
    pub column: Option<u32>,
    /// How often.
    pub count: u32,
}

impl Session {
    /// How often what was found, by column: the errors of rows that are errors, the warnings of all others, and why
    /// rows are skipped. Errors come first, then in the order of the codes and of the columns.
    pub fn totals(&self) -> Vec<Total> {
        const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];
        // Per code and severity the counts of the columns; before them that of whole records.
        let mut counts = [const { [const { Vec::<u32>::new() }; Code::ALL.len()] }; 3];
        if let Some((work, verdicts)) = self.compared() {
            for found in work.sheet.issues.all().iter().chain(verdicts.issues.all()) {
                let outcome = verdicts.outcomes.get(found.row as usize);
                let is_error = outcome == Some(&Outcome::Error);
                let severity = match found.severity {
                    Severity::Error if is_error => 0,
                    Severity::Warning if !is_error => 1,
                    Severity::Info if outcome == Some(&Outcome::Skipped) => 2,
                    _ => continue,
                };
                let columns = &mut counts[severity][found.code as usize];
                let at = found.column().map_or(0, |column| column as usize + 1);
                if at >= columns.len() {
                    columns.resize(at + 1, 0);
                }
                columns[at] += 1;
            }
        }
        let mut totals = Vec::new();
        for (severity, codes) in SEVERITIES.into_iter().zip(&counts) {
            for (&code, columns) in Code::ALL.iter().zip(codes) {
                let found = (0_u32..).zip(columns).filter(|&(_, &count)| count > 0);
                totals.extend(found.map(|(at, &count)| Total {
                    code,
                    severity,
                    column: at.checked_sub(1),
                    count,
                }));
            }
        }
        totals
    }

    /// How many errors there are of each kind, in rows that are errors.
    pub fn errors_by_code(&self) -> BTreeMap<Code, u32> {
        by_code(&self.totals(), Severity::Error)
    }

    /// How many warnings there are of each kind, in rows that are not errors: as many as the batches carry.
    pub fn warnings_by_code(&self) -> BTreeMap<Code, u32> {
        by_code(&self.totals(), Severity::Warning)
    }

    /// How many rows are skipped for each reason.
    pub fn skipped_by_code(&self) -> BTreeMap<Code, u32> {
        by_code(&self.totals(), Severity::Info)
    }
}

/// The totals of one weight, whatever their columns.
pub fn by_code(totals: &[Total], severity: Severity) -> BTreeMap<Code, u32> {
    let mut codes = BTreeMap::new();
    for total in totals.iter().filter(|total| total.severity == severity) {
        *codes.entry(total.code).or_default() += total.count;
    }
    codes
}
