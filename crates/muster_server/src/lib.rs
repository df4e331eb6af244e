//! The server of Muster: verifies who asks, answers lookups, stores the batches of an import, applies them exactly
//! once, and remembers what became of every row.
//!
//! - The tenant comes from the verified token only, and every query takes it.
//! - Every write goes through one [`db::write_tx`]; every read-modify-write is a conditional UPDATE.
//! - The rules are `muster_core`'s; here they run a second time, and what they refuse is not stored.

pub mod assets;
pub mod auth;
pub mod body;
pub mod clock;
pub mod config;
pub mod connection;
pub mod db;
pub mod demo;
pub mod error;
mod faults;
pub mod front;
pub mod hex;
pub mod jobs;
pub mod maintain;
pub mod openapi;
pub mod operate;
pub mod operations;
pub mod rate;
pub mod routes;
pub mod seed;
pub mod state;
pub mod telemetry;
pub mod text;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, HttpServer, middleware, web};

use clock::Clock;
use config::Secret;
pub use config::{Config, StartError};
use jobs::Runner;
use rate::Rate;
pub use state::State;

/// Seconds' worth of requests that may come at once.
const BURST: u32 = 10;

/// Adds every route to an application.
pub fn configure(services: &mut web::ServiceConfig, state: &State) {
    services.app_data(web::Data::new(state.clone()));
    routes::configure(services, state);
}

/// Opens what a server needs, and goes on with the imports that were left unfinished.
pub fn open(config: Config) -> Result<(State, Runner), StartError> {
    open_at(config, Clock::default())
}

fn open_at(mut config: Config, clock: Clock) -> Result<(State, Runner), StartError> {
    if config.demo {
        demo::prepare(&mut config)?;
    }
    let front = front::Front::new(&config)?;
    let verifier = auth::Verifier::new(&config)?;
    let target = db::Target::new(
        config.database_url.as_ref().map(Secret::expose),
        &config.data,
    )?;
    let db = db::Db::open(target, 8)?;
    if config.demo {
        demo::seed(&db, config.demo_contacts)?;
    }
    let metrics = operations::Metrics::new()?;
    let (runner, waker) = Runner::start(&db, &config, &metrics, clock)?;
    let state = State {
        front: Arc::new(front),
        metrics: Arc::new(metrics),
        token_rate: Arc::new(Rate::new(config.token_rate, BURST)),
        workspace_rate: Arc::new(Rate::new(config.workspace_rate, BURST)),
        config: Arc::new(config),
        db,
        verifier: Arc::new(verifier),
        waker,
        workspaces: Arc::new(RwLock::new(HashMap::new())),
    };
    Ok((state, runner))
}

/// Runs a server until it is told to stop; `ready` learns its address and how to stop it.
pub async fn run(
    config: Config,
    ready: impl FnOnce(SocketAddr, ServerHandle),
) -> Result<(), StartError> {
    run_at(config, Clock::default(), ready).await
}

/// Runs a server by a clock of somebody's own.
pub async fn run_at(
    config: Config,
    clock: Clock,
    ready: impl FnOnce(SocketAddr, ServerHandle),
) -> Result<(), StartError> {
    let (state, runner) = open_at(config, clock)?;
    let config = state.config.clone();
    let operations = operations::listen(&state)?;
    let operations = operations.map(|server| {
        let handle = server.handle();
        actix_web::rt::spawn(server);
        handle
    });
    let shown = format!("{}:{}", config.bind, config.port);
    let head = Duration::from_secs(config.head_seconds);
    let server = HttpServer::new(move || {
        App::new()
            .wrap(middleware::from_fn(front::guard))
            .wrap(middleware::from_fn(telemetry::observe))
            .configure(|services| configure(services, &state))
    })
    .workers(config.workers)
    .on_connect(move |connection, extensions| connection::watch(connection, extensions, head))
    .max_connections(config.max_connections.div_ceil(config.workers.max(1)))
    .client_request_timeout(head)
    .shutdown_timeout(10)
    .bind((config.bind.as_str(), config.port))
    .map_err(|error| StartError::Bind(shown.clone(), error))?;
    let Some(&address) = server.addrs().first() else {
        return Err(StartError::System(format!("can't listen on {shown}")));
    };
    end_with_the_process(runner.ender())?;
    let server = server.run();
    ready(address, server.handle());
    let ended = server.await;
    // The batch in hand is finished; the next start goes on with the others.
    runner.stop();
    if let Some(operations) = operations {
        operations.stop(true).await;
    }
    ended.map_err(|error| StartError::System(error.to_string()))
}

/// Has the workers begin no batch after SIGTERM: answers that are still under way may take ten seconds more.
fn end_with_the_process(ender: jobs::Ender) -> Result<(), StartError> {
    let mut terminated = signal(SignalKind::terminate())
        .map_err(|error| StartError::System(format!("can't listen to signals: {error}")))?;
    actix_web::rt::spawn(async move {
        if terminated.recv().await.is_some() {
            ender.end();
        }
    });
    Ok(())
}
