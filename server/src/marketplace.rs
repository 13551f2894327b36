//! The marketplace put together: four services, each on a database of its own, the relays between them, and the workers.
//! This is the one place that knows all of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use auth::{Auth, AuthConfig};
use event_log::{
    ApplyError, BoxFuture, Database, Event, Handler, IdSource, Relay, RelayOptions, SharedClock, Supervisor,
    TaskStatus, Transaction,
};
use orders::{OnPaymentEvent, OnTicketEvent, Orders, OrdersConfig};
use payments::provider::{OnTestCharge, TestPayments};
use payments::{Payments, PaymentsConfig, Provider};
use test_provider::TestProvider;
use tickets::Tickets;
use web::Sessions;

use crate::databases::{self, Databases};

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
    #[error(transparent)]
    Database(#[from] databases::OpenError),
    /// The files are not of one moment, or that cannot be seen.
    #[error(transparent)]
    Verify(#[from] databases::VerifyError),
    /// The sessions that were ended cannot be read.
    #[error("the ended sessions cannot be read: {0}")]
    Sessions(auth::AuthError),
    /// The titles cannot be folded for the search.
    #[error("the titles of the tickets cannot be prepared for the search: {0}")]
    Search(tickets::TicketsError),
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
    /// What the services keep.
    pub databases: Databases,
    /// What keeps the relays, the workers and the live feed running.
    pub supervisor: Supervisor,
    orders_config: OrdersConfig,
    test_provider: Option<TestProvider>,
}

impl Marketplace {
    /// Opens the databases in a folder, makes and migrates them where needed, and puts the services on them.
    ///
    /// # Errors
    /// When a database cannot be opened or migrated, or some files are older than others.
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
        let mut databases = Databases::open(folder, &clock, &ids).await?;
        let (provider, test_provider): (Arc<dyn Provider>, _) = match provider {
            ProviderChoice::Test(delay) => {
                let database = databases.open_test_provider(folder, &clock, &ids).await?;
                let provider = TestProvider::new(database, delay);
                (Arc::new(TestPayments::new(provider.clone())), Some(provider))
            }
            ProviderChoice::Real(provider) => (provider, None),
        };
        databases.verify(folder).await?;
        let minimum_price = provider.minimum_price();
        let orders_config = OrdersConfig {
            minimum_price,
            ..orders_config
        };
        let auth = Auth::new(databases.auth.clone(), sessions.clone(), auth);
        auth.restore_ended_sessions().await.map_err(OpenError::Sessions)?;
        let tickets = Tickets::new(databases.tickets.clone()).with_minimum_price(minimum_price);
        let folded = tickets.fold_titles_anew().await.map_err(OpenError::Search)?;
        if folded > 0 {
            tracing::info!(
                tickets = folded,
                "prepared the titles of an earlier release for the search"
            );
        }
        Ok(Self {
            auth,
            tickets,
            orders: Orders::new(databases.orders.clone(), orders_config),
            payments: Payments::new(databases.payments.clone(), provider, payments_config),
            sessions,
            clock,
            databases,
            supervisor: Supervisor::default(),
            orders_config,
            test_provider,
        })
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

    /// The relays, in the order of [`Databases::relayed`].
    #[must_use]
    pub fn relays(&self) -> Vec<Relay> {
        let databases = &self.databases;
        let on_payment = OnPaymentEvent::new(&self.orders_config);
        let mut relays = vec![
            relay(&databases.tickets, &databases.orders, OnTicketEvent),
            relay(&databases.orders, &databases.tickets, tickets::OnOrderEvent),
            relay(&databases.orders, &databases.payments, payments::OnOrderEvent),
            relay(&databases.payments, &databases.orders, on_payment),
        ];
        if let Some(test_provider) = &databases.test_provider {
            relays.push(relay(test_provider, &databases.payments, OnTestCharge));
        }
        relays.push(relay(&databases.auth, &databases.tickets, Witness));
        relays
    }

    /// Starts the relays and the workers: the one that closes orders, if it is wanted, and the one that asks about open
    /// payments.
    pub fn start_workers(&self, expiry_worker: bool) {
        let supervisor = &self.supervisor;
        for (relay, (source, consumer)) in self.relays().into_iter().zip(self.databases.relayed()) {
            let name = format!("relay:{}:{}", source.name(), consumer.name());
            supervisor.start(name, move |stop| relay.clone().run(stop));
        }
        if expiry_worker {
            let orders = self.orders.clone();
            supervisor.start("expiry", move |stop| {
                orders::run_expiry_worker(orders.clone(), stop)
            });
        }
        let auth = self.auth.clone();
        supervisor.start("overdue-sessions", move |stop| {
            auth::run_session_expiry_worker(auth.clone(), stop)
        });
        let payments = self.payments.clone();
        supervisor.start("reconciler", move |stop| {
            payments::reconcile_open(payments.clone(), stop)
        });
        let payments = self.payments.clone();
        supervisor.start("disputes", move |stop| {
            payments::reconcile_open_disputes(payments.clone(), stop)
        });
        if let Some(provider) = self.test_provider.clone() {
            supervisor.start("test-provider", move |stop| provider.clone().run(stop));
        }
    }

    /// How everything stands that must not end while the process lives.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskStatus> {
        let own = self.databases.all().flat_map(Database::tasks);
        self.supervisor.status().into_iter().chain(own).collect()
    }
}

/// Consumes nothing and lets the cursor advance: where it stands shows when the file of the source is an older one.
struct Witness;

impl Handler for Witness {
    fn subjects(&self) -> &'static [&'static str] {
        &[]
    }

    fn apply<'t>(
        &'t self,
        _tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        let unasked = format!("nobody asked for {}", event.subject);
        Box::pin(async { Err(ApplyError::Rejected(unasked)) })
    }
}

fn relay(source: &Database, consumer: &Database, handler: impl Handler) -> Relay {
    Relay::new(source.clone(), consumer.clone(), handler, RelayOptions::default())
}
