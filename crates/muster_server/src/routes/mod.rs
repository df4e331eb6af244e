//! One file per path. Every resource answers other methods with 405, and other paths are 404.

pub mod contacts;
pub mod demo;
pub mod health;
pub mod imports;
pub mod workspace;

use actix_web::http::header;
use actix_web::web::{delete, get, patch, post, put};
use actix_web::{HttpResponse, Resource, web};
use serde::Serialize;

use crate::error::{Code, Error};
use crate::state::State;

/// Adds every route.
pub fn configure(services: &mut web::ServiceConfig, state: &State) {
    let query = web::QueryConfig::default()
        .error_handler(|_, _| Error::new(Code::BadRequest, "The query can't be read.").into());
    let path = web::PathConfig::default().error_handler(|_, _| Error::from(Code::NotFound).into());
    services
        .app_data(query)
        .app_data(path)
        .service(resource("/health/live").route(get().to(health::live)))
        .service(resource("/health/ready").route(get().to(health::ready)))
        .service(resource("/api/v1/workspace").route(get().to(workspace::get)))
        .service(resource("/api/v1/contacts/match").route(post().to(contacts::lookup::find)))
        .service(resource("/api/v1/contacts/values").route(post().to(contacts::lookup::values)))
        .service(
            resource("/api/v1/contacts")
                .route(get().to(contacts::list))
                .route(post().to(contacts::create)),
        )
        .service(
            resource("/api/v1/contacts/{id}")
                .route(get().to(contacts::get))
                .route(patch().to(contacts::change)),
        )
        .service(
            resource("/api/v1/imports")
                .route(get().to(imports::list))
                .route(post().to(imports::open)),
        )
        .service(
            resource("/api/v1/imports/{id}")
                .route(get().to(imports::get))
                .route(delete().to(imports::delete)),
        )
        .service(
            resource("/api/v1/imports/{id}/batches/{n}").route(put().to(imports::batches::put)),
        )
        .service(resource("/api/v1/imports/{id}/commit").route(post().to(imports::commit::post)))
        .service(
            resource("/api/v1/imports/{id}/results.csv").route(get().to(imports::results::get)),
        );
    if state.config.demo {
        services.service(resource("/demo/token").route(get().to(demo::token)));
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

/// The id in a path. What can't be one does not exist.
fn path_id(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Code::NotFound.into())
}
