//! The same rows under another description: what it says as before is not read again.

use super::{Ground, Sheet, resolved};
use crate::column::ReadColumn;
use crate::field::{self, FieldType};
use crate::identity::Set;
use crate::import::{Import, Purpose, Repair};
use crate::session::setup::{Mapped, Setup};

/// How much of the verdicts is to be done again; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Again {
    /// Nothing but what is said otherwise.
    Nothing,
    /// What the values of the contacts come to.
    Values,
    /// Which of several rows counts.
    Rivals,
    /// Everything.
    All,
}

impl Sheet {
    /// Follows another description, of the same corrected cells and left out rows.
    pub(crate) fn remap(&mut self, ground: Ground<'_>, import: &Import, setup: Setup) -> Again {
        let import = resolved(import, &setup);
        let again = again(&self.setup, &setup);
        let kept = kept(
            (&self.setup, &self.import.repairs),
            (&setup, &import.repairs),
        );
        let indexes: Set<u32> = (setup.mapped.iter().zip(&kept))
            .filter(|(_, kept)| kept.is_some())
            .map(|(mapped, _)| mapped.index)
            .collect();
        let is_same = again < Again::All && kept.iter().all(Option::is_some);
        let mut before = self.give_columns();
        let mut columns: Vec<(usize, ReadColumn)> = (kept.iter().enumerate())
            .filter_map(|(slot, kept)| Some((slot, before[(*kept)?].take()?)))
            .collect();
        self.tags.give(&setup.tags);
        (self.setup, self.import) = (setup, import);
        if is_same {
            self.take_columns(columns);
            return again;
        }
        self.issues.retain(|found| {
            found
                .column()
                .is_none_or(|column| indexes.contains(&column))
        });
        let is_known = |slot: usize| columns.iter().position(|(other, _)| *other == slot);
        let missing: Vec<usize> = (0..kept.len())
            .filter(|&slot| is_known(slot).is_none())
            .collect();
        let country = self.setup.slot(field::COUNTRY).and_then(is_known);
        let countries = country.map(|at| &columns[at].1.column);
        let read = self.read_columns(ground, &missing, countries);
        columns.extend(read);
        self.take_columns(columns);
        self.decide_all();
        self.find_tags();
        self.issues.sort();
        Again::All
    }

    /// Gives the columns away, by slot.
    fn give_columns(&mut self) -> Vec<Option<ReadColumn>> {
        let columns = std::mem::take(&mut self.columns).into_iter();
        let facts = std::mem::take(&mut self.facts).into_iter();
        let readers = std::mem::take(&mut self.readers).into_iter();
        let finders = std::mem::take(&mut self.finders).into_iter();
        columns
            .zip(facts)
            .zip(readers.zip(finders))
            .map(|((column, facts), (reader, finder))| ReadColumn {
                column,
                facts,
                reader,
                finder,
            })
            .map(Some)
            .collect()
    }
}

/// What has to be done again where no column is read again.
fn again(old: &Setup, new: &Setup) -> Again {
    let is_mapped_alike = old.mapped.len() == new.mapped.len()
        && (old.mapped.iter().zip(&new.mapped))
            .all(|(old, new)| old.index == new.index && old.field.key == new.field.key);
    if !is_mapped_alike || old.purpose != new.purpose || old.identifiers != new.identifiers {
        return Again::All;
    }
    if old.duplicates != new.duplicates && new.purpose != Purpose::AddAll {
        return Again::Rivals;
    }
    let policies = old.mapped.iter().zip(&new.mapped);
    if old.tags != new.tags
        || policies
            .into_iter()
            .any(|(old, new)| old.policy != new.policy)
    {
        return Again::Values;
    }
    Again::Nothing
}

/// By new slot the old one whose values are the same.
fn kept(old: (&Setup, &[Repair]), new: (&Setup, &[Repair])) -> Vec<Option<usize>> {
    let mut kept: Vec<Option<usize>> = Vec::with_capacity(new.0.mapped.len());
    for mapped in &new.0.mapped {
        let same = |other: &Mapped| is_read_alike(other, mapped);
        let repairs = |list: &[Repair]| -> Vec<Repair> {
            let own = list.iter().filter(|repair| repair.column == mapped.index);
            own.copied().collect()
        };
        let is_repaired_alike = repairs(old.1) == repairs(new.1);
        kept.push((old.0.mapped.iter().position(same)).filter(|_| is_repaired_alike));
    }
    // Numbers without a country code look at others.
    let country = new.0.slot(field::COUNTRY);
    let is_country_kept = match country {
        Some(slot) => kept[slot].is_some(),
        None => old.0.slot(field::COUNTRY).is_none(),
    };
    if !is_country_kept || old.0.default_country != new.0.default_country {
        for (mapped, kept) in new.0.mapped.iter().zip(&mut kept) {
            if mapped.field.kind == FieldType::Phone {
                *kept = None;
            }
        }
    }
    // Two slots of one column go together: what was found in its cells doesn't say by which.
    let mapped = &new.0.mapped;
    let lost: Set<u32> = (mapped.iter().zip(&kept))
        .filter(|(_, kept)| kept.is_none())
        .map(|(mapped, _)| mapped.index)
        .collect();
    for (mapped, kept) in mapped.iter().zip(&mut kept) {
        if lost.contains(&mapped.index) {
            *kept = None;
        }
    }
    kept
}

/// Whether the cells of both have the same values, countries and repairs aside.
fn is_read_alike(one: &Mapped, other: &Mapped) -> bool {
    one.index == other.index
        && one.part == other.part
        && one.field == other.field
        && one.invalid == other.invalid
        && one.format == other.format
}
