//! The document of the API. A change of it is a change that others see, so it shows in a review: the page's types are
//! made of the file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use muster_server::openapi;
use muster_server::routes::table::OPERATIONS;
use muster_tests::App;
use serde_json::Value;

/// The document as it was last agreed to.
fn agreed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/src/api/openapi.json")
}

#[test]
fn is_the_one_that_was_agreed_to() {
    let app = App::start();
    let answer = app.send("GET", "/openapi.json", &[], b"");
    assert_eq!(answer.header("content-type"), "application/json");
    let served = answer.text();
    if std::env::var_os("MUSTER_AGREE").is_some() {
        std::fs::write(agreed(), served).unwrap();
    }
    let agreed = std::fs::read_to_string(agreed()).unwrap_or_default();
    assert!(
        served == agreed,
        "the API has changed: look at it, then run the test again with MUSTER_AGREE=1 and commit www/src/api/openapi.json"
    );
}

/// Every reference in it.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn is_whole() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in &found {
        let named = document.pointer(reference.trim_start_matches('#'));
        assert!(named.is_some(), "{reference} leads nowhere");
    }
    // Nothing is described that nobody sends.
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(reference.as_str()), "{name}");
    }
    let mut names = BTreeSet::new();
    for operation in OPERATIONS {
        assert!(
            names.insert(operation.name),
            "two are called {}",
            operation.name
        );
        assert!(!operation.gives.is_empty(), "{}", operation.name);
        let item = &document["paths"][operation.path][operation.method.to_lowercase()];
        assert_eq!(item["operationId"], operation.name);
    }
}
