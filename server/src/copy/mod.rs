//! `ticketing copy`: moves a marketplace between a data directory and PostgreSQL.

mod error;
mod rows;
mod source;
mod tables;
mod target;

use event_log::{IdSource, SystemClock};
use service::{Databases, Definition, Storage};

pub use self::error::CopyError;
use self::source::Source;
use self::target::Target;
use crate::check::{self, AtRest};
use crate::compose;

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// The services, each with the number of its rows.
    pub rows: Vec<(&'static str, u64)>,
    /// The findings about the copy.
    pub copy: AtRest,
}

/// Copies all services from a data directory to PostgreSQL, or back. Each row is copied as it is, events, cursors and replies to
/// requests with idempotency keys included, so that servers on the copy continue where the others stopped. No server may be running
/// on either side.
///
/// The copy appears as a whole or not at all: in one transaction, or as a directory that gets its name at the end. The databases
/// of the source are brought up to date with this version, as a server does; else the source is only read.
///
/// # Errors
/// When the source is not consistent, the target holds a marketplace, either is in use or cannot be reached.
pub async fn copy(from: &Storage, to: &Storage) -> Result<Copied, CopyError> {
    match (from, to) {
        (Storage::Directory(_), Storage::Postgres(_)) | (Storage::Postgres(_), Storage::Directory(_)) => {}
        _ => return Err(CopyError::SameKind),
    }
    let source = Source::open(from).await?;
    let original = check::check_at_rest(from).await?;
    if let Some(broken) = original.broken().into_iter().next() {
        return Err(CopyError::Inconsistent(broken.name));
    }
    let mut target = Target::open(to, &source.services).await?;
    let mut rows = Vec::new();
    for service in &source.services {
        let mut reader = source.reader(service).await?;
        let copied = target.take(service, &mut reader).await?;
        reader.close().await?;
        rows.push((service.name, copied));
    }
    target.finish().await?;
    let copy = check::check_at_rest(to).await?;
    if copy.undelivered != original.undelivered {
        return Err(CopyError::Differs {
            undelivered: (original.undelivered, copy.undelivered),
        });
    }
    Ok(Copied { rows, copy })
}

/// Opens the databases of some services, which creates and migrates them as needed, and closes them again.
async fn bring_up_to_date(storage: &Storage, services: &[&'static Definition]) -> Result<(), CopyError> {
    let clock = SystemClock::shared();
    let ids = IdSource::system(clock.clone());
    let mut databases = Databases::of(storage, clock, ids);
    for service in services {
        databases.open(service).await?;
    }
    databases.close().await;
    Ok(())
}

/// Refuses a database of PostgreSQL on which a server runs.
async fn refuse_servers(storage: &Storage) -> Result<(), CopyError> {
    if compose::has_server(storage).await? {
        return Err(CopyError::InUse(storage.clone()));
    }
    Ok(())
}
