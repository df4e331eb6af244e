//! `POST /contacts/match` and `POST /contacts/values`: who has these fingerprints, and what they hold.

mod tag_sets;
mod values;

use std::borrow::Cow;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use muster_core::field::Identifier;
use muster_core::identity::{Key, fields_hash};
use muster_core::wire::{
    Asked, Bounds, CompareAnswer, CompareRequest, Compared, Equal, Holder, LOOKUP_ITEMS, Lookup,
    MatchAnswer, MatchRequest, Texts, ValuesAnswer, ValuesRequest, WireError,
};

use crate::auth::Member;
use crate::body;
use crate::db::dialect::{PrintColumn, find_by_prefixes, find_by_prints, versions_of};
use crate::db::models::audit::{self, Action};
use crate::db::models::contact::{self, Contact};
use crate::db::models::field;
use crate::db::{Connection, DbError, WorkspaceId, read_tx, unsigned, write_tx};
use crate::error::{Code, Error};
use crate::state::State;

use tag_sets::TagSets;
use values::Values;

/// Ids in one request.
const IDS: usize = 10_000;
/// Bytes of a request: fingerprints take 4 each at most, the rest is names of fields.
const BYTES: usize = 1 << 20;
/// Contacts that are named for one prefix of fingerprints: more than ten of one fingerprint are not told apart.
const COPIES: usize = 11;
/// Contacts that are held in memory together.
const TOGETHER: usize = 5_000;

