//! THE table of the configuration: name, type, default, bounds, and what it is for. Everything else is derived.

use std::path::PathBuf;

use muster_core::limits::Limits;

use super::value::{Bounds, Secret, Setting, Shape, Shown};

/// One key, whatever its type.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) group: &'static str,
    pub(super) help: &'static str,
    pub(super) shape: Shape,
    /// Sets it; what would be right where it can't be.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
    pub(super) show: fn(&Config) -> Shown,
}

impl Key {
    pub(super) fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    pub(super) fn variable(&self) -> String {
        let name = self.name.to_uppercase();
        // Hosts that hand out databases say so by this name.
        if name == "DATABASE_URL" {
            return name;
        }
        format!("MUSTER_{name}")
    }
}

macro_rules! keys {
    (@bounds) => { None };
    (@bounds $bounds:expr) => { Some($bounds) };
    ($($group:literal {
        $(#[doc = $help:literal] $name:ident: $type:ty = $default:expr $(, $bounds:expr)?;)*
    })*
    limits $limits:literal { $(#[doc = $limit_help:literal] $limit:ident: $limit_type:ty, $limit_bounds:expr;)* }) => {
        /// What the server is told.
        #[derive(Clone, Debug)]
        pub struct Config {
            $($(#[doc = $help] pub $name: $type,)*)*
            /// What an import may be at most.
            pub limits: Limits,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($($name: $default,)*)* limits: Limits::default() }
            }
        }

        pub(super) const KEYS: &[Key] = &[
            $($(Key {
                name: stringify!($name),
                group: $group,
                help: $help,
                shape: <$type as Setting>::SHAPE,
                set: |config, text| {
                    let bounds: Option<Bounds> = keys!(@bounds $($bounds)?);
                    config.$name = Setting::read(text, bounds)?;
                    Ok(())
                },
                show: |config| config.$name.show(),
            },)*)*
            $(Key {
                name: stringify!($limit),
                group: $limits,
                help: $limit_help,
                shape: <$limit_type as Setting>::SHAPE,
                set: |config, text| {
                    config.limits.$limit = Setting::read(text, Some($limit_bounds))?;
                    Ok(())
                },
                show: |config| config.limits.$limit.show(),
            },)*
        ];
    };
}

keys! {
    "Listening" {
        /// The address to listen on.
        bind: String = "127.0.0.1".into();
        /// The port to listen on; 0 takes a free one.
        port: u16 = 8080;
        /// Threads that answer requests.
        workers: usize = 2, 1..=256;
    }
    "Operations" {
        /// The port of metrics and health for operators, without tokens; without it there is none.
        operations_port: Option<u16> = None;
        /// The address that they listen on.
        operations_bind: String = "127.0.0.1".into();
        /// Write logs as one JSON object a line.
        log_json: bool = false;
    }
    "Data" {
        /// The folder of the server's own files: the database, where no other one is named.
        data: PathBuf = "data".into();
        /// The database: postgres://… or sqlite:FILE; without it, a SQLite file in the folder.
        database_url: Option<Secret> = None;
    }
    "Tokens" {
        /// The shared secret of tokens (HS256), 32 bytes or more. Rather a variable than a flag, which others can see.
        jwt_secret: Option<Secret> = None;
        /// A file with the public key of tokens (PEM; Ed25519 for EdDSA, RSA for RS256).
        jwt_public_key: Option<PathBuf> = None;
        /// A set of public keys of tokens (JWKS), told apart by kid: a file, or an https address. Read again on an unknown kid.
        jwt_jwks: Option<String> = None;
        /// Seconds between two readings of the set of keys, at least, however many unknown ones are named.
        jwks_pause_seconds: u64 = 30, 1..=86_400;
        /// Seconds after which the set of keys is read again, so that withdrawn ones end.
        jwks_age_seconds: u64 = 600, 1..=86_400;
        /// Seconds that clocks may differ.
        jwt_leeway_seconds: u64 = 5, 0..=5;
        /// Who must have issued a token.
        jwt_issuer: String = "muster".into();
        /// Whom a token must be meant for.
        jwt_audience: String = "muster".into();
        /// Whether the first valid token of an unknown workspace creates it.
        create_workspaces: bool = true;
    }
    "Pages of other origins" {
        /// Origins whose pages may ask, such as `https://app.example.com`; all others but the server's own are refused.
        cors_origins: Vec<String> = Vec::new();
        /// Who may show the page in a frame: origins, 'self', 'none'.
        frame_ancestors: Vec<String> = vec!["'self'".into()];
        /// Seconds for which browsers are told to come by TLS only; for servers behind TLS. 0 does not tell.
        hsts_seconds: u64 = 0, 0..=126_144_000;
    }
    "Bounds of requests" {
        /// Connections at once.
        max_connections: usize = 10_000, 1..=1_000_000;
        /// Seconds until a request's head has arrived.
        head_seconds: u64 = 10, 1..=3_600;
        /// Seconds until a request's body has arrived, and more as slowest_bytes says.
        body_seconds: u64 = 30, 1..=3_600;
        /// Seconds until an answer is read, and more as slowest_bytes says.
        response_seconds: u64 = 60, 1..=3_600;
        /// Bytes a second of the slowest line that gets large bodies and answers through.
        slowest_bytes: u64 = 32_768, 1..=1 << 30;
        /// Bytes of a request's address and headers.
        max_head_bytes: usize = 16_384, 1_024..=131_072;
        /// Bytes of a JSON body, but for the description of an import.
        max_json_bytes: usize = 1 << 20, 1_024..=1 << 26;
        /// Bytes of the description of an import, which names each row that is left out.
        max_import_json_bytes: usize = 8 << 20, 1_024..=1 << 28;
        /// How deep JSON may be nested.
        max_json_depth: usize = 16, 6..=100;
        /// Batches of an import.
        max_batches: u32 = 10_000, 1..=1_000_000;
    }
    "Bounds of use" {
        /// Requests a second with one token; ten seconds' worth may come at once. 0 is no limit.
        token_rate: u32 = 100, 0..=1_000_000;
        /// Requests a second of one workspace; ten seconds' worth may come at once. 0 is no limit.
        workspace_rate: u32 = 400, 0..=1_000_000;
        /// Uploads of a workspace that are open at once.
        max_open_uploads: u32 = 20, 1..=100_000;
        /// Bytes of batches that are kept for a workspace, seven days long.
        max_stored_bytes: u64 = 4 << 30, 1..=1 << 50;
        /// Fingerprints of contacts that a workspace may ask for in a day (UTC).
        max_matches_a_day: u64 = 20_000_000, 1..=1 << 50;
    }
    "Jobs" {
        /// Imports that are applied at the same moment, each of another workspace.
        job_workers: u32 = 2, 1..=64;
        /// Seconds after which another server takes over from one that says nothing any more.
        job_lease_seconds: u64 = 5, 1..=600;
        /// Seconds until a batch that failed is tried again; the next wait is four times as long. Three attempts fail the import.
        job_retry_seconds: u64 = 1, 0..=600;
    }
    "Webhooks" {
        /// Addresses that are told when an import has ended or was undone: https, or http on this machine.
        webhook_urls: Vec<String> = Vec::new();
        /// What events are signed with: whsec_ and 24 to 64 bytes in base64. Rather a variable than a flag, which others can see.
        webhook_secret: Option<Secret> = None;
        /// Seconds that an address has to answer.
        webhook_seconds: u64 = 10, 1..=60;
        /// Seconds until an event that was not taken is told again; each next wait is four times as long, an hour at most.
        webhook_retry_seconds: u64 = 5, 0..=600;
    }
    "Time" {
        /// Seconds between two looks for what is over: rows are kept for seven days after an import, open uploads for one.
        sweep_seconds: u64 = 60, 1..=86_400;
    }
    "Demo" {
        /// A workspace with invented contacts, tokens for anybody on this machine, and a page to try it on.
        demo: bool = false;
        /// Contacts of the demo workspace.
        demo_contacts: u32 = 50_000, 0..=10_000_000;
    }
    limits "Limits of an import, which the page keeps, too" {
        /// Bytes of a file.
        max_bytes: u64, 1..=1 << 30;
        /// Data rows of a file.
        max_rows: u32, 1..=10_000_000;
        /// Columns of a file; what lies beyond can't be mapped.
        max_columns: u32, 1..=1 << 20;
        /// Bytes between the quotes of one cell, after which its quote counts as unclosed.
        max_quoted_bytes: u32, 1..=1 << 28;
        /// Records among which a header row can be chosen.
        header_search: u32, 1..=1_000;
        /// Characters of a text.
        text_chars: u32, 1..=1_000_000;
        /// Characters of a first or last name, and of a tag.
        name_chars: u32, 1..=10_000;
        /// Tags in one cell.
        tags_in_cell: u32, 1..=10_000;
        /// Tags for a whole import.
        import_tags: u32, 0..=10_000;
        /// Tags that one import may create.
        new_tags: u32, 0..=1_000_000;
        /// Characters of a refused value that travel with its issue.
        issue_value_chars: u32, 1..=10_000;
    }
}
