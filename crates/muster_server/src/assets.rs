//! The built page, embedded in the binary.

use actix_web::http::header::{self, EntityTag, Header as _, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use crate::error::{Code, Error};
use crate::state::State;

#[derive(RustEmbed)]
#[folder = "../../www/dist"]
struct Dist;

/// What the page may load: itself. Also sent with the worker's script, which has a policy of its own. Who may frame it
/// is the configuration's.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

/// Answers with a file of the page; `/`, the host page, only in the demo.
pub async fn serve(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Error> {
    if !["GET", "HEAD"].contains(&request.method().as_str()) {
        return Err(Code::NotFound.into());
    }
    let path = request.path().trim_start_matches('/');
    let host_page = path.is_empty() || path == "index.html";
    if host_page && !state.config.demo {
        return Err(Code::NotFound.into());
    }
    let path = if host_page { "index.html" } else { path };
    let Some(file) = Dist::get(path) else {
        if host_page {
            return Ok(HttpResponse::Ok()
                .content_type("text/plain; charset=utf-8")
                .body(
                    "The page was not built into this server: `cargo xtask start` builds both.\n",
                ));
        }
        return Err(Code::NotFound.into());
    };
    let hash = file.metadata.sha256_hash();
    let tag = EntityTag::new_strong(crate::hex::encode(&hash[..16]));
    // Vite puts a hash in the names of what lies in this folder.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let policy = state.front.page_policy.as_str();
    let known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => false,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut answer = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header(header::ETag(tag))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy));
    if known {
        return Ok(answer.finish());
    }
    Ok(answer
        .content_type(content_type(file.metadata.mimetype()))
        .body(file.data))
}

fn content_type(guessed: &str) -> String {
    if guessed.starts_with("text/") {
        format!("{guessed}; charset=utf-8")
    } else {
        guessed.into()
    }
}
