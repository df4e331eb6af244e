//! Every answer that a test gets is held against the OpenAPI document: a status, a code or a member that is not written
//! there fails the test.

use std::sync::LazyLock;

use muster_server::openapi;
use muster_server::routes::table::{OPERATIONS, Operation};
use serde_json::Value;

use crate::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi::document);

/// An answer that the document names: the operation, the status, and the code of a refusal.
pub type Given = (&'static str, u16, String);

/// The operation at this address; none where the document does not know it.
fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (mut parts, mut wanted) = (path.split('/'), pattern.split('/'));
        loop {
            match (parts.next(), wanted.next()) {
                (None, None) => return true,
                (Some(part), Some(wanted)) if part == wanted => {}
                (Some(part), Some(wanted)) if wanted.starts_with('{') && !part.is_empty() => {}
                _ => return false,
            }
        }
    };
    // The first one that fits answers, whatever its method.
    let found = OPERATIONS.iter().find(|operation| fits(operation.path))?;
    OPERATIONS
        .iter()
        .find(|operation| operation.path == found.path && operation.method == method)
}

/// Fails unless the document says that there may be such an answer; says which one it is.
pub fn check(method: &str, path: &str, answer: &Answer) -> Option<Given> {
    let operation = operation(method, path)?;
    // The demo adds routes; without it their addresses are files of the page, of which there is none.
    if operation.demo && answer.status == 404 {
        return None;
    }
    let name = operation.name;
    let here = format!("{name} answered {}", answer.status);
    let document = &DOCUMENT["paths"][operation.path][method.to_lowercase()];
    let described = &document["responses"][answer.status.to_string()];
    assert!(
        !described.is_null(),
        "{here}, which is not documented: {}",
        String::from_utf8_lossy(&answer.body)
    );
    let media = answer.header("content-type").split(';').next().unwrap();
    let Some(content) = described.get("content") else {
        assert!(answer.body.is_empty(), "{here} with a body");
        return Some((name, answer.status, String::new()));
    };
    let schema = content
        .get(media)
        .unwrap_or_else(|| panic!("{here} as “{media}”: {content}"));
    for (header, rule) in described["headers"].as_object().into_iter().flatten() {
        let value = answer.header(&header.to_lowercase());
        let number: i64 = value.parse().unwrap_or(-1);
        let least = rule["schema"]["minimum"].as_i64().unwrap_or(0);
        assert!(number >= least, "{here}: {header} is “{value}”");
    }
    let mut code = String::new();
    // The document itself has no schema.
    if media.ends_with("json") && schema["schema"] != serde_json::json!({}) {
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        if let Err(wrong) = fits(&schema["schema"], &value, "answer", true) {
            panic!("{here}: {wrong}: {value}");
        }
        if answer.status >= 400 {
            code = value["code"].as_str().unwrap_or_default().to_owned();
        }
    }
    Some((name, answer.status, code))
}

/// Whether a value is of the schema. What the document says in words that are not known here is an error, so that
/// nothing passes because it was not understood. `closed` refuses members that are not written down.
fn fits(schema: &Value, value: &Value, at: &str, closed: bool) -> Result<(), String> {
    let Some(rules) = schema.as_object() else {
        return Err(format!("{at}: no schema: {schema}"));
    };
    for (word, rule) in rules {
        match word.as_str() {
            "description" | "format" | "default" | "title" | "propertyNames" | "uniqueItems" => {}
            "$ref" => {
                let pointer = rule.as_str().unwrap_or_default().trim_start_matches('#');
                let named = DOCUMENT.pointer(pointer);
                let named = named.ok_or_else(|| format!("{at}: {rule} leads nowhere"))?;
                fits(named, value, at, closed)?;
            }
            "allOf" => {
                for part in rule.as_array().into_iter().flatten() {
                    fits(part, value, at, false)?;
                }
            }
            "oneOf" | "anyOf" => {
                let fitting = rule.as_array().into_iter().flatten();
                let fitting = fitting.filter(|part| fits(part, value, at, closed).is_ok());
                let fitting = fitting.count();
                if fitting == 0 || (word == "oneOf" && fitting > 1) {
                    return Err(format!("{at}: {fitting} of the {word} fit"));
                }
            }
            "type" => is_of(rule, value, at)?,
            "enum" => {
                if !rule.as_array().is_some_and(|all| all.contains(value)) {
                    return Err(format!("{at}: {value} is none of {rule}"));
                }
            }
            "minimum" => {
                if value.as_f64() < rule.as_f64() {
                    return Err(format!("{at}: {value} is less than {rule}"));
                }
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(rule, item, &format!("{at}/{n}"), closed)?;
                }
            }
            "required" => {
                for name in rule.as_array().into_iter().flatten() {
                    if value.get(name.as_str().unwrap_or_default()).is_none() {
                        return Err(format!("{at}: {name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    let here = format!("{at}/{name}");
                    match (rule.get(name), rules.get("additionalProperties")) {
                        (Some(rule), _) => fits(rule, member, &here, closed)?,
                        (None, Some(Value::Bool(false))) => return Err(format!("{here} is extra")),
                        (None, Some(_)) => {}
                        (None, None) if closed => return Err(format!("{here} is not documented")),
                        (None, None) => {}
                    }
                }
            }
            "additionalProperties" => {
                let known = rules.get("properties");
                for (name, member) in value.as_object().into_iter().flatten() {
                    let listed = known.is_some_and(|known| known.get(name).is_some());
                    if rule.is_object() && !listed {
                        fits(rule, member, &format!("{at}/{name}"), closed)?;
                    }
                }
            }
            other => return Err(format!("{at}: the word {other} is not known")),
        }
    }
    Ok(())
}

fn is_of(kind: &Value, value: &Value, at: &str) -> Result<(), String> {
    let one = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let right = match kind {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(one),
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(format!("{at}: {value} is no {kind}"))
    }
}
