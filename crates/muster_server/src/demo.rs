//! The demo's workspace: invented people, the same every time.

use std::net::IpAddr;
use std::path::Path;

use muster_core::field::{Field, FieldType, Rule};

use crate::config::{Config, StartError};
use crate::db::dialect::{attach_tags, insert_contacts, reserve_contact_ids};
use crate::db::models::contact::{self, Contact};
use crate::db::models::{field, tag, workspace};
use crate::db::{Connection, Db, DbError, write_tx};

/// The workspace's name in tokens.
pub const WORKSPACE: &str = "demo";

/// Makes the configuration that of a demo: on this machine only, with a secret that stays the same over restarts.
pub fn prepare(config: &mut Config) -> Result<(), StartError> {
    let local = config.bind == "localhost"
        || config
            .bind
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    if !local {
        return Err(StartError::DemoNotLocal);
    }
    if config.jwt_secret.is_none() {
        config.jwt_secret = Some(secret(&config.data)?.into());
        config.jwt_public_key = None;
    }
    Ok(())
}

fn secret(folder: &Path) -> Result<String, StartError> {
    let path = folder.join("demo.secret");
    if let Ok(secret) = std::fs::read_to_string(&path)
        && crate::hex::is_hex(&secret, 32)
    {
        return Ok(secret);
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| StartError::System(error.to_string()))?;
    let secret = crate::hex::encode(&bytes);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, &secret))
        .map_err(|error| StartError::System(format!("can't write the demo's secret: {error}")))?;
    Ok(secret)
}

/// Fills the demo's workspace, once.
pub fn seed(db: &Db, contacts: u32) -> Result<(), StartError> {
    let mut connection = db.get()?;
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| StartError::System(error.to_string()))?;
    let workspace = workspace::find_or_create(&mut connection, WORKSPACE, "Demo workspace", key)?;
    write_tx(&mut connection, workspace.id, |connection| {
        if contact::count(connection, workspace.id)? > 0 {
            return Ok(());
        }
        fill(connection, &workspace, contacts)
    })?;
    Ok(())
}

fn fill(
    connection: &mut Connection,
    workspace: &workspace::Workspace,
    contacts: u32,
) -> Result<(), DbError> {
    for (key, name, kind) in FIELDS {
        let custom = Field {
            key: key.into(),
            name: name.into(),
            kind,
            options: Vec::new(),
            rule: Rule::Open,
        };
        field::create(connection, workspace.id, &custom)?;
    }
    let mut tags = Vec::new();
    for name in TAGS {
        tags.push(tag::find_or_create(connection, workspace.id, name, None)?);
    }
    let ids = reserve_contact_ids(connection, contacts.into())?;
    let (mut people, mut given) = (Vec::with_capacity(ids.len()), Vec::new());
    let mut dice = Dice(7);
    for (n, id) in (0..).zip(ids) {
        let mut stored = Contact::new(workspace.id, &workspace.key, id, None);
        let invented = person(&mut dice, n);
        let values = invented
            .iter()
            .map(|(field, value)| (*field, value.as_str()));
        stored.set(&workspace.key, None, values)?;
        for tag in &tags {
            if dice.roll(9) == 0 {
                given.push((id, tag.id));
            }
        }
        people.push(stored);
    }
    insert_contacts(connection, &people)?;
    Ok(attach_tags(connection, workspace.id, &given)?)
}

const FIELDS: [(&str, &str, FieldType); 4] = [
    ("company", "Company", FieldType::Text),
    ("birthday", "Birthday", FieldType::Date),
    ("notes", "Notes", FieldType::Text),
    ("city", "City", FieldType::Text),
];

const TAGS: [&str; 8] = [
    "VIP",
    "Newsletter",
    "Lead",
    "Customer",
    "Supplier",
    "Event 2025",
    "Wholesale",
    "Follow up",
];

/// A country's people: code, language, cities, first names, last names, and how a mobile number begins and goes on.
struct Land {
    country: &'static str,
    language: &'static str,
    cities: &'static [&'static str],
    first: &'static [&'static str],
    last: &'static [&'static str],
    prefix: &'static str,
    digits: u32,
}

