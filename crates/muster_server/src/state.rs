//! What every request and job of a server shares.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use crate::auth::Verifier;
use crate::config::Config;
use crate::db::Db;
use crate::db::models::workspace::Workspace;
use crate::front::Front;
use crate::jobs::Waker;
use crate::operations::Metrics;
use crate::rate::Rate;

/// A server's state, cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The configuration.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// What verifies tokens.
    pub verifier: Arc<Verifier>,
    /// What stands before the routes.
    pub front: Arc<Front>,
    /// How often one token may ask.
    pub token_rate: Arc<Rate>,
    /// How often one workspace may ask.
    pub workspace_rate: Arc<Rate>,
    /// What is counted for operators.
    pub metrics: Arc<Metrics>,
    /// Wakes whoever applies imports.
    pub waker: Waker,
    /// Workspaces that were seen, by their name in tokens: they never change.
    pub workspaces: Arc<RwLock<HashMap<String, Workspace>>>,
}
