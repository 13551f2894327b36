//! The live feed: changes to open pages, sent as server-sent events.
//!
//! It is a projection of the event tables. A page carries the log position at which it was rendered, and its stream begins
//! there; a client too far behind gets a `reset` and reloads its page.

mod follow;
mod holds;
mod payments;
mod reader;
mod recent_deadlines;
mod replay;
mod route;

use std::sync::Arc;

use ::payments::Payments;
use app::LogPosition;
use contracts::{OrderId, OrderStatus, TicketId, Timestamp, UserId};
use event_log::{EventSource, SharedClock};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use route::route;

use self::recent_deadlines::RecentDeadlines;
use crate::marketplace::Marketplace;

/// How many changes a slow page may fall behind before it has to reload.
const BACKLOG: usize = 1024;

/// The service whose log a change comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventLog {
    Tickets,
    Orders,
    Payments,
}

/// A change and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Notification {
    change: Change,
    source: ChangeSource,
}

/// The origin of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangeSource {
    /// The event with that sequence.
    Event(EventLog, i64),
    /// A deadline that passed, for which there is no event at that instant.
    Deadline(Timestamp),
}

/// A change that an open page may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A ticket was listed.
    Listed {
        /// The ticket.
        id: TicketId,
    },
    /// A ticket was edited, held or released.
    Ticket {
        /// The ticket.
        id: TicketId,
        /// Whether it is available now.
        is_available: bool,
    },
    /// An order changed; sent to its buyer only.
    Order {
        /// The order.
        id: OrderId,
        /// Its buyer.
        buyer: UserId,
        /// Its current status.
        status: OrderStatus,
    },
    /// A payment failed, or was refunded; sent to its buyer only.
    Payment {
        /// Its order.
        order: OrderId,
        /// Its buyer.
        buyer: UserId,
    },
}

/// The feed that all open pages share.
#[derive(Clone)]
pub struct Feed {
    changes: broadcast::Sender<Notification>,
    deadlines: Arc<RecentDeadlines>,
    sources: Sources,
    /// Says whose a payment is: its events do not.
    payments: Payments,
    clock: SharedClock,
    shutdown: CancellationToken,
}

/// The sources of the feed.
#[derive(Clone)]
struct Sources {
    tickets: EventSource,
    orders: EventSource,
    payments: EventSource,
}

impl Feed {
    /// A feed of a marketplace, whose streams end when `shutdown` is cancelled, so that open pages do not hold the server up.
    #[must_use]
    pub fn new(marketplace: &Marketplace, shutdown: CancellationToken) -> Self {
        let now = Timestamp::from_millis(marketplace.clock.now_ms());
        Self {
            changes: broadcast::Sender::new(BACKLOG),
            deadlines: Arc::new(RecentDeadlines::since(now)),
            sources: Sources {
                tickets: marketplace.tickets.events(),
                orders: marketplace.orders.events(),
                payments: marketplace.payments.events(),
            },
            payments: marketplace.payments.clone(),
            clock: marketplace.clock.clone(),
            shutdown,
        }
    }

    /// The current positions of the logs.
    fn position(&self) -> LogPosition {
        let Sources {
            tickets,
            orders,
            payments,
        } = &self.sources;
        LogPosition::of(tickets, orders, payments, self.now())
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }

    fn publish(&self, change: Change, source: ChangeSource) {
        if let ChangeSource::Deadline(deadline) = source {
            self.deadlines.insert(deadline, change.clone());
        }
        // No listener is not an error.
        let _listeners = self.changes.send(Notification { change, source });
    }
}

/// Starts the followers of the event tables, which publish to the feed, supervised with the tasks of the marketplace.
pub fn start(feed: &Feed, marketplace: &Marketplace) {
    let supervisor = marketplace.runtime.supervisor();
    let Sources {
        tickets,
        orders,
        payments,
    } = feed.sources.clone();
    let (publisher, shared_tail) = (feed.clone(), follow::tail_from_newest(&tickets));
    supervisor.start("live:tickets", move |stop| {
        follow::follow_tickets(publisher.clone(), shared_tail.clone(), stop)
    });
    let (publisher, shared_tail) = (feed.clone(), follow::tail_from_newest(&orders));
    let hold = marketplace.longest_hold();
    supervisor.start("live:orders", move |stop| {
        follow::follow_orders(publisher.clone(), orders.clone(), shared_tail.clone(), hold, stop)
    });
    let (publisher, shared_tail) = (feed.clone(), follow::tail_from_newest(&payments));
    supervisor.start("live:payments", move |stop| {
        payments::follow_payments(publisher.clone(), shared_tail.clone(), stop)
    });
}
