//! Messages of all shapes.

use std::collections::BTreeSet;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use crate::field::Identifier;
use crate::issue::Code;
use crate::wire::*;

/// Texts of all shapes that a column knows.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,6}",
        1 => Just(String::new()),
        2 => prop_oneof!["MY|SG|DE", "(Ann|Ben|Cat) (Lee|Tan)"],
        2 => "\\+[0-9]{3,20}",
        2 => "[0-9]{4}-[0-1][0-9]-[0-3][0-9]",
        2 => "[a-c]{1,3}@(x|y)\\.my",
        1 => "[a\0]{0,4}",
    ]
}

/// Columns of one shape, as files have them.
pub(super) fn texts(many: usize) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        vec(text(), many),
        vec("(\\+60|\\+49)[0-9]{7,15}", many),
        vec(
            "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
            many
        ),
        vec("[a-z]{1,8}@(x|mail)\\.(com|my)", many),
        vec("Ann|Ben|", many),
    ]
}

pub(super) fn small() -> impl Strategy<Value = u32> {
    prop_oneof![0..300_u32, any::<u32>()]
}

pub(super) fn id() -> impl Strategy<Value = u64> {
    prop_oneof![0..300_u64, 0..u64::MAX]
}

pub(super) fn numbers<T: std::fmt::Debug + Ord + Clone>(
    one: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<T>> {
    btree_set(one, 0..6).prop_map(|set| set.into_iter().collect())
}

pub(super) fn code() -> impl Strategy<Value = Code> {
    (0..Code::ALL.len()).prop_map(|at| Code::ALL[at])
}

pub(super) fn kind() -> impl Strategy<Value = Identifier> {
    (0..3_usize).prop_map(|at| Identifier::ALL[at])
}

/// Sets of positions below `length`.
pub(super) fn sets(length: usize) -> impl Strategy<Value = Vec<Vec<u32>>> {
    let set = vec(0..64_u32, 0..4).prop_map(move |set| {
        let set = set.iter().map(|at| at % length as u32);
        set.collect::<BTreeSet<u32>>().into_iter().collect()
    });
    vec(set, 1..4)
}

pub(super) fn compare_request() -> impl Strategy<Value = CompareRequest> {
    let asked = || btree_map(any::<u32>(), any::<u32>(), 0..6);
    (vec(text(), 1..4), sets(1), [asked(), asked(), asked()]).prop_map(|(fields, masks, asked)| {
        let many = masks.len() as u32;
        let pair = |(prefix, mask)| Asked {
            prefix,
            mask: mask % many,
        };
        CompareRequest {
            fields,
            masks,
            asked: asked.map(|asked| asked.into_iter().map(pair).collect()),
        }
    })
}

/// Tags, sets of them, and contacts by id.
type Contacts = (Vec<String>, Vec<Vec<u32>>, Vec<Found>);

pub(super) fn contacts() -> impl Strategy<Value = Contacts> {
    let contacts = btree_map(id(), (small(), any::<u32>()), 0..5);
    (vec(text(), 3), sets(3), contacts).prop_map(|(tags, sets, contacts)| {
        let many = sets.len() as u32;
        let contact = |(id, (version, set))| Found {
            id,
            version,
            tag_set: set % many,
        };
        let contacts = contacts.into_iter().map(contact).collect();
        (tags, sets, contacts)
    })
}

pub(super) fn compare_answer() -> impl Strategy<Value = CompareAnswer> {
    let states = || vec((0..3_u8, any::<prop::sample::Index>(), any::<u64>()), 0..6);
    (
        contacts(),
        any::<[u8; 16]>(),
        [states(), states(), states()],
    )
        .prop_map(
            |((tags, tag_sets, contacts), hash_key, states)| CompareAnswer {
                found: states.map(|states| {
                    let compared = |(state, at, hash): (u8, prop::sample::Index, u64)| match state {
                        0 => Compared::Nobody,
                        1 if !contacts.is_empty() => Compared::One(Equal {
                            found: *at.get(&contacts),
                            hash,
                            filled: hash >> (hash % 64),
                        }),
                        _ => Compared::Unclear,
                    };
                    states.into_iter().map(compared).collect()
                }),
                hash_key,
                tags,
                tag_sets,
            },
        )
}

pub(super) fn match_request() -> impl Strategy<Value = MatchRequest> {
    let prefixes = || numbers(any::<u32>());
    [prefixes(), prefixes(), prefixes()].prop_map(|prefixes| MatchRequest { prefixes })
}

pub(super) fn match_answer() -> impl Strategy<Value = MatchAnswer> {
    let holders = || btree_set((small(), any::<u32>(), any::<u32>()), 0..5);
    (contacts(), [holders(), holders(), holders()]).prop_map(
        |((tags, tag_sets, contacts), holders)| {
            let many = contacts.len() as u32;
            let found = holders.map(|holders| {
                let holders = holders.into_iter().filter(|_| many > 0);
                let holder = |(asked, rest, contact)| Holder {
                    asked,
                    rest,
                    contact: contact % many.max(1),
                };
                let holders: BTreeSet<Holder> = holders.map(holder).collect();
                holders.into_iter().collect()
            });
            MatchAnswer {
                tags,
                tag_sets,
                contacts,
                found,
            }
        },
    )
}

pub(super) fn values_request() -> impl Strategy<Value = ValuesRequest> {
    (vec(text(), 0..4), numbers(id())).prop_map(|(fields, ids)| ValuesRequest { fields, ids })
}

pub(super) fn values_answer() -> impl Strategy<Value = ValuesAnswer> {
    contacts().prop_flat_map(|(tags, tag_sets, contacts)| {
        let values = texts(contacts.len()).prop_map(|texts| texts.into_iter().collect());
        vec(values, 0..4).prop_map(move |values: Vec<Texts>| ValuesAnswer {
            tags: tags.clone(),
            tag_sets: tag_sets.clone(),
            contacts: contacts.clone(),
            values,
        })
    })
}

pub(super) fn plan() -> impl Strategy<Value = RowPlan<'static>> {
    let tags = || vec(text().prop_map(Into::into), 0..3);
    let value = || text().prop_map(Into::into);
    let slot = || small().prop_map(|slot| slot >> 1);
    let write = (slot(), proptest::option::of(value()), any::<u64>()).prop_map(
        |(slot, value, previewed)| Write {
            slot,
            value,
            previewed,
        },
    );
    let issue = (
        code(),
        proptest::option::of(small()),
        value(),
        vec(id(), 0..3),
        proptest::option::of(small()),
    )
        .prop_map(|(code, column, value, ids, kept_row)| RowIssue {
            code,
            column,
            value,
            ids,
            kept_row,
        });
    prop_oneof![
        (
            vec((slot(), value()), 0..4),
            tags(),
            proptest::option::of(kind())
        )
            .prop_map(|(values, tags, key)| RowPlan::New { values, tags, key }),
        (
            id(),
            small(),
            (kind(), any::<u64>()),
            vec(write, 0..4),
            tags()
        )
            .prop_map(|(id, version, key, writes, tags)| RowPlan::Updated {
                id,
                version,
                key,
                writes,
                tags
            }),
        id().prop_map(|id| RowPlan::Unchanged { id }),
        (
            code(),
            proptest::option::of(id()),
            value(),
            proptest::option::of(small())
        )
            .prop_map(|(reason, id, identifier, kept_row)| RowPlan::Skipped {
                reason,
                id,
                identifier,
                kept_row
            }),
        vec(issue, 0..3).prop_map(|issues| RowPlan::Error { issues }),
    ]
}

pub(super) fn batch() -> impl Strategy<Value = Batch<'static>> {
    let warnings = vec((code(), proptest::option::of(small())), 0..3);
    let row = (small(), plan(), warnings).prop_map(|(row, plan, warnings)| Row {
        row,
        plan,
        warnings,
    });
    (small(), vec(row, 0..6)).prop_map(|(number, rows)| Batch { number, rows })
}

/// One message of every kind, as bytes.
pub(super) fn messages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    (
        compare_request(),
        compare_answer(),
        match_request(),
        match_answer(),
        values_request(),
        values_answer(),
        batch(),
        vec(any::<u8>(), 0..99),
    )
        .prop_map(
            |(compare, compared, find, found, values, stored, batch, bytes)| {
                vec![
                    compare.encode(),
                    compared.encode(),
                    find.encode(),
                    found.encode(),
                    values.encode(),
                    stored.encode(),
                    batch.encode(),
                    seal(&bytes),
                ]
            },
        )
}
