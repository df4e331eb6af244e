//! A dry run in a terminal: what would become of a file, row by row, as JSON lines.
//!
//! ```text
//! cargo run --release -p muster_core --example plan -- IMPORT.json FILE.csv [CONTACTS.json] [--chunk BYTES]
//! cargo run --release -p muster_core --example plan -- --cells FILE.csv [--chunk BYTES]
//! ```
//!
//! Exit code 1: the file is refused as a whole. 2: the import is impossible, or the command is. With `--time` the
//! time that each step took goes to the standard error.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use muster_core::contacts::{Contact, Contacts};
use muster_core::diff::{Counts, Outcome};
use muster_core::field::{self, Field, Rule};
use muster_core::import::{FileChoice, Import};
use muster_core::issue::{Code, Issue, Severity};
use muster_core::limits::Limits;
use muster_core::parse::Refused;
use muster_core::session::{Changes, RowView};
use muster_core::{Session, Workspace};
use serde::Serialize;
use serde_json::json;

const USAGE: &str = "plan IMPORT.json FILE.csv [CONTACTS.json] [--chunk BYTES] [--cells] [--time]";

struct Options {
    paths: Vec<String>,
    chunk: Option<usize>,
    cells: bool,
    time: bool,
}

fn main() -> ExitCode {
    let out = std::io::stdout().lock();
    match run(std::env::args().skip(1), &mut BufWriter::new(out)) {
        Ok(code) => code,
        // Whoever reads the output may have read enough of it.
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Carries out a command line; what it prints goes to `out`. The tests come in here.
pub(crate) fn run(
    words: impl Iterator<Item = String>,
    out: &mut impl Write,
) -> Result<ExitCode, Box<dyn Error>> {
    let options = options(words)?;
    let code = if options.cells {
        print_cells(out, &options)?
    } else {
        print_plan(out, &options)?
    };
    out.flush()?;
    Ok(code)
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        paths: Vec::new(),
        chunk: None,
        cells: false,
        time: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--chunk" => {
                let bytes: usize = words.next().ok_or(USAGE)?.parse()?;
                options.chunk = Some(bytes.max(1));
            }
            "--cells" => options.cells = true,
            "--time" => options.time = true,
            _ if word.starts_with("--") => return Err(USAGE.into()),
            _ => options.paths.push(word),
        }
    }
    let many = options.paths.len();
    if many == 0 || many > 3 || (many < 2 && !options.cells) {
        return Err(USAGE.into());
    }
    Ok(options)
}

fn read(path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}").into())
}

fn read_import(path: &str) -> Result<Import, String> {
    let bytes = read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{path}: {error}"))
}

/// Pushes the file in pieces.
fn parse(file: &[u8], choice: &FileChoice, options: &Options) -> Result<Session, Refused> {
    let mut session = Session::reading(Limits::default(), choice);
    for piece in file.chunks(options.chunk.unwrap_or(1 << 16)) {
        session.push(piece);
    }
    session.finish()?;
    Ok(session)
}

fn print_refused(out: &mut impl Write, refused: Refused) -> std::io::Result<ExitCode> {
    let line = match refused.kind {
        Some(kind) => json!({"refused": {"code": refused.code, "kind": kind}}),
        None => json!({"refused": {"code": refused.code}}),
    };
    writeln!(out, "{line}")?;
    Ok(ExitCode::from(1))
}

fn print_invalid(out: &mut impl Write, message: &str) -> std::io::Result<ExitCode> {
    writeln!(out, "{}", json!({"invalid": {"message": message}}))?;
    Ok(ExitCode::from(2))
}

