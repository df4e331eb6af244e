//! What stands before every route: the bounds of a request's head, who may ask from where, and the headers that every
//! answer has.

use std::sync::Arc;
use std::time::Duration;

use actix_web::ResponseError as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};

use crate::config::{Config, StartError};
use crate::connection::{Pace, Paced, Watch};
use crate::error::{Code, Error};
use crate::state::State;

/// What pages of other origins may send, and read besides the body.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const SENT: &str = "authorization, content-type, idempotency-key, if-match, x-request-id";
const READ: &str = "content-disposition, etag, retry-after, x-request-id";

/// The configuration as headers have it.
pub struct Front {
    origins: Vec<String>,
    head_bytes: usize,
    pace: Pace,
    transport: Option<HeaderValue>,
    /// The policy of the page, see [`crate::assets`].
    pub page_policy: String,
}

impl Front {
    /// Reads it, or tells which origin is none.
    pub fn new(config: &Config) -> Result<Self, StartError> {
        for (key, origins, words) in [
            ("MUSTER_CORS_ORIGINS", &config.cors_origins, &[][..]),
            (
                "MUSTER_FRAME_ANCESTORS",
                &config.frame_ancestors,
                &["'self'", "'none'"][..],
            ),
        ] {
            let wrong = origins
                .iter()
                .find(|origin| !words.contains(&origin.as_str()) && !is_origin(origin));
            if let Some(wrong) = wrong {
                return Err(StartError::Origin(key, wrong.clone()));
            }
        }
        let transport = format!("max-age={}", config.hsts_seconds);
        let ancestors = if config.frame_ancestors.is_empty() {
            "'none'".into()
        } else {
            config.frame_ancestors.join(" ")
        };
        Ok(Self {
            origins: config.cors_origins.clone(),
            head_bytes: config.max_head_bytes,
            pace: Pace {
                time: Duration::from_secs(config.response_seconds),
                slowest: config.slowest_bytes,
            },
            transport: HeaderValue::from_str(&transport)
                .ok()
                .filter(|_| config.hsts_seconds > 0),
            page_policy: format!("{}; frame-ancestors {ancestors}", crate::assets::POLICY),
        })
    }

    /// Whether the request may go on; its origin, where that is another one that may ask.
    fn admit(&self, request: &ServiceRequest) -> Result<Option<HeaderValue>, Error> {
        let headers = request.headers();
        let size: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        if size + request.uri().to_string().len() > self.head_bytes {
            return Err(Code::HeadTooLarge.into());
        }
        let mut origins = headers.get_all(header::ORIGIN);
        let Some(origin) = origins.next() else {
            return Ok(None);
        };
        let text = origin.to_str().unwrap_or("null");
        if origins.next().is_none() {
            if self.origins.iter().any(|allowed| allowed == text) {
                return Ok(Some(origin.clone()));
            }
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let asked = text.split_once("://").map(|(_, host)| host);
            if asked.is_some() && asked == host {
                return Ok(None);
            }
        }
        Err(Code::OriginForbidden.into())
    }

    fn complete(&self, headers: &mut HeaderMap, origin: Option<HeaderValue>) {
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                if origin.is_some() {
                    "cross-origin"
                } else {
                    "same-origin"
                },
            ),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            // What is no page loads nothing and is shown nowhere.
            let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if let Some(transport) = &self.transport {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, transport.clone());
        }
        if !self.origins.is_empty() {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let read = HeaderValue::from_static(READ);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, read);
        }
    }
}

/// Scheme, host and maybe port, as browsers send it.
fn is_origin(text: &str) -> bool {
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte)
            })
    })
}

/// The question of a browser whether a page may ask.
fn preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Lets a request through to its route, or answers it here.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Paced>, actix_web::Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Err(Error::internal("no state").into());
    };
    let front = &state.front;
    let watch = request.request().conn_data::<Arc<Watch>>().cloned();
    if let Some(watch) = &watch {
        watch.suspend();
    }
    let (mut answer, origin) = match front.admit(&request) {
        Err(error) => {
            let mut refused = error.error_response();
            // What is left of the request was not read.
            refused
                .head_mut()
                .set_connection_type(actix_web::http::ConnectionType::Close);
            (request.into_response(refused), None)
        }
        Ok(origin @ Some(_)) if preflight(&request) => {
            let mut allowed = HttpResponse::build(StatusCode::NO_CONTENT);
            allowed
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, SENT))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
            (request.into_response(allowed.finish()), origin)
        }
        Ok(origin) => (next.call(request).await?.map_into_boxed_body(), origin),
    };
    front.complete(answer.headers_mut(), origin);
    let pace = front.pace;
    Ok(answer.map_body(|_, body: BoxBody| Paced::new(body, watch, pace)))
}
