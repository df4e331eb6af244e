//! Who is asking: bearer tokens (JWT). The tenant comes from here and nowhere else.

use std::path::Path;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::config::{Config, StartError};
use crate::db::models::workspace::{self, Workspace};
use crate::error::{Code, Error};
use crate::state::State;

/// Seconds that clocks may differ.
const LEEWAY: u64 = 5;

/// What a person is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May import.
    Owner,
    /// May import.
    Manager,
    /// May not.
    Agent,
}

/// What a token says. All of it is required.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: String,
    /// The person's name.
    pub name: String,
    /// The workspace.
    pub workspace: String,
    /// The person's role there.
    pub role: String,
    /// Whom the token is meant for.
    pub aud: serde_json::Value,
    /// Who issued it.
    pub iss: String,
    /// When it ends, in seconds since 1970.
    pub exp: u64,
}

/// Verifies tokens, by one key and one algorithm.
pub struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    /// The verifier that the configuration asks for.
    pub fn new(config: &Config) -> Result<Self, StartError> {
        let (key, algorithm) = match (&config.jwt_secret, &config.jwt_public_key) {
            (Some(_), Some(_)) => return Err(StartError::TwoKeys),
            (Some(secret), None) if secret.len() < 32 => return Err(StartError::WeakSecret),
            (Some(secret), None) => (
                DecodingKey::from_secret(secret.as_bytes()),
                Algorithm::HS256,
            ),
            (None, Some(path)) => public_key(path)?,
            (None, None) => return Err(StartError::NoKey),
        };
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[&config.jwt_audience]);
        validation.set_issuer(&[&config.jwt_issuer]);
        // Without this a token that lacks them would pass.
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        Ok(Self { key, validation })
    }

    fn verify(&self, request: &HttpRequest) -> Option<Claims> {
        let header = request.headers().get(header::AUTHORIZATION)?;
        let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let claims = decode::<Claims>(token.trim(), &self.key, &self.validation)
            .ok()?
            .claims;
        let sound = |text: &str| !text.is_empty() && text.len() <= 255;
        (sound(&claims.sub) && sound(&claims.workspace) && claims.name.len() <= 1_000)
            .then_some(claims)
    }
}

fn public_key(path: &Path) -> Result<(DecodingKey, Algorithm), StartError> {
    let pem = std::fs::read(path).map_err(|error| StartError::PublicKey(error.to_string()))?;
    if let Ok(key) = DecodingKey::from_ed_pem(&pem) {
        return Ok((key, Algorithm::EdDSA));
    }
    match DecodingKey::from_rsa_pem(&pem) {
        Ok(key) => Ok((key, Algorithm::RS256)),
        Err(_) => Err(StartError::PublicKey(
            "the file holds no Ed25519 or RSA public key in PEM form".into(),
        )),
    }
}

/// Makes a token; the demo and tests need it.
pub fn sign(claims: &Claims, secret: &str) -> Result<String, Error> {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).map_err(Error::internal)
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
        let claims = state
            .as_ref()
            .and_then(|state| state.verifier.verify(request));
        Box::pin(async move {
            let (Some(state), Some(claims)) = (state, claims) else {
                return Err(Code::Unauthorized.into());
            };
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
