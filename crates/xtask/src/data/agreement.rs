//! The core's plan against the truth.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::contacts::Contacts;
use muster_core::diff::Outcome;
use muster_core::field::{self, Field};
use muster_core::import::Import;
use muster_core::issue::Severity;
use muster_core::limits::Limits;
use muster_core::{Session, Workspace};

use super::generator::Generator;
use super::manifest::Manifest;
use super::{Options, Percent, import};

fn plan(file: &[u8], contacts: &Contacts, import: &Import) -> Session {
    let key = [7; 16];
    let mut fields = field::standard();
    fields.extend(
        import
            .fields
            .iter()
            .filter(|field| !field.create)
            .map(|field| Field {
                key: field.key.clone(),
                name: field.name.clone(),
                kind: field.kind,
                options: Vec::new(),
                rule: field::Rule::Open,
            }),
    );
    let workspace = Workspace {
        key,
        fields,
        tags: contacts.tags(),
    };
    let mut session = Session::new(Limits::default());
    session.push(file);
    session.finish().unwrap();
    session.configure(import, &workspace).unwrap();
    contacts.answer(&mut session, [9; 16]).unwrap();
    session.diff();
    session
}

/// What the core says, in the manifest's words: per row with issues its outcome and codes.
fn check(seed: u64, rows: u64, existing: u64, dirty: u64, changed: u64) {
    let options = Options {
        rows,
        seed,
        dirty: Percent::whole(dirty),
        existing,
        changed: Percent::whole(changed),
        out: "nowhere".into(),
    };
    let mut generator = Generator::new(options);
    let mut file = Vec::new();
    generator
        .write_rows(&mut |record| {
            file.extend_from_slice(record);
            Ok(())
        })
        .unwrap();
    let stored = generator.contacts.iter().enumerate();
    let stored =
        stored.map(|(index, contact)| serde_json::from_value(contact.to_json(index + 1)).unwrap());
    let contacts = Contacts::new([7; 16], stored.collect());
    let import = serde_json::from_value(import(existing == 0)).unwrap();
    let session = plan(&file, &contacts, &import);
    compare(&generator.manifest, &session, &format!("seed {seed}"));
}

fn compare(truth: &Manifest, session: &Session, case: &str) {
    let mut expected: BTreeMap<u64, &str> = BTreeMap::new();
    for kind in truth.kinds.values() {
        expected.extend(kind.rows.iter().map(|&row| (row, kind.code)));
    }
    let mut changes: BTreeMap<String, u64> = BTreeMap::new();
    let mut gained: BTreeSet<String> = BTreeSet::new();
    for row in (0..session.rows_of(None).len()).filter_map(|row| session.row(row)) {
        // Of a row with errors the manifest says nothing else.
        let is_error = row.outcome == Outcome::Error;
        let found = row
            .issues
            .iter()
            .filter(|issue| !is_error || issue.severity == Severity::Error);
        let found: Vec<&str> = found.map(|issue| issue.code.slug()).collect();
        let wanted: Vec<&str> = expected.remove(&u64::from(row.row)).into_iter().collect();
        assert_eq!(found, wanted, "{case}, row {}: {:?}", row.row, row.cells);
        if row.outcome == Outcome::Updated {
            for change in &row.changes.0 {
                *changes.entry(change.field.clone()).or_default() += 1;
            }
            if !row.tags_added.is_empty() {
                *changes.entry("tags".into()).or_default() += 1;
            }
        }
        gained.extend(row.tags_added);
    }
    assert!(
        expected.is_empty(),
        "{case}, rows that aren't there: {expected:?}"
    );
    let counts = session.counts();
    let counts = [
        counts.new,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.error,
    ]
    .map(u64::from);
    let truth_counts = &truth.counts;
    assert_eq!(
        counts,
        [
            truth_counts.new,
            truth_counts.updated,
            truth_counts.unchanged,
            truth_counts.skipped,
            truth_counts.error
        ],
        "{case}"
    );
    let truth_changes: BTreeMap<String, u64> = truth
        .changes
        .iter()
        .map(|(&field, &count)| (field.to_owned(), count))
        .collect();
    assert_eq!(changes, truth_changes, "{case}");
    let created: BTreeSet<String> = session
        .to_create()
        .iter()
        .map(|tag| (*tag).to_owned())
        .collect();
    assert_eq!(
        created,
        truth.tags_created.iter().cloned().collect(),
        "{case}"
    );
}

#[test]
fn the_core_finds_the_truth() {
    for seed in 1..=6 {
        check(seed, 600, 300, 30, 25);
    }
    check(7, 400, 0, 20, 0);
    check(8, 400, 500, 20, 100);
    check(9, 60, 30, 100, 50);
    check(10, 3, 0, 0, 0);
}

#[test]
fn every_defect_occurs() {
    let options = Options {
        rows: 400,
        seed: 5,
        dirty: Percent::whole(15),
        existing: 300,
        changed: Percent::whole(10),
        out: "nowhere".into(),
    };
    let mut generator = Generator::new(options);
    generator.write_rows(&mut |_| Ok(())).unwrap();
    assert_eq!(
        generator.manifest.kinds.len(),
        super::defect::Defect::ALL.len()
    );
}
