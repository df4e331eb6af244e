//! A batch into columns: what all its rows have, then those of each outcome.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Batch, ERROR, NEW, Row, RowIssue, RowPlan, SKIPPED, UNCHANGED, UPDATED};
use crate::identity::Map;
use crate::issue::Code;
use crate::order::sort_apart;
use crate::wire::bytes::{Kind, Writer};

impl Batch<'_> {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Batch);
        writer.number(self.number);
        writer.count(self.rows.len());
        writer.numbers(&self.column(|row| Some(row.row)));
        writer.numbers(&self.column(|row| Some(outcome(&row.plan))));
        writer.findings(&self.column(|row| Some(row.warnings.as_slice())));
        self.encode_new(&mut writer);
        self.encode_updated(&mut writer);
        self.encode_tags(&mut writer);
        writer.numbers(&self.column(|row| match row.plan {
            RowPlan::Unchanged { id } => Some(id),
            _ => None,
        }));
        self.encode_skipped(&mut writer);
        self.encode_errors(&mut writer);
        writer.finish()
    }

    /// What some of the rows have.
    fn column<'r, T>(&'r self, of: impl Fn(&'r Row<'r>) -> Option<T>) -> Vec<T> {
        self.rows.iter().filter_map(of).collect()
    }

    fn encode_new(&self, writer: &mut Writer) {
        writer.numbers(&self.column(|row| match row.plan {
            RowPlan::New { key, .. } => Some(key.map_or(0, |key| key as u8 + 1)),
            _ => None,
        }));
        let rows = self.column(|row| match &row.plan {
            RowPlan::New { values, .. } => Some(values.as_slice()),
            _ => None,
        });
        let cells = rows.iter().map(|values| {
            let cells = values
                .iter()
                .map(|(slot, value)| (*slot, Some(value.as_ref())));
            cells.collect::<Vec<_>>()
        });
        writer.cells(cells);
    }

    fn encode_updated(&self, writer: &mut Writer) {
        let rows = self.column(|row| match &row.plan {
            RowPlan::Updated {
                id,
                version,
                key,
                writes,
                ..
            } => Some((*id, *version, *key, writes)),
            _ => None,
        });
        writer.numbers(&rows.iter().map(|row| row.0).collect::<Vec<u64>>());
        writer.numbers(&rows.iter().map(|row| row.1).collect::<Vec<u32>>());
        writer.numbers(&rows.iter().map(|row| row.2.0 as u8).collect::<Vec<u8>>());
        writer.words(rows.iter().map(|row| row.2.1));
        let cells = rows.iter().map(|(.., writes)| {
            let cells = writes
                .iter()
                .map(|write| (write.slot, write.value.as_deref()));
            cells.collect::<Vec<_>>()
        });
        writer.cells(cells);
        let writes = rows.iter().flat_map(|(.., writes)| *writes);
        writer.words(writes.map(|write| write.previewed));
    }

    fn encode_tags(&self, writer: &mut Writer) {
        let rows = self.column(|row| match &row.plan {
            RowPlan::New { tags, .. } | RowPlan::Updated { tags, .. } => Some(tags.as_slice()),
            _ => None,
        });
        let mut names: Vec<&str> = rows.iter().copied().flatten().map(Cow::as_ref).collect();
        sort_apart(&mut names);
        writer.count(names.len());
        writer.end_to_end(&names);
        let number = |name: &Cow<'_, str>| names.partition_point(|other| **other < **name) as u32;
        writer.lists(rows.iter().map(|tags| tags.iter().map(number).collect()));
    }

    fn encode_skipped(&self, writer: &mut Writer) {
        let rows = self.column(|row| match &row.plan {
            RowPlan::Skipped {
                reason,
                id,
                identifier,
                kept_row,
            } => Some((*reason, *id, identifier.as_ref(), *kept_row)),
            _ => None,
        });
        writer.numbers(&rows.iter().map(|row| row.0.number()).collect::<Vec<u8>>());
        writer.numbers(
            &rows
                .iter()
                .map(|row| or_nought(row.1))
                .collect::<Vec<u64>>(),
        );
        writer.texts(&rows.iter().map(|row| row.2).collect::<Vec<&str>>());
        writer.numbers(
            &rows
                .iter()
                .map(|row| or_nought(row.3))
                .collect::<Vec<u64>>(),
        );
    }

    fn encode_errors(&self, writer: &mut Writer) {
        let rows = self.column(|row| match &row.plan {
            RowPlan::Error { issues } => Some(issues.as_slice()),
            _ => None,
        });
        let codes = |issues: &&[RowIssue<'_>]| {
            let codes = issues.iter().map(|issue| (issue.code, issue.column));
            codes.collect::<Vec<_>>()
        };
        writer.findings(&rows.iter().map(codes).collect::<Vec<_>>());
        let issues: Vec<&RowIssue<'_>> = rows.iter().copied().flatten().collect();
        writer.texts(
            &issues
                .iter()
                .map(|issue| issue.value.as_ref())
                .collect::<Vec<&str>>(),
        );
        writer.numbers(
            &issues
                .iter()
                .map(|issue| issue.ids.len() as u64)
                .collect::<Vec<u64>>(),
        );
        let ids: Vec<u64> = issues
            .iter()
            .flat_map(|issue| issue.ids.iter().copied())
            .collect();
        writer.numbers(&ids);
        writer.numbers(
            &issues
                .iter()
                .map(|issue| or_nought(issue.kept_row))
                .collect::<Vec<u64>>(),
        );
    }
}

