//! `POST /contacts/match` and `POST /contacts/values`: which contacts have these fingerprints, and what they hold.

use std::collections::HashMap;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::identity::fields_hash;
use muster_core::wire::{
    Bounds, ContactValues, MatchAnswer, MatchRequest, MatchedContact, ValuesAnswer, ValuesRequest,
    WireError,
};

use crate::auth::Member;
use crate::body;
use crate::db::dialect::{PrintColumn, find_by_prints, tags_of};
use crate::db::models::audit::{self, Action};
use crate::db::models::contact::{self, Contact};
use crate::db::models::{field, tag};
use crate::db::{Connection, DbError, WorkspaceId, read_tx, signed, write_tx};
use crate::error::{Code, Error};
use crate::state::State;

/// Fingerprints in one request.
const PRINTS: usize = 50_000;
/// Ids in one request.
const IDS: usize = 10_000;
/// Bytes of a request: fingerprints take 8 each, the rest is names of fields.
const BYTES: usize = 1 << 20;
/// Contacts that are named for one fingerprint: more than ten are not told apart.
const COPIES: usize = 11;

/// Finds contacts by fingerprints.
pub async fn find(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let bytes = body::read(&request, payload, BYTES).await?;
    let asked = MatchRequest::decode(&bytes, bounds(PRINTS)).map_err(unreadable)?;
    let id = person.workspace.id;
    let most = state.config.max_matches_a_day;
    let answer = state
        .db
        .run(move |connection| {
            let prints: usize = asked.prints.iter().map(Vec::len).sum();
            write_tx(connection, |connection| {
                count_prints(connection, id, &person.id, prints, most)
            })?;
            read_tx(connection, |connection| found(connection, id, &asked))
        })
        .await?;
    tracing::info!(contacts = answer.contacts.len(), "looked up");
    Ok(binary(answer.encode()))
}

/// Gives what contacts hold.
pub async fn values(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let bytes = body::read(&request, payload, BYTES).await?;
    let asked = ValuesRequest::decode(&bytes, bounds(IDS)).map_err(unreadable)?;
    let id = person.workspace.id;
    let answer = state
        .db
        .run(move |connection| {
            let ids = i64::try_from(asked.ids.len()).unwrap_or(i64::MAX);
            write_tx(connection, |connection| {
                audit::note(connection, id, &person.id, Action::Values, None, ids)
                    .map_err(DbError::from)
            })?;
            read_tx(connection, |connection| held(connection, id, &asked))
        })
        .await?;
    tracing::info!(contacts = answer.contacts.len(), "read");
    Ok(binary(answer.encode()))
}

/// Notes who asks for how many, within what the workspace may ask for in a day: so nobody tries all numbers there are.
fn count_prints(
    connection: &mut Connection,
    workspace: WorkspaceId,
    who: &str,
    prints: usize,
    most: u64,
) -> Result<(), Error> {
    let prints = i64::try_from(prints).unwrap_or(i64::MAX);
    audit::note(connection, workspace, who, Action::Match, None, prints)?;
    let asked = audit::today(connection, workspace, Action::Match)?;
    if asked > i64::try_from(most).unwrap_or(i64::MAX) {
        let wait = Duration::from_secs(audit::seconds_left_today());
        return Err(Error::from(Code::LookupsUsedUp).retry_after(wait));
    }
    Ok(())
}

fn bounds(items: usize) -> Bounds {
    Bounds {
        bytes: BYTES,
        items,
    }
}

fn unreadable(error: WireError) -> Error {
    match error {
        WireError::Version(_) => Code::ClientOutdated.into(),
        WireError::TooLarge => Code::TooLarge.into(),
        error => Error::new(
            Code::BadRequest,
            format!("The request can't be read: {error}."),
        ),
    }
}

fn binary(bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .content_type("application/octet-stream")
        .body(bytes)
}

