//! `GET /workspace`

use actix_web::{HttpResponse, web};
use muster_core::field::Field;
use muster_core::limits::Limits;
use muster_core::wire;
use serde::Serialize;
use utoipa::ToSchema;

use super::json;
use crate::auth::{Person, Role};
use crate::db::models::{field, tag};
use crate::db::read_tx;
use crate::error::Error;
use crate::hex;
use crate::state::State;

/// The workspace, as the role may see it.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceView)]
#[serde(untagged)]
pub enum View {
    /// To an Owner or Manager.
    Member(Workspace),
    /// To an agent.
    Agent(WorkspaceName),
}

/// What an agent sees.
#[derive(Serialize, ToSchema)]
pub struct WorkspaceName {
    name: String,
    role: Role,
}

/// What an import needs to know.
#[derive(Serialize, ToSchema)]
pub struct Workspace {
    id: String,
    name: String,
    role: Role,
    user: User,
    limits: Limits,
    wire_version: u16,
    fingerprint_key: String,
    fields: Vec<Field>,
    tags: Vec<Tag>,
}

/// Whose token it is.
#[derive(Serialize, ToSchema)]
pub struct User {
    id: String,
    name: String,
}

/// A tag, and how many contacts have it.
#[derive(Serialize, ToSchema)]
pub struct Tag {
    id: i64,
    name: String,
    contacts: i64,
}

/// What an import needs to know of the workspace. An agent gets its name only.
pub async fn get(state: web::Data<State>, person: Person) -> Result<HttpResponse, Error> {
    let workspace = &person.workspace;
    if person.role == Role::Agent {
        let view = View::Agent(WorkspaceName {
            name: workspace.name.clone(),
            role: person.role,
        });
        return Ok(json(HttpResponse::Ok(), &view));
    }
    let id = workspace.id;
    let (fields, tags, mut counts) = state
        .db
        .run(move |connection| {
            read_tx(connection, |connection| {
                Ok::<_, Error>((
                    field::list(connection, id)?,
                    tag::list(connection, id)?,
                    tag::counts(connection, id)?,
                ))
            })
        })
        .await?;
    let view = View::Member(Workspace {
        id: workspace.slug.clone(),
        name: workspace.name.clone(),
        role: person.role,
        user: User {
            id: person.id,
            name: person.name,
        },
        limits: state.config.limits,
        wire_version: wire::VERSION,
        fingerprint_key: hex::encode(&workspace.key),
        fields,
        tags: tags
            .into_iter()
            .map(|tag| Tag {
                contacts: counts.remove(&tag.id).unwrap_or(0),
                id: tag.id,
                name: tag.name,
            })
            .collect(),
    });
    Ok(json(HttpResponse::Ok(), &view))
}
