//! What a person may do to an import, at random.

use super::*;
use crate::import::{Column, Duplicates, Format, Invalid, Policy, Purpose};

pub(super) const HEADER: &str =
    "Phone,Email,First Name,Last Name,Country,Tags,Born,Score,Plan,Full Name";

/// Texts of the columns' cells, few enough to meet.
pub(super) const CELLS: [&[&str]; 10] = [
    &[
        "",
        "+60123456781",
        "+60 12-345 6782",
        "012-345 6781",
        "60123456782",
        "+60",
        "N/A",
        "6.01E+10",
    ],
    &["", "a@x.my", "B@x.my", "c@x.my", "nope", "-"],
    &["", "Ann", "Ben", "MÃ¼ller", "none", "#N/A"],
    &["", "Lee", "Lim", "JosÃ©", "\\N"],
    &["", "MY", "sg", "Brasl", "Singapor", "Atlantis"],
    &["", "vip", "VIP;new", "Fair,extra", "NEW"],
    &[
        "",
        "01/02/2024",
        "25/02/2024",
        "02/25/2024",
        "2024-03-04",
        "never",
    ],
    &["", "1,5", "1.5", "1.234", "50%", "$ 12", "x"],
    &["", "free", "Pro", "Proo", "n/a"],
    &["", "Ann Lee", "Ben", "MÃ¼ller Tan", "- -"],
];

pub(super) const FIELDS: [&str; 10] = [
    "phone",
    "email",
    "first_name",
    "last_name",
    "country",
    "tags",
    "born",
    "score",
    "plan",
    "full_name",
];

/// What a person may do.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Edit(usize, usize, Option<usize>),
    LeaveOut(Vec<usize>, bool),
    Purpose(usize),
    Identifiers(usize),
    Duplicates(usize),
    Country(Option<usize>),
    Tags(bool),
    Policy(usize, usize),
    Invalid(usize, bool),
    Format(usize, usize),
    /// Whether a column is mapped.
    Map(usize, bool),
    Repair(usize),
    Undo,
    Redo,
    /// Asks and compares in between.
    Compare,
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    let many = proptest::collection::vec(0..16_usize, 1..4);
    prop_oneof![
        5 => (0..16_usize, 0..2_usize, proptest::option::weighted(0.8, 0..4_usize))
            .prop_map(|(row, column, text)| Act::Edit(row, column, text)),
        8 => (0..16_usize, 0..10_usize, proptest::option::weighted(0.8, 0..8_usize))
            .prop_map(|(row, column, text)| Act::Edit(row, column, text)),
        3 => (many, any::<bool>()).prop_map(|(rows, out)| Act::LeaveOut(rows, out)),
        1 => (0..4_usize).prop_map(Act::Purpose),
        1 => (0..4_usize).prop_map(Act::Identifiers),
        1 => (0..3_usize).prop_map(Act::Duplicates),
        1 => proptest::option::of(0..2_usize).prop_map(Act::Country),
        1 => any::<bool>().prop_map(Act::Tags),
        2 => (0..10_usize, 0..3_usize).prop_map(|(column, policy)| Act::Policy(column, policy)),
        1 => (0..10_usize, any::<bool>()).prop_map(|(column, out)| Act::Invalid(column, out)),
        1 => (0..10_usize, 0..3_usize).prop_map(|(column, format)| Act::Format(column, format)),
        2 => (0..10_usize, any::<bool>()).prop_map(|(column, is)| Act::Map(column, is)),
        4 => (0..40_usize).prop_map(Act::Repair),
        4 => Just(Act::Undo),
        2 => Just(Act::Redo),
        4 => Just(Act::Compare),
    ]
}

fn column(index: usize) -> Column {
    Column {
        index: index as u32,
        field: FIELDS[index].into(),
        policy: Policy::Overwrite,
        invalid: Invalid::RejectRow,
        format: Format::Auto,
    }
}

