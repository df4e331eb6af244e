//! `POST /imports/{id}/stop` and `…/continue`: what people may do about a committed import.

use actix_web::{HttpResponse, web};

use super::super::{json, path_id};
use super::view::{self, ImportStatus};
use crate::auth::{Member, Person};
use crate::db::models::audit::{self, Action};
use crate::db::models::import::{self, Import};
use crate::db::models::job::{self, Kind};
use crate::db::models::progress::{self, Left, STOPPED};
use crate::db::{Connection, now, write_tx};
use crate::error::{Code, Error};
use crate::state::State;

/// Ends an import after the batch in hand.
pub async fn stop(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let import = change(&state, person, path_id(&path)?, Action::Stop, end);
    Ok(json(HttpResponse::Ok(), &view::view(&import.await?)?))
}

fn end(connection: &mut Connection, person: &Person, import: &Import) -> Result<bool, Error> {
    let workspace = person.workspace.id;
    match import.state.as_str() {
        import::UPLOADING => Err(Code::ImportUploading.into()),
        import::COMPLETED if import.reason.as_deref() == Some(STOPPED) => Ok(false),
        import::QUEUED | import::APPLYING => {
            // Whoever has the turn comes too late: this is between two batches.
            job::remove(connection, workspace, import.id)?;
            progress::give_up(connection, workspace, import.id, Left::Stopped)?;
            Ok(true)
        }
        _ => Err(Code::ImportEnded.into()),
    }
}

/// Lets a failed import go on with the batch at which it failed.
pub async fn proceed(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let import = change(&state, person, path_id(&path)?, Action::Continue, resume);
    let import = import.await?;
    state.waker.wake();
    Ok(json(HttpResponse::Accepted(), &view::view(&import)?))
}

fn resume(connection: &mut Connection, person: &Person, import: &Import) -> Result<bool, Error> {
    let workspace = person.workspace.id;
    match view::status(import, now()).status {
        ImportStatus::Expired => return Err(Code::ResultsExpired.into()),
        ImportStatus::Failed => {}
        _ => return Err(Code::NotFailed.into()),
    }
    if job::exists(connection, workspace, import.id)? {
        return Err(Code::UndoRunning.into());
    }
    let Some(next) = progress::resume(connection, workspace, import.id)? else {
        return Err(Code::NotFailed.into());
    };
    job::create(connection, workspace, import.id, Kind::Apply, next)?;
    Ok(true)
}

/// Changes an import when it is the workspace's turn; the body says whether there was something to change.
pub(super) async fn change(
    state: &State,
    person: Person,
    id: i64,
    action: Action,
    body: impl FnOnce(&mut Connection, &Person, &Import) -> Result<bool, Error> + Send + 'static,
) -> Result<Import, Error> {
    let changed = state.db.run(move |connection| {
        let workspace = person.workspace.id;
        write_tx(connection, workspace, |connection| {
            let import = import::get(connection, workspace, id)?;
            if body(connection, &person, &import)? {
                let rows = import.row_count;
                audit::note(connection, workspace, &person.id, action, Some(id), rows)?;
            }
            Ok::<_, Error>(import::get(connection, workspace, id)?)
        })
    });
    changed.await
}
