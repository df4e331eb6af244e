//! `POST /imports/{id}/commit`: from here the server owns the import.

use std::collections::HashSet;

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::check::Checker;
use muster_core::field::TAGS;
use muster_core::limits::Limits;
use muster_core::wire::{BatchColumns, Bounds, RowPlan};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::super::{json, path_id};
use super::view;
use crate::auth::Member;
use crate::body;
use crate::db::models::audit::{self, Action};
use crate::db::models::batch::{self, Summary};
use crate::db::models::import::{self, Import};
use crate::db::models::job::{self, Kind};
use crate::db::models::{field, tag};
use crate::db::{Connection, WorkspaceId, write_tx};
use crate::error::{Code, Error};
use crate::hex;
use crate::state::State;

/// How many missing batches are named.
const NAMED: usize = 1_000;

/// What is committed.
#[derive(Deserialize, ToSchema)]
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
            // Batches stay as they are: nobody has to wait while all are gone through.
            count_new_tags(connection, workspace, id, &limits)?;
            write_tx(connection, workspace, |connection| {
                let import = import::get(connection, workspace, id)?;
                if import.state != import::UPLOADING {
                    return repeated(import, &asked);
                }
                super::require_open(&import)?;
                let batches = batch::summaries(connection, workspace, id)?;
                let to_apply = check(&import, &batches, &asked)?;
                let fields = field::list(connection, workspace)?;
                let description = import.description()?;
                Checker::new(&description, &fields, &limits).map_err(|_| Code::FieldsChanged)?;
                let created = field::create_missing(connection, workspace, &description)?;
                if !created.is_empty() {
                    import::note_created(connection, workspace, id, &created)?;
                }
                let (who, rows) = (person.id.as_str(), import.row_count);
                audit::note(connection, workspace, who, Action::Commit, Some(id), rows)?;
                begin(connection, workspace, id, &asked, to_apply)
            })
        })
        .await?;
    state.waker.wake();
    Ok(json(HttpResponse::Accepted(), &view::view(&import)?))
}

/// Refuses an import that brings more new tags than one may. The page asks before that; this is for the others.
fn count_new_tags(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    limits: &Limits,
) -> Result<(), Error> {
    let import = import::get(connection, workspace, id)?;
    let description = import.description()?;
    let has_tags = description
        .columns
        .iter()
        .any(|column| column.field == TAGS);
    if import.state != import::UPLOADING || !has_tags {
        return Ok(()); // the import's own tags are ten at most
    }
    let existing: HashSet<String> = tag::list(connection, workspace)?
        .iter()
        .map(|tag| tag::fold(&tag.name))
        .collect();
    let bounds = Bounds {
        bytes: usize::try_from(limits.max_bytes.saturating_mul(2)).unwrap_or(usize::MAX),
        items: limits.max_rows as usize,
    };
    let mut new: HashSet<String> = HashSet::new();
    for summary in batch::summaries(connection, workspace, id)? {
        let payload = batch::payload(connection, workspace, id, summary.number)?;
        let columns = BatchColumns::decode(&payload, bounds).map_err(Error::internal)?;
        for row in &columns.batch().rows {
            let (RowPlan::New { tags, .. } | RowPlan::Updated { tags, .. }) = &row.plan else {
                continue;
            };
            let names = tags.iter().map(|name| tag::fold(name));
            new.extend(names.filter(|name| !existing.contains(name)));
            if new.len() > limits.new_tags as usize {
                return Err(too_many_tags(limits.new_tags, row.row));
            }
        }
    }
    Ok(())
}

/// The answer to an import whose row brings the first tag too many.
fn too_many_tags(limit: u32, row: u32) -> Error {
    let sentence = format!(
        "An import creates at most {limit} tags, and row {row} brings the first one too many. Map another column to Tags, or leave rows out."
    );
    Error::new(Code::TooManyNewTags, sentence)
        .with("limit", limit)
        .with("row", row)
}

fn repeated(import: Import, asked: &Commit) -> Result<Import, Error> {
    if import.batch_count.is_none() {
        return Err(Code::ImportEnded.into());
    }
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
    job::create(connection, workspace, id, Kind::Apply, 0)?;
    Ok(import::get(connection, workspace, id)?)
}
