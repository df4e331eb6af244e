//! `GET /contacts.csv`: contacts as a file that the importer reads back unchanged.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use muster_core::field::{Field, FieldType};
use muster_core::report::guard;

use super::{Filter, Query, View, filter, views};
use crate::auth::Member;
use crate::db::models::audit::{self, Action};
use crate::db::models::{contact, field};
use crate::db::{DbError, WorkspaceId, read_tx, write_tx};
use crate::error::Error;
use crate::state::State;

/// Contacts that are read at once.
const PART: i64 = 2_000;

/// Streams the contacts that the filter leaves.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let workspace = person.workspace.id;
    let query = query.into_inner();
    let after = query.after.unwrap_or(0);
    let (fields, filter) = state
        .db
        .run(move |connection| {
            let filter = filter(connection, workspace, &query)?;
            let fields = field::list(connection, workspace)?;
            let count = contact::count(connection, workspace)?;
            write_tx(connection, None, |connection| {
                audit::note(
                    connection,
                    workspace,
                    &person.id,
                    Action::Export,
                    None,
                    count,
                )?;
                Ok::<_, Error>(())
            })?;
            Ok::<_, Error>((fields, filter))
        })
        .await?;
    let walk = Walk {
        state,
        workspace,
        fields,
        filter,
        after: Some(after),
        begun: false,
    };
    let parts = stream::unfold(walk, |mut walk| async move {
        let part = walk.part().await?;
        // An error cuts the connection: a file that ends early must not look whole.
        if part.is_err() {
            walk.after = None;
        }
        Some((part, walk))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"contacts.csv\"",
        ))
        .streaming(parts))
}

/// Where the stream is.
struct Walk {
    state: web::Data<State>,
    workspace: WorkspaceId,
    fields: Vec<Field>,
    filter: Filter,
    /// None at the end.
    after: Option<i64>,
    begun: bool,
}

impl Walk {
    async fn part(&mut self) -> Option<Result<Bytes, Error>> {
        let mut out = Vec::new();
        if !self.begun {
            self.begun = true;
            // Excel sees by the mark that the file is UTF-8.
            out.extend_from_slice(b"\xEF\xBB\xBF");
            let names = self.fields.iter().map(|field| field.name.as_str());
            let header = names.map(|name| guard(name).into_owned()).collect();
            return Some(write(out, &[header]).map_err(Error::from));
        }
        let (after, workspace, filter) = (self.after?, self.workspace, self.filter.clone());
        let found = self.state.db.run(move |connection| {
            read_tx(connection, |connection| {
                let found = contact::search(connection, workspace, &filter, after, PART)?;
                Ok::<_, Error>(views(connection, workspace, &found)?)
            })
        });
        let views = match found.await {
            Ok(views) => views,
            Err(error) => return Some(Err(error)),
        };
        self.after = views.last().map(|last| last.id);
        self.after?;
        let lines: Vec<Vec<String>> = views.iter().map(|view| self.line(view)).collect();
        Some(write(out, &lines).map_err(Error::from))
    }

    fn line(&self, view: &View) -> Vec<String> {
        let cell = |field: &Field| match field.kind {
            FieldType::ContactId => view.id.to_string(),
            FieldType::Tags => guard(&view.tags.join(", ")).into_owned(),
            _ => {
                let value = view.fields.get(&field.key);
                guard(value.map_or("", String::as_str)).into_owned()
            }
        };
        self.fields.iter().map(cell).collect()
    }
}

fn write(out: Vec<u8>, lines: &[Vec<String>]) -> Result<Bytes, DbError> {
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer.terminator(csv::Terminator::CRLF).from_writer(out);
    for line in lines {
        let written = writer.write_record(line);
        written.map_err(|error| DbError::Stored(error.to_string()))?;
    }
    let out = writer.into_inner();
    out.map(Bytes::from)
        .map_err(|error| DbError::Stored(error.to_string()))
}
