//! Opening the database and getting at it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{ManageConnection as _, Pool, PooledConnection};

use super::DbError;
use super::dialect::{Connection, Manager, Target, migrate};

/// The database of one server.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    /// On a file of our own, which no other server uses.
    lock: Option<Arc<File>>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no kind of database that there is.
    #[error("DATABASE_URL begins with {0}: it is postgres://… or sqlite:FILE")]
    Scheme(String),
    /// The folder can't be used.
    #[error("the data folder {0} can't be used: {1}")]
    Folder(String, std::io::Error),
    /// Another server uses it.
    #[error(
        "another server uses the data folder {0}; stop it first, or choose another one with --data"
    )]
    InUse(String),
    /// There is no such file.
    #[error("there is no database {0}")]
    Missing(String),
    /// Nobody answers there, or not to us.
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    /// The database said no.
    #[error("the database can't be opened: {0}")]
    Database(String),
}

impl Db {
    /// Opens the database, creates it where it is a file that is missing, and brings its schema up to date.
    pub fn open(target: Target, connections: u32) -> Result<Self, OpenError> {
        let lock = match &target {
            Target::Sqlite(file) => Some(Arc::new(lock(file)?)),
            Target::Postgres(_) => None,
        };
        let manager = Manager::new(target);
        migrate(&mut reach(&manager)?).map_err(OpenError::Database)?;
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .build(manager)
            .map_err(|error| OpenError::Database(error.to_string()))?;
        Ok(Self { pool, lock })
    }

    /// Opens a database that exists, as it is, beside the server that may be using it.
    pub fn attach(target: Target) -> Result<Self, OpenError> {
        if let Target::Sqlite(file) = &target
            && !file.exists()
        {
            return Err(OpenError::Missing(file.display().to_string()));
        }
        let manager = Manager::new(target);
        reach(&manager)?;
        let pool = Pool::builder()
            .max_size(1)
            .build(manager)
            .map_err(|error| OpenError::Database(error.to_string()))?;
        Ok(Self { pool, lock: None })
    }

    /// Whether no other server uses the database.
    pub fn is_alone(&self) -> bool {
        self.lock.is_some()
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

/// A connection that is not from the pool, which would try again for a while.
fn reach(manager: &Manager) -> Result<Connection, OpenError> {
    let connected = manager.connect();
    connected.map_err(|error| OpenError::Unreachable(error.to_string().trim().replace('\n', " ")))
}

/// The lock on a file's folder, which ends with the process.
fn lock(file: &Path) -> Result<File, OpenError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let shown = folder.display().to_string();
    let unusable = |error| OpenError::Folder(shown.clone(), error);
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let lock = File::create(folder.join("muster.lock")).map_err(unusable)?;
    lock.try_lock()
        .map_err(|_| OpenError::InUse(shown.clone()))?;
    Ok(lock)
}
