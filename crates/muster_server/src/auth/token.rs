//! Tokens: what they say, and whether it is to be believed.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use super::keys::{Key, Keys};
use crate::config::{Config, StartError};
use crate::error::Error;

/// Bytes of a token.
const LENGTH: usize = 8 * 1024;

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
    pub aud: Audience,
    /// Who issued it.
    pub iss: String,
    /// When it ends, in seconds since 1970.
    pub exp: u64,
}

/// Whom a token is meant for: one, or several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Some(Vec<String>),
}

/// Why a token is refused. It goes to the log; whoever sent the token learns only that it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) &'static str);

/// Verifies tokens: by the keys of the configuration, each with the one algorithm that it is for.
pub struct Verifier {
    keys: Keys,
    validation: Validation,
}

impl Verifier {
    /// The verifier that the configuration asks for.
    pub fn new(config: &Config) -> Result<Self, StartError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = config.jwt_leeway_seconds;
        validation.validate_nbf = true;
        validation.set_audience(&[&config.jwt_audience]);
        validation.set_issuer(&[&config.jwt_issuer]);
        // Without this a token that lacks them would pass.
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        Ok(Self {
            keys: Keys::new(config)?,
            validation,
        })
    }

    /// The claims of an `Authorization` header's value.
    pub(super) async fn verify(&self, authorization: &str) -> Result<Claims, Refusal> {
        let (scheme, token) = authorization
            .split_once(' ')
            .ok_or(Refusal("no bearer token"))?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal("no bearer token"));
        }
        if token.len() > LENGTH {
            return Err(Refusal("too long"));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !token.bytes().all(plain) || token.split('.').count() != 3 {
            return Err(Refusal("not of the form of a token"));
        }
        let header = decode_header(token).map_err(|_| Refusal("the header can't be read"))?;
        if !header
            .typ
            .as_deref()
            .is_none_or(|typ| typ.eq_ignore_ascii_case("jwt"))
        {
            return Err(Refusal("of another type"));
        }
        // Extensions that must be understood: none is.
        if header.crit.is_some() {
            return Err(Refusal("critical extensions"));
        }
        let key = self.keys.find(header.kid.as_deref()).await?;
        self.check(token, &key)
    }

    fn check(&self, token: &str, key: &Key) -> Result<Claims, Refusal> {
        let mut validation = self.validation.clone();
        validation.algorithms = vec![key.algorithm];
        let claims = decode::<Claims>(token, &key.key, &validation)
            .map_err(|error| Refusal(reason(error.kind())))?
            .claims;
        let sound = |text: &str| {
            !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control)
        };
        if !sound(&claims.sub) || !sound(&claims.workspace) {
            return Err(Refusal("an unusable sub or workspace"));
        }
        if claims.name.len() > 1_000 || claims.name.contains('\0') || claims.role.len() > 255 {
            return Err(Refusal("an unusable name or role"));
        }
        Ok(claims)
    }
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "the signature is not by our key",
        ErrorKind::InvalidAlgorithm => "the algorithm is not that of the key",
        ErrorKind::ExpiredSignature => "expired",
        ErrorKind::ImmatureSignature => "not valid yet",
        ErrorKind::InvalidAudience => "meant for somebody else",
        ErrorKind::InvalidIssuer => "issued by somebody else",
        ErrorKind::MissingRequiredClaim(_) => "a claim is missing",
        ErrorKind::Json(_) | ErrorKind::InvalidClaimFormat(_) => {
            "a claim is missing or of the wrong type"
        }
        _ => "can't be read",
    }
}

/// Makes a token; the demo needs it.
pub fn sign(claims: &Claims, secret: &str) -> Result<String, Error> {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).map_err(Error::internal)
}
