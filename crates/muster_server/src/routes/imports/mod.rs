//! `/imports`: open, look at, cancel.

pub mod batches;
pub mod commit;
pub mod control;
pub mod events;
pub mod results;
pub mod undo;
pub mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::check::Checker;
use muster_core::field::{Field, Rule};
use muster_core::wire;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{json, path_id};
use crate::auth::Member;
use crate::body;
use crate::config::Config;
use crate::db::models::field;
use crate::db::models::import::{self, Import, NewImport};
use crate::db::{Connection, DbError, WorkspaceId, now, write_tx};
use crate::error::{Code, Error};
use crate::hex;
use crate::state::State;

/// A request to open an import.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewImport)]
#[serde(deny_unknown_fields)]
pub struct Open {
    file_name: String,
    file_size: u64,
    file_digest: String,
    signature: Option<String>,
    rows: u32,
    language: String,
    #[expect(
        dead_code,
        reason = "it is read before the rest, which another version may write otherwise"
    )]
    wire_version: u16,
    import: muster_core::import::Import,
}

/// Some imports, and the cursor of the next ones.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportPage)]
pub struct Page {
    imports: Vec<view::View>,
    next: Option<i64>,
}

/// Which imports.
#[derive(Deserialize)]
pub struct Query {
    after: Option<i64>,
    limit: Option<i64>,
    digest: Option<String>,
}

/// `POST /imports`
pub async fn open(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let key = match request.headers().get("idempotency-key") {
        None => None,
        Some(key) => match key.to_str() {
            Ok(key) if (1..=255).contains(&key.len()) => Some(key.to_owned()),
            _ => {
                return Err(Error::new(
                    Code::BadRequest,
                    "Idempotency-Key has 1 to 255 characters.",
                ));
            }
        },
    };
    let bytes = body::read(&request, payload, state.config.max_import_json_bytes).await?;
    let version: WireVersion = body::parse_json(&state.config, &bytes)?;
    if version.wire_version != wire::VERSION {
        return Err(Code::ClientOutdated.into());
    }
    let mut open: Open = body::parse_json(&state.config, &bytes)?;
    check(&open, &state)?;
    // Cells that were corrected are values of the file: they travel in batches, and are not kept here.
    open.import.edits.clear();
    open.import.left_out.clear();
    let config = state.config.clone();
    let import = state
        .db
        .run(move |connection| {
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            let workspace = person.workspace.id;
            write_tx(connection, workspace, |connection| {
                if let Some(key) = &key
                    && let Some(import) = import::by_key(connection, workspace, key)?
                {
                    return if import.request_digest == digest {
                        Ok(import)
                    } else {
                        Err(Code::KeyReused.into())
                    };
                }
                let fields = field::list(connection, workspace)?;
                validate(&open.import, &fields, config.limits)?;
                check_quotas(connection, workspace, &config)?;
                let time = now();
                let description = serde_json::to_string(&open.import).map_err(Error::internal)?;
                let new = NewImport {
                    workspace_id: workspace.0,
                    state: import::UPLOADING,
                    idempotency_key: key.as_deref(),
                    request_digest: &digest,
                    file_name: &open.file_name,
                    file_size: i64::try_from(open.file_size).unwrap_or(i64::MAX),
                    file_digest: &open.file_digest,
                    signature: open.signature.as_deref(),
                    language: &open.language,
                    description: &description,
                    uploaded_by: &person.name,
                    uploaded_by_id: &person.id,
                    created_at: time,
                    received_at: time,
                    row_count: open.rows.into(),
                };
                Ok::<_, Error>(import::create(connection, &new)?)
            })
        })
        .await?;
    Ok(json(HttpResponse::Created(), &view::view(&import)?))
}

/// Whether the workspace may open one more.
fn check_quotas(
    connection: &mut Connection,
    workspace: WorkspaceId,
    config: &Config,
) -> Result<(), Error> {
    if import::count_open(connection, workspace)? >= i64::from(config.max_open_uploads) {
        return Err(Code::UploadsFull.into());
    }
    check_storage(connection, workspace, config)
}

