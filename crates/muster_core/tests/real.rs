//! Exports as people have them (see the README beside them), through the example's own door, whole and byte by byte.

#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../examples/plan.rs"]
#[expect(dead_code, reason = "only the door is used")]
mod plan;

/// What the example prints for a file, its import and its contacts.
fn verdicts(file: &Path, options: &[&str]) -> String {
    let contacts = file.with_extension("contacts.json");
    let mut words: Vec<String> = [file.with_extension("import.json"), file.to_owned()]
        .into_iter()
        .chain(contacts.exists().then_some(contacts))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    words.extend(options.iter().map(|&option| option.to_owned()));
    let mut out = Vec::new();
    plan::run(words.into_iter(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn exports_come_out_as_checked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real");
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    assert_eq!(files.len(), 7);
    for file in files {
        let expected = fs::read_to_string(file.with_extension("expected.jsonl")).unwrap();
        let name = file.display();
        for options in [&[][..], &["--chunk", "1"], &["--chunk", "7"]] {
            let found = verdicts(&file, options);
            for (found, expected) in found.lines().zip(expected.lines()) {
                assert_eq!(found, expected, "{name} {options:?}");
            }
            assert_eq!(found.len(), expected.len(), "{name} {options:?}");
        }
    }
}
