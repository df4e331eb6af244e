//! `POST /imports/{id}/commit`: from here the server owns the import.

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::check::Checker;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::{json, path_id};
use super::view;
use crate::auth::Member;
use crate::body;
use crate::db::models::audit::{self, Action};
use crate::db::models::batch::{self, Summary};
use crate::db::models::import::{self, Import};
use crate::db::models::{field, job};
use crate::db::{Connection, WorkspaceId, write_tx};
use crate::error::{Code, Error};
use crate::hex;
use crate::state::State;

/// How many missing batches are named.
const NAMED: usize = 1_000;

/// What is committed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    batches: i32,
    digest: String,
}

/// Commits an import.
pub async fn post(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let asked: Commit = body::json(&request, payload).await?;
    let limits = state.config.limits;
    let import = state
        .db
        .run(move |connection| {
            write_tx(connection, |connection| {
                let import = import::get(connection, workspace, id)?;
                if import.state != import::UPLOADING {
                    return repeated(import, &asked);
                }
                super::require_open(&import)?;
                let batches = batch::summaries(connection, workspace, id)?;
                let to_apply = check(&import, &batches, &asked)?;
                let fields = field::list(connection, workspace)?;
                Checker::new(&import.description()?, &fields, &limits)
                    .map_err(|_| Code::FieldsChanged)?;
                let (who, rows) = (person.id.as_str(), import.row_count);
                audit::note(connection, workspace, who, Action::Commit, Some(id), rows)?;
                begin(connection, workspace, id, &asked, to_apply)
            })
        })
        .await?;
    state.waker.wake();
    Ok(json(HttpResponse::Accepted(), &view::view(&import)?))
}

fn repeated(import: Import, asked: &Commit) -> Result<Import, Error> {
    let same = import.batch_count == Some(asked.batches)
        && import.commit_digest.as_deref() == Some(asked.digest.as_str());
    if same {
        Ok(import)
    } else {
        Err(Code::ImportCommitted.into())
    }
}

/// Checks that the batches are the import; gives how many rows there are to apply.
fn check(import: &Import, batches: &[Summary], asked: &Commit) -> Result<i64, Error> {
    if asked.batches < 1 || i64::from(asked.batches) > import.row_count {
        return Err(Code::RowsMismatch.into());
    }
    let mut arrived = batches.iter().map(|batch| batch.number).peekable();
    let mut missing = Vec::new();
    for number in 0..asked.batches {
        if arrived.next_if_eq(&number).is_none() && missing.len() < NAMED {
            missing.push(Value::from(number));
        }
    }
    if !missing.is_empty() {
        return Err(Error::from(Code::BatchesMissing).with("missing", missing));
    }
    let apart = batches.is_sorted_by(|one, next| one.last_row < next.first_row);
    let rows: i64 = batches.iter().map(|batch| batch.row_count).sum();
    if arrived.next().is_some() || !apart || rows != import.row_count {
        return Err(Code::RowsMismatch.into());
    }
    let mut digest = Sha256::new();
    for batch in batches {
        digest.update(&batch.digest);
    }
    if hex::encode(&digest.finalize()) != asked.digest {
        return Err(Code::DigestMismatch.into());
    }
    Ok(batches.iter().map(|batch| batch.to_apply).sum())
}

fn begin(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    asked: &Commit,
    to_apply: i64,
) -> Result<Import, Error> {
    if !import::commit(
        connection,
        workspace,
        id,
        asked.batches,
        &asked.digest,
        to_apply,
    )? {
        return Err(Code::ImportCommitted.into());
    }
    job::create(connection, workspace, id)?;
    Ok(import::get(connection, workspace, id)?)
}