const LANDS: [Land; 8] = [
    Land {
        country: "MY",
        language: "ms",
        prefix: "+6012",
        digits: 7,
        cities: &["Kuala Lumpur", "George Town", "Johor Bahru", "Ipoh"],
        first: &[
            "Aisyah", "Amir", "Farah", "Hafiz", "Nurul", "Siti", "Wei Ling", "Kumar", "Zara",
            "Daniel",
        ],
        last: &[
            "Abdullah",
            "Ismail",
            "Rahman",
            "Tan",
            "Lim",
            "Wong",
            "Subramaniam",
            "Othman",
        ],
    },
    Land {
        country: "DE",
        language: "de",
        prefix: "+49151",
        digits: 8,
        cities: &["Berlin", "München", "Köln", "Düsseldorf"],
        first: &[
            "Jürgen",
            "Anna",
            "Lukas",
            "Sophie",
            "Björn",
            "Käthe",
            "Maximilian",
            "Lena",
            "Götz",
            "Emma",
        ],
        last: &[
            "Müller",
            "Schmidt",
            "Weiß",
            "Schröder",
            "Fischer",
            "Köhler",
            "Wagner",
            "Groß",
        ],
    },
    Land {
        country: "BR",
        language: "pt",
        prefix: "+55119",
        digits: 8,
        cities: &["São Paulo", "Campinas", "Santos", "Osasco"],
        first: &[
            "João", "Beatriz", "Thiago", "Luíza", "Caio", "Letícia", "Antônio", "Márcia", "Rafael",
            "Inês",
        ],
        last: &[
            "Silva",
            "Souza",
            "Conceição",
            "Araújo",
            "Oliveira",
            "Gonçalves",
            "Pereira",
            "Magalhães",
        ],
    },
    Land {
        country: "JP",
        language: "ja",
        prefix: "+8190",
        digits: 8,
        cities: &["東京", "大阪", "京都", "札幌"],
        first: &[
            "翔太",
            "陽菜",
            "健一",
            "美咲",
            "直樹",
            "さくら",
            "大輔",
            "由美子",
        ],
        last: &[
            "佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村",
        ],
    },
    Land {
        country: "FR",
        language: "fr",
        prefix: "+336",
        digits: 8,
        cities: &["Paris", "Lyon", "Nîmes", "Saint-Étienne"],
        first: &[
            "Chloé",
            "Théo",
            "Amélie",
            "François",
            "Zoé",
            "Loïc",
            "Maëlle",
            "Étienne",
            "Inès",
            "Hugo",
        ],
        last: &[
            "Martin",
            "Lefèvre",
            "Dubois",
            "Gérard",
            "Moreau",
            "Bézier",
            "Laurent",
            "D'Aubigné",
        ],
    },
    Land {
        country: "MX",
        language: "es",
        prefix: "+5255",
        digits: 8,
        cities: &["Ciudad de México", "Coyoacán", "Xochimilco", "Tlalpan"],
        first: &[
            "José", "María", "Íñigo", "Sofía", "Andrés", "Lucía", "Raúl", "Ximena", "Iván",
            "Paloma",
        ],
        last: &[
            "Hernández",
            "García",
            "Muñoz",
            "López",
            "Núñez",
            "Ramírez",
            "Peña",
            "Velázquez",
        ],
    },
    Land {
        country: "GB",
        language: "en",
        prefix: "+4474",
        digits: 8,
        cities: &["London", "Leeds", "Cardiff", "Belfast"],
        first: &[
            "Oliver", "Amelia", "Siân", "Callum", "Niamh", "George", "Isla", "Harry", "Zoë",
            "Priya",
        ],
        last: &[
            "Smith",
            "O'Neill",
            "Taylor",
            "Patel",
            "MacDonald",
            "Evans",
            "Okafor",
            "Walker-Jones",
        ],
    },
    Land {
        country: "SG",
        language: "zh",
        prefix: "+658",
        digits: 7,
        cities: &["Singapore"],
        first: &[
            "Hui Min", "Jun Jie", "Mei Lin", "Arjun", "Xin Yi", "Kai Wen", "Ravi", "Li Ting",
        ],
        last: &["Tan", "Lee", "Ng", "Goh", "Chua", "Koh", "Nair", "Teo"],
    },
];

const COMPANIES: [&str; 8] = [
    "Northwind Trading",
    "Café Kaya",
    "Blumen & Söhne",
    "Harbour Logistics",
    "Kite Studio",
    "Sol y Mar",
    "Tanaka Seiki",
    "Fernway Health",
];

const NOTES: [&str; 4] = [
    "Met at the spring fair",
    "Prefers to be called in the morning",
    "Asked for a quote, twice",
    "Moved from the old list",
];

fn person(dice: &mut Dice, n: i64) -> Vec<(&'static str, String)> {
    let land = dice.pick(&LANDS);
    let span = 10_i64.pow(land.digits);
    // A step that shares no factor with the span never meets a number twice.
    let number = (n * 7_368_787 + 1_234_567).rem_euclid(span);
    let mut values = vec![
        ("first_name", (*dice.pick(land.first)).to_owned()),
        ("last_name", (*dice.pick(land.last)).to_owned()),
        (
            "phone",
            format!(
                "{}{number:0width$}",
                land.prefix,
                width = land.digits as usize
            ),
        ),
        ("country", land.country.to_owned()),
        ("language", land.language.to_owned()),
        ("city", (*dice.pick(land.cities)).to_owned()),
    ];
    if dice.roll(10) < 8 {
        values.push((
            "email",
            format!("person{n}@{}.example", land.country.to_lowercase()),
        ));
    }
    if dice.roll(10) < 4 {
        values.push(("company", (*dice.pick(&COMPANIES)).to_owned()));
    }
    if dice.roll(10) < 3 {
        let (year, month, day) = (1950 + dice.roll(55), 1 + dice.roll(12), 1 + dice.roll(28));
        values.push(("birthday", format!("{year}-{month:02}-{day:02}")));
    }
    if dice.roll(20) == 0 {
        values.push(("notes", (*dice.pick(&NOTES)).to_owned()));
    }
    values
}

/// SplitMix64: the same throws every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = usize::try_from(self.roll(from.len() as u64)).unwrap_or(0);
        &from[index]
    }
}
