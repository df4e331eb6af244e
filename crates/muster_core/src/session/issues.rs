//! What was found about rows: sixteen bytes each, and nothing for a row without any.

use crate::identity::Map;
use crate::issue::{Code, Severity};
use crate::order::{sort_by, sort_few};

const NONE: u32 = u32::MAX;

/// One finding about a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The data row, from 0.
    pub(crate) row: u32,
    column: u32,
    /// By code: the row number that is kept, or a position in the lists of [`Issues`].
    pub(crate) extra: u32,
    pub(crate) code: Code,
    pub(crate) severity: Severity,
}

impl Found {
    pub(crate) fn new(row: usize, column: Option<u32>, code: Code, severity: Severity) -> Self {
        Self {
            row: row as u32,
            column: column.unwrap_or(NONE),
            extra: NONE,
            code,
            severity,
        }
    }

    pub(crate) fn with(mut self, extra: Option<u32>) -> Self {
        self.extra = extra.unwrap_or(NONE);
        self
    }

    /// The column's index in the file; none for the whole record.
    pub(crate) fn column(&self) -> Option<u32> {
        (self.column != NONE).then_some(self.column)
    }

    pub(crate) fn extra(&self) -> Option<u32> {
        (self.extra != NONE).then_some(self.extra)
    }

    /// Record issues first, then by column.
    fn order(&self) -> (u32, u32) {
        (self.row, self.column.wrapping_add(1))
    }
}

/// Findings of one stage after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Issues {
    found: Vec<Found>,
    /// A bit for each row that has any, once sorted: most have none, and need not be searched for.
    rows: Vec<u64>,
    is_sorted: bool,
    suggestions: Vec<String>,
    numbers: Map<String, u32>,
    ids: Vec<Vec<u64>>,
}

impl Issues {
    pub(crate) fn push(&mut self, found: Found) {
        self.found.push(found);
        self.is_sorted = false;
    }

    /// Keeps a suggestion; the number goes into [`Found::extra`]. One that was kept before has its number.
    pub(crate) fn suggest(&mut self, suggestion: String) -> u32 {
        let next = self.suggestions.len() as u32;
        let number = *self.numbers.entry(suggestion.clone()).or_insert(next);
        if number == next {
            self.suggestions.push(suggestion);
        }
        number
    }

    /// The suggestion with a number.
    pub(crate) fn suggested(&self, number: u32) -> Option<&str> {
        self.suggestions.get(number as usize).map(String::as_str)
    }

    /// Keeps the ids of contacts; the number goes into [`Found::extra`].
    pub(crate) fn name(&mut self, ids: Vec<u64>) -> u32 {
        self.ids.push(ids);
        self.ids.len() as u32 - 1
    }

    /// Forgets what was found about these rows, ascending. What is left stays sorted.
    pub(crate) fn forget(&mut self, rows: &[u32]) {
        self.forget_some(rows, |_| true);
    }

    /// The same for what is found in a certain way.
    pub(crate) fn forget_some(&mut self, rows: &[u32], forgets: impl Fn(&Found) -> bool) {
        if rows.iter().all(|&row| self.of(row as usize).is_empty()) && self.is_sorted {
            return;
        }
        let mut rows = rows.iter().copied().peekable();
        self.retain(|found| {
            while rows.next_if(|&row| row < found.row).is_some() {}
            rows.peek() != Some(&found.row) || !forgets(found)
        });
    }

    /// Keeps some of the findings.
    pub(crate) fn retain(&mut self, keeps: impl FnMut(&Found) -> bool) {
        self.sort();
        self.found.retain(keeps);
        self.is_sorted = false;
    }

    /// Brings them into the order in which people read them. Stable: an earlier stage stays first.
    pub(crate) fn sort(&mut self) {
        if self.is_sorted {
            return;
        }
        self.is_sorted = true;
        sort_by(&mut self.found, Found::order);
        self.rows.clear();
        for found in &self.found {
            let (word, bit) = (found.row as usize / 64, found.row % 64);
            if word >= self.rows.len() {
                self.rows.resize(word + 1, 0);
            }
            self.rows[word] |= 1 << bit;
        }
    }

    /// Those of a row, once sorted.
    pub(crate) fn of(&self, row: usize) -> &[Found] {
        let bits = self.rows.get(row / 64).copied().unwrap_or(0);
        if bits >> (row % 64) & 1 == 0 {
            return &[];
        }
        let row = row as u32;
        let start = self.found.partition_point(|found| found.row < row);
        let many = self.found[start..].partition_point(|found| found.row == row);
        &self.found[start..start + many]
    }

    pub(crate) fn all(&self) -> &[Found] {
        &self.found
    }

    pub(crate) fn suggestion(&self, found: &Found) -> Option<&str> {
        self.suggested(found.extra()?)
    }

    pub(crate) fn ids(&self, found: &Found) -> &[u64] {
        found
            .extra()
            .filter(|_| found.code == Code::AmbiguousMatch)
            .and_then(|at| self.ids.get(at as usize))
            .map_or(&[], Vec::as_slice)
    }
}

/// The findings of two stages about one row, in order.
pub(crate) fn merge<'a>(
    early: &'a Issues,
    late: &'a Issues,
    row: usize,
) -> impl Iterator<Item = (&'a Issues, &'a Found)> {
    let mut all: Vec<(&Issues, &Found)> = Vec::new();
    all.extend(early.of(row).iter().map(|found| (early, found)));
    all.extend(late.of(row).iter().map(|found| (late, found)));
    sort_few(&mut all, |(_, found)| found.order());
    all.into_iter()
}
