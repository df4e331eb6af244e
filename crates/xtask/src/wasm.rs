//! The core as a WebAssembly module for the page, and beside it the one for old encodings: compiled, given their
//! JavaScript, optimised.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::run::quiet;

/// Where the modules go, below the root.
const OUTPUT: &str = "www/src/wasm";
/// The core, which every file needs, and what only files in old encodings do.
const MODULES: [&str; 2] = ["muster_wasm", "muster_legacy"];

/// Builds the modules into `www/src/wasm`, unless what is there was made of the same, and says what new ones weigh.
/// With `debug` they are built fast, keep their names, and their weight says nothing.
pub(crate) fn build(root: &Path, debug: bool) -> Result<Option<String>> {
    let profile = if debug { "dev" } else { "wasm" };
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args([
        "build",
        "--quiet",
        "--lib",
        "--target=wasm32-unknown-unknown",
        "--profile",
        profile,
    ]);
    for module in MODULES {
        cargo.args(["--package", module]);
    }
    quiet(&mut cargo)?;
    let folder = if debug { "debug" } else { "wasm" };
    let compiled = target_directory(root)
        .join("wasm32-unknown-unknown")
        .join(folder);
    let mut weights = Vec::new();
    for module in MODULES {
        let compiled = compiled.join(module).with_extension("wasm");
        let weight = finish(root, module, &compiled, debug)?;
        weights.extend(weight.map(|weight| format!("{module} {weight}")));
    }
    Ok((!weights.is_empty()).then(|| weights.join("; ")))
}

/// The bytes of the main module as the page loads it, or the same but for the names of its functions. What the page is
/// built with stays as it is.
pub(crate) fn released(root: &Path, names: bool) -> Result<Vec<u8>> {
    let module = MODULES[0];
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args([
        "build",
        "--quiet",
        "--lib",
        "--target=wasm32-unknown-unknown",
        "--profile=wasm",
        "--package",
        module,
    ]);
    quiet(&mut cargo)?;
    let folder = root.join("target/size");
    let compiled = target_directory(root)
        .join("wasm32-unknown-unknown/wasm")
        .join(module)
        .with_extension("wasm");
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .remove_name_section(!names)
        .generate(&folder)
        .context("the JavaScript of the module could not be written")?;
    let made = folder.join(format!("{module}_bg.wasm"));
    let more: &[&str] = if names { &["--debuginfo"] } else { &[] };
    optimise(root, &made, more)?;
    Ok(std::fs::read(made)?)
}

/// Makes of a compiled module what the page loads.
fn finish(root: &Path, module: &str, compiled: &Path, debug: bool) -> Result<Option<String>> {
    let output = root.join(OUTPUT);
    let stamp = output.join(format!(".{module}.made-of"));
    let made_of = fingerprint(compiled, debug)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|old| old == made_of) {
        return Ok(None);
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .web(true)?
        .typescript(true)
        // Without the default path no bundler ships the module, and none says so.
        .omit_default_module_path(false)
        .keep_debug(debug)
        .remove_name_section(!debug)
        .generate(&output)
        .context("the JavaScript of the module could not be written")?;
    let made = output.join(format!("{module}_bg.wasm"));
    if !debug {
        optimise(root, &made, &[])?;
    }
    std::fs::write(&stamp, made_of)?;
    if debug {
        return Ok(None);
    }
    weigh(&made).map(Some)
}

/// Runs binaryen over the module. It is told of no features: it finds them in the module, and `--all-features` makes
/// one that browsers refuse.
fn optimise(root: &Path, module: &Path, more: &[&str]) -> Result<()> {
    let tool = root.join("www/node_modules/binaryen/bin/wasm-opt");
    ensure!(
        tool.exists(),
        "wasm-opt is missing: run `npm ci` in www once"
    );
    quiet(
        Command::new("node")
            .arg(tool)
            .arg("-O3")
            // Cutting the tables where they hold zeros saves bytes on the disk and costs more of them packed.
            .arg("--skip-pass=memory-packing")
            .args(more)
            .arg(module)
            .arg("-o")
            .arg(module),
    )
    .map(drop)
}

/// What the module weighs on the disk and on the way.
fn weigh(module: &Path) -> Result<String> {
    const SCRIPT: &str = "const bytes = require('fs').readFileSync(process.argv[1]);\
        const packed = require('zlib').brotliCompressSync(bytes);\
        console.log(`${(bytes.length / 1000).toFixed(0)} kB, ${(packed.length / 1000).toFixed(0)} kB as brotli`);";
    let text = quiet(Command::new("node").args(["-e", SCRIPT]).arg(module))?;
    Ok(text.trim().to_owned())
}

fn fingerprint(compiled: &Path, debug: bool) -> Result<String> {
    let bytes = std::fs::read(compiled)
        .with_context(|| format!("{} was not compiled", compiled.display()))?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Ok(format!("{:016x} debug={debug}\n", hasher.finish()))
}

fn target_directory(root: &Path) -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into)
}
