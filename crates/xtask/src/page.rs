//! The page: the module and what Vite makes of `www`.

use std::path::Path;

use anyhow::ensure;

use crate::run::{quiet, step};
use crate::stamp::Stamp;
use crate::{client, tools, wasm};

/// Builds `www/dist` unless it was made of the same sources.
pub(crate) fn build(root: &Path, debug: bool) -> anyhow::Result<()> {
    tools::wasm_target()?;
    tools::node_packages(root, "www")?;
    if let Some(weights) = step("building the modules", || wasm::build(root, debug))? {
        eprintln!("the modules weigh: {weights}");
    }

    client::write(root)?;
    let www = root.join("www");
    let sources = [
        "src",
        "public",
        "index.html",
        "vite.config.ts",
        "package-lock.json",
        "tsconfig.json",
    ]
    .map(|name| www.join(name));
    let stamp = Stamp::new(root.join("target/page.made-of"), &sources)?;
    if stamp.is_fresh() && www.join("dist/index.html").exists() {
        return Ok(());
    }
    step("building the page", || {
        quiet(tools::node_program(&www, "vite").arg("build"))?;
        let assets = std::fs::read_dir(www.join("dist/assets"))?;
        let names = assets.filter_map(|entry| Some(entry.ok()?.file_name()));
        let modules = names.filter(|name| name.to_string_lossy().ends_with(".wasm"));
        // A wrong option of the bundler or of wasm-bindgen leaves a module out without a word.
        ensure!(modules.count() == 2, "the page was built without a module");
        stamp.write()
    })
}
