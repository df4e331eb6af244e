//! `/fields` and `/tags`: what contacts of the workspace can hold.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::field::{Field, FieldType, Rule, is_standard};
use muster_core::limits::Limits;
use muster_core::value::{fold, is_option, tags};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{json, path_id};
use crate::auth::Member;
use crate::body;
use crate::db::models::field::{self, MOST, is_key};
use crate::db::models::tag;
use crate::db::{Connection, WorkspaceId, write_tx};
use crate::error::{Code, Error};
use crate::jobs::changes;
use crate::state::State;

/// A new custom field.
#[derive(Deserialize, ToSchema)]
#[schema(as = FieldNew)]
#[serde(deny_unknown_fields)]
pub struct New {
    key: String,
    name: String,
    #[serde(rename = "type")]
    kind: FieldType,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    rule: Rule,
}

/// What is to become of a field; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = FieldChange)]
#[serde(deny_unknown_fields)]
pub struct Change {
    name: Option<String>,
    options: Option<Vec<String>>,
    rule: Option<Rule>,
}

/// What a tag is to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChange {
    name: String,
}

/// `POST /fields`
pub async fn create(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let new: New = body::json(&request, payload).await?;
    let workspace = person.workspace.id;
    let field = Field {
        key: new.key,
        name: new.name,
        kind: new.kind,
        options: new.options,
        rule: new.rule,
    };
    check(&field, &state.config.limits)?;
    let created = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let fields = field::list(connection, workspace)?;
            if fields.iter().any(|known| known.key == field.key) {
                return Err(Code::FieldExists.into());
            }
            if fields.len() >= MOST {
                return Err(invalid("There are as many fields as there may be."));
            }
            field::create(connection, workspace, &field)?;
            Ok::<_, Error>(field)
        })
    });
    Ok(json(HttpResponse::Created(), &created.await?))
}

/// `PATCH /fields/{key}`
pub async fn change(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let change: Change = body::json(&request, payload).await?;
    let (key, workspace, limits) = (path.into_inner(), person.workspace.id, state.config.limits);
    let changed = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let mut field = find(connection, workspace, &key)?;
            if is_standard(&field.key) && (change.name.is_some() || change.options.is_some()) {
                return Err(invalid("Of a standard field only the rule can be changed."));
            }
            let options = change.options.unwrap_or_else(|| field.options.clone());
            let gone = field.options.iter().filter(|old| !options.contains(old));
            for option in gone {
                if field::is_used(connection, workspace, &key, Some(option))? {
                    return Err(Error::from(Code::InUse).with("option", option.as_str()));
                }
            }
            field.options = options;
            field.name = change.name.unwrap_or(field.name);
            field.rule = change.rule.unwrap_or(field.rule);
            if !is_standard(&field.key) {
                check(&field, &limits)?;
            }
            field::update(connection, workspace, &field)?;
            Ok::<_, Error>(field)
        })
    });
    Ok(json(HttpResponse::Ok(), &changed.await?))
}

/// `DELETE /fields/{key}`
pub async fn delete(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (key, workspace) = (path.into_inner(), person.workspace.id);
    let deleted = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let field = find(connection, workspace, &key)?;
            if is_standard(&field.key) || field::is_used(connection, workspace, &key, None)? {
                return Err(Code::InUse.into());
            }
            Ok::<_, Error>(field::delete(connection, workspace, &key)?)
        })
    });
    deleted.await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

/// `PATCH /tags/{id}`
pub async fn rename_tag(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let change: TagChange = body::json(&request, payload).await?;
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    if !tags::is_name(&change.name, state.config.limits.name_chars) {
        return Err(invalid(
            "A tag's name has no comma, no semicolon, and no blanks around.",
        ));
    }
    let renamed = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let folded = fold(&change.name);
            let all = tag::list(connection, workspace)?;
            let before = all.iter().find(|tag| tag.id == id).ok_or(Code::NotFound)?;
            if all
                .iter()
                .any(|tag| tag.id != id && fold(&tag.name) == folded)
            {
                return Err(Code::FieldExists.into());
            }
            tag::rename(connection, workspace, id, &change.name)?;
            if before.name != change.name {
                let renamed = changes::Change::renamed(&before.name, &change.name);
                changes::note_edit(connection, workspace, &renamed)?;
            }
            Ok::<_, Error>(())
        })
    });
    renamed.await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

/// `DELETE /tags/{id}`
pub async fn delete_tag(
    state: web::Data<State>,
    Member(person): Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let (id, workspace) = (path_id(&path)?, person.workspace.id);
    let deleted = state.db.run(move |connection| {
        write_tx(connection, workspace, |connection| {
            let all = tag::list(connection, workspace)?;
            let found = all.iter().find(|tag| tag.id == id).ok_or(Code::NotFound)?;
            let awaited = crate::jobs::undo::awaited_tags(connection, workspace)?;
            let awaits = awaited.is_none_or(|awaited| awaited.contains(&fold(&found.name)));
            if awaits || tag::counts(connection, workspace)?.contains_key(&id) {
                return Err(Code::InUse.into());
            }
            Ok::<_, Error>(tag::delete(connection, workspace, id)?)
        })
    });
    deleted.await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

fn find(connection: &mut Connection, workspace: WorkspaceId, key: &str) -> Result<Field, Error> {
    let fields = field::list(connection, workspace)?;
    let found = fields.into_iter().find(|field| field.key == key);
    found.ok_or_else(|| Code::NotFound.into())
}

/// Whether a custom field can be so.
pub(super) fn check(field: &Field, limits: &Limits) -> Result<(), Error> {
    use FieldType::{Checkbox, Date, Email, List, Number, Text, Time, Url};
    if !is_key(&field.key) || is_standard(&field.key) {
        return Err(invalid(
            "A field's key has 1 to 64 small letters, digits and low lines, and begins with a letter.",
        ));
    }
    if !is_option(&field.name, limits.name_chars) {
        return Err(invalid(
            "A field's name has 1 to 255 characters, and no blanks around.",
        ));
    }
    if !matches!(
        field.kind,
        Text | List | Checkbox | Email | Number | Url | Date | Time
    ) {
        return Err(invalid("Only standard fields are of this type."));
    }
    if field.kind != List && !field.options.is_empty() {
        return Err(invalid("Only a list has options."));
    }
    let mut known: Vec<String> = Vec::with_capacity(field.options.len());
    for option in &field.options {
        let folded = fold(option);
        if !is_option(option, limits.name_chars) || known.contains(&folded) {
            return Err(invalid(
                "An option has 1 to 255 characters, and is there once.",
            ));
        }
        known.push(folded);
    }
    Ok(())
}

fn invalid(sentence: &str) -> Error {
    Error::new(Code::FieldInvalid, sentence)
}