/// Does it; what is impossible is refused and changes nothing.
pub(super) fn perform(
    session: &mut Session,
    contacts: &Contacts,
    workspace: &Workspace,
    act: &Act,
) {
    let mut import = session.description().unwrap();
    let slot = |import: &Import, column: usize| {
        import
            .columns
            .iter()
            .position(|other| other.index as usize == column)
    };
    match act {
        Act::Edit(row, column, text) => {
            let text = text.map(|text| CELLS[*column][text % CELLS[*column].len()]);
            let number = session
                .table()
                .unwrap()
                .row_number(row % session.table().unwrap().rows());
            session.edit(number, *column as u32, text).unwrap();
            return;
        }
        Act::LeaveOut(rows, out) => {
            let table = session.table().unwrap();
            let numbers: Vec<u32> = rows
                .iter()
                .map(|row| table.row_number(row % table.rows()))
                .collect();
            session.leave_out(&numbers, *out).unwrap();
            return;
        }
        Act::Undo => return drop(session.undo()),
        Act::Redo => return drop(session.redo()),
        Act::Compare => {
            compare(session, contacts);
            // Counted now, so that what changes later has to be counted again.
            session.bytes_to_send();
            return;
        }
        Act::Repair(which) => {
            let offers = session.repairs();
            if let Some(offer) = offers.get(which % offers.len().max(1)) {
                session.repair(&offer.id).unwrap();
            }
            return;
        }
        Act::Purpose(which) => {
            import.purpose = [
                Purpose::Add,
                Purpose::Update,
                Purpose::AddAndUpdate,
                Purpose::AddAll,
            ][*which];
        }
        Act::Identifiers(which) => {
            use crate::field::Identifier::{Email, Phone};
            import.identifiers = [
                vec![Phone],
                vec![Email],
                vec![Phone, Email],
                vec![Email, Phone],
            ][*which]
                .clone();
        }
        Act::Duplicates(which) => {
            import.duplicates = [
                Duplicates::KeepFirst,
                Duplicates::KeepLast,
                Duplicates::RejectAll,
            ][*which];
        }
        Act::Country(which) => {
            import.default_country = which.map(|which| ["MY", "SG"][which].into());
        }
        Act::Tags(some) => {
            import.tags = if *some {
                vec!["Fair".into(), "Neu".into()]
            } else {
                Vec::new()
            }
        }
        Act::Policy(column, policy) => {
            let Some(slot) = slot(&import, *column) else {
                return;
            };
            let policies = [
                Policy::Overwrite,
                Policy::DoNotOverwrite,
                Policy::OverwriteAndClear,
            ];
            import.columns[slot].policy = policies[*policy];
        }
        Act::Invalid(column, out) => {
            let Some(slot) = slot(&import, *column) else {
                return;
            };
            import.columns[slot].invalid = if *out {
                Invalid::LeaveOut
            } else {
                Invalid::RejectRow
            };
        }
        Act::Format(column, which) => {
            let Some(slot) = slot(&import, *column) else {
                return;
            };
            let formats = match FIELDS[*column] {
                "phone" => [Format::Auto, Format::International, Format::National],
                "born" => [Format::Auto, Format::Dmy, Format::Mdy],
                "score" => [Format::Auto, Format::Comma, Format::Point],
                "full_name" => [Format::Auto, Format::FirstSpace, Format::LastSpace],
                _ => [Format::Auto; 3],
            };
            import.columns[slot].format = formats[*which];
        }
        Act::Map(index, is_mapped) => {
            import
                .columns
                .retain(|other| other.index as usize != *index);
            if *is_mapped {
                // The full name and its parts exclude each other.
                let excluded: &[usize] = match index {
                    9 => &[2, 3],
                    2 | 3 => &[9],
                    _ => &[],
                };
                import
                    .columns
                    .retain(|other| !excluded.contains(&(other.index as usize)));
                import.columns.push(column(*index));
            }
        }
    }
    let _ = session.configure(&import, workspace);
}
