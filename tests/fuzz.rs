//! The inputs that fuzzing found, checked again: `tests/fixtures/fuzz` holds them by target, with what each is.

#![expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "a test ends where something is wrong"
)]

use std::fs;
use std::path::Path;

#[path = "fuzz/src/lib.rs"]
mod targets;

#[test]
fn inputs_that_were_found_are_read_well() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    let mut seen = 0;
    for (name, check) in targets::CHECKS {
        let Ok(inputs) = fs::read_dir(root.join(name)) else {
            continue;
        };
        for input in inputs {
            let path = input.unwrap().path();
            check(&fs::read(&path).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 0);
}
