//! The configuration: one typed struct, read once at the edge. A key has one name in three spellings: `--body-seconds`,
//! `MUSTER_BODY_SECONDS` and `body_seconds` in the file. Flags win over the environment, that over the file.

mod file;
mod flags;
mod keys;
mod value;

pub use flags::Flags;
pub use keys::Config;
pub use value::Secret;

use keys::KEYS;

/// Where a value comes from, as operators know it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Default,
    File(String),
    Environment,
    Flag,
}

/// The configuration as it is in effect.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    sources: Vec<Source>,
}

impl Loaded {
    /// The effective configuration in the form of its file, with the source of each value and without secrets.
    pub fn show(&self) -> String {
        let mut out = String::new();
        let mut group = "";
        for (key, source) in KEYS.iter().zip(&self.sources) {
            if key.group != group {
                let gap = if out.is_empty() { "" } else { "\n" };
                group = key.group;
                out.push_str(&format!("{gap}# {group}\n"));
            }
            let from = match source {
                Source::Default => "default".to_owned(),
                Source::Environment => key.variable(),
                Source::Flag => key.flag(),
                Source::File(place) => place.clone(),
            };
            let line = match (key.show)(&self.config) {
                value::Shown::Value(value) => format!("{} = {value} # {from}\n", key.name),
                value::Shown::Unset => format!("# {} is not set\n", key.name),
                value::Shown::Hidden => format!("# {} is set and not shown: {from}\n", key.name),
            };
            out.push_str(&line);
        }
        out
    }
}

/// What is wrong with the configuration, and where.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that can't be.
    #[error("{place}: {shown} is not {wanted}")]
    Value {
        /// The flag, the variable, or the line of the file.
        place: String,
        /// What stands there, unless it is a secret.
        shown: String,
        /// What would be right.
        wanted: String,
    },
    /// A key that is none.
    #[error("{place}: there is no key “{key}”; `muster_server --help` lists them")]
    Unknown {
        /// The line of the file.
        place: String,
        /// What stands there.
        key: String,
    },
    /// A file that is no TOML.
    #[error("{place}: {message}")]
    Syntax {
        /// The line of the file.
        place: String,
        /// What is wrong with it.
        message: String,
    },
    /// A file that can't be read.
    #[error("the configuration {0} can't be read: {1}")]
    File(String, std::io::Error),
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration can't be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No way to verify tokens.
    #[error(
        "no key for tokens: set MUSTER_JWT_SECRET (32 bytes or more), MUSTER_JWT_PUBLIC_KEY (a PEM file) or MUSTER_JWT_JWKS (a key set), or start with --demo to try it on this machine"
    )]
    NoKey,
    /// Several ways at once.
    #[error("set one of MUSTER_JWT_SECRET, MUSTER_JWT_PUBLIC_KEY and MUSTER_JWT_JWKS, not several")]
    TwoKeys,
    /// A secret that can be guessed.
    #[error(
        "MUSTER_JWT_SECRET has fewer than 32 bytes; take, for example, the output of: openssl rand -hex 32"
    )]
    WeakSecret,
    /// A key that is none.
    #[error("MUSTER_JWT_PUBLIC_KEY: {0}")]
    PublicKey(String),
    /// A set of keys that is none, or can't be read.
    #[error("MUSTER_JWT_JWKS: {0}")]
    KeySet(String),
    /// Events that can't be told or signed.
    #[error("MUSTER_WEBHOOK_URLS and MUSTER_WEBHOOK_SECRET: {0}")]
    Webhooks(String),
    /// An origin that is none.
    #[error("{0}: “{1}” is no origin; one looks like https://app.example.com")]
    Origin(&'static str, String),
    /// The demo listens beyond this machine.
    #[error(
        "--demo gives tokens to anybody, so it listens on this machine only: leave --bind at 127.0.0.1"
    )]
    DemoNotLocal,
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] crate::db::OpenError),
    /// The database can't be read or written.
    #[error(transparent)]
    Database(#[from] crate::db::DbError),
    /// The address is taken or not allowed.
    #[error("can't listen on {0}: {1}")]
    Bind(String, std::io::Error),
    /// The system does not give what is needed.
    #[error("{0}")]
    System(String),
    /// A file of contacts can't be loaded.
    #[error("{0}")]
    Seed(String),
}