/// Whether the workspace keeps no more than it may.
fn check_storage(
    connection: &mut Connection,
    workspace: WorkspaceId,
    config: &Config,
) -> Result<(), Error> {
    let stored = import::stored_bytes(connection, workspace)?;
    if stored > i64::try_from(config.max_stored_bytes).unwrap_or(i64::MAX) {
        return Err(Code::StorageFull.into());
    }
    Ok(())
}

#[derive(Deserialize)]
struct WireVersion {
    wire_version: u16,
}

fn check(open: &Open, state: &State) -> Result<(), Error> {
    let limits = &state.config.limits;
    let refuse = |sentence: &str| Err(Error::new(Code::ImportInvalid, sentence));
    if !(1..=1_000).contains(&open.file_name.len()) || open.file_name.contains('\0') {
        return refuse("The file's name has 1 to 1,000 bytes, none of them 0.");
    }
    if !(1..=limits.max_bytes).contains(&open.file_size) {
        return refuse("The file is empty or too large.");
    }
    if !(1..=limits.max_rows).contains(&open.rows) {
        return refuse("The file has no rows or too many.");
    }
    let digests = [Some(&open.file_digest), open.signature.as_ref()];
    if !digests
        .into_iter()
        .flatten()
        .all(|digest| hex::is_hex(digest, 32))
    {
        return refuse("A digest is 32 bytes in lower-case hexadecimal.");
    }
    let is_tag = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !(1..=35).contains(&open.language.len()) || !open.language.bytes().all(is_tag) {
        return refuse("The language is a tag like en.");
    }
    Ok(())
}

fn validate(
    import: &muster_core::import::Import,
    fields: &[Field],
    limits: muster_core::limits::Limits,
) -> Result<(), Error> {
    let creates = import
        .fields
        .iter()
        .filter(|new| !fields.iter().any(|field| field.key == new.key));
    for new in creates.clone() {
        let field = Field {
            key: new.key.clone(),
            name: new.name.clone(),
            kind: new.kind,
            options: new.options.clone(),
            rule: Rule::Open,
        };
        super::fields::check(&field, &limits)
            .map_err(|error| Error::new(Code::ImportInvalid, error.to_sentence()))?;
    }
    if fields.len() + creates.count() > field::MOST {
        return Err(Error::new(
            Code::ImportInvalid,
            "There would be more fields than there may be.",
        ));
    }
    Checker::new(import, fields, &limits)
        .map(drop)
        .map_err(|error| Error::new(Code::ImportInvalid, error.0))
}

/// Whether the import still takes batches and a commit.
fn require_open(import: &Import) -> Result<(), Error> {
    if import.state != import::UPLOADING && import.batch_count.is_some() {
        return Err(Code::ImportCommitted.into());
    }
    if view::status(import, now()).status != view::ImportStatus::Processing {
        return Err(Code::ImportEnded.into());
    }
    Ok(())
}

/// `GET /imports`
pub async fn list(
    state: web::Data<State>,
    Member(person): Member,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    let (before, workspace) = (query.after, person.workspace.id);
    let digest = query.into_inner().digest;
    let mut imports = state
        .db
        .run(move |connection| {
            Ok::<_, Error>(import::list(
                connection,
                workspace,
                before,
                digest.as_deref(),
                limit + 1,
            )?)
        })
        .await?;
    let more = imports.len() > usize::try_from(limit).unwrap_or(0);
    if more {
        imports.pop();
    }
    let views: Result<Vec<_>, DbError> = imports.iter().map(view::view).collect();
    let imports_shown = views?;
    let next = imports.last().filter(|_| more).map(|import| import.id);
    let page = Page {
        imports: imports_shown,
        next,
    };
    Ok(json(HttpResponse::Ok(), &page))
}

/// `GET /imports/{id}`
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
    Ok(json(HttpResponse::Ok(), &view::details(&import)?))
}

/// `DELETE /imports/{id}`: before commit, and then nothing is left.
pub async fn delete(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    state
        .db
        .run(move |connection| {
            write_tx(connection, workspace, |connection| {
                if import::delete_uploading(connection, workspace, id)? {
                    return Ok(());
                }
                import::get(connection, workspace, id)?;
                Err(Error::from(Code::ImportCommitted))
            })
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