/// Finds contacts by fingerprints.
pub async fn find(
    state: web::Data<State>,
    Member(person): Member,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let bytes = body::read(&request, payload, BYTES).await?;
    let asked = Lookup::decode(&bytes, bounds(LOOKUP_ITEMS)).map_err(unreadable)?;
    let id = person.workspace.id;
    let most = state.config.max_matches_a_day;
    let answer = state
        .db
        .run(move |connection| {
            write_tx(connection, None, |connection| {
                count_prints(connection, id, &person.id, asked.prints(), most)
            })?;
            read_tx(connection, |connection| match &asked {
                Lookup::Compare(asked) => Ok(compared(connection, id, asked)?.encode()),
                Lookup::Match(asked) => Ok::<_, Error>(found(connection, id, asked)?.encode()),
            })
        })
        .await?;
    tracing::info!(bytes = answer.len(), "looked up");
    Ok(binary(answer))
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
            write_tx(connection, None, |connection| {
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

const KINDS: [(Identifier, PrintColumn); 3] = [
    (Identifier::ContactId, PrintColumn::Id),
    (Identifier::Phone, PrintColumn::Phone),
    (Identifier::Email, PrintColumn::Email),
];

/// Whether contacts are as rows say.
fn compared(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &CompareRequest,
) -> Result<CompareAnswer, Error> {
    check_fields(connection, workspace, &asked.fields)?;
    let mut hash_key = [0; 16];
    getrandom::fill(&mut hash_key).map_err(Error::internal)?;
    let mut answer = CompareAnswer {
        hash_key,
        ..CompareAnswer::default()
    };
    let mut sets = TagSets::new(connection, workspace)?;
    for ((kind, column), (all, compared)) in KINDS
        .into_iter()
        .zip(asked.asked.iter().zip(&mut answer.found))
    {
        compared.resize(all.len(), Compared::Nobody);
        let prefixes: Vec<u32> = all.iter().map(|asked| asked.prefix).collect();
        let found = find_by_prefixes(connection, workspace, column, &prefixes, COPIES)?;
        let mut ones: Vec<(usize, i64)> = Vec::with_capacity(found.len());
        for of_one in found.chunk_by(|one, next| one.position == next.position) {
            let position = of_one[0].position;
            compared[position] = Compared::Unclear;
            if let [one] = of_one {
                ones.push((position, one.id));
            }
        }
        drop(found);
        // Those that are stored side by side are read together.
        ones.sort_unstable_by_key(|&(_, id)| id);
        let comparing = Comparing {
            workspace,
            hash_key,
            kind,
            asked,
            all,
        };
        let mut others = Others::default();
        for part in ones.chunks(TOGETHER) {
            comparing.add(connection, part, &mut sets, compared, &mut others)?;
        }
        for position in others.shared(connection, workspace)? {
            compared[position] = Compared::Unclear;
        }
    }
    (answer.tags, answer.tag_sets) = sets.finish();
    Ok(answer)
}

/// Contacts of one kind of fingerprint that are compared with rows.
struct Comparing<'a> {
    workspace: WorkspaceId,
    hash_key: Key,
    kind: Identifier,
    asked: &'a CompareRequest,
    /// The asked fingerprints of the kind.
    all: &'a [Asked],
}

impl Comparing<'_> {
    /// Compares some contacts: positions of fingerprints and ids, ascending.
    fn add(
        &self,
        connection: &mut Connection,
        ones: &[(usize, i64)],
        sets: &mut TagSets,
        compared: &mut [Compared],
        others: &mut Others,
    ) -> Result<(), Error> {
        let ids: Vec<i64> = ones.iter().map(|&(_, id)| id).collect();
        let contacts = contact::load(connection, self.workspace, &ids)?;
        sets.load(connection, self.workspace, &ids)?;
        for (&(position, _), contact) in ones.iter().zip(&contacts) {
            let mask = self.all[position].mask as usize;
            let mask = self.asked.masks.get(mask).map_or(&[][..], Vec::as_slice);
            let fields = mask
                .iter()
                .filter_map(|&field| self.asked.fields.get(field as usize));
            let print = print_of(contact, self.kind);
            for (n, (kind, _)) in KINDS.into_iter().enumerate() {
                // An id is one contact's.
                if ![self.kind, Identifier::ContactId].contains(&kind)
                    && let Some(print) = print_of(contact, kind)
                    && fields.clone().any(|field| field == kind.key())
                {
                    others.0[n].push((print, position));
                }
            }
            let held = Values::new(contact)?;
            let values: Vec<Cow<'_, str>> = fields
                .map(|field| held.get(field))
                .collect::<Result<_, _>>()?;
            let mut filled = 0;
            for (bit, field) in self.asked.others(mask) {
                filled |= if held.get(field)?.is_empty() { 0 } else { bit };
            }
            compared[position] = Compared::One(Equal {
                found: sets.found(contact.id, contact.version),
                hash: fields_hash(
                    &self.hash_key,
                    print.map_or(0, unsigned),
                    values.iter().map(|value| &**value),
                ),
                filled,
            });
        }
        Ok(())
    }
}

/// The fingerprint by which a contact is found.
const fn print_of(contact: &Contact, kind: Identifier) -> Option<i64> {
    match kind {
        Identifier::ContactId => Some(contact.id_print),
        Identifier::Phone => contact.phone_print,
        Identifier::Email => contact.email_print,
    }
}

/// By kind the identifiers of compared contacts, but the one by which each was found: fingerprints, and the positions
/// of what was asked.
#[derive(Default)]
struct Others([Vec<(i64, usize)>; 3]);

impl Others {
    /// Which positions have an identifier that others have, too. They are looked up together: each statement may walk
    /// all contacts.
    fn shared(
        self,
        connection: &mut Connection,
        workspace: WorkspaceId,
    ) -> Result<Vec<usize>, Error> {
        let mut shared = Vec::new();
        for ((_, column), positions) in KINDS.into_iter().zip(self.0) {
            let mut prints: Vec<i64> = positions.iter().map(|&(print, _)| print).collect();
            prints.sort_unstable();
            prints.dedup();
            if prints.is_empty() {
                continue;
            }
            let found = find_by_prints(connection, workspace, column, &prints)?;
            let several = found
                .chunk_by(|one, next| one.position == next.position)
                .filter(|of_one| of_one.len() > 1)
                .filter_map(|of_one| prints.get(usize::try_from(of_one[0].position).ok()?));
            let several: Vec<i64> = several.copied().collect();
            let concerned = positions
                .into_iter()
                .filter(|(print, _)| several.binary_search(print).is_ok());
            shared.extend(concerned.map(|(_, position)| position));
        }
        Ok(shared)
    }
}

fn found(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &MatchRequest,
) -> Result<MatchAnswer, Error> {
    let mut by_kind = [const { Vec::new() }; 3];
    for ((_, column), (found, prefixes)) in KINDS
        .into_iter()
        .zip(by_kind.iter_mut().zip(&asked.prefixes))
    {
        *found = find_by_prefixes(connection, workspace, column, prefixes, COPIES)?;
    }
    let mut ids: Vec<i64> = by_kind.iter().flatten().map(|found| found.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut sets = TagSets::new(connection, workspace)?;
    let mut answer = MatchAnswer::default();
    let mut known = Vec::with_capacity(ids.len());
    for part in ids.chunks(TOGETHER) {
        sets.load(connection, workspace, part)?;
        for (id, version) in versions_of(connection, workspace, part)? {
            answer.contacts.push(sets.found(id, version));
            known.push(id);
        }
    }
    for (found, holders) in by_kind.iter().zip(&mut answer.found) {
        let holder = |found: &crate::db::dialect::FoundByPrefix| {
            let contact = known.binary_search(&found.id).ok()?;
            Some(Holder {
                asked: u32::try_from(found.position).ok()?,
                rest: unsigned(found.print) as u32,
                contact: u32::try_from(contact).ok()?,
            })
        };
        *holders = found.iter().filter_map(holder).collect();
        holders.sort_unstable();
    }
    (answer.tags, answer.tag_sets) = sets.finish();
    Ok(answer)
}

fn held(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &ValuesRequest,
) -> Result<ValuesAnswer, Error> {
    check_fields(connection, workspace, &asked.fields)?;
    let ids = asked.ids.iter().filter_map(|&id| i64::try_from(id).ok());
    let ids: Vec<i64> = ids.collect();
    let mut sets = TagSets::new(connection, workspace)?;
    let mut answer = ValuesAnswer {
        values: vec![Texts::default(); asked.fields.len()],
        ..ValuesAnswer::default()
    };
    for part in ids.chunks(TOGETHER) {
        sets.load(connection, workspace, part)?;
        for contact in contact::load(connection, workspace, part)? {
            answer
                .contacts
                .push(sets.found(contact.id, contact.version));
            let held = Values::new(&contact)?;
            for (column, field) in answer.values.iter_mut().zip(&asked.fields) {
                column.push(&held.get(field)?);
            }
        }
    }
    (answer.tags, answer.tag_sets) = sets.finish();
    Ok(answer)
}

/// Only fields that hold values can be asked for. One that isn't there may be one that the import is to create: it
/// is empty. If it was deleted meanwhile, the commit says so.
fn check_fields(
    connection: &mut Connection,
    workspace: WorkspaceId,
    asked: &[String],
) -> Result<(), Error> {
    use muster_core::field::FieldType::{ContactId, Tags};
    let fields = field::list(connection, workspace)?;
    let known = |key: &String| match fields.iter().find(|field| field.key == *key) {
        Some(field) => !matches!(field.kind, Tags | ContactId),
        None => field::is_key(key),
    };
    if asked.iter().all(known) {
        Ok(())
    } else {
        Err(Code::FieldsChanged.into())
    }
}
