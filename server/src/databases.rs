//! The databases of the services, and who hears whom.

use std::path::{Path, PathBuf};

use event_log::{Database, DatabaseOptions, IdSource, SharedClock};
use sqlx::migrate::Migrator;

/// Connections a database keeps for reading.
const READERS: u32 = 4;

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
        relayed
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
    folder.join(format!("{name}.sqlite"))
}
