//! One file per path. Every resource answers other methods with 405, and other paths are 404.

pub mod demo;
pub mod health;
pub mod workspace;

use actix_web::http::header;
use actix_web::{HttpResponse, Resource, web};
use serde::Serialize;

use crate::error::{Code, Error};
use crate::state::State;

/// Adds every route.
pub fn configure(services: &mut web::ServiceConfig, state: &State) {
    let query = web::QueryConfig::default()
        .error_handler(|_, _| Error::new(Code::BadRequest, "The query can't be read.").into());
    services
        .app_data(query)
        .service(resource("/health/live").route(web::get().to(health::live)))
        .service(resource("/health/ready").route(web::get().to(health::ready)))
        .service(resource("/api/v1/workspace").route(web::get().to(workspace::get)));
    if state.config.demo {
        services.service(resource("/demo/token").route(web::get().to(demo::token)));
    }
    services.default_service(web::to(crate::assets::serve));
}

fn resource(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|| async {
        Err::<HttpResponse, _>(Error::from(Code::MethodNotAllowed))
    }))
}

/// An answer as JSON, which no cache keeps.
fn json(mut answer: actix_web::HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}
