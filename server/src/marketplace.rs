//! The marketplace put together: three services, each on a database of its own, and the relays between them. This is
//! the one place that knows all of them.

use std::path::Path;
use std::time::Duration;

use auth::{Auth, AuthConfig};
use event_log::{Database, DatabaseOptions, IdSource, Relay, RelayOptions, SharedClock};
use orders::{OnTicketEvent, Orders, OrdersConfig};
use tickets::{OnOrderEvent, Tickets};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::Sessions;

/// Connections a database keeps for reading.
const READERS: u32 = 4;

/// What the marketplace needs from outside.
pub struct Parts {
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    /// How accounts are kept.
    pub auth: AuthConfig,
    /// How sessions are signed and verified.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// Fresh ids.
    pub ids: IdSource,
}

/// The databases could not be opened, or what they hold could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A database does not open.
    #[error(
        "the database {name} cannot be opened: {source}. Is the data folder writable, on a disk with room, and not in use by another server?"
    )]
    Database {
        /// Which.
        name: &'static str,
        /// Why.
        source: event_log::OpenError,
    },
    /// The sessions that were ended cannot be read.
    #[error("the ended sessions cannot be read: {0}")]
    Sessions(auth::AuthError),
}

/// The services and their databases.
#[derive(Clone)]
pub struct Marketplace {
    /// Accounts and sessions.
    pub auth: Auth,
    /// Tickets for sale.
    pub tickets: Tickets,
    /// Reservations and orders.
    pub orders: Orders,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    databases: [Database; 3],
}

impl Marketplace {
    /// Opens the databases in a folder, makes and migrates them where needed, and puts the services on them.
    ///
    /// # Errors
    /// When a database cannot be opened or migrated.
    pub async fn open(folder: &Path, parts: Parts) -> Result<Self, OpenError> {
        let Parts {
            hold,
            auth,
            sessions,
            clock,
            ids,
        } = parts;
        let open = async |name, migrations| {
            let options = DatabaseOptions {
                path: folder.join(format!("{name}.sqlite")),
                name,
                readers: READERS,
            };
            let database = Database::open(options, migrations, clock.clone(), ids.clone()).await;
            database.map_err(|source| OpenError::Database { name, source })
        };
        let auth_database = open("auth", &auth::MIGRATIONS).await?;
        let tickets_database = open("tickets", &tickets::MIGRATIONS).await?;
        let orders_database = open("orders", &orders::MIGRATIONS).await?;
        let auth = Auth::new(auth_database.clone(), sessions.clone(), auth);
        auth.restore_ended_sessions().await.map_err(OpenError::Sessions)?;
        Ok(Self {
            auth,
            tickets: Tickets::new(tickets_database.clone()),
            orders: Orders::new(orders_database.clone(), OrdersConfig { hold }),
            sessions,
            clock,
            hold,
            databases: [auth_database, tickets_database, orders_database],
        })
    }

    /// Every database, auth, tickets and orders in this order.
    #[must_use]
    pub fn databases(&self) -> &[Database] {
        &self.databases
    }

    /// The database of the tickets service.
    #[must_use]
    pub fn tickets_database(&self) -> &Database {
        &self.databases[1]
    }

    /// The database of the orders service.
    #[must_use]
    pub fn orders_database(&self) -> &Database {
        &self.databases[2]
    }

    /// Who hears whom: source and consumer of every relay.
    #[must_use]
    pub fn relayed(&self) -> [(&Database, &Database); 2] {
        let (tickets, orders) = (self.tickets_database(), self.orders_database());
        [(tickets, orders), (orders, tickets)]
    }

    /// The relay of tickets' events to orders, and the one of orders' events to tickets.
    #[must_use]
    pub fn relays(&self) -> [Relay; 2] {
        let (tickets, orders) = (self.tickets_database(), self.orders_database());
        [
            Relay::new(
                tickets.clone(),
                orders.clone(),
                OnTicketEvent,
                RelayOptions::default(),
            ),
            Relay::new(
                orders.clone(),
                tickets.clone(),
                OnOrderEvent,
                RelayOptions::default(),
            ),
        ]
    }

    /// Starts the relays.
    pub fn start_relays(&self, tracker: &TaskTracker, stop: &CancellationToken) {
        for relay in self.relays() {
            tracker.spawn(relay.run(stop.clone()));
        }
    }

    /// Closes the databases, the last thing before the process ends.
    pub async fn close(&self) {
        for database in &self.databases {
            database.close().await;
        }
    }
}
