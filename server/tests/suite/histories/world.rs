//! The real services on real databases, with a clock, ids and a provider of the test's.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use auth::AuthConfig;
use contracts::forms::TicketForm;
use contracts::{Offer, OrderStatus, Price, RefundWindow, TicketId, Timestamp, Title, UserId};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{Clock, Database, IdSource, ManualClock, SharedClock};
use orders::OrdersConfig;
use payments::PaymentsConfig;
use server::marketplace::{Dependencies, Marketplace, ProviderChoice};
use service::Databases;
use tempfile::TempDir;
use tickets::OnSaleQuery;
use tokio::sync::OnceCell;
use web::{SessionConfig, Sessions, SigningKey};

use super::model::Model;
use super::step::Step;
use crate::support::{START_MS, storage};

/// How long the provider takes for a delayed charge.
const DELAY: Duration = Duration::from_mins(4);
/// How long the news of one process may take to the other.
const NEWS: Duration = Duration::from_secs(30);
/// Longer than every hold, backoff and grace period.
const LONG: Duration = Duration::from_hours(3);

pub struct World {
    pub market: Marketplace,
    pub model: Model,
    pub clock: Arc<ManualClock>,
    pub buyers: Vec<UserId>,
    pub seller: UserId,
    /// One per history.
    pub tickets: Vec<TicketId>,
    seed: u64,
    ids: IdSource,
    databases: Databases,
    folder: TempDir,
    other: Option<Other>,
}

/// Another process on the same databases, which only PostgreSQL has: nothing in memory is shared.
struct Other {
    market: Marketplace,
    databases: Databases,
    ids: IdSource,
}

/// In memory if the system supports it: disk behavior is tested elsewhere.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        TempDir::new_in(memory).unwrap()
    } else {
        TempDir::new().unwrap()
    }
}

/// The databases of an empty marketplace, by their names. They are created once: migrating them for each world would take as long as
/// its histories.
static EMPTY: OnceCell<Vec<(OsString, Vec<u8>)>> = OnceCell::const_new();

async fn make_empty(clock: &Arc<ManualClock>, ids: &IdSource) -> Vec<(OsString, Vec<u8>)> {
    let folder = folder();
    let (market, _) = open(folder.path(), clock, ids).await;
    market.runtime.close().await;
    let entries = folder.path().read_dir().unwrap().map(Result::unwrap);
    let databases = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "sqlite"));
    databases
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

async fn open(folder: &Path, clock: &Arc<ManualClock>, ids: &IdSource) -> (Marketplace, Databases) {
    let shared: SharedClock = clock.clone();
    let key = SigningKey::parse(&"c2VjcmV0".repeat(8)).unwrap();
    let dependencies = Dependencies {
        orders: OrdersConfig {
            // Histories are not about the limit of unpaid orders.
            holds_per_buyer: 0,
            ..OrdersConfig::default()
        },
        payments: PaymentsConfig::default(),
        provider: ProviderChoice::Test(DELAY),
        auth: AuthConfig::fast_for_tests(),
        sessions: Sessions::new(SessionConfig::new(key), shared.clone()),
        clock: shared,
        ids: ids.clone(),
        expiry_worker: true,
    };
    let mut databases = Databases::of(
        storage(folder),
        dependencies.clock.clone(),
        dependencies.ids.clone(),
    );
    let market = Marketplace::open_in(&mut databases, dependencies).await.unwrap();
    (market, databases)
}

