//! One connection that sees all databases of a data folder and can write none, also where nothing can be written at all.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use service::Definition;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::CheckError;
use crate::compose;

/// What SQLite says when it would have to make or to write a file beside the database: SQLITE_CANTOPEN and SQLITE_READONLY.
const CANNOT_WRITE: [u32; 2] = [14, 8];

/// The lower eight bits of a code of SQLite say what happened, the others how.
const PRIMARY_CODE: u32 = 0xff;

/// What stands for itself in the path of an address.
const OF_A_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// How the files are opened.
#[derive(Clone, Copy)]
enum Files {
    /// As files that a server may be writing to. SQLite keeps an index of the write-ahead log beside each of them, and makes it
    /// where it is missing.
    InUse,
    /// As files that nobody writes to. SQLite makes no file, and looks at none but the database.
    AtRest,
}

/// Opens a data folder, one that cannot be written to as well.
pub(super) async fn open(folder: &Path) -> Result<SqliteConnection, CheckError> {
    let files = files(folder)?;
    match attach(&files, Files::InUse).await {
        Err(error) if is_about_writing(&error) => {}
        outcome => return Ok(outcome?),
    }
    let logs: Vec<PathBuf> = files.iter().filter_map(|(_, path)| unread_log(path)).collect();
    if logs.is_empty() {
        return Ok(attach(&files, Files::AtRest).await?);
    }
    Err(CheckError::UnreadLogs {
        folder: folder.to_owned(),
        logs,
    })
}

/// The files, each with the schema under which it is attached.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, CheckError> {
    let services = compose::services_of(folder).into_iter();
    let file = |service: &'static Definition| {
        let path = service::file(folder, service.name);
        if path.exists() {
            Ok((service.schema(), path))
        } else {
            Err(CheckError::Missing(path))
        }
    };
    services.map(file).collect()
}

async fn attach(files: &[(String, PathBuf)], how: Files) -> Result<SqliteConnection, sqlx::Error> {
    // Databases that are attached are opened as the first one is, which is an empty one in memory: what cannot be written is said by
    // the address of each.
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().in_memory(true)).await?;
    for (schema, path) in files {
        sqlx::query(AssertSqlSafe(format!("ATTACH DATABASE ? AS {schema}")))
            .bind(address(path, how))
            .execute(&mut connection)
            .await?;
        // The first read is what needs the files beside it.
        sqlx::query(AssertSqlSafe(format!(
            "SELECT count(*) FROM {schema}.sqlite_schema"
        )))
        .execute(&mut connection)
        .await?;
    }
    Ok(connection)
}

fn address(path: &Path, how: Files) -> String {
    let path = path.to_string_lossy();
    let path = utf8_percent_encode(&path, OF_A_PATH);
    match how {
        Files::InUse => format!("file:{path}?mode=ro"),
        Files::AtRest => format!("file:{path}?mode=ro&immutable=1"),
    }
}

fn is_about_writing(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code| CANNOT_WRITE.contains(&(code & PRIMARY_CODE)))
}

/// The write-ahead log of a database, if there is something in it.
fn unread_log(database: &Path) -> Option<PathBuf> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let has_content = log.metadata().is_ok_and(|metadata| metadata.len() > 0);
    has_content.then_some(log)
}
