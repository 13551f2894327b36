//! The databases of the services.

use std::path::{Path, PathBuf};

use event_log::{Database, DatabaseError, DatabaseOptions, Divergence, IdSource, SharedClock};

use crate::{Definition, Storage, relay_endpoints};

/// A database does not open.
#[derive(Debug, thiserror::Error)]
#[error("the database {name} cannot be opened: {source}. {}", advice(.storage))]
pub struct OpenError {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub storage: Storage,
    /// The cause.
    pub source: event_log::OpenError,
}

fn advice(storage: &Storage) -> &'static str {
    match storage {
        Storage::Directory(_) => {
            "Is the data directory writable, on a disk with free space, and not in use by another server?"
        }
        Storage::Postgres(_) => {
            "Does the URL name a PostgreSQL server of version 15 or later that can be reached, a database that exists, and a role \
             that may create schemas in it?"
        }
    }
}

/// The files of a data directory could not be compared, or do not belong together.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Some are older than others.
    #[error(transparent)]
    Diverged(InconsistentFiles),
    /// A database cannot be read.
    #[error("a database cannot be read: {0}")]
    Database(#[from] DatabaseError),
}

/// Databases from different points in time: a server on them would skip events and lose their effects.
#[derive(Debug, thiserror::Error)]
#[error(
    "the {} are not from the same point in time:{}\nNothing was delivered. {}",
    whose(.storage), listed(.divergences), remedy(.storage)
)]
pub struct InconsistentFiles {
    /// Where they are.
    pub storage: Storage,
    /// The files, at least one pair.
    pub divergences: Vec<Divergence>,
}

fn whose(storage: &Storage) -> String {
    match storage {
        Storage::Directory(folder) => format!("files of the data directory {}", folder.display()),
        Storage::Postgres(_) => format!("schemas of {storage}"),
    }
}

fn remedy(storage: &Storage) -> String {
    match storage {
        Storage::Directory(folder) => format!(
            "Restore all files from one backup: ticketing restore BACKUP --data-dir {} --replace. Or, if the newer file is still \
             there, restore it and run `ticketing check`",
            folder.display()
        ),
        Storage::Postgres(_) => {
            "Restore all schemas from one backup, or from one point in time of the write-ahead log".to_owned()
        }
    }
}

fn listed(divergences: &[Divergence]) -> String {
    let lines = divergences
        .iter()
        .map(|divergence| format!("\n  - {}", divergence_text(divergence)));
    lines.collect::<String>()
}

/// A divergence, in words.
#[must_use]
pub fn divergence_text(divergence: &Divergence) -> String {
    let Divergence {
        source_name: source,
        consumer_name: consumer,
        position,
        head,
    } = divergence;
    if head < position {
        format!(
            "the {source} database is older than the {consumer} database, which has consumed {position} of its events: it has only {head}"
        )
    } else {
        format!(
            "the {source} database is not the one whose events the {consumer} database has consumed: event {position} differs, as if an \
             older copy had been restored and written to"
        )
    }
}

/// The databases of some services.
pub struct Databases {
    storage: Storage,
    clock: SharedClock,
    ids: IdSource,
    opened: Vec<(&'static Definition, Database)>,
}

impl Databases {
    /// The databases of a directory or a server, none of them open yet.
    #[must_use]
    pub fn of(storage: impl Into<Storage>, clock: SharedClock, ids: IdSource) -> Self {
        Self {
            storage: storage.into(),
            clock,
            ids,
            opened: Vec::new(),
        }
    }

    /// Opens the database of a service, creating and migrating it where needed. The caller can write to it, and gives it
    /// to its service; nobody gives it back.
    ///
    /// # Errors
    /// When it cannot be opened or migrated.
    pub async fn open(&mut self, service: &'static Definition) -> Result<Database, OpenError> {
        let name = service.name;
        let options = DatabaseOptions {
            location: self.storage.location(service),
            name,
            readers: self.storage.readers(),
        };
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        let database = Database::open(options, service.migrations, clock, ids)
            .await
            .map_err(|source| OpenError {
                name,
                storage: self.storage.clone(),
                source,
            })?;
        self.opened.push((service, database.clone()));
        Ok(database)
    }

    /// Where they are.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Each open database, in the order of their opening.
    pub fn all(&self) -> impl Iterator<Item = &Database> {
        self.opened.iter().map(|(_, database)| database)
    }

    /// The database of that name, if it is open.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Database> {
        self.all().find(|database| database.name() == name)
    }

    /// Who consumes whose events among those that are open: sources and consumers.
    #[must_use]
    pub fn relay_endpoints(&self) -> Vec<(&Database, &Database)> {
        let services: Vec<_> = self.opened.iter().map(|(service, _)| *service).collect();
        relay_endpoints(&services)
            .into_iter()
            .filter_map(|endpoints| {
                Some((
                    self.find(endpoints.source.name)?,
                    self.find(endpoints.consumer.name)?,
                ))
            })
            .collect()
    }

    /// Checks that the files are from the same point in time: no consumer has consumed an event that its source does not have.
    ///
    /// # Errors
    /// When some are older than others, or a database cannot be read.
    pub async fn verify(&self) -> Result<(), VerifyError> {
        let mut divergences = Vec::new();
        for (source, consumer) in self.relay_endpoints() {
            divergences.extend(event_log::status(source, consumer).await?.divergence);
        }
        if divergences.is_empty() {
            return Ok(());
        }
        Err(VerifyError::Diverged(InconsistentFiles {
            storage: self.storage.clone(),
            divergences,
        }))
    }

    /// Closes them.
    pub async fn close(&self) {
        for database in self.all() {
            database.close().await;
        }
    }
}

/// The file of a database in a data directory.
#[must_use]
pub fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.sqlite"))
}
