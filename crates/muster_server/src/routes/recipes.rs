//! `/recipes/{signature}`: how files with this header were imported the last time, for all who import.

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::import::Import;

use super::json;
use crate::auth::Member;
use crate::body;
use crate::db::models::recipe;
use crate::db::write_tx;
use crate::error::{Code, Error};
use crate::hex;
use crate::state::State;

/// How many a workspace has at most.
const MOST: i64 = 10_000;

/// `GET /recipes/{signature}`
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (signature, workspace) = (signature(path)?, person.workspace.id);
    let found = state.db.run(move |connection| {
        let found = recipe::get(connection, workspace, &signature)?;
        found.ok_or_else(|| Error::from(Code::NotFound))
    });
    Ok(json(HttpResponse::Ok(), &found.await?))
}

/// `PUT /recipes/{signature}`
pub async fn put(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let mut new: Import = body::json(&request, payload).await?;
    let (signature, workspace) = (signature(path)?, person.workspace.id);
    // They are of one file, and hold its values.
    new.edits.clear();
    new.left_out.clear();
    let stored = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let is_new = recipe::get(connection, workspace, &signature)?.is_none();
            if is_new && recipe::count(connection, workspace)? >= MOST {
                return Err(Code::StorageFull.into());
            }
            Ok::<_, Error>(recipe::put(connection, workspace, &signature, &new)?)
        })
    });
    stored.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What can't be a signature has no recipe.
fn signature(path: web::Path<String>) -> Result<String, Error> {
    let signature = path.into_inner();
    if hex::is_hex(&signature, 32) {
        Ok(signature)
    } else {
        Err(Code::NotFound.into())
    }
}
