//! The databases of the services, and who hears whom.

use std::path::{Path, PathBuf};

use event_log::{Database, DatabaseError, DatabaseOptions, Divergence, IdSource, SharedClock};
use sqlx::migrate::Migrator;

/// Connections a database keeps for reading.
const READERS: u32 = 4;

/// The databases that every data folder has.
pub const NAMES: [&str; 4] = ["auth", "tickets", "orders", "payments"];

/// The name of the test provider's database.
pub const TEST_PROVIDER: &str = "test-provider";

/// A database does not open.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database {name} cannot be opened: {source}. Is the data folder writable, on a disk with room, and not in use by another server?"
)]
pub struct OpenError {
    /// Which.
    pub name: &'static str,
    /// Why.
    pub source: event_log::OpenError,
}

/// The files of a data folder could not be compared, or do not belong together.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Some are older than others.
    #[error(transparent)]
    Diverged(Diverged),
    /// A database cannot be read.
    #[error("a database cannot be read: {0}")]
    Database(#[from] DatabaseError),
}

/// Files that are not of one moment: a server on them would skip events and lose what they tell of.
#[derive(Debug, thiserror::Error)]
#[error(
    "the files of the data folder {} are not from the same moment:{}\nNothing was delivered. Restore all files from one backup: \
     ticketing restore BACKUP --data-dir {} --replace. Or, if the newer file is still there, put it back and run \
     `ticketing check`",
    .folder.display(), listed(.divergences), .folder.display()
)]
pub struct Diverged {
    /// The data folder.
    pub folder: PathBuf,
    /// Which files, at least one pair.
    pub divergences: Vec<Divergence>,
}

fn listed(divergences: &[Divergence]) -> String {
    let lines = divergences
        .iter()
        .map(|divergence| format!("\n  - {}", divergence_of_files(divergence)));
    lines.collect::<String>()
}

/// A divergence, with the names of the two files.
#[must_use]
pub fn divergence_of_files(divergence: &Divergence) -> String {
    let (source, consumer) = (
        file_name(divergence.source_name),
        file_name(divergence.consumer_name),
    );
    let position = divergence.position;
    if divergence.head < position {
        format!(
            "{source} is older than {consumer}, which has consumed {position} of its events: it has only {}",
            divergence.head
        )
    } else {
        format!(
            "{source} is not the file whose events {consumer} has consumed: event {position} differs, as if an older copy had \
             been restored and written to"
        )
    }
}

/// Every database of a data folder.
#[derive(Clone, Debug)]
pub struct Databases {
    /// Accounts and sessions.
    pub auth: Database,
    /// Tickets for sale.
    pub tickets: Database,
    /// Reservations and orders.
    pub orders: Database,
    /// Payments.
    pub payments: Database,
    /// The test provider's own, if it is used.
    pub test_provider: Option<Database>,
}

impl Databases {
    /// Opens the databases of a folder, and makes and migrates them where needed.
    ///
    /// # Errors
    /// When one cannot be opened or migrated.
    pub async fn open(folder: &Path, clock: &SharedClock, ids: &IdSource) -> Result<Self, OpenError> {
        let open = async |name, migrations| open(folder, name, migrations, clock, ids).await;
        Ok(Self {
            auth: open("auth", &auth::MIGRATIONS).await?,
            tickets: open("tickets", &tickets::MIGRATIONS).await?,
            orders: open("orders", &orders::MIGRATIONS).await?,
            payments: open("payments", &payments::MIGRATIONS).await?,
            test_provider: None,
        })
    }

    /// Opens the test provider's database besides.
    ///
    /// # Errors
    /// When it cannot be opened or migrated.
    pub async fn open_test_provider(
        &mut self,
        folder: &Path,
        clock: &SharedClock,
        ids: &IdSource,
    ) -> Result<Database, OpenError> {
        let database = open(folder, TEST_PROVIDER, &test_provider::MIGRATIONS, clock, ids).await?;
        self.test_provider = Some(database.clone());
        Ok(database)
    }

    /// Each of them.
    pub fn all(&self) -> impl Iterator<Item = &Database> {
        [&self.auth, &self.tickets, &self.orders, &self.payments]
            .into_iter()
            .chain(&self.test_provider)
    }

    /// Who hears whom: source and consumer of every relay.
    #[must_use]
    pub fn relayed(&self) -> Vec<(&Database, &Database)> {
        let mut relayed = vec![
            (&self.tickets, &self.orders),
            (&self.orders, &self.tickets),
            (&self.orders, &self.payments),
            (&self.payments, &self.orders),
        ];
        if let Some(test_provider) = &self.test_provider {
            relayed.push((test_provider, &self.payments));
        }
        // Tickets needs nothing of accounts: it is the witness by which an older file of accounts is noticed.
        relayed.push((&self.auth, &self.tickets));
        relayed
    }

    /// Whether the files are of one moment: no consumer has consumed an event that its source does not have.
    ///
    /// # Errors
    /// When some are older than others, or a database cannot be read.
    pub async fn verify(&self, folder: &Path) -> Result<(), VerifyError> {
        let mut divergences = Vec::new();
        for (source, consumer) in self.relayed() {
            divergences.extend(event_log::status(source, consumer).await?.divergence);
        }
        if divergences.is_empty() {
            return Ok(());
        }
        Err(VerifyError::Diverged(Diverged {
            folder: folder.to_owned(),
            divergences,
        }))
    }

    /// Closes them, the last thing before the process ends.
    pub async fn close(&self) {
        for database in self.all() {
            database.close().await;
        }
    }
}

async fn open(
    folder: &Path,
    name: &'static str,
    migrations: &'static Migrator,
    clock: &SharedClock,
    ids: &IdSource,
) -> Result<Database, OpenError> {
    let options = DatabaseOptions {
        path: file(folder, name),
        name,
        readers: READERS,
    };
    let database = Database::open(options, migrations, clock.clone(), ids.clone()).await;
    database.map_err(|source| OpenError { name, source })
}

/// The file of a database in a data folder.
#[must_use]
pub fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(file_name(name))
}

fn file_name(name: &str) -> String {
    format!("{name}.sqlite")
}
