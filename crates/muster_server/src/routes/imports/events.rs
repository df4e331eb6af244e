//! `GET /imports/{id}/events`: an import as it goes on, as server-sent events. Whoever is cut off asks again, and begins
//! with how it is by then.

use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::rt::time::sleep;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;

use super::super::path_id;
use super::view::{self, ImportStatus};
use crate::auth::Member;
use crate::db::models::undo;
use crate::db::models::{import, job};
use crate::db::{Connection, WorkspaceId};
use crate::error::Error;
use crate::state::State;

/// How often it is looked.
const GLANCE: Duration = Duration::from_millis(400);
/// Proxies end what is silent for long.
const SILENCE: Duration = Duration::from_secs(10);
/// When the client is to come again, in milliseconds.
const RETRY: u32 = 1_000;

/// Streams an import until it, and what is being undone of it, has ended; but not for ever: a token ends, too.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let first = state
        .db
        .run(move |connection| look(connection, workspace, id));
    let first = first.await?;
    let now = Instant::now();
    // Before the answer's own deadline.
    let patience = Duration::from_secs(state.config.response_seconds) * 3 / 4;
    let walk = Walk {
        state,
        workspace,
        import: id,
        seen: first,
        told: None,
        spoken: now,
        end: now + patience,
    };
    let events = stream::unfold(Some(walk), |walk| async move {
        let mut walk = walk?;
        let event = walk.next().await?;
        let walk = event.is_ok().then_some(walk);
        Some((event, walk))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // A proxy that collects answers would keep them.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

/// How an import is.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    json: String,
    ended: bool,
}

fn look(connection: &mut Connection, workspace: WorkspaceId, id: i64) -> Result<Seen, Error> {
    let import = import::get(connection, workspace, id)?;
    let processing = view::status(&import, crate::db::now()).status == ImportStatus::Processing;
    let undoing = import
        .undo()?
        .is_some_and(|undo| matches!(undo.state, undo::State::Queued | undo::State::Undoing))
        && job::exists(connection, workspace, id)?;
    let view = view::details(&import)?;
    Ok(Seen {
        json: serde_json::to_string(&view).map_err(Error::internal)?,
        ended: !processing && !undoing,
    })
}

/// Where the stream is.
struct Walk {
    state: web::Data<State>,
    workspace: WorkspaceId,
    import: i64,
    seen: Seen,
    /// What was told last.
    told: Option<Seen>,
    spoken: Instant,
    end: Instant,
}

impl Walk {
    /// The next event, once there is something to tell.
    async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        loop {
            if self.told.as_ref() != Some(&self.seen) {
                let retry = match self.told {
                    None => format!("retry: {RETRY}\n"),
                    Some(_) => String::new(),
                };
                let event = format!("{retry}event: import\ndata: {}\n\n", self.seen.json);
                self.told = Some(self.seen.clone());
                self.spoken = Instant::now();
                return Some(Ok(event.into()));
            }
            if self.seen.ended || Instant::now() >= self.end {
                return None;
            }
            if self.spoken.elapsed() >= SILENCE {
                self.spoken = Instant::now();
                return Some(Ok(Bytes::from_static(b":\n\n")));
            }
            sleep(GLANCE).await;
            let (workspace, id) = (self.workspace, self.import);
            let looked = self
                .state
                .db
                .run(move |connection| look(connection, workspace, id));
            match looked.await {
                Ok(seen) => self.seen = seen,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
