//! Reading a request's body: after authorisation, within a size and a time.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error};

/// Bytes that a JSON body has at most.
const JSON_BYTES: usize = 1 << 20;

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
    let arrive = async {
        let mut body = BytesMut::with_capacity(announced);
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Error::from(Code::BadRequest))?;
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    // 30 seconds, and one more for each 32 KiB: slow lines get through, idle ones don't.
    let deadline = Duration::from_secs(30 + (limit as u64 >> 15));
    match tokio::time::timeout(deadline, arrive).await {
        Ok(body) => body,
        Err(_) => Err(Code::BodyTimeout.into()),
    }
}

/// Reads a JSON body.
pub async fn json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<T, Error> {
    let body = read(request, payload, JSON_BYTES).await?;
    parse_json(&body)
}

/// Reads JSON that has arrived.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        // serde's sentence can quote the sender's own text, and nothing else.
        Error::new(
            Code::BadRequest,
            format!("The JSON can't be read: {error}."),
        )
    })
}
