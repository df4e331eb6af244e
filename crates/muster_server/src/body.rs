//! Reading a request's body: after authorisation, within a size and a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::error::{Code, Error};
use crate::state::State;

/// Reads the body, of at most `limit` bytes.
pub async fn read(
    request: &HttpRequest,
    mut payload: web::Payload,
    limit: usize,
) -> Result<Bytes, Error> {
    let headers = request.headers();
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        return Err(Code::EncodingUnsupported.into());
    }
    let announced: usize = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(0);
    let too_large = || {
        Error::new(
            Code::TooLarge,
            format!("At most {limit} bytes are taken here."),
        )
    };
    if announced > limit {
        return Err(too_large());
    }
    let config = config(request)?;
    let begun = Instant::now();
    let mut body = BytesMut::with_capacity(announced);
    loop {
        // Slow lines get through, idle ones don't.
        let earned = Duration::from_millis(body.len() as u64 * 1_000 / config.slowest_bytes.max(1));
        let left =
            (Duration::from_secs(config.body_seconds) + earned).saturating_sub(begun.elapsed());
        match tokio::time::timeout(left, payload.next()).await {
            Err(_) => return Err(Code::BodyTimeout.into()),
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(Err(_))) => return Err(Code::BadRequest.into()),
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() > limit => return Err(too_large()),
            Ok(Some(Ok(chunk))) => body.extend_from_slice(&chunk),
        }
    }
}

fn config(request: &HttpRequest) -> Result<Arc<Config>, Error> {
    let state = request.app_data::<web::Data<State>>();
    state
        .map(|state| state.config.clone())
        .ok_or_else(|| Error::internal("no state"))
}

/// Reads a JSON body.
pub async fn json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<T, Error> {
    let config = config(request)?;
    let body = read(request, payload, config.max_json_bytes).await?;
    parse_json(&config, &body)
}

/// Reads JSON that has arrived.
pub fn parse_json<T: DeserializeOwned>(config: &Config, body: &[u8]) -> Result<T, Error> {
    if depth(body) > config.max_json_depth {
        return Err(Error::new(
            Code::BadRequest,
            "The JSON is nested too deeply.",
        ));
    }
    serde_json::from_slice(body).map_err(|error| {
        // serde's sentence can quote the sender's own text, and nothing else.
        Error::new(
            Code::BadRequest,
            format!("The JSON can't be read: {error}."),
        )
    })
}

/// How deep the lists and objects of a JSON text are nested.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_is_that_of_lists_and_objects_outside_of_texts() {
        for (json, expected) in [
            ("7", 0),
            ("[]", 1),
            (r#"{"a":[{}],"b":[[]]}"#, 3),
            (r#"["[[[", "\"[[", "\\"]"#, 1),
            ("[[[", 3),
            ("]]][", 1),
        ] {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }
}
