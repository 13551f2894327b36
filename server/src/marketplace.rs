//! The services of the marketplace, for pages and commands. [`crate::compose`] puts them together.

use std::sync::Arc;
use std::time::Duration;

use auth::{Auth, AuthConfig};
use event_log::{IdSource, SharedClock};
use orders::{Orders, OrdersConfig};
use payments::{Payments, PaymentsConfig, Provider};
use service::Runtime;
use test_provider::TestProvider;
use tickets::Tickets;
use web::Sessions;

/// The configuration and dependencies of the marketplace.
pub struct Dependencies {
    /// How long a reservation holds its ticket, and how paying extends it.
    pub orders: OrdersConfig,
    /// How payments are checked.
    pub payments: PaymentsConfig,
    /// The payment provider.
    pub provider: ProviderChoice,
    /// How accounts are kept.
    pub auth: AuthConfig,
    /// How sessions are signed and verified.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// Fresh ids.
    pub ids: IdSource,
    /// Whether the worker that closes expired orders runs.
    pub expiry_worker: bool,
}

/// The payment provider.
#[derive(Clone)]
pub enum ProviderChoice {
    /// The test provider, which takes no real money and whose delayed charges take this long.
    Test(Duration),
    /// A real one.
    Real(Arc<dyn Provider>),
}

/// The databases could not be opened, or their content could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A database does not open.
    #[error(transparent)]
    Database(#[from] service::OpenError),
    /// The files are not from the same point in time, or that cannot be determined.
    #[error(transparent)]
    Verify(#[from] service::VerifyError),
    /// The sessions that were ended cannot be read.
    #[error("the ended sessions cannot be read: {0}")]
    Sessions(auth::AuthError),
    /// The tickets on sale cannot be loaded, or their titles cannot be folded for the search.
    #[error("cannot load the tickets on sale: {0}")]
    Search(tickets::TicketsError),
}

/// The services and their runtime.
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
    /// Verifies sessions.
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// Fresh ids.
    pub ids: IdSource,
    /// The runtime of the services: their databases, relays and workers.
    pub runtime: Runtime,
    pub(crate) test_provider: Option<TestProvider>,
    pub(crate) longest_hold: Duration,
}

impl Marketplace {
    /// The longest time that an unpaid order can hold its ticket.
    #[must_use]
    pub fn longest_hold(&self) -> Duration {
        self.longest_hold
    }

    /// The test provider, if it is used.
    #[must_use]
    pub fn test_provider(&self) -> Option<&TestProvider> {
        self.test_provider.as_ref()
    }
}
