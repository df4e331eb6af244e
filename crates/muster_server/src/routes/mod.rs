//! One file per path; [`table`] names them all. Every resource answers other methods with 405, and other paths are 404.

pub mod changes;
pub mod contacts;
pub mod demo;
pub mod fields;
pub mod health;
pub mod imports;
pub mod recipes;
pub mod table;
pub mod workspace;

use actix_web::http::header;
use actix_web::{HttpResponse, Resource, web};
use serde::Serialize;

use crate::error::{Code, Error};
use crate::state::State;
use table::{OPERATIONS, Operation};

/// What can't be read in an address is told as everything else.
pub(crate) fn configure_extractors(services: &mut web::ServiceConfig) {
    let query = web::QueryConfig::default()
        .error_handler(|_, _| Error::new(Code::BadRequest, "The query can't be read.").into());
    let path = web::PathConfig::default().error_handler(|_, _| Error::from(Code::NotFound).into());
    services
        .app_data(query)
        .app_data(path)
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(Error::from(Code::NotFound))
        }));
}

/// Adds every route.
pub fn configure(services: &mut web::ServiceConfig, state: &State) {
    configure_extractors(services);
    let there = |operation: &&Operation| !operation.demo || state.config.demo;
    let mut left: Vec<&Operation> = OPERATIONS.iter().filter(there).collect();
    while let Some(first) = left.first() {
        let path = first.path;
        let (same, others) = left
            .into_iter()
            .partition(|operation| operation.path == path);
        let same: Vec<&Operation> = same;
        let routes = same.into_iter().map(|operation| (operation.route)());
        services.service(routes.fold(resource(path), Resource::route));
        left = others;
    }
    services.default_service(web::to(crate::assets::serve));
}

pub(crate) fn resource(path: &str) -> Resource {
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

/// The id in a path. What can't be one does not exist.
fn path_id(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Code::NotFound.into())
}
