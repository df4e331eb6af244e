//! Through a server that somebody installed: `cargo xtask dist --try` does, and runs this.

use muster_tests::{App, Data, Import, claims, sign};
use serde_json::json;

#[test]
#[ignore = "needs an installed server: cargo xtask dist --try"]
fn an_installed_server_imports() {
    let told = |name: &str| std::env::var(name).unwrap_or_default();
    let app = App::running(told("MUSTER_INSTALLED"), Data::new());
    let token = sign(&claims("acme", "owner"), &told("MUSTER_INSTALLED_SECRET"));
    let ended = super::import(&app, &token, "add", &super::people(10_001));
    assert_eq!(ended.counts(), [10_001, 0, 0, 0, 0]);
    assert_eq!(Import::results(&app, &token, &ended).len(), 10_001);
    let undone = super::undo(&app, &token, &ended.0["id"], &json!({}));
    assert_eq!(undone["deleted"], 10_001);
}
