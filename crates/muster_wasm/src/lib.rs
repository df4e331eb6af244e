//! The bridge between a Web Worker and `muster_core`: converts, never decides.
//!
//! Bytes of files, lookups and batches cross as typed arrays; summaries and the rows in view as plain objects, whose
//! types are those of `www/src/session/types.ts`. What is refused is thrown as `{ kind, … }`, as the page gets it. Any
//! other exception is a trap: the instance must not be used again.

pub mod contents;
mod convert;
mod corrections;
pub mod digest;
mod find;
mod session;
pub mod summary;
mod take;

pub use session::Session;

use wasm_bindgen::prelude::wasm_bindgen;

/// Sees to it that a panic says why before it traps.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
}
