//! `GET /imports/{id}/results.csv`: what became of every row, streamed from the stored outcomes.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use muster_core::check::Checker;
use muster_core::field::{self, Field, Identifier};
use muster_core::issue::Code as Issue;
use muster_core::report::ResultLine;
use muster_core::wire::{BatchColumns, Bounds};

use super::super::path_id;
use super::batches;
use super::view::{self, ImportStatus};
use crate::auth::Member;
use crate::db::models::audit::{self, Action};
use crate::db::models::import::{self, Import};
use crate::db::models::progress::Left;
use crate::db::models::{batch, field as fields};
use crate::db::{DbError, WorkspaceId, now, write_tx};
use crate::error::{Code, Error};
use crate::jobs::outcome::{self, End, Settled};
use crate::jobs::planned;
use crate::state::State;
use crate::text::{self, Facts};

/// Streams the results.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let (import, fields) = state
        .db
        .run(move |connection| {
            let import = import::get(connection, workspace, id)?;
            Ok::<_, Error>((import, fields::list(connection, workspace)?))
        })
        .await?;
    let shown = view::status(&import, now());
    let batches = match (shown.status, import.batch_count) {
        (ImportStatus::Expired, _) => return Err(Code::ResultsExpired.into()),
        (ImportStatus::Completed | ImportStatus::Failed, Some(batches)) => batches,
        (ImportStatus::Failed, None) => return Err(Code::NotFound.into()),
        _ => return Err(Code::ResultsPending.into()),
    };
    let (who, rows) = (person.id, import.row_count);
    state
        .db
        .run(move |connection| {
            write_tx(connection, None, |connection| {
                audit::note(connection, workspace, &who, Action::Results, Some(id), rows)
                    .map_err(Error::from)
            })
        })
        .await?;
    let not_applied = NotApplied {
        left: match import.state.as_str() {
            import::FAILED => Left::NotApplied(""),
            _ => Left::Stopped,
        },
        // Without one, rows are not called by their identifiers.
        checker: Checker::new(&import.description()?, &fields, &state.config.limits).ok(),
        bounds: Bounds {
            bytes: batches::most(&state.config.limits),
            items: state.config.limits.max_rows as usize,
        },
    };
    let names = Names::new(&import, fields)?;
    let mut header = Vec::new();
    ResultLine::write_header(&mut header);
    let walk = Walk {
        state,
        workspace,
        import: id,
        names,
        not_applied: Arc::new(not_applied),
        header: Some(header),
        next: 0,
        batches,
    };
    let lines = stream::unfold(walk, |mut walk| async move {
        let part = walk.part().await?;
        // An error cuts the connection: a file that ends early must not look whole.
        Some((part, walk))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"import-{id}-results.csv\""),
        ))
        .streaming(lines))
}

/// Where the stream is.
struct Walk {
    state: web::Data<State>,
    workspace: WorkspaceId,
    import: i64,
    names: Names,
    not_applied: Arc<NotApplied>,
    header: Option<Vec<u8>>,
    next: i32,
    batches: i32,
}

impl Walk {
    async fn part(&mut self) -> Option<Result<Bytes, Error>> {
        if let Some(header) = self.header.take() {
            return Some(Ok(header.into()));
        }
        if self.next == self.batches {
            return None;
        }
        let (workspace, import, number) = (self.workspace, self.import, self.next);
        self.next += 1;
        let (names, not_applied) = (self.names.clone(), self.not_applied.clone());
        let part = self.state.db.run(move |connection| {
            let rows = match batch::outcome(connection, workspace, import, number)? {
                Some(stored) => outcome::decode(&stored)?,
                None => {
                    not_applied.rows(&batch::payload(connection, workspace, import, number)?)?
                }
            };
            let mut out = Vec::new();
            for row in &rows {
                write(&mut out, &names, row);
            }
            Ok::<_, Error>(Bytes::from(out))
        });
        let part = part.await;
        if part.is_err() {
            self.next = self.batches;
        }
        Some(part)
    }
}

/// What becomes of batches that were never applied.
struct NotApplied {
    left: Left,
    checker: Option<Checker>,
    bounds: Bounds,
}

impl NotApplied {
    fn rows(&self, payload: &[u8]) -> Result<Vec<Settled>, DbError> {
        let columns = BatchColumns::decode(payload, self.bounds)
            .map_err(|error| DbError::Stored(error.to_string()))?;
        Ok(planned::give_up(
            &columns.batch(),
            self.checker.as_ref(),
            self.left,
        ))
    }
}

