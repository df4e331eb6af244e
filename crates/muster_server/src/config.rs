//! The configuration: one typed struct, read once at the edge. Flags and environment share their names.

use std::path::PathBuf;

use clap::Args;
use muster_core::limits::Limits;

/// What the server is told.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The address to listen on.
    #[arg(long, env = "MUSTER_BIND", default_value = "127.0.0.1")]
    pub bind: String,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, env = "MUSTER_PORT", default_value_t = 8080)]
    pub port: u16,
    /// The folder of the database.
    #[arg(long, env = "MUSTER_DATA", default_value = "data", global = true)]
    pub data: PathBuf,
    /// A workspace with invented contacts, tokens for anybody on this machine, and a page to try it on.
    #[arg(long, env = "MUSTER_DEMO")]
    pub demo: bool,
    /// The shared secret of tokens (HS256), 32 bytes or more.
    #[arg(long, env = "MUSTER_JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// A file with the public key of tokens (PEM; Ed25519 for `EdDSA`, RSA for RS256).
    #[arg(long, env = "MUSTER_JWT_PUBLIC_KEY")]
    pub jwt_public_key: Option<PathBuf>,
    /// Who must have issued a token.
    #[arg(long, env = "MUSTER_JWT_ISSUER", default_value = "muster")]
    pub jwt_issuer: String,
    /// Whom a token must be meant for.
    #[arg(long, env = "MUSTER_JWT_AUDIENCE", default_value = "muster")]
    pub jwt_audience: String,
    /// Whether the first valid token of an unknown workspace creates it.
    #[arg(long, env = "MUSTER_CREATE_WORKSPACES", default_value_t = true, action = clap::ArgAction::Set)]
    pub create_workspaces: bool,
    /// Threads that answer requests.
    #[arg(long, env = "MUSTER_WORKERS", default_value_t = 2)]
    pub workers: usize,
    /// Contacts of the demo workspace.
    #[arg(long, env = "MUSTER_DEMO_CONTACTS", default_value_t = 50_000)]
    pub demo_contacts: u32,
    /// What an import may be at most.
    #[arg(skip)]
    pub limits: Limits,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No way to verify tokens.
    #[error(
        "no key for tokens: set MUSTER_JWT_SECRET (32 bytes or more) or MUSTER_JWT_PUBLIC_KEY (a PEM file), or start with --demo to try it on this machine"
    )]
    NoKey,
    /// Both ways at once.
    #[error("set either MUSTER_JWT_SECRET or MUSTER_JWT_PUBLIC_KEY, not both")]
    TwoKeys,
    /// A secret that can be guessed.
    #[error(
        "MUSTER_JWT_SECRET has fewer than 32 bytes; take, for example, the output of: openssl rand -hex 32"
    )]
    WeakSecret,
    /// A key that is none.
    #[error("MUSTER_JWT_PUBLIC_KEY: {0}")]
    PublicKey(String),
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