impl Writer {
    /// Per row its codes and columns.
    fn findings<T: AsRef<[(Code, Option<u32>)]>>(&mut self, rows: &[T]) {
        let rows = rows.iter().map(AsRef::as_ref);
        self.numbers(
            &rows
                .clone()
                .map(|row| row.len() as u64)
                .collect::<Vec<u64>>(),
        );
        let all: Vec<(Code, Option<u32>)> = rows.flatten().copied().collect();
        self.numbers(
            &all.iter()
                .map(|(code, _)| code.number())
                .collect::<Vec<u8>>(),
        );
        self.numbers(
            &all.iter()
                .map(|(_, column)| or_nought(*column))
                .collect::<Vec<u64>>(),
        );
    }

    /// Per row a list; equal ones travel once, unless that is longer.
    fn lists(&mut self, rows: impl Iterator<Item = Vec<u32>>) {
        let mut numbers: Map<Vec<u32>, u32> = Map::default();
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let of: Vec<u32> = rows
            .map(|list| {
                let next = lists.len() as u32;
                *numbers.entry(list).or_insert_with_key(|list| {
                    lists.push(list.clone());
                    next
                })
            })
            .collect();
        let mut once = Self::part();
        once.count(lists.len());
        once.members(lists.iter());
        once.numbers(&of);
        // Where hardly a list comes twice, its number takes as many bits as its members.
        if lists.len() > of.len() / 16 {
            let mut each = Self::part();
            each.count(0);
            each.members(of.iter().map(|&list| &lists[list as usize]));
            if each.len() < once.len() {
                once = each;
            }
        }
        self.append(&once);
    }

    fn members<'l>(&mut self, lists: impl Iterator<Item = &'l Vec<u32>> + Clone) {
        let lengths: Vec<u32> = lists.clone().map(|list| list.len() as u32).collect();
        self.numbers(&lengths);
        self.numbers(&lists.flatten().copied().collect::<Vec<u32>>());
    }

    /// Per row its slots; by slot the texts of those that aren't cleared.
    fn cells<'t>(&mut self, rows: impl Iterator<Item = Vec<(u32, Option<&'t str>)>> + Clone) {
        let place = |(slot, text): &(u32, Option<&str>)| slot << 1 | u32::from(text.is_some());
        self.lists(rows.clone().map(|row| row.iter().map(place).collect()));
        let mut columns: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (slot, text) in rows.flatten() {
            if let Some(text) = text {
                columns
                    .entry(slot & (u32::MAX >> 1))
                    .or_default()
                    .push(text);
            }
        }
        for texts in columns.values() {
            self.texts(texts);
        }
    }
}

/// What may be absent: itself plus one, or nought.
fn or_nought(number: Option<impl Into<u64>>) -> u64 {
    number.map_or(0, |number| number.into().saturating_add(1))
}

fn outcome(plan: &RowPlan<'_>) -> u8 {
    match plan {
        RowPlan::New { .. } => NEW,
        RowPlan::Updated { .. } => UPDATED,
        RowPlan::Unchanged { .. } => UNCHANGED,
        RowPlan::Skipped { .. } => SKIPPED,
        RowPlan::Error { .. } => ERROR,
    }
}
