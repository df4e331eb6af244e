//! `PUT /imports/{id}/batches/{n}`: a batch is decoded, checked and stored; nothing is applied.

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::check::Checker;
use muster_core::limits::Limits;
use muster_core::wire::{BatchColumns, Bounds, Row, WireError};
use sha2::{Digest as _, Sha256};

use super::super::path_id;
use crate::auth::Member;
use crate::body;
use crate::db::models::batch::{self, NewBatch};
use crate::db::models::{field, import};
use crate::db::{Connection, WorkspaceId, write_tx};
use crate::error::{Code, Error};
use crate::jobs::{outcome, planned};
use crate::state::State;

/// How much larger than its file an import may be: of a batch of short updates more than half is not value.
const GROWTH: u64 = 4;

/// Bytes of one batch, as it travels and, once more, unpacked.
pub fn most(limits: &Limits) -> usize {
    usize::try_from(limits.max_bytes.saturating_mul(2)).unwrap_or(usize::MAX)
}

/// Stores a batch.
pub async fn put(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let id = path_id(&path.0)?;
    let number: i32 = path.1.parse().map_err(|_| Error::from(Code::NotFound))?;
    let workspace = person.workspace.id;
    let limits = state.config.limits;
    let limit = most(&limits);
    let bytes = body::read(&request, payload, limit).await?;
    let config = state.config.clone();
    let stored = state
        .db
        .run(move |connection| {
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            let import = import::get(connection, workspace, id)?;
            if let Some(known) = known(connection, workspace, id, number)? {
                return compare(&known, &digest, &import);
            }
            super::require_open(&import)?;
            let bounds = Bounds {
                bytes: limit,
                items: limits.max_rows as usize,
            };
            let columns = BatchColumns::decode(&bytes, bounds).map_err(unreadable)?;
            let batch = columns.batch();
            let fields = field::list(connection, workspace)?;
            let checker = Checker::new(&import.description()?, &fields, &limits)
                .map_err(|_| Code::FieldsChanged)?;
            if batch.number.cast_signed() != number || number < 0 {
                return Err(impossible("Its number is another one."));
            }
            if i64::from(number) >= import.row_count {
                return Err(impossible("There are more batches than rows."));
            }
            if number.cast_unsigned() >= config.max_batches {
                return Err(impossible(
                    "There are more batches than an import may have.",
                ));
            }
            // A row whose values are refused is an error when it is applied; here the batch as a whole counts.
            checker
                .batch(&batch)
                .map_err(|error| impossible(&format!("It can't be: {error}.")))?;
            let row = |row: Option<&Row<'_>>| row.map_or(0, |row| i64::from(row.row));
            let planned =
                serde_json::to_string(&planned::tally(&batch)).map_err(Error::internal)?;
            let new = NewBatch {
                workspace_id: workspace.0,
                import_id: id,
                number,
                digest: &digest,
                payload: &bytes,
                first_row: row(batch.rows.first()),
                last_row: row(batch.rows.last()),
                row_count: i64::try_from(batch.rows.len()).unwrap_or(i64::MAX),
                to_apply: outcome::to_apply(&batch),
                planned: &planned,
            };
            let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let most = i64::try_from(limits.max_bytes.saturating_mul(GROWTH)).unwrap_or(i64::MAX);
            write_tx(connection, workspace, |connection| {
                if let Some(known) = known(connection, workspace, id, number)? {
                    return compare(&known, &digest, &import);
                }
                if !import::receive(connection, workspace, id, size, most)? {
                    let import = import::get(connection, workspace, id)?;
                    super::require_open(&import)?;
                    return Err(Code::TooLarge.into());
                }
                super::check_storage(connection, workspace, &config)?;
                batch::store(connection, &new)?;
                Ok(true)
            })
        })
        .await?;
    Ok(if stored {
        HttpResponse::Created().finish()
    } else {
        HttpResponse::Ok().finish()
    })
}

fn known(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(batch::digest(connection, workspace, import, number)?)
}

fn compare(known: &[u8], digest: &[u8; 32], import: &import::Import) -> Result<bool, Error> {
    if import.state != import::UPLOADING {
        return Err(Code::ImportCommitted.into());
    }
    if known == digest {
        Ok(false)
    } else {
        Err(Code::BatchDiffers.into())
    }
}

fn unreadable(error: WireError) -> Error {
    match error {
        WireError::Version(_) => Code::ClientOutdated.into(),
        error => impossible(&format!("It can't be read: {error}.")),
    }
}

fn impossible(sentence: &str) -> Error {
    Error::new(Code::BatchInvalid, sentence)
}
