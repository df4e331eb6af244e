//! `/contacts`: see and edit.

pub mod delete;
pub mod export;
pub mod lookup;

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::field::{FIRST_NAME, Field, FieldType, Identifier};
use muster_core::limits::Limits;
use muster_core::value::{fold, is_canonical, tags};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{json, path_id};
use crate::auth::Member;
use crate::body;
use crate::db::dialect::{reserve_contact_ids, tags_of};
use crate::db::models::contact::{self, Contact, Filter};
use crate::db::models::workspace::Workspace;
use crate::db::models::{batch, field, import, tag};
use crate::db::{Connection, DbError, WorkspaceId, read_tx, write_tx};
use crate::error::{Code, Error};
use crate::jobs::changes::{self, Kind};
use crate::jobs::{outcome, undo};
use crate::state::State;

/// Which contacts.
#[derive(Deserialize)]
pub struct Query {
    #[serde(default)]
    search: String,
    tag: Option<String>,
    import: Option<i64>,
    after: Option<i64>,
    limit: Option<i64>,
}

/// What is to be stored.
#[derive(Deserialize, ToSchema)]
#[schema(as = ContactChange)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[serde(default)]
    fields: BTreeMap<String, Option<String>>,
    tags: Option<Vec<String>>,
}

/// A contact.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct View {
    id: i64,
    version: i32,
    fields: BTreeMap<String, String>,
    tags: Vec<String>,
}

impl View {
    /// What changed since the contact looked like this; all where it is new.
    fn since(&self, before: Option<&Self>) -> changes::Change {
        let kind = match before {
            Some(_) => Kind::Updated,
            None => Kind::Created,
        };
        let mut change = changes::Change::new(kind, self.id);
        let held = |field: &str| before.and_then(|before| before.fields.get(field));
        for (field, value) in &self.fields {
            if held(field) != Some(value) {
                change.set(field, value);
            }
        }
        let had = before
            .map(|before| before.tags.as_slice())
            .unwrap_or_default();
        for field in before.iter().flat_map(|before| before.fields.keys()) {
            if !self.fields.contains_key(field) {
                change.set(field, "");
            }
        }
        let not_in = |others: &[String], name: &&String| !others.contains(name);
        let given = self.tags.iter().filter(|name| not_in(had, name));
        change.given = given.cloned().collect();
        let taken = had.iter().filter(|name| not_in(&self.tags, name));
        change.taken = taken.cloned().collect();
        change
    }
}

/// Some contacts, and the cursor of the next ones.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactPage)]
pub struct Page {
    contacts: Vec<View>,
    next: Option<i64>,
}

/// `GET /contacts`
pub async fn list(
    state: web::Data<State>,
    Member(person): Member,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let limit = query.limit.unwrap_or(50).clamp(1, 1_000);
    let after = query.after.unwrap_or(0);
    let id = person.workspace.id;
    let page = state
        .db
        .run(move |connection| {
            read_tx(connection, |connection| {
                let filter = filter(connection, id, &query)?;
                let mut found = contact::search(connection, id, &filter, after, limit + 1)?;
                let more = found.len() > usize::try_from(limit).unwrap_or(0);
                if more {
                    found.pop();
                }
                Ok::<_, Error>(Page {
                    next: found.last().filter(|_| more).map(|contact| contact.id),
                    contacts: views(connection, id, &found)?,
                })
            })
        })
        .await?;
    Ok(json(HttpResponse::Ok(), &page))
}

/// The filter that a query asks for. A tag that isn't there is no contact's.
fn filter(
    connection: &mut Connection,
    workspace: WorkspaceId,
    query: &Query,
) -> Result<Filter, Error> {
    let mut filter = Filter {
        text: query.search.trim().chars().take(255).collect(),
        ..Filter::default()
    };
    if let Some(name) = &query.tag {
        let folded = fold(name);
        let all = tag::list(connection, workspace)?;
        let found = all.iter().find(|tag| fold(&tag.name) == folded);
        filter.tag = Some(found.map_or(0, |tag| tag.id));
    }
    if let Some(id) = query.import {
        filter.ids = Some(of_import(connection, workspace, id)?);
    }
    Ok(filter)
}