impl World {
    pub async fn open(seed: u64, histories: usize) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let ids = IdSource::seeded(clock.clone(), seed);
        let folder = folder();
        let made_by = IdSource::seeded(clock.clone(), 0);
        if !test_support::is_on_postgres() {
            for (name, database) in EMPTY.get_or_init(|| make_empty(&clock, &made_by)).await {
                std::fs::write(folder.path().join(name), database).unwrap();
            }
        }
        let (market, databases) = open(folder.path(), &clock, &ids).await;
        let mut world = Self {
            market,
            model: Model::default(),
            buyers: (0..3).map(|_| UserId::from_uuid(ids.next())).collect(),
            seller: UserId::from_uuid(ids.next()),
            tickets: Vec::new(),
            clock,
            seed,
            ids,
            databases,
            folder,
            other: None,
        };
        for _ in 0..histories {
            let ticket = Self::form("Concert", 20);
            let ticket = world.market.tickets.create(world.seller, ticket).await.unwrap();
            world.tickets.push(ticket.id);
        }
        world.deliver_all().await;
        world
    }

    pub fn form(title: &str, price: u32) -> Offer {
        let form = TicketForm {
            title: title.to_owned(),
            price: price.to_string(),
            ..TicketForm::default()
        };
        form.parse().unwrap()
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }

    /// The process ends and another one starts: nothing in memory is left.
    pub async fn restart(&mut self) {
        self.market.runtime.close().await;
        (self.market, self.databases) = open(self.folder.path(), &self.clock, &self.ids).await;
    }

    /// On PostgreSQL it is the other process' turn, which learns of the events of this one as a server does of a browser's own writes.
    pub async fn take_turns(&mut self) {
        let Some(mut other) = self.other.take() else {
            return;
        };
        let heads: Vec<(&str, i64)> = self
            .databases
            .all()
            .map(|database| (database.name(), database.events().head()))
            .collect();
        std::mem::swap(&mut self.market, &mut other.market);
        std::mem::swap(&mut self.databases, &mut other.databases);
        std::mem::swap(&mut self.ids, &mut other.ids);
        self.other = Some(other);
        for (name, head) in heads {
            let events = self.database(name).events();
            assert!(
                events.caught_up_with(head, NEWS).await,
                "{name} does not learn of {head}"
            );
        }
    }

    /// Starts the other process, if there can be one. From the beginning, because the running time is saved by the real clock.
    pub async fn start_second_process(&mut self) {
        if !test_support::is_on_postgres() {
            return;
        }
        // Other ids than those of the first.
        let ids = IdSource::seeded(self.clock.clone(), !self.seed);
        let (market, databases) = open(self.folder.path(), &self.clock, &ids).await;
        self.other = Some(Other {
            market,
            databases,
            ids,
        });
    }

    /// Ends the processes.
    pub async fn close(self) {
        self.market.runtime.close().await;
        if let Some(other) = self.other {
            other.market.runtime.close().await;
        }
    }

    /// Every relay, by its source and its consumer.
    pub fn relay_endpoints(&self) -> Vec<(&'static str, &'static str)> {
        let endpoints = self.databases.relay_endpoints().into_iter();
        endpoints
            .map(|(source, consumer)| (source.name(), consumer.name()))
            .collect()
    }

    /// The database of a service, to get past the service.
    pub fn database(&self, name: &str) -> &Database {
        self.databases.find(name).unwrap()
    }

    /// Carries what is pending over one of the relays; the model does not look.
    pub async fn deliver_pending(&self, source: &str, consumer: &str) -> usize {
        let relay = self.market.runtime.relay(source, consumer).unwrap();
        relay.deliver_pending().await.unwrap()
    }

    /// Carries what is pending over one of the relays. The model consumes what the orders service consumes of payments.
    pub async fn deliver(&mut self, source: &str, consumer: &str) -> usize {
        let heard = if (source, consumer) == ("payments", "orders") {
            Some(position(self.database("orders"), "payments").await)
        } else {
            None
        };
        let moved = self.deliver_pending(source, consumer).await;
        if let Some(before) = heard {
            let after = position(self.database("orders"), "payments").await;
            let mut tail = self.database("payments").events().tail(before);
            let mut passed = before;
            let now = self.now();
            while passed < after {
                for event in tail.next_batch().await.unwrap() {
                    if event.sequence <= after {
                        self.model.consume(&event, now);
                    }
                    passed = event.sequence;
                }
            }
        }
        if (source, consumer) == ("tickets", "orders") {
            self.read_offers().await;
        }
        moved
    }

    async fn read_offers(&mut self) {
        let rows: Vec<(String, String, i64, i64)> =
            unchecked("SELECT id, title, price_cents, refund_hours FROM tickets")
                .fetch_all(self.database("orders").reader())
                .await
                .unwrap();
        let offers = rows.into_iter().map(|(id, title, cents, hours)| {
            let offer = Offer {
                title: Title::parse(&title).unwrap(),
                price: Price::from_cents(cents).unwrap(),
                refund_window: RefundWindow::from_hours(hours).unwrap(),
            };
            (TicketId::parse(&id).unwrap(), offer)
        });
        self.model.offers = offers.collect();
    }

    pub async fn deliver_all(&mut self) {
        loop {
            let mut moved = 0;
            for (source, consumer) in self.relay_endpoints() {
                moved += self.deliver(source, consumer).await;
            }
            if moved == 0 {
                return;
            }
        }
    }

    /// Everything pending completes: time passes, workers run, everything is delivered.
    pub async fn settle(&mut self) {
        for _ in 0..3 {
            self.clock.advance(LONG);
            self.deliver_all().await;
            while self.market.payments.reconcile().await.unwrap() > 0 {
                self.deliver_all().await;
            }
            self.market.orders.expire_due(1_000).await.unwrap();
            self.model.closed(self.now());
            self.deliver_all().await;
        }
        let open = self.market.payments.next_check().await.unwrap();
        assert_eq!(open, None, "a payment never came to its end");
    }

    /// Every order of a history matches the model.
    pub async fn compare(&self, history: usize, step: Step) {
        let now = self.now();
        for expected in &self.model.orders {
            if expected.ticket != self.tickets[history] {
                continue;
            }
            let order = self
                .market
                .orders
                .find(expected.buyer, expected.id)
                .await
                .unwrap();
            assert_eq!(
                (order.status, order.cancel_reason),
                expected.reads(now),
                "after {step:?}: {expected:?}"
            );
            if order.status != OrderStatus::Cancelled {
                assert_eq!(order.expires_at, expected.expires_at, "after {step:?}");
            }
        }
    }

    /// The findings of `ticketing check`.
    pub async fn broken(&self) -> Vec<String> {
        let findings = server::check::check(storage(self.folder.path()), self.clock.now_ms())
            .await
            .unwrap()
            .findings;
        findings
            .into_iter()
            .filter(|finding| !finding.violations.is_empty())
            .map(|finding| format!("{}: {:?}", finding.name, finding.violations))
            .collect()
    }

    pub async fn assert_invariants(&self) {
        assert_eq!(self.broken().await, Vec::<String>::new());
        self.assert_catalog().await;
    }

    /// The tickets on sale, which the tickets service has in memory, are those of its database.
    async fn assert_catalog(&self) {
        let stored: Vec<(String, i64, i64)> =
            unchecked("SELECT id, version, price_cents FROM tickets WHERE free_from <= $1 ORDER BY id")
                .bind(self.now().as_millis())
                .fetch_all(self.database("tickets").reader())
                .await
                .unwrap();
        let listed = self.market.tickets.on_sale(OnSaleQuery::default()).await.unwrap();
        let listed = listed.items.iter();
        let listed: Vec<_> = listed
            .map(|ticket| (ticket.id.to_string(), ticket.version, ticket.price.cents()))
            .collect();
        assert_eq!(listed, stored);
    }
}

/// How far a database has followed a source.
pub async fn position(consumer: &Database, source: &'static str) -> i64 {
    unchecked_scalar("SELECT position FROM cursors WHERE source = $1")
        .bind(source)
        .fetch_optional(consumer.reader())
        .await
        .unwrap()
        .unwrap_or(0)
}
