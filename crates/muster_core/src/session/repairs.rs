//! Repairs that fit many cells at once, grouped: what they would do, and one call to do it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::history::{Change, Step, with_repair};
use super::issues::Found;
use super::{Session, Work};
use crate::import::{InvalidImport, Repair, RepairKind};
use crate::issue::{Code, Severity};
use crate::order::sort_few;
use crate::parse::Table;
use crate::value::repair::is_placeholder;
use crate::value::trim;

/// Pairs shown of a group.
const EXAMPLES: usize = 3;

/// What is done about the cells or rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Each cell takes what is suggested for it.
    Suggestion,
    /// The cells count as empty.
    Empty,
    /// The cells lose their per cent sign.
    Percent,
    /// One misspelt name gives way to the one that was meant.
    Replace,
    /// The rows are left out.
    LeaveOut,
}

impl Remedy {
    const fn slug(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Empty => "empty",
            Self::Percent => "percent",
            Self::Replace => "replace",
            Self::LeaveOut => "leave_out",
        }
    }

    /// How a description says it, where it can.
    const fn kind(self) -> Option<RepairKind> {
        match self {
            Self::Suggestion => Some(RepairKind::Suggestion),
            Self::Empty => Some(RepairKind::Empty),
            Self::Percent => Some(RepairKind::Percent),
            Self::Replace | Self::LeaveOut => None,
        }
    }
}

/// Cells or rows of which the same was found, and what can be done about all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// By which [`Session::repair`] knows it, as long as there is anything to be repaired.
    pub id: String,
    /// What was found.
    pub code: Code,
    /// What it does to the rows.
    pub severity: Severity,
    /// Position in the file; none for whole records.
    pub column: Option<u32>,
    /// What would be done.
    pub remedy: Remedy,
    /// To how many cells, or rows.
    pub count: u32,
    /// Phone numbers: what would be put before all of them, where that is the same.
    pub prefix: Option<String>,
    /// Some of the cells.
    pub examples: Vec<Example>,
}

/// A cell, and what would become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The spreadsheet's row number.
    pub row: u32,
    /// Its text, trimmed.
    pub old: String,
    /// What it would be read as; empty for nothing.
    pub new: String,
}

/// What makes cells belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    remedy: Remedy,
    code: Code,
    column: Option<u32>,
    /// The misspelt name.
    name: Option<String>,
}

impl Group {
    fn id(&self) -> String {
        let column = self.column.map_or("-".into(), |column| column.to_string());
        let name = self
            .name
            .as_deref()
            .map_or(String::new(), |name| format!(":{name}"));
        format!("{}:{}:{column}{name}", self.remedy.slug(), self.code.slug())
    }
}

/// A cell or row that can be repaired.
struct Target<'a> {
    found: &'a Found,
    old: &'a str,
    new: &'a str,
}

impl Session {
    /// What can be repaired at once in the rows at hand: the repairs of values first, those of most cells first. What
    /// depends on the stored contacts is there once every row has its outcome.
    pub fn repairs(&self) -> Vec<Offer> {
        let (Some(table), Some(work)) = (self.table(), &self.work) else {
            return Vec::new();
        };
        let mut groups: BTreeMap<Group, (Offer, u32)> = BTreeMap::new();
        each_target(table, work, |group, target| {
            let row = target.found.row;
            let (offer, last) = groups
                .entry(group)
                .or_insert_with_key(|group| (offer(group, &target), u32::MAX));
            if *last == row {
                return; // the other part of the same cell
            }
            *last = row;
            offer.add(table, &target);
        });
        let mut offers: Vec<Offer> = groups.into_values().map(|(offer, _)| offer).collect();
        sort_few(&mut offers, |offer| {
            (
                offer.remedy == Remedy::LeaveOut,
                std::cmp::Reverse(offer.count),
            )
        });
        offers
    }

    /// Makes one of the [`repairs`](Self::repairs), in one step.
    pub fn repair(&mut self, id: &str) -> Result<(), InvalidImport> {
        let (Some(table), Some(work)) = (self.table(), &self.work) else {
            return Err(nothing());
        };
        let mut change = Change::default();
        let mut step = None;
        let mut last = u32::MAX;
        each_target(table, work, |group, target| {
            let row = target.found.row;
            if group.id() != id || row == last {
                return;
            }
            last = row;
            match (group.remedy, group.column) {
                (Remedy::LeaveOut, _) => change.rows.push((row, true)),
                (Remedy::Replace, Some(column)) => {
                    change
                        .cells
                        .push((row, column, Some(target.new.to_owned())));
                }
                _ => {}
            }
            let (.., count) = step.get_or_insert((group, 0));
            *count += 1;
        });
        let (group, count) = step.ok_or_else(nothing)?;
        let Group { code, column, .. } = group;
        if let (Some(kind), Some(column)) = (group.remedy.kind(), column) {
            let repair = Repair { code, column, kind };
            change.import = Some(Box::new(with_repair(&work.chosen, repair)));
        }
        let id = id.to_owned();
        let step = Step::Repair {
            id,
            code,
            column,
            count,
        };
        self.make(step, change)
    }
}