/// The contacts that an import created or changed; once its rows are deleted, those that it created.
fn of_import(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
) -> Result<Vec<i64>, Error> {
    let import = import::get(connection, workspace, id)?;
    let mut ids = contact::created_by(connection, workspace, id)?;
    for number in 0..import.batch_count.unwrap_or(0) {
        if let Some(noted) = batch::outcome(connection, workspace, id, number)? {
            let rows = outcome::decode(&noted)?;
            ids.extend(rows.iter().filter_map(undo::id_of));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// `GET /contacts/{id}`
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let view = state
        .db
        .run(move |connection| {
            read_tx(connection, |connection| {
                one(connection, workspace, id).map(|(_, view)| view)
            })
        })
        .await?;
    Ok(answer(HttpResponse::Ok(), &view))
}

/// `POST /contacts`
pub async fn create(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let change: Change = body::json(&request, payload).await?;
    let limits = state.config.limits;
    let view = state
        .db
        .run(move |connection| {
            write_tx(connection, person.workspace.id, |connection| {
                let workspace = &person.workspace;
                let ids = reserve_contact_ids(connection, 1)?;
                let id = ids.first().copied().ok_or(Code::Busy)?;
                let mut contact = Contact::new(workspace.id, &workspace.key, id, None);
                store(connection, workspace, limits, &mut contact, &change)?;
                contact::insert(connection, &contact)?;
                retag(connection, workspace.id, id, change.tags.as_deref())?;
                let (_, view) = one(connection, workspace.id, id)?;
                let change = view.since(None);
                changes::note_edit(connection, workspace.id, &change)?;
                Ok::<_, Error>(view)
            })
        })
        .await?;
    Ok(answer(HttpResponse::Created(), &view))
}

/// `PATCH /contacts/{id}`
pub async fn change(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let id = path_id(&path)?;
    let version = request
        .headers()
        .get(header::IF_MATCH)
        .ok_or(Code::VersionRequired)?
        .to_str()
        .ok()
        .and_then(|version| version.trim_matches('"').parse::<i32>().ok())
        .ok_or_else(|| Error::new(Code::BadRequest, "If-Match holds the contact's version."))?;
    let change: Change = body::json(&request, payload).await?;
    let limits = state.config.limits;
    let view = state
        .db
        .run(move |connection| {
            write_tx(connection, person.workspace.id, |connection| {
                let workspace = &person.workspace;
                let (mut contact, before) = one(connection, workspace.id, id)?;
                if contact.version != version {
                    return Err(Code::VersionMismatch.into());
                }
                store(connection, workspace, limits, &mut contact, &change)?;
                if !contact::update(connection, contact, true)? {
                    return Err(Code::VersionMismatch.into());
                }
                retag(connection, workspace.id, id, change.tags.as_deref())?;
                let (_, view) = one(connection, workspace.id, id)?;
                let change = view.since(Some(&before));
                changes::note_edit(connection, workspace.id, &change)?;
                Ok::<_, Error>(view)
            })
        })
        .await?;
    Ok(answer(HttpResponse::Ok(), &view))
}

fn answer(mut builder: actix_web::HttpResponseBuilder, view: &View) -> HttpResponse {
    builder.insert_header((header::ETAG, format!("\"{}\"", view.version)));
    json(builder, view)
}

fn one(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
) -> Result<(Contact, View), Error> {
    let mut found = contact::load(connection, workspace, &[id])?;
    let view = views(connection, workspace, &found)?.pop();
    match (found.pop(), view) {
        (Some(contact), Some(view)) => Ok((contact, view)),
        _ => Err(Code::NotFound.into()),
    }
}

fn views(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contacts: &[Contact],
) -> Result<Vec<View>, DbError> {
    let ids: Vec<i64> = contacts.iter().map(|contact| contact.id).collect();
    let names: HashMap<i64, String> = tag::list(connection, workspace)?
        .into_iter()
        .map(|tag| (tag.id, tag.name))
        .collect();
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for given in tags_of(connection, workspace, &ids)? {
        if let Some(name) = names.get(&given.tag_id) {
            tags.entry(given.contact_id).or_default().push(name.clone());
        }
    }
    contacts
        .iter()
        .map(|contact| {
            let mut fields = contact.custom_values()?;
            for (key, ..) in muster_core::field::STANDARD {
                let value = contact.value(key)?;
                if !value.is_empty() && !matches!(key, "contact_id" | "tags") {
                    fields.insert(key.into(), value.into_owned());
                }
            }
            Ok(View {
                id: contact.id,
                version: contact.version,
                fields,
                tags: tags.remove(&contact.id).unwrap_or_default(),
            })
        })
        .collect()
}

/// Sets the fields of a contact, after the core's check.
fn store(
    connection: &mut Connection,
    workspace: &Workspace,
    limits: Limits,
    contact: &mut Contact,
    change: &Change,
) -> Result<(), Error> {
    let fields = field::list(connection, workspace.id)?;
    let mut values = Vec::with_capacity(change.fields.len());
    for (key, value) in &change.fields {
        let value = value.as_deref().unwrap_or_default();
        check(&fields, &limits, key, value)?;
        // A value that stays is not written, so that an import's own identifiers stay its own.
        if contact.value(key)? != value {
            values.push((key.as_str(), value));
        }
    }
    for name in change.tags.iter().flatten() {
        if !tags::is_name(name, limits.name_chars) {
            return Err(invalid("tags", "tag_invalid"));
        }
    }
    contact.set(&workspace.key, None, values)?;
    if contact.first_name.is_empty() {
        return Err(invalid(FIRST_NAME, "first_name_required"));
    }
    Ok(())
}

fn check(fields: &[Field], limits: &Limits, key: &str, value: &str) -> Result<(), Error> {
    let known = fields.iter().find(|field| field.key == key);
    let Some(field) = known.filter(|field| {
        !matches!(field.kind, FieldType::Tags)
            && Identifier::from_key(key) != Some(Identifier::ContactId)
    }) else {
        return Err(invalid(key, "field_unknown"));
    };
    if value.is_empty() {
        return Ok(());
    }
    is_canonical(field, limits, value).map_err(|code| invalid(key, code.slug()))
}

fn invalid(field: &str, issue: &str) -> Error {
    Error::from(Code::ContactInvalid)
        .with("field", field)
        .with("issue", issue)
}

/// Gives a contact exactly these tags.
fn retag(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
    names: Option<&[String]>,
) -> Result<(), DbError> {
    let Some(names) = names else {
        return Ok(());
    };
    tag::detach_all(connection, workspace, contact)?;
    let mut given = Vec::new();
    for name in names {
        let tag = tag::find_or_create(connection, workspace, name, None)?;
        if !given.contains(&tag.id) {
            tag::attach(connection, workspace, contact, tag.id)?;
            given.push(tag.id);
        }
    }
    Ok(())
}