/// The cells as split, before any rule.
fn print_cells(out: &mut impl Write, options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let (choice, path) = match options.paths.as_slice() {
        [path] => (FileChoice::default(), path),
        [import, path, ..] => match read_import(import) {
            Ok(import) => (import.file, path),
            Err(message) => return Ok(print_invalid(out, &message)?),
        },
        [] => return Err(USAGE.into()),
    };
    let session = match parse(&read(path)?, &choice, options) {
        Ok(session) => session,
        Err(refused) => return Ok(print_refused(out, refused)?),
    };
    for (row, cells) in session
        .table()
        .into_iter()
        .flat_map(|table| table.records())
    {
        let cells: Vec<String> = cells
            .map(|cell| String::from_utf8_lossy(&cell.bytes).into_owned())
            .collect();
        writeln!(out, "{}", serde_json::to_string(&Cells { row, cells })?)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Cells {
    row: u32,
    cells: Vec<String>,
}

fn print_plan(out: &mut impl Write, options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let import = match read_import(&options.paths[0]) {
        Ok(import) => import,
        Err(message) => return Ok(print_invalid(out, &message)?),
    };
    let file = read(&options.paths[1])?;
    let contacts: Vec<Contact> = match options.paths.get(2) {
        Some(path) => serde_json::from_slice(&read(path)?)?,
        None => Vec::new(),
    };
    // A dry run has nobody to hide from: any key will do.
    let key = *b"a dry run's key.";
    let contacts = Contacts::new(key, contacts);
    let workspace = Workspace {
        key,
        fields: fields(&import),
        tags: contacts.tags(),
    };

    let mut steps = Steps::new(options.time);
    let mut session = match parse(&file, &import.file, options) {
        Ok(session) => session,
        Err(refused) => return Ok(print_refused(out, refused)?),
    };
    steps.done("read");
    if let Err(invalid) = session.configure(&import, &workspace) {
        return Ok(print_invalid(out, &invalid.to_string())?);
    }
    steps.done("configure");
    loop {
        let requests = session.lookups();
        steps.done("compare hashes");
        if requests.is_empty() {
            break;
        }
        for (at, request) in requests.iter().enumerate() {
            let answer = contacts.matched(request, *b"one answer's key")?;
            steps.done("(look up)");
            session.matched(at, &answer)?;
            steps.done("take matches");
        }
    }
    let wanted = session.wanted();
    steps.done("match rows");
    for request in wanted {
        let answer = contacts.valued(&request)?;
        steps.done("(ask for values)");
        session.valued(&answer)?;
        steps.done("take values");
    }
    session.diff();
    steps.done("diff");

    print_file(out, &session)?;
    let mut printed = Counts::default();
    for row in (0..session.rows_of(None).len()).filter_map(|row| session.row(row)) {
        printed.add(row.outcome);
        writeln!(out, "{}", serde_json::to_string(&Line::from(&row))?)?;
    }
    let counts = serde_json::to_string(&session.counts())?;
    writeln!(out, "{{\"counts\":{counts}}}")?;
    steps.done("print");
    let bytes: usize = (0..session.batches())
        .map(|batch| session.batch(batch).len())
        .sum();
    steps.done(&format!("encode batches of {bytes} bytes"));
    debug_assert_eq!(printed, session.counts());
    Ok(ExitCode::SUCCESS)
}

/// The standard fields, and those custom ones that the import says are there.
fn fields(import: &Import) -> Vec<Field> {
    let mut fields = field::standard();
    for custom in import.fields.iter().filter(|field| !field.create) {
        if !fields.iter().any(|field| field.key == custom.key) {
            fields.push(Field {
                key: custom.key.clone(),
                name: custom.name.clone(),
                kind: custom.kind,
                options: custom.options.clone(),
                rule: Rule::Open,
            });
        }
    }
    fields
}

fn print_file(out: &mut impl Write, session: &Session) -> Result<(), Box<dyn Error>> {
    #[derive(Serialize)]
    struct File<'a> {
        encoding: &'a str,
        delimiter: char,
        header: &'a [String],
        rows: usize,
    }
    #[derive(Serialize)]
    struct Head<'a> {
        file: File<'a>,
    }
    if let Some(table) = session.table() {
        let file = File {
            encoding: table.encoding(),
            delimiter: table.delimiter(),
            header: table.header(),
            rows: table.rows(),
        };
        writeln!(out, "{}", serde_json::to_string(&Head { file })?)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    row: u32,
    outcome: Outcome,
    id: Option<u64>,
    changes: &'a Changes,
    tags_added: &'a [String],
    issues: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: Code,
    severity: Severity,
    column: Option<u32>,
    value: &'a str,
    suggestion: Option<&'a str>,
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    ids: &'a [u64],
}

impl<'a> From<&'a RowView> for Line<'a> {
    fn from(view: &'a RowView) -> Self {
        let finding = |issue: &'a Issue| Finding {
            code: issue.code,
            severity: issue.severity,
            column: issue.column,
            value: &issue.value,
            suggestion: issue.suggestion.as_deref(),
            ids: &issue.ids,
        };
        Self {
            row: view.row,
            outcome: view.outcome,
            id: view.id,
            changes: &view.changes,
            tags_added: &view.tags_added,
            issues: view.issues.iter().map(finding).collect(),
        }
    }
}

/// What each step took, for whoever asked.
struct Steps {
    shown: bool,
    since: Instant,
}

impl Steps {
    fn new(shown: bool) -> Self {
        Self {
            shown,
            since: Instant::now(),
        }
    }

    fn done(&mut self, step: &str) {
        if self.shown {
            let took = self.since.elapsed().as_secs_f64() * 1_000.0;
            eprintln!("{took:8.1} ms  {step}");
        }
        self.since = Instant::now();
    }
}
