//! The files of a data directory, even on read-only media.

use std::fs::File;
use std::path::{Path, PathBuf};

use event_log::{is_damage, is_write_refused};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use service::Definition;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::super::CheckError;
use super::super::damage::message;
use super::{Connection as Reading, Opened};
use crate::compose::{self, NoFile};

/// The characters that are not escaped in the path of a URI.
const PATH_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// How the files are opened.
#[derive(Clone, Copy)]
enum Files {
    /// As files that a server may be writing to. SQLite keeps an index of the write-ahead log next to each of them, and creates it
    /// if it is missing.
    InUse,
    /// As files that are not written to. SQLite creates no file, and reads only the database.
    AtRest,
}

/// A database that could not be opened.
struct Failure {
    path: PathBuf,
    problem: sqlx::Error,
}

/// Opens a data directory, even a read-only one.
pub(super) async fn open(folder: &Path) -> Result<Opened, CheckError> {
    let files = compose::files_of(folder)?;
    match attach(&files, Files::InUse).await? {
        Ok(opened) => return Ok(opened),
        Err(failure) if is_write_refused(&failure.problem) && File::open(&failure.path).is_ok() => {}
        Err(failure) => return Err(failure.into()),
    }
    let logs: Vec<PathBuf> = files.iter().filter_map(|(_, path)| unread_log(path)).collect();
    if logs.is_empty() {
        return Ok(attach(&files, Files::AtRest).await??);
    }
    Err(CheckError::UnreadLogs {
        folder: folder.to_owned(),
        logs,
    })
}

impl From<NoFile> for CheckError {
    fn from(error: NoFile) -> Self {
        match error {
            NoFile::Missing(path) => Self::Missing(path),
            NoFile::Unreadable { path, problem } => Self::File { path, problem },
        }
    }
}

impl From<Failure> for CheckError {
    /// SQLite does not report why a file does not open, but the system does.
    fn from(Failure { path, problem }: Failure) -> Self {
        match File::open(&path) {
            Ok(_) => Self::Database { path, problem },
            Err(problem) => Self::File { path, problem },
        }
    }
}

async fn attach(
    files: &[(&'static Definition, PathBuf)],
    how: Files,
) -> Result<Result<Opened, Failure>, sqlx::Error> {
    // Attached databases are opened like the first one, which is an empty one in memory: the URI of each makes it
    // read-only.
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().in_memory(true)).await?;
    let (mut services, mut damaged) = (Vec::new(), Vec::new());
    for (service, path) in files {
        let schema = service.schema();
        let problem = match attach_one(&mut connection, &schema, path, how).await {
            Ok(true) => {
                services.push(*service);
                continue;
            }
            Ok(false) => {
                "it has no event log: the file is empty, or was not written by this program".to_owned()
            }
            Err(problem) if is_damage(&problem) => message(&problem),
            Err(problem) => {
                let path = path.clone();
                return Ok(Err(Failure { path, problem }));
            }
        };
        damaged.push((*service, problem));
        // As long as it is attached, no query can be made at all. It may not be attached.
        let detach = sqlx::query(AssertSqlSafe(format!("DETACH DATABASE {schema}")));
        let _detached_or_not = detach.execute(&mut connection).await;
    }
    Ok(Ok(Opened {
        connection: Reading::Files(connection),
        services,
        damaged,
    }))
}

/// Attaches a database; returns whether it has an event log.
async fn attach_one(
    connection: &mut SqliteConnection,
    schema: &str,
    path: &Path,
    how: Files,
) -> Result<bool, sqlx::Error> {
    sqlx::query(AssertSqlSafe(format!("ATTACH DATABASE ? AS {schema}")))
        .bind(address(path, how))
        .execute(&mut *connection)
        .await?;
    // The first read needs the files next to it.
    let logs = format!("SELECT count(*) FROM {schema}.sqlite_schema WHERE name = 'events'");
    let logs: i64 = sqlx::query_scalar(AssertSqlSafe(logs))
        .fetch_one(connection)
        .await?;
    Ok(logs > 0)
}

fn address(path: &Path, how: Files) -> String {
    let path = path.to_string_lossy();
    let path = utf8_percent_encode(&path, PATH_ESCAPES);
    match how {
        Files::InUse => format!("file:{path}?mode=ro"),
        Files::AtRest => format!("file:{path}?mode=ro&immutable=1"),
    }
}

/// The write-ahead log of a database, if it is not empty.
fn unread_log(database: &Path) -> Option<PathBuf> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let has_content = log.metadata().is_ok_and(|metadata| metadata.len() > 0);
    has_content.then_some(log)
}
