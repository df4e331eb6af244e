//! The page's types of the API, made of the OpenAPI document.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value};

/// The document, which a test holds against the server, and what is made of it.
const DOCUMENT: &str = "www/src/api/openapi.json";
const TYPES: &str = "www/src/api/schema.ts";

/// Writes the types, unless they are what they would be.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let document = fs::read_to_string(root.join(DOCUMENT)).context(DOCUMENT)?;
    let document: Value = serde_json::from_str(&document).context(DOCUMENT)?;
    let types = types(&document)?;
    let path = root.join(TYPES);
    if fs::read_to_string(&path).is_ok_and(|known| known == types) {
        return Ok(());
    }
    Ok(fs::write(path, types)?)
}

fn types(document: &Value) -> anyhow::Result<String> {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.context("the document has no schemas")?;
    let mut out = String::from("// Made of openapi.json: see crates/xtask/src/client.rs.\n");
    for (name, schema) in schemas {
        ensure!(is_plain(name), "{name} can't be the name of a type");
        out.push('\n');
        comment(&mut out, schema, "");
        let _ = writeln!(out, "export type {name} = {};", shape(schema, "")?);
    }
    Ok(out)
}

fn comment(out: &mut String, schema: &Value, indent: &str) {
    if let Some(says) = schema["description"].as_str() {
        let says = says.replace("*/", "* /").replace('\n', " ");
        let _ = writeln!(out, "{indent}/** {says} */");
    }
}

/// A schema as a type.
fn shape(schema: &Value, indent: &str) -> anyhow::Result<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(name.to_owned());
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(literal).collect();
        return Ok(values.join(" | "));
    }
    for (word, sign) in [("allOf", " & "), ("oneOf", " | "), ("anyOf", " | ")] {
        if let Some(parts) = schema[word].as_array() {
            let parts: anyhow::Result<Vec<String>> =
                parts.iter().map(|part| shape(part, indent)).collect();
            return Ok(parts?.join(sign));
        }
    }
    let one = |kind: &Value| of_kind(schema, kind.as_str().unwrap_or_default(), indent);
    match &schema["type"] {
        Value::Array(kinds) => {
            let kinds: anyhow::Result<Vec<String>> = kinds.iter().map(one).collect();
            Ok(kinds?.join(" | "))
        }
        Value::String(_) => one(&schema["type"]),
        _ => Ok("unknown".into()),
    }
}

fn of_kind(schema: &Value, kind: &str, indent: &str) -> anyhow::Result<String> {
    Ok(match kind {
        "integer" | "number" => "number".into(),
        "string" | "boolean" | "null" => kind.into(),
        "array" => {
            let item = shape(&schema["items"], indent)?;
            if item.contains([' ', '\n']) {
                format!("({item})[]")
            } else {
                format!("{item}[]")
            }
        }
        "object" => match (
            schema["properties"].as_object(),
            &schema["additionalProperties"],
        ) {
            (Some(members), _) => object(schema, members, indent)?,
            (None, values @ Value::Object(_)) => {
                format!("Record<string, {}>", shape(values, indent)?)
            }
            (None, _) => "Record<string, unknown>".into(),
        },
        _ => "unknown".into(),
    })
}

fn object(schema: &Value, members: &Map<String, Value>, indent: &str) -> anyhow::Result<String> {
    let inner = format!("{indent}  ");
    let mut out = String::from("{\n");
    for (name, member) in members {
        ensure!(is_plain(name), "{name} can't be the name of a member");
        let required = schema["required"].as_array();
        let required = required.is_some_and(|names| names.iter().any(|one| one == name.as_str()));
        let mark = if required { "" } else { "?" };
        comment(&mut out, member, &inner);
        let _ = writeln!(out, "{inner}{name}{mark}: {};", shape(member, &inner)?);
    }
    if schema["additionalProperties"] == true {
        let _ = writeln!(out, "{inner}[extra: string]: unknown;");
    }
    Ok(out + indent + "}")
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn schemas_become_types() {
        let check = |schema: serde_json::Value, expected: &str| {
            assert_eq!(super::shape(&schema, "").unwrap(), expected);
        };
        check(json!({ "type": "integer", "format": "int64" }), "number");
        check(json!({ "type": ["string", "null"] }), "string | null");
        check(json!({ "type": "string", "enum": ["a", "b"] }), "'a' | 'b'");
        check(json!({ "$ref": "#/components/schemas/Field" }), "Field");
        check(
            json!({ "type": "array", "items": { "type": ["string", "null"] } }),
            "(string | null)[]",
        );
        check(
            json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
            "Record<string, number>",
        );
        check(
            json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/x/Phase" }] }),
            "null | Phase",
        );
        check(
            json!({ "type": "object", "required": ["a"], "properties": {
                "a": { "type": "string", "description": "First." }, "b": { "type": "number" },
            } }),
            "{\n  /** First. */\n  a: string;\n  b?: number;\n}",
        );
        check(json!({}), "unknown");
    }

    #[test]
    fn names_that_are_none_are_refused() {
        let document = json!({ "components": { "schemas": { "a b": {} } } });
        assert!(super::types(&document).is_err());
    }
}
