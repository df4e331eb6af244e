//! Tells addresses of the operator what became of imports, signed as Standard Webhooks says, until each has taken it.
//! Whoever is told may be told twice, and knows by the event's id.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use sha2::{Digest as _, Sha256};
use ureq::Agent;

use super::bell::Bell;
use crate::config::{Config, Secret, StartError};
use crate::db::models::outbox::{self, Event};
use crate::db::{Db, DbError, now, write_tx};
use crate::hex;

/// How long it sleeps where there is nothing to tell.
const NAP: Duration = Duration::from_secs(1);
/// The longest wait for the next attempt.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// What begins a secret, as the libraries that verify signatures know it.
const PREFIX: &str = "whsec_";

/// Tells events.
pub(super) struct Webhooks {
    addresses: Vec<Address>,
    key: EncodingKey,
    agent: Agent,
    deadline: Duration,
    retry: Duration,
}

/// Where events are told.
struct Address {
    url: String,
    /// What logs call it: paths may be secrets.
    host: String,
    /// By which it is remembered that it has taken an event.
    digest: String,
}

impl Address {
    fn new(url: &str) -> Result<Self, StartError> {
        let wrong = |why: &str| StartError::Webhooks(why.into());
        if !url.starts_with("https://") && !crate::auth::is_local(url) {
            return Err(wrong(
                "only https is taken, but for addresses of this machine",
            ));
        }
        let uri: Result<ureq::http::Uri, _> = url.parse();
        let uri = uri.map_err(|_| wrong("an address is no URL"))?;
        let host = uri.authority().map(|authority| authority.host());
        Ok(Self {
            url: url.into(),
            host: host
                .ok_or_else(|| wrong("an address names no host"))?
                .into(),
            digest: hex::encode(&Sha256::digest(url)),
        })
    }
}

impl Webhooks {
    /// What the configuration asks for; none where it names no address.
    pub(super) fn new(config: &Config) -> Result<Option<Self>, StartError> {
        if config.webhook_urls.is_empty() {
            return Ok(None);
        }
        let addresses: Result<Vec<Address>, StartError> = config
            .webhook_urls
            .iter()
            .map(|url| Address::new(url))
            .collect();
        let deadline = Duration::from_secs(config.webhook_seconds);
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(deadline))
            .build();
        Ok(Some(Self {
            addresses: addresses?,
            key: key(config.webhook_secret.as_ref())?,
            agent: agent.into(),
            deadline,
            retry: Duration::from_secs(config.webhook_retry_seconds),
        }))
    }

    /// Tells what there is to tell, until it is told to stop.
    pub(super) fn run(&self, db: &Db, stop: &Bell) {
        while stop.rings() == 0 {
            match self.turn(db, stop) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(cause) => tracing::error!(%cause, "no event could be told"),
            }
            stop.wait(0, NAP);
        }
    }

    /// Tells an event. Whether there was one.
    fn turn(&self, db: &Db, stop: &Bell) -> Result<bool, DbError> {
        let addresses = u32::try_from(self.addresses.len()).unwrap_or(u32::MAX);
        let lease = self.deadline.saturating_mul(addresses.saturating_add(1));
        let event = write_tx(&mut *db.get()?, None, |connection| {
            Ok::<_, DbError>(outbox::take(connection, lease)?)
        })?;
        let Some(event) = event else {
            return Ok(false);
        };
        let mut taken = event.taken()?;
        for address in &self.addresses {
            if stop.rings() > 0 {
                break;
            }
            if !taken.contains(&address.digest) && self.tell(address, &event) {
                taken.push(address.digest.clone());
            }
        }
        let all = self
            .addresses
            .iter()
            .all(|address| taken.contains(&address.digest));
        write_tx(&mut *db.get()?, None, |connection| {
            if all {
                return Ok(outbox::done(connection, event.id)?);
            }
            outbox::put_off(connection, &event, &taken, self.wait(event.attempts))
        })?;
        Ok(true)
    }

    /// Whether the address took it. Of what it answers, only the head is read.
    fn tell(&self, address: &Address, event: &Event) -> bool {
        let (id, time) = (format!("evt_{}", event.id), now() / 1_000);
        let signature = match sign(&self.key, &id, time, &event.body) {
            Ok(signature) => signature,
            Err(cause) => {
                tracing::error!(%cause, "an event can't be signed");
                return false;
            }
        };
        let answer = self
            .agent
            .post(&address.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", time.to_string())
            .header("webhook-signature", signature)
            .send(&event.body);
        let (host, attempt) = (&address.host, event.attempts);
        match answer {
            Ok(answer) if answer.status().is_success() => true,
            Ok(answer) => {
                let status = answer.status().as_u16();
                tracing::warn!(host, event = id, attempt, status, "an event was not taken");
                false
            }
            Err(cause) => {
                tracing::warn!(host, event = id, attempt, %cause, "an event was not taken");
                false
            }
        }
    }

    /// Four times as long after each attempt.
    fn wait(&self, attempts: i32) -> Duration {
        let times = 4_u32.saturating_pow(attempts.unsigned_abs().saturating_sub(1));
        self.retry.saturating_mul(times).min(LONGEST)
    }
}

fn key(secret: Option<&Secret>) -> Result<EncodingKey, StartError> {
    let wrong = || {
        StartError::Webhooks(
            "the secret is whsec_ and 24 to 64 bytes in base64; take, for example, the output of: echo whsec_$(openssl rand -base64 32)".into(),
        )
    };
    let encoded = secret.and_then(|secret| secret.expose().strip_prefix(PREFIX));
    let key = EncodingKey::from_base64_secret(encoded.ok_or_else(wrong)?);
    let key = key.map_err(|_| wrong())?;
    let bytes = key.as_bytes().len();
    if (24..=64).contains(&bytes) {
        Ok(key)
    } else {
        Err(wrong())
    }
}

fn sign(
    key: &EncodingKey,
    id: &str,
    time: i64,
    body: &str,
) -> Result<String, jsonwebtoken::errors::Error> {
    let signed = format!("{id}.{time}.{body}");
    let signature = crypto::sign(signed.as_bytes(), key, Algorithm::HS256)?;
    // Base64 as tokens have it is another one.
    let signature = signature.replace('-', "+").replace('_', "/");
    Ok(format!("v1,{signature}="))
}

#[cfg(test)]
mod tests {
    use super::{Address, key, sign};
    use crate::config::Secret;

    #[test]
    fn signs_as_others_do() {
        // The example that the libraries of Standard Webhooks are tested with.
        let secret = Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = key(Some(&secret)).ok().and_then(|key| {
            let body = r#"{"test": 2432232314}"#;
            sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).ok()
        });
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature.as_deref(), Some(expected));
    }

    #[test]
    fn refuses_what_can_be_guessed_or_overheard() {
        for secret in [
            "",
            "whsec_",
            "whsec_short",
            "whsec_AAAA",
            "whsec_!",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert!(key(Some(&Secret::from(secret))).is_err(), "{secret}");
        }
        assert!(key(None).is_err());
        for url in [
            "http://example.com/x",
            "https://",
            "ftp://x",
            "",
            "https://a b/",
        ] {
            assert!(Address::new(url).is_err(), "{url}");
        }
        for url in ["https://example.com/x?y=z", "http://127.0.0.1:80/"] {
            assert!(Address::new(url).is_ok(), "{url}");
        }
    }
}
