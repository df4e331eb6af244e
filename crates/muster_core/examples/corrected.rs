//! How long one corrected cell takes: from the edit to the new counts, with 200,000 rows and as many contacts.
//!
//! ```text
//! cargo run --release -p muster_core --example corrected [-- ROWS]
//! ```
//!
//! Every column is corrected in nine rows; the median and the worst are printed, in milliseconds. Whoever knows the
//! contacts answers in this process: `edit` and `verdict` are the session's own time, without his.

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use muster_core::contacts::{Contact, Contacts};
use muster_core::import::{Import, Policy};
use muster_core::limits::Limits;
use muster_core::{Session, Workspace, field};
use serde_json::json;

const KEY: [u8; 16] = *b"a dry run's key.";
const FIELDS: [&str; 7] = [
    "phone",
    "email",
    "first_name",
    "last_name",
    "country",
    "language",
    "tags",
];
/// Corrections of each column.
const TIMES: u32 = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let rows = std::env::args()
        .nth(1)
        .map_or(Ok(200_000), |rows| rows.parse())?;
    let columns = FIELDS.iter().enumerate();
    let mut import: Import = serde_json::from_value(json!({
        "purpose": "add_and_update",
        "identifiers": ["phone", "email"],
        "columns": columns.map(|(index, field)| json!({"index": index, "field": field})).collect::<Vec<_>>(),
    }))?;
    let contacts = contacts(rows);
    let workspace = Workspace {
        key: KEY,
        fields: field::standard(),
        tags: contacts.tags(),
    };
    let mut session = Session::new(Limits::default());
    session.push(file(rows).as_bytes());
    session.finish().map_err(|refused| format!("{refused:?}"))?;

    let began = Instant::now();
    session.configure(&import, &workspace)?;
    let own = began.elapsed() + compare(&mut session, &contacts)?;
    writeln!(
        out,
        "first verdict of {rows} rows: {:.1} ms, {:?}",
        ms(own),
        session.counts()
    )?;
    session.bytes_to_send();

    writeln!(
        out,
        "{:12} {:>8} {:>8} {:>8} {:>8}",
        "column", "edit", "verdict", "worst", "bytes"
    )?;
    for (column, field) in (0..).zip(FIELDS) {
        let mut edits = Vec::new();
        let mut verdicts = Vec::new();
        let mut all = Vec::new();
        let mut sizes = Vec::new();
        for n in 0..TIMES {
            let row = (rows / 40 + rows / 10 * n) % rows;
            let Some(view) = session.row(row as usize) else {
                continue;
            };
            let value = corrected(field, &view.cells[column as usize]);
            let began = Instant::now();
            session.edit(view.row, column, Some(&value))?;
            let edit = began.elapsed();
            let verdict = compare(&mut session, &contacts)?;
            let began = Instant::now();
            session.bytes_to_send();
            sizes.push(began.elapsed());
            edits.push(edit);
            verdicts.push(verdict);
            all.push(edit + verdict);
        }
        let worst = all.into_iter().max().unwrap_or_default();
        writeln!(
            out,
            "{field:12} {:8.2} {:8.2} {:8.2} {:8.2}",
            median(edits),
            median(verdicts),
            ms(worst),
            median(sizes)
        )?;
    }

    let began = Instant::now();
    while session.undo().is_some() {}
    let own = began.elapsed() + compare(&mut session, &contacts)?;
    writeln!(out, "all of these undone: {:.1} ms", ms(own))?;
    import.columns[2].policy = Policy::DoNotOverwrite;
    let began = Instant::now();
    session.configure(&import, &workspace)?;
    let own = began.elapsed() + compare(&mut session, &contacts)?;
    writeln!(out, "another policy: {:.1} ms", ms(own))?;
    let began = Instant::now();
    let offers = session.repairs().len();
    writeln!(
        out,
        "{offers} offers of repairs: {:.1} ms",
        ms(began.elapsed())
    )?;
    let began = Instant::now();
    let alarms = session.alarms().len();
    writeln!(out, "{alarms} alarms: {:.1} ms", ms(began.elapsed()))?;
    let began = Instant::now();
    let effects = session.effects().len();
    writeln!(
        out,
        "effects of {effects} columns: {:.1} ms",
        ms(began.elapsed())
    )?;
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().map_or(0.0, ms)
}

/// Asks for what is missing and compares: how long the session had to do with it.
fn compare(session: &mut Session, contacts: &Contacts) -> Result<Duration, Box<dyn Error>> {
    let mut own = Duration::ZERO;
    loop {
        let began = Instant::now();
        let requests = session.lookups();
        own += began.elapsed();
        if requests.is_empty() {
            break;
        }
        for (at, request) in requests.iter().enumerate() {
            let answer = contacts.matched(request, *b"one answer's key")?;
            let began = Instant::now();
            session.matched(at, &answer)?;
            own += began.elapsed();
        }
    }
    let mut began = Instant::now();
    let requests = session.wanted();
    own += began.elapsed();
    for request in requests {
        let answer = contacts.valued(&request)?;
        began = Instant::now();
        session.valued(&answer)?;
        own += began.elapsed();
    }
    began = Instant::now();
    session.diff();
    // What the page shows of it.
    let _ = std::hint::black_box((
        session.counts(),
        session.totals(),
        session.to_create().len(),
    ));
    Ok(own + began.elapsed())
}

/// A cell of the same kind that isn't the same.
fn corrected(field: &str, cell: &str) -> String {
    match field {
        "phone" => format!("{}7", &cell[..cell.len().saturating_sub(1)]),
        "email" => format!("x{cell}"),
        "country" => "SG".into(),
        "language" => "fr".into(),
        _ => format!("{cell}a"),
    }
}

fn name(row: u32, names: &[&str]) -> String {
    format!("{}{}", names[row as usize % names.len()], row / 100)
}

/// The values of a row: one of a hundred differs from its contact, one of two hundred is an error.
fn values(row: u32, is_file: bool) -> [String; FIELDS.len()] {
    let other = if is_file && row.is_multiple_of(100) {
        "a"
    } else {
        ""
    };
    let phone = if is_file && row.is_multiple_of(200) {
        "+60".into()
    } else {
        format!("+6012{:07}", 1_000_000 + row)
    };
    [
        phone,
        format!("person{row}@example.com"),
        name(row, &["Aisyah", "Ben", "Chen", "Devi", "Élodie"]) + other,
        name(row, &["Lee", "Tan", "Müller", "Kaur", "Silva", "Okafor"]),
        ["MY", "ID", "BR", "DE"][row as usize % 4].into(),
        ["en", "ms", "pt"][row as usize % 3].into(),
        ["VIP", "Fair", "News"][row as usize % 3].into(),
    ]
}

fn file(rows: u32) -> String {
    let mut csv = FIELDS.join(",") + "\n";
    for row in 0..rows {
        csv += &values(row, true).join(",");
        csv.push('\n');
    }
    csv
}

/// Nine of ten rows have a contact.
fn contacts(rows: u32) -> Contacts {
    let known = (0..rows).filter(|row| row % 10 != 9);
    let contacts = known.map(|row| {
        let [fields @ .., tag] = values(row, false);
        let keys = FIELDS.iter().map(|&key| key.to_owned());
        Contact {
            id: u64::from(row) + 1,
            version: 1,
            fields: keys.zip(fields).collect(),
            tags: vec![tag],
        }
    });
    Contacts::new(KEY, contacts.collect())
}
