//! What every request and job of a server shares.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use crate::auth::Verifier;
use crate::config::Config;
use crate::db::Db;
use crate::db::models::workspace::Workspace;
use crate::jobs::Waker;

/// A server's state, cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The configuration.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// What verifies tokens.
    pub verifier: Arc<Verifier>,
    /// Wakes whoever applies imports.
    pub waker: Waker,
    /// Workspaces that were seen, by their name in tokens: they never change.
    pub workspaces: Arc<RwLock<HashMap<String, Workspace>>>,
}
