//! `GET /health/live` and `/health/ready`.

use actix_web::{HttpResponse, web};
use diesel::RunQueryDsl as _;

use crate::db::on_backend;
use crate::error::Error;
use crate::state::State;

/// The process answers.
pub async fn live() -> HttpResponse {
    line("live\n")
}

fn line(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text)
}

/// The database answers, too.
pub async fn ready(state: web::Data<State>) -> Result<HttpResponse, Error> {
    state
        .db
        .run(|connection| {
            on_backend!(connection => diesel::sql_query("SELECT 1").execute(connection))?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok(line("ready\n"))
}
