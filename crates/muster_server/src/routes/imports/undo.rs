//! `POST /imports/{id}/undo` and `GET …/undo.csv`: take an import back, and see what was left alone.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use muster_core::field::{self, Identifier};
use muster_core::report::guard;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::{json, path_id};
use super::control;
use super::view::{self, ImportStatus};
use crate::auth::Member;
use crate::body;
use crate::db::models::audit::{self, Action};
use crate::db::models::import::{self, Import};
use crate::db::models::job::{self, Kind};
use crate::db::models::undo::{self, Undo};
use crate::db::{DbError, now, write_tx};
use crate::error::{Code, Error};
use crate::jobs::undo::Kept;
use crate::state::State;

/// What is to be taken back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Undo)]
pub struct Ask {
    /// These fields of contacts that were changed; without any, the whole import.
    fields: Option<Vec<String>>,
}

/// Begins an undo.
pub async fn post(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let mut ask: Ask = body::json(&request, payload).await?;
    if let Some(fields) = &mut ask.fields {
        fields.sort_unstable();
        fields.dedup();
    }
    let id = path_id(&path)?;
    let import = control::change(
        &state,
        person,
        id,
        Action::Undo,
        move |connection, person, import| {
            let workspace = person.workspace.id;
            require_ended(import)?;
            if job::exists(connection, workspace, import.id)? {
                // Asked for twice, it is done once.
                let same = import.undo()?.is_some_and(|undo| undo.fields == ask.fields);
                return if same {
                    Ok(false)
                } else {
                    Err(Code::UndoRunning.into())
                };
            }
            let written = import.description()?.columns;
            let may = |field: &String| {
                field == field::TAGS
                    || written.iter().any(|column| column.field == *field)
                        && field != Identifier::ContactId.key()
                    || written.iter().any(|column| column.field == "full_name")
                        && matches!(field.as_str(), "first_name" | "last_name")
            };
            if !ask.fields.iter().flatten().all(may)
                || ask.fields.as_ref().is_some_and(Vec::is_empty)
            {
                return Err(Code::UndoInvalid.into());
            }
            let batches = undo::count_applied(connection, workspace, import.id)?;
            let batches = i32::try_from(batches).unwrap_or(i32::MAX);
            if batches == 0 {
                return Err(Code::NothingApplied.into());
            }
            undo::forget_kept(connection, workspace, import.id)?;
            let undo = Undo::new(ask.fields, person.name.clone(), batches);
            undo::store(connection, workspace, import.id, &undo)?;
            job::create(connection, workspace, import.id, Kind::Undo, 0)?;
            Ok(true)
        },
    );
    let import = import.await?;
    state.waker.wake();
    Ok(json(HttpResponse::Accepted(), &view::view(&import)?))
}

fn require_ended(import: &Import) -> Result<(), Error> {
    match (view::status(import, now()).status, import.batch_count) {
        (ImportStatus::Expired, _) => Err(Code::ResultsExpired.into()),
        (ImportStatus::Completed | ImportStatus::Failed, Some(_)) => Ok(()),
        (_, None) if import.state == import::UPLOADING => Err(Code::ImportUploading.into()),
        (_, None) => Err(Code::NothingApplied.into()),
        _ => Err(Code::ImportRunning.into()),
    }
}

/// Streams what the last undo left alone.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let import = state
        .db
        .run(move |connection| Ok::<_, Error>(import::get(connection, workspace, id)?))
        .await?;
    require_ended(&import)?;
    let Some(undo) = import.undo()? else {
        return Err(Code::NotUndone.into());
    };
    if undo.finished_at.is_none() {
        return Err(Code::UndoRunning.into());
    }
    let kept = i64::try_from(undo.kept).unwrap_or(i64::MAX);
    state
        .db
        .run(move |connection| {
            write_tx(connection, None, |connection| {
                audit::note(
                    connection,
                    workspace,
                    &person.id,
                    Action::Results,
                    Some(id),
                    kept,
                )
                .map_err(Error::from)
            })
        })
        .await?;
    let parts = stream::unfold(-1, move |number| {
        let db = state.db.clone();
        async move {
            if number == undo.batches {
                return None;
            }
            if number < 0 {
                return Some((Ok(Bytes::from_static(HEADER)), 0));
            }
            let part = db.run(move |connection| {
                let kept = undo::kept(connection, workspace, id, number)?;
                Ok::<_, Error>(Bytes::from(lines(kept.as_deref().unwrap_or(b"[]"))?))
            });
            let part: Result<Bytes, Error> = part.await;
            // An error cuts the connection: a file that ends early must not look whole.
            let next = if part.is_ok() {
                number + 1
            } else {
                undo.batches
            };
            Some((part, next))
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"import-{id}-undo.csv\""),
        ))
        .streaming(parts))
}

/// Excel sees by the mark that the file is UTF-8.
const HEADER: &[u8] =
    b"\xEF\xBB\xBFRow,Reason,Contact ID,Identifier,Field,Before import,Imported,Now\r\n";

fn lines(kept: &[u8]) -> Result<Vec<u8>, DbError> {
    let stored = |error: String| DbError::Stored(error);
    let kept: Vec<Kept> =
        serde_json::from_slice(kept).map_err(|error| stored(error.to_string()))?;
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for one in &kept {
        let [before, imported, now] = &one.values;
        let written = writer.write_record([
            one.row.to_string().as_str(),
            one.why.name(),
            &one.id.to_string(),
            &guard(&one.identifier),
            &guard(&one.field),
            &guard(before),
            &guard(imported),
            &guard(now),
        ]);
        written.map_err(|error| stored(error.to_string()))?;
    }
    writer
        .into_inner()
        .map_err(|error| stored(error.to_string()))
}