fn found(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &MatchRequest,
) -> Result<MatchAnswer, Error> {
    check_fields(connection, workspace, &asked.fields)?;
    let mut by_kind: [Vec<(u32, i64)>; 3] = Default::default();
    let columns = [PrintColumn::Id, PrintColumn::Phone, PrintColumn::Email];
    for ((list, prints), column) in by_kind.iter_mut().zip(&asked.prints).zip(columns) {
        if prints.is_empty() {
            continue;
        }
        let prints: Vec<i64> = prints.iter().map(|&print| signed(print)).collect();
        let mut copies = (u32::MAX, 0);
        for found in find_by_prints(connection, workspace, column, &prints)? {
            let position = u32::try_from(found.position).unwrap_or(u32::MAX);
            copies = (
                position,
                if copies.0 == position {
                    copies.1 + 1
                } else {
                    1
                },
            );
            if copies.1 <= COPIES {
                list.push((position, found.id));
            }
        }
    }
    let mut ids: Vec<i64> = by_kind.iter().flatten().map(|&(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut hash_key = [0; 16];
    getrandom::fill(&mut hash_key).map_err(Error::internal)?;
    let contacts = contact::load(connection, workspace, &ids)?;
    let sets = TagSets::load(connection, workspace, &ids)?;
    let mut answer = MatchAnswer {
        hash_key,
        contacts: Vec::with_capacity(contacts.len()),
        ..MatchAnswer::default()
    };
    for contact in &contacts {
        let values = values_of(contact, &asked.fields)?;
        answer.contacts.push(MatchedContact {
            id: contact.id.cast_unsigned(),
            version: contact.version.cast_unsigned(),
            tag_set: sets.of(contact.id),
            hash: fields_hash(&hash_key, values.iter().map(String::as_str)),
        });
    }
    for (list, found) in by_kind.iter().zip(&mut answer.found) {
        *found = list
            .iter()
            .filter_map(|&(position, id)| {
                let place = contacts
                    .binary_search_by_key(&id, |contact| contact.id)
                    .ok()?;
                Some((position, u32::try_from(place).ok()?))
            })
            .collect();
    }
    (answer.tags, answer.tag_sets) = (sets.tags, sets.sets);
    Ok(answer)
}

fn held(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &ValuesRequest,
) -> Result<ValuesAnswer, Error> {
    check_fields(connection, workspace, &asked.fields)?;
    let ids: Vec<i64> = asked
        .ids
        .iter()
        .filter_map(|&id| i64::try_from(id).ok())
        .collect();
    let sets = TagSets::load(connection, workspace, &ids)?;
    let contacts = contact::load(connection, workspace, &ids)?
        .iter()
        .map(|contact| {
            Ok(ContactValues {
                id: contact.id.cast_unsigned(),
                version: contact.version.cast_unsigned(),
                tag_set: sets.of(contact.id),
                values: values_of(contact, &asked.fields)?,
            })
        })
        .collect::<Result<_, DbError>>()?;
    Ok(ValuesAnswer {
        tags: sets.tags,
        tag_sets: sets.sets,
        contacts,
    })
}

/// Only fields that hold values can be asked for.
fn check_fields(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &[String],
) -> Result<(), Error> {
    use muster_core::field::FieldType::{ContactId, Tags};
    let fields = field::list(connection, workspace)?;
    let known = |key: &String| {
        fields
            .iter()
            .any(|field| field.key == *key && !matches!(field.kind, Tags | ContactId))
    };
    if asked.iter().all(known) {
        Ok(())
    } else {
        Err(Code::FieldsChanged.into())
    }
}

fn values_of(contact: &Contact, fields: &[String]) -> Result<Vec<String>, DbError> {
    let custom = if contact.custom == "{}" {
        None
    } else {
        Some(contact.custom_values()?)
    };
    fields
        .iter()
        .map(|field| {
            let own = custom.as_ref().and_then(|custom| custom.get(field));
            Ok(match own {
                Some(value) => value.clone(),
                None if muster_core::field::is_standard(field) => {
                    contact.value(field)?.into_owned()
                }
                None => String::new(),
            })
        })
        .collect()
}

/// The distinct tag sets of some contacts.
struct TagSets {
    tags: Vec<String>,
    sets: Vec<Vec<u32>>,
    by_contact: HashMap<i64, u32>,
    none: u32,
}

impl TagSets {
    fn load(
        connection: &mut Connection,
        workspace: WorkspaceId,
        ids: &[i64],
    ) -> Result<Self, DbError> {
        let all = tag::list(connection, workspace)?;
        let given = tags_of(connection, workspace, ids)?;
        let mut sets: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut by_contact = HashMap::with_capacity(ids.len());
        for of_one in given.chunk_by(|one, next| one.contact_id == next.contact_id) {
            let mut set: Vec<u32> = of_one
                .iter()
                .filter_map(|given| {
                    let place = all.binary_search_by_key(&given.tag_id, |tag| tag.id).ok()?;
                    u32::try_from(place).ok()
                })
                .collect();
            set.sort_unstable();
            let next = u32::try_from(sets.len()).unwrap_or(u32::MAX);
            by_contact.insert(of_one[0].contact_id, *sets.entry(set).or_insert(next));
        }
        let next = u32::try_from(sets.len()).unwrap_or(u32::MAX);
        let none = *sets.entry(Vec::new()).or_insert(next);
        let mut in_order: Vec<(Vec<u32>, u32)> = sets.into_iter().collect();
        in_order.sort_unstable_by_key(|(_, number)| *number);
        Ok(Self {
            tags: all.into_iter().map(|tag| tag.name).collect(),
            sets: in_order.into_iter().map(|(set, _)| set).collect(),
            by_contact,
            none,
        })
    }

    fn of(&self, contact: i64) -> u32 {
        self.by_contact.get(&contact).copied().unwrap_or(self.none)
    }
}
