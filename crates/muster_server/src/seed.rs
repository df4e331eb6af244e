//! `muster_server seed`: loads contacts from a JSON file, the same that the core's example takes.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use muster_core::contacts::Contact as Given;
use muster_core::field::{Field, FieldType, Rule, is_standard};

use crate::config::{Config, Secret, StartError};
use crate::db::dialect::{attach_tags, insert_contacts, note_contact_ids};
use crate::db::models::contact::Contact;
use crate::db::models::{field, tag, workspace};
use crate::db::{Connection, Db, DbError, Target, write_tx};

/// What is loaded, and where to.
#[derive(Clone, Debug, Args)]
pub struct Seed {
    /// The workspace's name in tokens; it is created where it is missing.
    #[arg(long)]
    workspace: String,
    /// The contacts: `[{"id":1,"version":3,"fields":{"phone":"+60123456789"},"tags":["VIP"]}]`.
    #[arg(long)]
    contacts: PathBuf,
    /// A custom field as key:name:type. Others become texts.
    #[arg(long = "field", value_parser = read_field)]
    fields: Vec<Field>,
}

fn read_field(text: &str) -> Result<Field, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let [key, name, kind] = parts[..] else {
        return Err("a field is key:name:type".into());
    };
    let kind: FieldType = serde_json::from_value(kind.into())
        .map_err(|_| format!("“{kind}” is no type of a field"))?;
    Ok(custom(key, name, kind))
}

fn custom(key: &str, name: &str, kind: FieldType) -> Field {
    Field {
        key: key.into(),
        name: name.into(),
        kind,
        options: Vec::new(),
        rule: Rule::Open,
    }
}

/// Loads the contacts, all or none. Gives how many.
pub fn run(config: &Config, seed: &Seed) -> Result<usize, StartError> {
    let shown = seed.contacts.display();
    let file = File::open(&seed.contacts)
        .map_err(|error| StartError::Seed(format!("can't open {shown}: {error}")))?;
    let contacts: Vec<Given> = serde_json::from_reader(BufReader::new(file))
        .map_err(|error| StartError::Seed(format!("{shown} can't be read: {error}")))?;
    let target = Target::new(
        config.database_url.as_ref().map(Secret::expose),
        &config.data,
    )?;
    let db = Db::open(target, 1)?;
    let mut connection = db.get()?;
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| StartError::System(error.to_string()))?;
    let workspace =
        workspace::find_or_create(&mut connection, &seed.workspace, &seed.workspace, key)?;
    write_tx(&mut connection, workspace.id, |connection| {
        add_fields(connection, &workspace, seed, &contacts)?;
        add(connection, &workspace, &contacts)
    })?;
    Ok(contacts.len())
}

fn add_fields(
    connection: &mut Connection,
    workspace: &workspace::Workspace,
    seed: &Seed,
    contacts: &[Given],
) -> Result<(), DbError> {
    let mut known: Vec<String> = field::list(connection, workspace.id)?
        .into_iter()
        .map(|field| field.key)
        .collect();
    let used = contacts.iter().flat_map(|given| given.fields.keys());
    let inferred = used
        .filter(|key| !is_standard(key))
        .map(|key| custom(key, key, FieldType::Text));
    for field in seed.fields.iter().cloned().chain(inferred) {
        if !known.contains(&field.key) {
            field::create(connection, workspace.id, &field)?;
            known.push(field.key);
        }
    }
    Ok(())
}

fn add(
    connection: &mut Connection,
    workspace: &workspace::Workspace,
    contacts: &[Given],
) -> Result<(), DbError> {
    let (mut people, mut tagged) = (Vec::with_capacity(contacts.len()), Vec::new());
    for given in contacts {
        let id =
            i64::try_from(given.id).map_err(|_| DbError::Stored("an id is too large".into()))?;
        let mut stored = Contact::new(workspace.id, &workspace.key, id, None);
        stored.version = given.version.cast_signed();
        let values = given
            .fields
            .iter()
            .map(|(field, value)| (field.as_str(), value.as_str()));
        stored.set(&workspace.key, None, values)?;
        people.push(stored);
        let mut tags = Vec::new();
        for name in &given.tags {
            let tag = tag::find_or_create(connection, workspace.id, name, None)?;
            if !tags.contains(&tag.id) {
                tagged.push((id, tag.id));
                tags.push(tag.id);
            }
        }
    }
    insert_contacts(connection, &people)?;
    attach_tags(connection, workspace.id, &tagged)?;
    if let Some(highest) = people.iter().map(|contact| contact.id).max() {
        note_contact_ids(connection, highest)?;
    }
    Ok(())
}
