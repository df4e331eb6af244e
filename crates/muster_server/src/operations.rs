//! The second listener: what operators and their tools ask. It has no tokens, so it is for this machine or a network of
//! one's own.

use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use utoipa_swagger_ui::SwaggerUi;

use crate::config::StartError;
use crate::db::models::overview;
use crate::error::Error;
use crate::openapi;
use crate::routes::{configure_extractors, health, resource};
use crate::state::State;

/// What is counted while requests are answered.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    /// Turns that somebody else had who said nothing any more.
    pub takeovers: IntCounter,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Result<Self, StartError> {
        let made = || -> prometheus::Result<Self> {
            let metrics = Self {
                registry: Registry::new(),
                requests: IntCounterVec::new(
                    Opts::new("muster_http_requests_total", "Requests answered."),
                    &["method", "route", "status"],
                )?,
                seconds: HistogramVec::new(
                    HistogramOpts::new(
                        "muster_http_request_seconds",
                        "Seconds from a request's head to the head of its answer.",
                    ),
                    &["method", "route"],
                )?,
                takeovers: IntCounter::new(
                    "muster_lease_takeovers_total",
                    "Jobs taken over from a server that said nothing any more.",
                )?,
            };
            metrics
                .registry
                .register(Box::new(metrics.requests.clone()))?;
            metrics
                .registry
                .register(Box::new(metrics.seconds.clone()))?;
            metrics
                .registry
                .register(Box::new(metrics.takeovers.clone()))?;
            Ok(metrics)
        };
        made().map_err(|error| StartError::System(error.to_string()))
    }

    /// Counts an answer. The route is its pattern: ids would make a series each.
    pub fn count(&self, method: &str, route: &str, status: u16, seconds: f64) {
        // Methods are the client's to invent.
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = known
            .into_iter()
            .find(|known| *known == method)
            .unwrap_or("other");
        let status = status.to_string();
        self.requests
            .with_label_values(&[method, route, &status])
            .inc();
        self.seconds
            .with_label_values(&[method, route])
            .observe(seconds);
    }

    fn show(&self, overview: &overview::Overview) -> prometheus::Result<Vec<u8>> {
        let registry = Registry::new();
        let imports = IntGaugeVec::new(
            Opts::new("muster_imports", "Imports by state, of all replicas."),
            &["state"],
        )?;
        for (state, count) in &overview.imports {
            imports.with_label_values(&[state.as_str()]).set(*count);
        }
        let age = prometheus::Gauge::new(
            "muster_queue_age_seconds",
            "Age of the oldest job that has not ended; 0 where there is none.",
        )?;
        age.set(overview.oldest.unwrap_or(0) as f64 / 1_000.0);
        let rows = IntCounter::new(
            "muster_rows_applied_total",
            "Rows applied, by all replicas: its rate is the rows a second.",
        )?;
        rows.inc_by(overview.applied.unsigned_abs());
        registry.register(Box::new(imports))?;
        registry.register(Box::new(age))?;
        registry.register(Box::new(rows))?;
        let mut families = self.registry.gather();
        families.extend(registry.gather());
        let mut out = Vec::new();
        TextEncoder::new().encode(&families, &mut out)?;
        Ok(out)
    }
}

/// `GET /metrics`
async fn metrics(state: web::Data<State>) -> Result<HttpResponse, Error> {
    let overview = state
        .db
        .run(|connection| overview::load(connection).map_err(Error::from))
        .await?;
    let text = state.metrics.show(&overview).map_err(Error::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(prometheus::TEXT_FORMAT)
        .body(text))
}

/// The API to look at and to try, for whoever has a token.
fn docs() -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").external_url_unchecked("/openapi.json", openapi::document())
}

/// The listener, where the configuration names a port.
pub fn listen(state: &State) -> Result<Option<Server>, StartError> {
    let Some(port) = state.config.operations_port else {
        return Ok(None);
    };
    let address = (state.config.operations_bind.clone(), port);
    let shown = format!("{}:{port}", address.0);
    let state = Arc::new(state.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(State::clone(&state)))
            .configure(configure_extractors)
            .service(resource("/metrics").route(web::get().to(metrics)))
            .service(resource("/health/live").route(web::get().to(health::live)))
            .service(resource("/health/ready").route(web::get().to(health::ready)))
            .service(docs())
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .map_err(|error| StartError::Bind(shown.clone(), error))?;
    tracing::info!("metrics, health and /docs/ on http://{shown}");
    Ok(Some(server.run()))
}
