//! `GET /demo/token`: a token for whoever is on this machine. Only under `--demo`.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::auth::{Audience, Claims, sign};
use crate::demo;
use crate::error::{Code, Error};
use crate::state::State;

/// Which token.
#[derive(Deserialize)]
pub struct Query {
    role: String,
}

/// A token of the role for an hour.
pub async fn token(
    state: web::Data<State>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let name = match query.role.as_str() {
        "owner" => "Olivia Owner",
        "manager" => "Marco Manager",
        "agent" => "Aisyah Agent",
        _ => {
            return Err(Error::new(
                Code::BadRequest,
                "The role is owner, manager or agent.",
            ));
        }
    };
    let Some(secret) = &state.config.jwt_secret else {
        return Err(Code::NotFound.into());
    };
    let claims = Claims {
        sub: format!("demo-{}", query.role),
        name: name.into(),
        workspace: demo::WORKSPACE.into(),
        role: query.role.clone(),
        aud: Audience::One(state.config.jwt_audience.clone()),
        iss: state.config.jwt_issuer.clone(),
        exp: jiff::Timestamp::now().as_second().cast_unsigned() + 3600,
    };
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .content_type("text/plain; charset=utf-8")
        .body(sign(&claims, secret.expose())?))
}