/// What people call the fields and columns.
#[derive(Clone)]
struct Names {
    fields: Vec<Field>,
    /// Index in the file, and the field's key.
    columns: Vec<(u32, String)>,
    identifiers: Vec<Identifier>,
}

impl Names {
    fn new(import: &Import, fields: Vec<Field>) -> Result<Self, DbError> {
        let description = import.description()?;
        Ok(Self {
            fields,
            columns: description
                .columns
                .into_iter()
                .map(|column| (column.index, column.field))
                .collect(),
            identifiers: description.identifiers,
        })
    }

    fn field(&self, key: &str) -> String {
        let found = self.fields.iter().find(|field| field.key == key);
        found.map_or_else(|| key.to_owned(), |field| field.name.clone())
    }

    fn column(&self, index: Option<u32>) -> String {
        let Some(index) = index else {
            return String::new();
        };
        match self.columns.iter().find(|(column, _)| *column == index) {
            Some((_, key)) => self.field(key),
            None => format!("Column {}", index + 1),
        }
    }

    fn key_column(&self) -> String {
        let first = self.identifiers.first();
        first.map_or_else(String::new, |identifier| self.field(identifier.key()))
    }
}

fn write(out: &mut Vec<u8>, names: &Names, row: &Settled) {
    // Warnings stand with the first line of their row.
    let warnings: Vec<String> = row
        .warnings
        .iter()
        .map(|(code, column)| {
            let column = names.column(*column);
            let facts = Facts {
                column: &column,
                ..Facts::default()
            };
            text::issue(code, facts)
        })
        .collect();
    let warning = warnings.join(" ");
    let first_code = row
        .warnings
        .first()
        .and_then(|(code, _)| Issue::from_slug(code));
    let first_column = names.column(row.warnings.first().and_then(|(_, column)| *column));
    let plain = ResultLine {
        row: row.row,
        code: first_code,
        field: &first_column,
        message: &warning,
        ..ResultLine::default()
    };
    match &row.end {
        End::New(id, identifier) => ResultLine {
            result: "new",
            contact_id: Some(id.cast_unsigned()),
            identifier,
            ..plain
        }
        .write(out),
        End::Unchanged(id) => ResultLine {
            result: "unchanged",
            contact_id: Some(id.cast_unsigned()),
            ..plain
        }
        .write(out),
        End::Updated {
            id,
            identifier,
            changes,
            tags,
        } => {
            let gained = (!tags.is_empty())
                .then(|| (names.field(field::TAGS), String::new(), tags.join(", ")));
            let lines = changes
                .iter()
                .map(|(key, old, new)| (names.field(key), old.clone(), new.clone()))
                .chain(gained);
            for (n, (field, old, new)) in lines.enumerate() {
                ResultLine {
                    row: row.row,
                    result: "updated",
                    contact_id: Some(id.cast_unsigned()),
                    identifier,
                    field: &field,
                    old: &old,
                    new: &new,
                    code: first_code.filter(|_| n == 0),
                    message: if n == 0 { &warning } else { "" },
                }
                .write(out);
            }
        }
        End::Skipped {
            reason,
            id,
            identifier,
            kept_row,
        } => {
            let column = names.key_column();
            let shown = match id {
                Some(id) if identifier.is_empty() => id.to_string(),
                _ => identifier.clone(),
            };
            let message = text::issue(
                reason,
                Facts {
                    value: &shown,
                    column: &column,
                    kept_row: *kept_row,
                    ..Facts::default()
                },
            );
            ResultLine {
                row: row.row,
                result: "skipped",
                contact_id: *id,
                identifier,
                code: Issue::from_slug(reason),
                message: &message,
                ..ResultLine::default()
            }
            .write(out);
        }
        End::Error(problems) => {
            for problem in problems {
                let column = names.column(problem.column);
                let message = text::issue(
                    &problem.code,
                    Facts {
                        value: &problem.value,
                        column: &column,
                        ids: &problem.ids,
                        kept_row: problem.kept_row,
                        rejected: true,
                    },
                );
                ResultLine {
                    row: row.row,
                    result: "error",
                    code: Issue::from_slug(&problem.code),
                    field: &column,
                    new: &problem.value,
                    message: &message,
                    ..ResultLine::default()
                }
                .write(out);
            }
        }
    }
}
