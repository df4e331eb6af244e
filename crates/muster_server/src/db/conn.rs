//! Opening the database and getting at it.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection};
use diesel_migrations::MigrationHarness as _;

use super::DbError;
use super::dialect::{Connection, MIGRATIONS, Manager, Prepare};

/// The database of one server.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    _lock: std::sync::Arc<File>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder can't be used.
    #[error("the data folder {0} can't be used: {1}")]
    Folder(String, std::io::Error),
    /// Another server uses it.
    #[error(
        "another server uses the data folder {0}; stop it first, or choose another one with --data"
    )]
    InUse(String),
    /// The database said no.
    #[error("the database can't be opened: {0}")]
    Database(String),
}

impl Db {
    /// Opens the database in the folder, creates it where it is missing, and brings its schema up to date.
    pub fn open(folder: &Path, connections: u32) -> Result<Self, OpenError> {
        let shown = folder.display().to_string();
        let unusable = |error| OpenError::Folder(shown.clone(), error);
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let lock = File::create(folder.join("muster.lock")).map_err(unusable)?;
        lock.try_lock()
            .map_err(|_| OpenError::InUse(shown.clone()))?;
        let url = folder.join("muster.db").display().to_string();
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .connection_customizer(Box::new(Prepare))
            .build(Manager::new(url))
            .map_err(|error| OpenError::Database(error.to_string()))?;
        let db = Self {
            pool,
            _lock: std::sync::Arc::new(lock),
        };
        let mut connection = db
            .get()
            .map_err(|error| OpenError::Database(error.to_string()))?;
        connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| OpenError::Database(error.to_string()))?;
        Ok(db)
    }

    /// A connection. It blocks, so it belongs inside `web::block` or a thread of its own.
    pub fn get(&self) -> Result<PooledConnection<Manager>, DbError> {
        self.pool.get().map_err(|_| DbError::Busy)
    }

    /// Runs the body with a connection on a thread that may block.
    pub async fn run<T, E>(
        &self,
        body: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let db = self.clone();
        // What is logged there belongs to the request that asked.
        let span = tracing::Span::current();
        let work = move || span.in_scope(|| body(&mut *db.get().map_err(E::from)?));
        match actix_web::web::block(work).await {
            Ok(result) => result,
            Err(_) => Err(DbError::Busy.into()),
        }
    }
}
