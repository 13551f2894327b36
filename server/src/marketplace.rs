//! The marketplace put together: four services, each on a database of its own, and the relays between them. This is
//! the one place that knows all of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use auth::{Auth, AuthConfig};
use event_log::{Database, DatabaseOptions, Handler, IdSource, Relay, RelayOptions, SharedClock};
use orders::{OnPaymentEvent, OnTicketEvent, Orders, OrdersConfig};
use payments::provider::{OnTestCharge, TestPayments};
use payments::{Payments, PaymentsConfig, Provider};
use test_provider::TestProvider;
use tickets::Tickets;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::Sessions;

/// Connections a database keeps for reading.
const READERS: u32 = 4;

/// What the marketplace needs from outside.
pub struct Parts {
    /// How long a reservation holds its ticket, and how paying makes it longer.
    pub orders: OrdersConfig,
    /// How payments are asked about.
    pub payments: PaymentsConfig,
    /// Who moves the money.
    pub provider: ProviderChoice,
    /// How accounts are kept.
    pub auth: AuthConfig,
    /// How sessions are signed and verified.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// Fresh ids.
    pub ids: IdSource,
}

/// Who moves the money.
#[derive(Clone)]
pub enum ProviderChoice {
    /// Nobody: the test provider, whose delayed charges take that long.
    Test(Duration),
    /// A real one.
    Real(Arc<dyn Provider>),
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
    /// Payments.
    pub payments: Payments,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    orders_config: OrdersConfig,
    test_provider: Option<TestProvider>,
    databases: Vec<Database>,
}

impl Marketplace {
    /// Opens the databases in a folder, makes and migrates them where needed, and puts the services on them.
    ///
    /// # Errors
    /// When a database cannot be opened or migrated.
    pub async fn open(folder: &Path, parts: Parts) -> Result<Self, OpenError> {
        let Parts {
            orders: orders_config,
            payments: payments_config,
            provider,
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
        let payments_database = open("payments", &payments::MIGRATIONS).await?;
        let mut databases = vec![
            auth_database.clone(),
            tickets_database.clone(),
            orders_database.clone(),
            payments_database.clone(),
        ];
        let (provider, test_provider): (Arc<dyn Provider>, _) = match provider {
            ProviderChoice::Real(provider) => (provider, None),
            ProviderChoice::Test(delay) => {
                let database = open("test-provider", &test_provider::MIGRATIONS).await?;
                databases.push(database.clone());
                let provider = TestProvider::new(database, delay);
                (Arc::new(TestPayments::new(provider.clone())), Some(provider))
            }
        };
        let auth = Auth::new(auth_database.clone(), sessions.clone(), auth);
        auth.restore_ended_sessions().await.map_err(OpenError::Sessions)?;
        Ok(Self {
            auth,
            tickets: Tickets::new(tickets_database.clone()),
            orders: Orders::new(orders_database, orders_config),
            payments: Payments::new(payments_database, provider, payments_config),
            sessions,
            clock,
            orders_config,
            test_provider,
            databases,
        })
    }

    /// Every database: auth, tickets, orders and payments in this order, and the test provider's if it is used.
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

    /// The database of the payments service.
    #[must_use]
    pub fn payments_database(&self) -> &Database {
        &self.databases[3]
    }

    /// The longest time that an unpaid order can hold its ticket.
    #[must_use]
    pub fn longest_hold(&self) -> Duration {
        self.orders_config.hold + self.orders_config.payment_extension
    }

    /// The test provider, if it is used.
    #[must_use]
    pub fn test_provider(&self) -> Option<&TestProvider> {
        self.test_provider.as_ref()
    }

    /// Who hears whom: source and consumer of every relay.
    #[must_use]
    pub fn relayed(&self) -> Vec<(&Database, &Database)> {
        let (tickets, orders) = (self.tickets_database(), self.orders_database());
        let payments = self.payments_database();
        let mut relayed = vec![
            (tickets, orders),
            (orders, tickets),
            (orders, payments),
            (payments, orders),
        ];
        if let Some(provider) = &self.test_provider {
            relayed.push((provider.database(), payments));
        }
        relayed
    }

    /// The relays, in the order of [`Marketplace::relayed`].
    #[must_use]
    pub fn relays(&self) -> Vec<Relay> {
        let (tickets_database, orders) = (self.tickets_database(), self.orders_database());
        let payments_database = self.payments_database();
        let on_payment = OnPaymentEvent::new(&self.orders_config);
        let mut relays = vec![
            relay(tickets_database, orders, OnTicketEvent),
            relay(orders, tickets_database, tickets::OnOrderEvent),
            relay(orders, payments_database, payments::OnOrderEvent),
            relay(payments_database, orders, on_payment),
        ];
        if let Some(provider) = &self.test_provider {
            relays.push(relay(provider.database(), payments_database, OnTestCharge));
        }
        relays
    }

    /// Starts the relays and the workers: the one that closes orders, and the one that asks about open payments.
    pub fn start_workers(&self, tracker: &TaskTracker, stop: &CancellationToken) {
        for relay in self.relays() {
            tracker.spawn(relay.run(stop.clone()));
        }
        tracker.spawn(orders::close_expired(self.orders.clone(), stop.clone()));
        tracker.spawn(payments::reconcile_open(self.payments.clone(), stop.clone()));
        if let Some(provider) = &self.test_provider {
            tracker.spawn(provider.clone().run(stop.clone()));
        }
    }

    /// Closes the databases, the last thing before the process ends.
    pub async fn close(&self) {
        for database in &self.databases {
            database.close().await;
        }
    }
}

fn relay(source: &Database, consumer: &Database, handler: impl Handler) -> Relay {
    Relay::new(source.clone(), consumer.clone(), handler, RelayOptions::default())
}
