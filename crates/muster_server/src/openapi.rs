//! The API described for programs, as OpenAPI 3.1: the [table of routes](crate::routes::table) and the types that its
//! handlers read and write.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Code, Problem};
use crate::routes::table::{OPERATIONS, Operation, Parameter, Who};

/// What a request or an answer carries.
#[derive(Clone, Copy)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A line for people.
    Text,
    /// Comma-separated values.
    Csv,
    /// Muster's own format, which the page's module reads and writes.
    Binary,
    /// Something of another format.
    Other(&'static str),
    /// JSON of this type.
    Json(fn() -> Shape),
}

/// A type's name, its schema, and those that it refers to.
pub struct Shape {
    name: String,
    all: Vec<(String, RefOr<Schema>)>,
}

/// A body of this type as JSON.
pub const fn json<T: ToSchema>() -> Body {
    Body::Json(shape::<T>)
}

fn shape<T: ToSchema>() -> Shape {
    let mut all = Vec::new();
    T::schemas(&mut all);
    all.push((T::name().into(), <T as PartialSchema>::schema()));
    Shape {
        name: T::name().into(),
        all,
    }
}

impl Body {
    /// The media type.
    pub const fn media(self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::Text => Some("text/plain"),
            Self::Csv => Some("text/csv"),
            Self::Binary => Some("application/octet-stream"),
            Self::Other(media) => Some(media),
            Self::Json(_) => Some("application/json"),
        }
    }

    fn content(self, schemas: &mut Schemas, way: Way) -> Option<Value> {
        let schema = match self {
            Self::Json(shape) => schemas.refer(shape(), way),
            Self::Text | Self::Csv => json!({ "type": "string" }),
            _ => json!({}),
        };
        Some(json!({ self.media()?: { "schema": schema } }))
    }
}

/// Which way a body goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// The types that were referred to, by name, and whether requests have them.
#[derive(Default)]
struct Schemas(BTreeMap<String, (Value, bool)>);

impl Schemas {
    fn refer(&mut self, shape: Shape, way: Way) -> Value {
        for (name, schema) in shape.all {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            let known = self.0.entry(name).or_insert((schema, false));
            known.1 |= way == Way::In;
        }
        json!({ "$ref": format!("#/components/schemas/{}", shape.name) })
    }

    /// What requests may leave out, answers have: null where there is nothing.
    fn finish(self) -> Map<String, Value> {
        let whole = |(name, (mut schema, asked)): (String, (Value, bool))| {
            if !asked {
                require_all(&mut schema);
            }
            (name, schema)
        };
        self.0.into_iter().map(whole).collect()
    }
}

fn require_all(schema: &mut Value) {
    if let Some(members) = schema["properties"].as_object() {
        schema["required"] = members.keys().map(String::as_str).collect();
    }
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(require_all);
    }
}

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = describe(operation, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "description": "Checks, applies and remembers contact imports.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas.finish(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
        },
    })
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.split_once('}'))
        .map(|(name, _)| {
            json!({
                "name": name, "in": "path", "required": true,
                "schema": { "type": if matches!(name, "key" | "signature") { "string" } else { "integer" } },
            })
        })
        .collect();
    parameters.extend(operation.parameters.iter().map(parameter));
    let mut answers: Map<String, Value> = Map::new();
    for &(status, body) in operation.gives {
        let mut answer = json!({ "description": "Done." });
        if let Some(content) = body.content(schemas, Way::Out) {
            answer["content"] = content;
        }
        answers.insert(status.to_string(), answer);
    }
    let refusals = operation.refusals();
    for same in refusals.chunk_by(|one, next| one.status() == next.status()) {
        answers.insert(same[0].status().to_string(), refusal(same, schemas));
    }
    let mut described = json!({
        "operationId": operation.name,
        "summary": operation.does,
        "tags": [tag(operation)],
        "parameters": parameters,
        "responses": answers,
        "security": match operation.who {
            Who::Anybody => json!([]),
            Who::Person | Who::Member => json!([{ "token": [] }]),
        },
    });
    if let Some(content) = operation
        .takes
        .and_then(|body| body.content(schemas, Way::In))
    {
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

/// What stands first in the address.
fn tag(operation: &Operation) -> &'static str {
    let path = operation.path;
    let inside = path.strip_prefix("/api/v1/");
    let first = |path: &'static str| path.split('/').next().unwrap_or_default();
    inside.map_or("operations", first)
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.says,
        "schema": { "type": parameter.kind },
    })
}

/// The refusals with one status: their codes, and the header that tells when to come again.
fn refusal(codes: &[Code], schemas: &mut Schemas) -> Value {
    let lines = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.slug(), code.title()));
    let problem = schemas.refer(shape::<Problem>(), Way::Out);
    let slugs: Vec<&str> = codes.iter().map(|code| code.slug()).collect();
    let mut answer = json!({
        "description": lines.collect::<Vec<_>>().join("\n\n"),
        "content": { "application/problem+json": { "schema": {
            "allOf": [problem, { "properties": { "code": { "enum": slugs } } }],
        } } },
    });
    if codes.iter().all(|code| code.tells_when()) {
        answer["headers"] = json!({ "Retry-After": {
            "description": "Seconds until it may be tried again.",
            "required": true,
            "schema": { "type": "integer", "minimum": 1 },
        } });
    }
    answer
}

static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));

/// `GET /openapi.json`
pub async fn serve() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("application/json")
        .body(TEXT.as_str())
}
