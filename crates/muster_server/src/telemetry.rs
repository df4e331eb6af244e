//! Logs: one line a request, without query strings, values or tokens.

use std::io::IsTerminal as _;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `RUST_LOG` chooses what.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // In tests several servers share the process: the first one's wins.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}

/// Logs a request.
pub async fn log<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let start = std::time::Instant::now();
    let method = request.method().clone();
    let answer = next.call(request).await?;
    let pattern = answer.request().match_pattern();
    tracing::info!(
        %method,
        path = pattern.as_deref().unwrap_or("(static)"),
        status = answer.status().as_u16(),
        ms = start.elapsed().as_millis(),
        "request"
    );
    Ok(answer)
}
