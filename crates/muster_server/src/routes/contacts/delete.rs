//! `DELETE /contacts/{id}`: a person is forgotten, also in what imports noted.

use actix_web::{HttpResponse, web};
use muster_core::wire::Bounds;

use super::super::path_id;
use crate::auth::Member;
use crate::db::dialect::delete_contacts;
use crate::db::models::audit::{self, Action};
use crate::db::models::contact;
use crate::db::write_tx;
use crate::error::{Code, Error};
use crate::jobs::changes::{self, Change, Kind};
use crate::jobs::scrub;
use crate::routes::imports::batches;
use crate::state::State;

/// Deletes a contact.
pub async fn delete(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let bounds = Bounds {
        bytes: batches::most(&state.config.limits),
        items: state.config.limits.max_rows as usize,
    };
    let deleted = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let found = contact::load(connection, workspace, &[id])?.pop();
            let version = found.ok_or(Code::NotFound)?.version;
            delete_contacts(connection, workspace, &[(id, version)])?;
            scrub::scrub(connection, workspace, id, bounds)?;
            changes::note_edit(connection, workspace, &Change::new(Kind::Deleted, id))?;
            audit::note(connection, workspace, &person.id, Action::Delete, None, 1)?;
            Ok::<_, Error>(())
        })
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}
