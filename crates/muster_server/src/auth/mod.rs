//! Who is asking: bearer tokens (JWT). The tenant comes from here and nowhere else.

mod keys;
mod token;

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::models::workspace::{self, Workspace};
use crate::error::{Code, Error};
use crate::state::State;
pub(crate) use keys::is_local;
use token::Refusal;
pub use token::{Audience, Claims, Verifier, sign};

/// What a person is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May import.
    Owner,
    /// May import.
    Manager,
    /// May not.
    Agent,
}

/// Anybody with a valid token.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person's id, as the token has it.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The role in the workspace.
    pub role: Role,
    /// The tenant.
    pub workspace: Workspace,
}

impl FromRequest for Person {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().cloned();
        let authorization = only(request);
        Box::pin(async move {
            let state = state.ok_or_else(|| Error::internal("no state"))?;
            let refused = |Refusal(reason)| {
                tracing::info!(reason, "token refused");
                Error::from(Code::Unauthorized)
            };
            let authorization = authorization.map_err(refused)?;
            let verified = state.verifier.verify(&authorization).await;
            let claims = verified.map_err(refused)?;
            let wait = |limited: Result<(), Duration>| {
                limited.map_err(|wait| Error::from(Code::RateLimited).retry_after(wait))
            };
            wait(state.token_rate.take(&authorization))?;
            wait(state.workspace_rate.take(&claims.workspace))?;
            let role = match claims.role.as_str() {
                "owner" => Role::Owner,
                "manager" => Role::Manager,
                // A role that isn't known here may do the least.
                _ => Role::Agent,
            };
            Ok(Self {
                id: claims.sub,
                name: claims.name,
                role,
                workspace: enter(&state, &claims.workspace).await?,
            })
        })
    }
}

/// The value of the one `Authorization` header.
fn only(request: &HttpRequest) -> Result<String, Refusal> {
    let mut all = request.headers().get_all(header::AUTHORIZATION);
    match (all.next(), all.next()) {
        (Some(one), None) => match one.to_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Refusal("not of the form of a token")),
        },
        (None, _) => Err(Refusal("none")),
        _ => Err(Refusal("more than one")),
    }
}

/// The token's workspace, created on its first visit where that is allowed.
async fn enter(state: &State, slug: &str) -> Result<Workspace, Error> {
    let known = state
        .workspaces
        .read()
        .ok()
        .and_then(|known| known.get(slug).cloned());
    if let Some(workspace) = known {
        return Ok(workspace);
    }
    let (name, create) = (slug.to_owned(), state.config.create_workspaces);
    let workspace = state
        .db
        .run(move |connection| {
            if !create {
                return workspace::find(connection, &name)?.ok_or(Error::from(Code::Forbidden));
            }
            let mut key = [0; 16];
            getrandom::fill(&mut key).map_err(Error::internal)?;
            Ok(workspace::find_or_create(connection, &name, &name, key)?)
        })
        .await?;
    if let Ok(mut known) = state.workspaces.write() {
        known.insert(slug.to_owned(), workspace.clone());
    }
    Ok(workspace)
}

/// An Owner or Manager: who may do anything beyond looking at the workspace's name.
#[derive(Clone, Debug)]
pub struct Member(pub Person);

impl FromRequest for Member {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = Person::from_request(request, payload);
        Box::pin(async move {
            let person = person.await?;
            match person.role {
                Role::Owner | Role::Manager => Ok(Self(person)),
                Role::Agent => Err(Code::Forbidden.into()),
            }
        })
    }
}
