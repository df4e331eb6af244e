//! The verdicts a second time: ten thousand random files, descriptions and contacts come out as the rules say, also when
//! they are corrected on the way.

#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

#[path = "../../crates/muster_core/src/evidence.rs"]
mod evidence;
mod verdicts;
mod world;

use muster_core::Session;
use muster_core::diff::Outcome;
use muster_core::import::Import;
use muster_core::issue::{Code, Issue, Severity};
use muster_core::limits::Limits;
use muster_core::session::RowView;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use world::World;

/// Files with their description and contacts.
const WORLDS: u32 = 10_000;

/// A session of the file, pushed in pieces and described.
fn described(csv: &str, world: &World, import: &Import) -> Session {
    let mut session = Session::new(Limits::default());
    for piece in csv.as_bytes().chunks(5) {
        session.push(piece);
    }
    session.finish().unwrap();
    session.configure(import, &world.workspace()).unwrap();
    session
}

/// Answers what the session has to ask, and compares.
fn answer(session: &mut Session, world: &World) {
    world.stored().answer(session, [7; 16]).unwrap();
    session.diff();
}

fn views(session: &Session) -> Vec<RowView> {
    (0..session.rows_of(None).len())
        .map(|row| session.row(row).unwrap())
        .collect()
}

/// A row of the session in the model's words.
fn words(view: &RowView) -> String {
    let outcome = serde_json::to_value(view.outcome).unwrap();
    let outcome = outcome.as_str().unwrap();
    let deciding = |issue: &&Issue| matches!(issue.severity, Severity::Error | Severity::Info);
    match (view.outcome, view.issues.iter().find(deciding)) {
        (Outcome::Skipped | Outcome::Error, Some(issue)) => {
            let is_cell = issue.column.is_some() && issue.code < Code::MissingIdentifier;
            let kept = match (view.outcome, issue.kept_row) {
                (Outcome::Skipped, Some(kept)) => format!("={kept}"),
                _ => String::new(),
            };
            let reason = if is_cell { "cell" } else { issue.code.slug() };
            format!("{} {outcome} {reason}{kept}", view.row)
        }
        _ => {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let changes: Vec<String> = view
                .changes
                .0
                .iter()
                .map(|change| {
                    format!(
                        "{}:{}>{}",
                        change.field,
                        text(&change.old),
                        text(&change.new)
                    )
                })
                .collect();
            let conflict = |issue: &Issue| issue.code == Code::IdentityConflict;
            let conflict = match view.issues.iter().any(conflict) {
                true => " conflict",
                false => "",
            };
            format!(
                "{} {outcome} {changes:?} {:?}{conflict}",
                view.row, view.tags_added
            )
        }
    }
}

#[test]
fn the_session_agrees_with_the_model() {
    let worlds = evidence::cases(WORLDS);
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(worlds)
    });
    let outcomes = std::cell::Cell::new([0_u32; 5]);
    let ran = runner.run(&world::world(), |world| {
        let csv = world.csv();
        let mut session = described(&csv, &world, &world.import(true));
        answer(&mut session, &world);
        let rows = views(&session);
        let mut many = outcomes.get();
        rows.iter().for_each(|row| many[row.outcome as usize] += 1);
        outcomes.set(many);
        let said: Vec<String> = rows.iter().map(words).collect();
        let verdicts = world.verdicts();
        prop_assert_eq!(&said, &verdicts, "{}", csv);
        // And with the corrections made one after the other, and all of them taken back.
        let mut session = described(&csv, &world, &world.import(false));
        answer(&mut session, &world);
        let before = views(&session);
        for (number, row) in (2..).zip(&world.rows) {
            if row.left_out {
                session.leave_out(&[number], true).unwrap();
            }
            if let Some((column, text)) = row.edit(world.width()) {
                session.edit(number, column as u32, Some(text)).unwrap();
            }
            if number % 3 == 0 {
                answer(&mut session, &world);
            }
        }
        answer(&mut session, &world);
        let said: Vec<String> = views(&session).iter().map(words).collect();
        prop_assert_eq!(&said, &verdicts, "corrected: {}", csv);
        while session.undo().is_some() {}
        answer(&mut session, &world);
        prop_assert_eq!(views(&session), before, "undone: {}", csv);
        Ok(())
    });
    ran.unwrap();
    let [new, updated, unchanged, skipped, error] = outcomes.get();
    let enough = outcomes.get().iter().all(|&many| many > worlds / 20);
    assert!(enough, "{:?}", outcomes.get());
    evidence::count(
        worlds,
        "random imports against the model, told at once and corrected",
        &format!(
            "0 differences; rows: {new} new, {updated} updated, {unchanged} unchanged, {skipped} skipped, {error} errors"
        ),
    );
}
