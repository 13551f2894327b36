//! The composition of the marketplace: the single list of its services, and how they are opened. Databases, relays, workers, routes,
//! readiness, `check`, `events` and backups follow from the list.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth::Auth;
use event_log::Location;
use orders::{Orders, OrdersConfig};
use payments::provider::TestPayments;
use payments::{Payments, Provider};
use service::{Databases, Definition, Runtime, Storage};
use test_provider::TestProvider;
use tickets::Tickets;

use crate::data_dir::{self, Lock};
use crate::marketplace::{Dependencies, Marketplace, OpenError, ProviderChoice};

/// All services.
pub static SERVICES: [&Definition; 5] = [
    &auth::DEFINITION,
    &tickets::DEFINITION,
    &orders::DEFINITION,
    &payments::DEFINITION,
    &test_provider::DEFINITION,
];

/// The services whose databases a data directory contains, or must contain.
#[must_use]
pub fn services_of(folder: &Path) -> Vec<&'static Definition> {
    let is_there =
        |service: &&Definition| !service.is_optional || service::file(folder, service.name).exists();
    SERVICES.into_iter().filter(is_there).collect()
}

/// The file of a service cannot be opened.
#[derive(Debug)]
pub enum NoFile {
    /// It does not exist.
    Missing(PathBuf),
    /// It cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
}

/// The services of a directory, each with its file.
///
/// # Errors
/// For the first file that is missing, cannot be read or is not a file.
pub fn files_of(folder: &Path) -> Result<Vec<(&'static Definition, PathBuf)>, NoFile> {
    let file = |service: &'static Definition| {
        let path = service::file(folder, service.name);
        match data_dir::is_file(&path) {
            Ok(true) => Ok((service, path)),
            Ok(false) => Err(NoFile::Missing(path)),
            Err(problem) => Err(NoFile::Unreadable { path, problem }),
        }
    };
    services_of(folder).into_iter().map(file).collect()
}

/// A service has no database on PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum NoSchema {
    /// The database cannot be reached.
    #[error("{storage} cannot be reached: {problem}. Set its URL with --database")]
    Unreachable {
        /// The database.
        storage: Storage,
        /// The driver's error.
        problem: sqlx::Error,
    },
    /// It has no schema of the service.
    #[error(
        "{storage} has no schema {schema} with an event log: is this the marketplace's database? The schemas of all services must be in \
         the one that --database names"
    )]
    Missing {
        /// The schema.
        schema: String,
        /// The database.
        storage: Storage,
    },
}

/// The services that have a schema on PostgreSQL. None is created.
///
/// # Errors
/// When the database cannot be reached, or a service has none that must have one.
pub async fn services_on(storage: &Storage) -> Result<Vec<&'static Definition>, NoSchema> {
    let mut services: Vec<&'static Definition> = Vec::new();
    for service in SERVICES {
        let Location::Postgres(location) = storage.location(service) else {
            continue;
        };
        let unreachable = |problem| NoSchema::Unreachable {
            storage: storage.clone(),
            problem,
        };
        if location.has_event_log().await.map_err(unreachable)? {
            services.push(service);
        } else if !service.is_optional {
            return Err(NoSchema::Missing {
                schema: location.schema,
                storage: storage.clone(),
            });
        }
    }
    Ok(services)
}

/// Whether a server is running on the databases.
///
/// # Errors
/// When PostgreSQL cannot be reached.
pub async fn has_server(storage: &Storage) -> Result<bool, sqlx::Error> {
    if let Storage::Directory(folder) = storage {
        return Ok(Lock::is_held(folder));
    }
    for service in SERVICES {
        if let Location::Postgres(location) = storage.location(service)
            && location.is_led().await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Marketplace {
    /// Opens the databases, creates and migrates them if needed, and constructs the services on them.
    ///
    /// # Errors
    /// When a database cannot be opened or migrated, or some are older than others.
    pub async fn open(storage: impl Into<Storage>, dependencies: Dependencies) -> Result<Self, OpenError> {
        let mut databases = Databases::of(storage, dependencies.clock.clone(), dependencies.ids.clone());
        Self::open_in(&mut databases, dependencies).await
    }

    /// The same, for somebody who keeps the databases. A server does not: once they are open, only the service that owns a database
    /// writes into it. Tests do, to get past the services.
    ///
    /// # Errors
    /// When a database cannot be opened or migrated, or some files are older than others.
    pub async fn open_in(databases: &mut Databases, dependencies: Dependencies) -> Result<Self, OpenError> {
        let Dependencies {
            orders: orders_config,
            payments: payments_config,
            provider,
            auth,
            sessions,
            clock,
            ids,
            expiry_worker,
        } = dependencies;
        let of_auth = databases.open(&auth::DEFINITION).await?;
        let of_tickets = databases.open(&tickets::DEFINITION).await?;
        let of_orders = databases.open(&orders::DEFINITION).await?;
        let of_payments = databases.open(&payments::DEFINITION).await?;
        let (provider, test_provider): (Arc<dyn Provider>, _) = match provider {
            ProviderChoice::Test(delay) => {
                let provider = TestProvider::new(databases.open(&test_provider::DEFINITION).await?, delay);
                (Arc::new(TestPayments::new(provider.clone())), Some(provider))
            }
            ProviderChoice::Real(provider) => (provider, None),
        };
        databases.verify().await?;

        let minimum_price = provider.minimum_price();
        let orders_config = OrdersConfig {
            minimum_price,
            ..orders_config
        };
        let auth = Auth::new(of_auth, sessions.clone(), auth);
        auth.restore_ended_sessions().await.map_err(OpenError::Sessions)?;
        let tickets = Tickets::new(of_tickets).with_minimum_price(minimum_price);
        prepare_search(&tickets).await?;
        let orders = Orders::new(of_orders, orders_config);
        let payments = Payments::new(of_payments, provider, payments_config);

        let mut of_orders = orders::service(&orders, &sessions);
        if !expiry_worker {
            of_orders = of_orders.without_worker(orders::EXPIRY_WORKER);
        }
        let mut services = vec![
            auth::service(&auth),
            tickets::service(&tickets, &sessions),
            of_orders,
            payments::service(&payments, &sessions),
        ];
        services.extend(test_provider.as_ref().map(test_provider::service));
        Ok(Self {
            auth,
            tickets,
            orders,
            payments,
            sessions,
            clock,
            ids,
            runtime: Runtime::new(services),
            test_provider,
            longest_hold: orders_config.hold + orders_config.payment_extension,
        })
    }
}

async fn prepare_search(tickets: &Tickets) -> Result<(), OpenError> {
    let folded = tickets.refold_titles().await.map_err(OpenError::Search)?;
    if folded > 0 {
        tracing::info!(
            tickets = folded,
            "indexed ticket titles from an older release for search"
        );
    }
    tickets.load_catalog().await.map_err(OpenError::Search)
}
