//! The live feed: what changes by itself on an open page, told over server-sent events.
//!
//! It is a projection of the event tables in memory. Nothing depends on it: a page that hears nothing is only as old as
//! its last load.

mod follow;
mod holds;
mod payments;
mod route;

use contracts::{OrderId, OrderStatus, TicketId, UserId};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use route::route;

use crate::marketplace::Marketplace;

/// How many changes a slow page may fall behind before it misses some.
const BACKLOG: usize = 1024;

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
        /// Whether it can be bought now.
        is_available: bool,
    },
    /// An order changed; told to its buyer only.
    Order {
        /// The order.
        id: OrderId,
        /// Whose it is.
        buyer: UserId,
        /// Where it stands now.
        status: OrderStatus,
    },
    /// A payment failed, or its money came back; told to its buyer only.
    Payment {
        /// What it was to pay for.
        order: OrderId,
        /// Who paid.
        buyer: UserId,
    },
}

/// The feed that all open pages share.
#[derive(Clone)]
pub struct Feed {
    changes: broadcast::Sender<Change>,
    shutdown: CancellationToken,
}

impl Feed {
    /// A feed whose streams end when `shutdown` is cancelled, so that open pages do not hold the server up.
    #[must_use]
    pub fn new(shutdown: CancellationToken) -> Self {
        Self {
            changes: broadcast::Sender::new(BACKLOG),
            shutdown,
        }
    }

    fn tell(&self, change: Change) {
        // Nobody listening is no failure.
        let _listeners = self.changes.send(change);
    }
}

/// Starts what follows the event tables and tells the feed, under the supervision of the marketplace's tasks.
pub fn start(feed: &Feed, marketplace: &Marketplace) {
    let Marketplace {
        databases,
        payments,
        supervisor,
        ..
    } = marketplace;
    let (told, position) = (feed.clone(), follow::newest(&databases.tickets));
    supervisor.start("live:tickets", move |stop| {
        follow::follow_tickets(told.clone(), position.clone(), stop)
    });
    let (told, position) = (feed.clone(), follow::newest(&databases.orders));
    let (orders, hold) = (databases.orders.clone(), marketplace.longest_hold());
    supervisor.start("live:orders", move |stop| {
        follow::follow_orders(told.clone(), orders.clone(), position.clone(), hold, stop)
    });
    let (told, position) = (feed.clone(), follow::newest(payments.database()));
    let payments = payments.clone();
    supervisor.start("live:payments", move |stop| {
        payments::follow_payments(told.clone(), payments.clone(), position.clone(), stop)
    });
}
