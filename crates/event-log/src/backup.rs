//! Copies of several databases at the same point in time, while others write to them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::database::make_private;
use crate::{DatabaseError, store};

/// How long to wait for the write lock of one database.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause before checking again: a write lock held by another process, or a copy that has not started.
const PAUSE: Duration = Duration::from_millis(1);

/// How much of a copy is kept in memory, in KiB (hence the minus). The rest is written out, which shows that a copy has started.
const CACHE: &str = "-1024";

/// A database to copy.
#[derive(Clone, Debug)]
pub struct BackupFile {
    /// The file of the database.
    pub from: PathBuf,
    /// The file to make. It must not exist. Only its owner can read it.
    pub to: PathBuf,
}

/// A copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A database cannot be read.
    #[error("{} cannot be copied: {problem}", .path.display())]
    Database {
        /// Its file.
        path: PathBuf,
        /// Why.
        problem: DatabaseError,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {problem}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: std::io::Error,
    },
}

/// Copies databases, all of them at the same point in time. Others may read and write in the meantime, in this process or another.
///
/// The write locks of all databases are held together, so that nothing is committed anywhere, until the read transaction of each
/// copy has started; a read transaction never sees later commits. Writers wait for these milliseconds only, however long the copies
/// take. The locks are taken in the order of `files`, which must always be the same.
///
/// # Errors
/// When a database cannot be locked or read, or a copy cannot be written. What was written so far stays.
pub async fn backup(files: &[BackupFile]) -> Result<(), BackupError> {
    let mut locked = Vec::new();
    for file in files {
        let connection = lock(&file.from).await.map_err(|problem| failed(file, problem))?;
        locked.push(connection);
    }
    let mut copies = JoinSet::new();
    for (number, file) in files.iter().enumerate() {
        make_private(&file.to).map_err(|problem| BackupError::File {
            path: file.to.clone(),
            problem,
        })?;
        let file = file.clone();
        copies.spawn(async move {
            let copied = copy(&file).await;
            copied.map(|()| number).map_err(|problem| failed(&file, problem))
        });
    }
    let mut ended = HashSet::new();
    while !(0..files.len()).all(|number| ended.contains(&number) || has_begun(&files[number].to)) {
        sleep(PAUSE).await;
        while let Some(copied) = copies.try_join_next() {
            ended.insert(number_of(copied)?);
        }
    }
    for connection in locked {
        release(connection).await;
    }
    while let Some(copied) = copies.join_next().await {
        number_of(copied)?;
    }
    files.iter().try_for_each(|file| sync(&file.to))
}

fn failed(file: &BackupFile, problem: DatabaseError) -> BackupError {
    BackupError::Database {
        path: file.from.clone(),
        problem,
    }
}

/// A connection that holds the write lock.
async fn lock(path: &Path) -> Result<SqliteConnection, DatabaseError> {
    // SQLite's own waiting has pauses of up to a tenth of a second, and the locks that are held already last as long.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::ZERO);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let give_up = Instant::now() + LOCK_TIMEOUT;
    loop {
        match store::backup::lock(&mut connection).await {
            Err(error) if error.is_transient() && Instant::now() < give_up => sleep(PAUSE).await,
            outcome => return outcome.map(|()| connection),
        }
    }
}

async fn release(mut connection: SqliteConnection) {
    let released = store::backup::unlock(&mut connection).await;
    if let Err(error) = released {
        // Closing also releases it.
        tracing::debug!(%error, "a write lock was not released automatically");
    }
    drop(connection.close().await);
}

async fn copy(file: &BackupFile) -> Result<(), DatabaseError> {
    let options = SqliteConnectOptions::new()
        .filename(&file.from)
        .read_only(true)
        .pragma("cache_size", CACHE);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    store::backup::copy(&mut connection, &file.to.to_string_lossy()).await?;
    connection.close().await?;
    Ok(())
}

/// Any content of a copy was read in its read transaction, which has therefore started.
fn has_begun(copy: &Path) -> bool {
    copy.metadata().is_ok_and(|metadata| metadata.len() > 0)
}

fn number_of(
    copied: Result<Result<usize, BackupError>, tokio::task::JoinError>,
) -> Result<usize, BackupError> {
    match copied {
        Ok(outcome) => outcome,
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

fn sync(path: &Path) -> Result<(), BackupError> {
    let synced = std::fs::File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|problem| BackupError::File {
        path: path.to_owned(),
        problem,
    })
}
