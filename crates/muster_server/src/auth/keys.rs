//! The keys that tokens are verified with: one secret, one public key, or a set of public keys that changes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use super::token::Refusal;
use crate::config::{Config, StartError};

/// Bytes of a key set.
const SET_BYTES: u64 = 1 << 20;
/// How long a server of keys may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Characters of a modulus of 2048 bits, the shortest that is taken.
const MODULUS: usize = 342;

/// A key and the one algorithm that it is for: a token does not choose.
pub(super) struct Key {
    pub(super) key: DecodingKey,
    pub(super) algorithm: Algorithm,
}

pub(super) enum Keys {
    One(Arc<Key>),
    Set(Set),
}

impl Keys {
    pub(super) fn new(config: &Config) -> Result<Self, StartError> {
        let given = (&config.jwt_secret, &config.jwt_public_key, &config.jwt_jwks);
        let (key, algorithm) = match given {
            (None, None, None) => return Err(StartError::NoKey),
            (Some(secret), None, None) if secret.expose().len() < 32 => {
                return Err(StartError::WeakSecret);
            }
            (Some(secret), None, None) => (
                DecodingKey::from_secret(secret.expose().as_bytes()),
                Algorithm::HS256,
            ),
            (None, Some(path), None) => public_key(path)?,
            (None, None, Some(place)) => return Set::open(place, config).map(Self::Set),
            _ => return Err(StartError::TwoKeys),
        };
        Ok(Self::One(Arc::new(Key { key, algorithm })))
    }

    /// The key for a token whose header names this one. A single key needs no name.
    pub(super) async fn find(&self, kid: Option<&str>) -> Result<Arc<Key>, Refusal> {
        match self {
            Self::One(key) => Ok(key.clone()),
            Self::Set(set) => set.find(kid.ok_or(Refusal("names no key"))?).await,
        }
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

/// A JWKS, read again when a token names a key that isn't in it, and when it has become old. Neither happens more often
/// than the configuration allows, whatever tokens say.
pub(super) struct Set {
    place: Place,
    pause: Duration,
    age: Duration,
    known: RwLock<Known>,
    /// Held by whoever reads it again; the others wait for the outcome.
    reading: tokio::sync::Mutex<()>,
}

struct Known {
    keys: HashMap<String, Arc<Key>>,
    /// The last attempt, whether or not it succeeded.
    read: Instant,
}

#[derive(Clone)]
enum Place {
    File(PathBuf),
    Url(String),
}

impl Set {
    fn open(place: &str, config: &Config) -> Result<Self, StartError> {
        let place = if place.starts_with("https://") || is_local(place) {
            Place::Url(place.into())
        } else if place.contains("://") {
            return Err(StartError::KeySet(
                "only https is taken, but for addresses of this machine".into(),
            ));
        } else {
            Place::File(place.into())
        };
        let keys = place.load().map_err(StartError::KeySet)?;
        Ok(Self {
            place,
            pause: Duration::from_secs(config.jwks_pause_seconds),
            age: Duration::from_secs(config.jwks_age_seconds),
            known: RwLock::new(Known {
                keys,
                read: Instant::now(),
            }),
            reading: tokio::sync::Mutex::new(()),
        })
    }

    async fn find(&self, kid: &str) -> Result<Arc<Key>, Refusal> {
        let (found, age) = self.look(kid);
        let due = if found.is_some() {
            self.age
        } else {
            self.pause
        };
        if age < due {
            return found.ok_or(Refusal("names a key that is not in the set"));
        }
        let turn = self.reading.lock().await;
        // Whoever had to wait finds what the one before has read.
        if self.look(kid).1 >= due {
            self.read_again().await;
        }
        drop(turn);
        self.look(kid)
            .0
            .ok_or(Refusal("names a key that is not in the set"))
    }

    fn look(&self, kid: &str) -> (Option<Arc<Key>>, Duration) {
        let known = self
            .known
            .read()
            .unwrap_or_else(|broken| broken.into_inner());
        (known.keys.get(kid).cloned(), known.read.elapsed())
    }

    async fn read_again(&self) {
        let place = self.place.clone();
        let keys = match actix_web::web::block(move || place.load()).await {
            Ok(Ok(keys)) => Some(keys),
            Ok(Err(cause)) => {
                tracing::warn!(%cause, "the set of keys can't be read again; the known ones stay");
                None
            }
            Err(_) => None,
        };
        let mut known = self
            .known
            .write()
            .unwrap_or_else(|broken| broken.into_inner());
        known.read = Instant::now();
        if let Some(keys) = keys {
            tracing::info!(keys = keys.len(), "the set of keys was read again");
            known.keys = keys;
        }
    }
}

/// Plain HTTP is for a helper on this machine.
pub(crate) fn is_local(place: &str) -> bool {
    ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"]
        .iter()
        .any(|start| place.starts_with(start))
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl Place {
    fn load(&self) -> Result<HashMap<String, Arc<Key>>, String> {
        let bytes = match self {
            Self::File(path) => {
                std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?
            }
            Self::Url(url) => fetch(url).map_err(|error| format!("{url}: {error}"))?,
        };
        let document: Document =
            serde_json::from_slice(&bytes).map_err(|_| "this is no key set (JWKS)".to_owned())?;
        // Keys of kinds that are not used here may stand beside those that are.
        let keys: HashMap<_, _> = document.keys.into_iter().filter_map(usable).collect();
        if keys.is_empty() {
            return Err("the set holds no key with a kid for EdDSA (Ed25519) or RS256".into());
        }
        Ok(keys)
    }
}

fn fetch(url: &str) -> Result<Vec<u8>, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build()
        .into();
    let mut answer = agent.get(url).call()?;
    answer
        .body_mut()
        .with_config()
        .limit(SET_BYTES)
        .read_to_vec()
}

/// A public key that is for signatures, with its name.
fn usable(jwk: serde_json::Value) -> Option<(String, Arc<Key>)> {
    let jwk: Jwk = serde_json::from_value(jwk).ok()?;
    let for_signatures = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        AlgorithmParameters::RSA(rsa) if rsa.n.len() >= MODULUS => {
            (Algorithm::RS256, KeyAlgorithm::RS256)
        }
        _ => return None,
    };
    let meant = jwk
        .common
        .key_algorithm
        .is_none_or(|algorithm| algorithm == named);
    if !for_signatures || !meant {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some((jwk.common.key_id?, Arc::new(Key { key, algorithm })))
}
