//! Cases through the module, in Node.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Run;

/// What the module says of every run.
pub(crate) fn run(runs: &[Run]) -> Vec<Vec<String>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../www/src/wasm");
    assert!(
        folder.join("muster_wasm.js").exists(),
        "The module isn't built: `cargo xtask test parity` builds it first."
    );
    let mut node = Command::new("node")
        .arg(here.join("parity/module.mjs"))
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the module runs in Node: install Node 20 or newer");
    let mut input = node.stdin.take().unwrap();
    let runs = serde_json::to_vec(runs).unwrap();
    // Node reads everything before it answers, so neither waits for the other.
    input.write_all(&runs).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "the module's runner failed, see above"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