fn nothing() -> InvalidImport {
    InvalidImport("There is nothing left that this would repair.".into())
}

fn offer(group: &Group, target: &Target<'_>) -> Offer {
    Offer {
        id: group.id(),
        code: group.code,
        severity: target.found.severity,
        column: group.column,
        remedy: group.remedy,
        count: 0,
        prefix: prefix(target).map(str::to_owned),
        examples: Vec::new(),
    }
}

impl Offer {
    fn add(&mut self, table: &Table, target: &Target<'_>) {
        self.count += 1;
        if self.prefix.as_deref() != prefix(target) {
            self.prefix = None;
        }
        let Target { found, old, new } = *target;
        let is_new = self.examples.iter().all(|other| other.old != old);
        if self.column.is_some() && is_new && self.examples.len() < EXAMPLES {
            self.examples.push(Example {
                row: table.row_number(found.row as usize),
                old: old.to_owned(),
                new: new.to_owned(),
            });
        }
    }
}

/// What a suggested number has more in front than the cell: `+60` for `012-345 6789`.
fn prefix<'a>(target: &Target<'a>) -> Option<&'a str> {
    if !target.new.starts_with('+') {
        return None;
    }
    let digits: String = target.old.chars().filter(char::is_ascii_digit).collect();
    let own = digits.trim_start_matches('0');
    let prefix = target.new.strip_suffix(own)?;
    (prefix.len() > 1 && !own.is_empty()).then_some(prefix)
}

/// Visits every cell and row that can be repaired, by what is found: in row order for each kind of repair.
fn each_target(table: &Table, work: &Work, mut visit: impl FnMut(Group, Target<'_>)) {
    let sheet = &work.sheet;
    let source = work.source(table);
    let late = work.verdicts().map(|verdicts| &verdicts.issues);
    for issues in std::iter::once(&sheet.issues).chain(late) {
        for found in issues.all() {
            let (code, column) = (found.code, found.column());
            if !matches!(found.severity, Severity::Warning | Severity::Error) {
                continue;
            }
            let text = column.map(|column| source.shown(found.row as usize, column));
            let old = trim(text.as_deref().unwrap_or_default());
            let group = |remedy, code| Group {
                remedy,
                code,
                column,
                name: None,
            };
            visit(
                group(Remedy::LeaveOut, code),
                Target {
                    found,
                    old,
                    new: "",
                },
            );
            let Some(slot) = column.and_then(|column| sheet.setup.slot_of_column(column)) else {
                continue;
            };
            let reader = &sheet.readers[slot];
            let is_refused = code.severity() == Severity::Error;
            let mut value = |group: Group, new: &str| {
                let repaired = (group.remedy.kind(), group.column);
                let is_done = matches!(repaired, (Some(kind), Some(column))
                    if reader.repairs().contains(&Repair { code: group.code, column, kind }));
                if !is_done {
                    visit(group, Target { found, old, new });
                }
            };
            match (code, issues.suggestion(found)) {
                (Code::CountryUnknown | Code::LanguageUnknown | Code::NotAnOption, Some(new)) => {
                    let name = Some(old.to_owned());
                    let remedy = Remedy::Replace;
                    value(
                        Group {
                            name,
                            ..group(remedy, code)
                        },
                        new,
                    );
                }
                (_, Some(new)) => value(group(Remedy::Suggestion, code), new),
                (Code::NumberInvalid, None) => {
                    if let Some(new) = reader.reader().percent(old) {
                        value(group(Remedy::Percent, code), new);
                    }
                }
                _ => {}
            }
            match code {
                Code::Placeholder | Code::SpreadsheetDamaged => {
                    value(group(Remedy::Empty, code), "");
                }
                _ if is_refused && is_placeholder(old) => {
                    value(group(Remedy::Empty, Code::Placeholder), "");
                }
                _ => {}
            }
        }
    }
}
