//! `/recipes/{signature}`: how files with this header were imported the last time, for all who import.

use actix_web::http::header;
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

/// `GET /recipes/{signature}`: that there is none yet is no error, and browsers shall not call it one.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (signature, workspace) = (signature(path)?, person.workspace.id);
    let found = state
        .db
        .run(move |connection| Ok::<_, Error>(recipe::get(connection, workspace, &signature)?));
    Ok(match found.await? {
        Some(recipe) => json(HttpResponse::Ok(), &recipe),
        None => HttpResponse::NoContent()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
    })
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

/// What can't be a signature is no address.
fn signature(path: web::Path<String>) -> Result<String, Error> {
    let signature = path.into_inner();
    if hex::is_hex(&signature, 32) {
        Ok(signature)
    } else {
        Err(Code::NotFound.into())
    }
}
