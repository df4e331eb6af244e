//! Logs: one line a request, without query strings, values or tokens. Every line of a request carries its id, which the
//! answer has, too.

use std::fmt::Debug;
use std::io::IsTerminal as _;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Instrument as _, Subscriber};
use tracing_subscriber::layer::{self, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::error::Error;
use crate::faults;
use crate::state::State;

/// The header of a request's id.
const ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// Starts logging to standard error. `RUST_LOG` chooses what.
pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let details = filter.max_level_hint() >= Some(LevelFilter::DEBUG);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // In tests several servers share the process: the first one's wins.
    let _ = if json {
        let lines = lines.json().flatten_event(true).finish();
        lines.with(Quiet { details }).try_init()
    } else {
        lines.finish().with(Quiet { details }).try_init()
    };
}

/// The web framework calls it an error of its own when somebody sends what is no request, or a head that is too long.
/// It is theirs, they are told, and it is a detail here.
struct Quiet {
    /// Whether details were asked for.
    details: bool,
}

impl<S: Subscriber> Layer<S> for Quiet {
    fn event_enabled(&self, event: &Event<'_>, _: layer::Context<'_, S>) -> bool {
        if self.details || event.metadata().target() != "actix_http::h1::dispatcher" {
            return true;
        }
        let mut others = Others(false);
        event.record(&mut others);
        !others.0
    }
}

/// Whether the message is about a request that could not be read.
struct Others(bool);

impl Visit for Others {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let theirs = "stream error: request parse error";
        self.0 |= field.name() == "message" && format!("{value:?}").starts_with(theirs);
    }
}

/// The id of the request that is being answered.
pub(crate) fn request_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// The id that a proxy gave the request, or one of our own.
fn identify(request: &ServiceRequest) -> Result<String, Error> {
    let sound = |id: &&str| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = request.headers().get(ID).and_then(|id| id.to_str().ok());
    if let Some(given) = given.filter(sound) {
        return Ok(given.to_owned());
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(crate::hex::encode(&bytes))
}

/// Gives a request its id, counts it and logs it.
pub async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let start = Instant::now();
    let id = identify(&request)?;
    let span = tracing::info_span!("request", id);
    let state = request.app_data::<web::Data<State>>().cloned();
    let method = request.method().clone();
    faults::read(&request);
    let answering = next.call(request).instrument(span.clone());
    let mut answer = CURRENT.scope(id.clone(), answering).await?;
    faults::step();
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(ID, value);
    }
    let (passed, status) = (start.elapsed(), answer.status().as_u16());
    let pattern = answer.request().match_pattern();
    let path = pattern.as_deref().unwrap_or("(static)");
    if let Some(state) = state {
        let seconds = passed.as_secs_f64();
        state.metrics.count(method.as_str(), path, status, seconds);
    }
    span.in_scope(|| {
        tracing::info!(%method, path, status, ms = passed.as_millis(), "request");
    });
    Ok(answer)
}
