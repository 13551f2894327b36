//! Random histories of listing, editing, reserving, cancelling and waiting, with events delivered late, in any
//! interleaving of the two sources, and more than once: afterwards every replica equals its source, and at every moment a
//! ticket has at most one live order.

use std::time::Duration;

use contracts::forms::TicketForm;
use contracts::{OrderId, TicketId, UserId};
use event_log::Database;
use event_log::sql::unchecked_scalar;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{TestServer, set_cursors_back};

const HISTORIES: u64 = 24;
const STEPS: usize = 60;

struct History {
    server: TestServer,
    random: StdRng,
    people: Vec<UserId>,
    tickets: Vec<(UserId, TicketId)>,
    orders: Vec<(UserId, OrderId)>,
    reserved: usize,
}

impl History {
    async fn begin(seed: u64) -> Self {
        let server = TestServer::start().await;
        let people = (0..3)
            .map(|number| server.person(&format!("person{number}")).id)
            .collect();
        Self {
            server,
            random: StdRng::seed_from_u64(seed),
            people,
            tickets: Vec::new(),
            orders: Vec::new(),
            reserved: 0,
        }
    }

    fn somebody(&mut self) -> UserId {
        self.people[self.random.random_range(0..self.people.len())]
    }

    async fn step(&mut self) {
        let market = self.server.marketplace.clone();
        let person = self.somebody();
        match self.random.random_range(0..12) {
            0 | 1 => {
                let form = TicketForm {
                    title: "Concert".into(),
                    price: "20".into(),
                    ..TicketForm::default()
                };
                let ticket = market
                    .tickets
                    .create(person, form.parse().unwrap())
                    .await
                    .unwrap();
                self.tickets.push((person, ticket.id));
            }
            2 => {
                if let Some((seller, ticket)) = pick(&mut self.random, &self.tickets) {
                    let form = TicketForm {
                        title: "Edited".into(),
                        price: format!("{}.5", self.random.random_range(1..90)),
                        ..TicketForm::default()
                    };
                    let _refused_while_held =
                        market.tickets.edit(seller, ticket, form.parse().unwrap()).await;
                }
            }
            3..=5 => {
                if let Some((_, ticket)) = pick(&mut self.random, &self.tickets)
                    && let Ok(order) = market.orders.reserve(person, ticket).await
                {
                    self.orders.push((person, order.id));
                    self.reserved += 1;
                }
            }
            6 => {
                if let Some((buyer, order)) = pick(&mut self.random, &self.orders) {
                    market.orders.cancel(buyer, order).await.unwrap();
                }
            }
            7 => self
                .server
                .advance(Duration::from_secs(self.random.random_range(0..1_000))),
            8 => self.deliver_again().await,
            _ => {
                let relays = market.runtime.relays();
                let relay = self.random.random_range(0..relays.len());
                relays[relay].deliver_pending().await.unwrap();
            }
        }
        assert_one_live_order_per_ticket(self.server.database("orders")).await;
    }

    /// Sets a cursor back, so that events are delivered again.
    async fn deliver_again(&mut self) {
        let relays = self.server.databases().relay_endpoints();
        let (_, database) = relays[self.random.random_range(0..relays.len())];
        set_cursors_back(database, self.random.random_range(1..8)).await;
    }

    async fn end(self) -> usize {
        self.server.deliver().await;
        let replica =
            "SELECT id || ' ' || version || ' ' || title || ' ' || price_cents FROM tickets ORDER BY id";
        assert_eq!(
            rows(self.server.database("tickets"), replica).await,
            rows(self.server.database("orders"), replica).await
        );
        let held = "SELECT id || ' ' || order_id FROM tickets WHERE order_id IS NOT NULL ORDER BY id";
        let live = "SELECT ticket_id || ' ' || id FROM orders WHERE status <> 'cancelled' ORDER BY ticket_id";
        let (held, live) = (
            rows(self.server.database("tickets"), held).await,
            rows(self.server.database("orders"), live).await,
        );
        // An edit after a deadline may have cleared the hold of an order that is not closed yet: it holds nothing.
        let now = self.server.now_ms();
        let running = format!(
            "SELECT ticket_id || ' ' || id FROM orders WHERE status <> 'cancelled' AND expires_at > {now} ORDER BY ticket_id"
        );
        let running = rows(self.server.database("orders"), sqlx::AssertSqlSafe(running)).await;
        assert!(
            running.iter().all(|row| held.contains(row)),
            "a running hold is not known to tickets"
        );
        assert!(
            held.iter().all(|row| live.contains(row)),
            "tickets knows a hold that there is not"
        );
        let reserved = self.reserved;
        self.server.finish().await;
        reserved
    }
}

fn pick<T: Copy>(random: &mut StdRng, from: &[T]) -> Option<T> {
    if from.is_empty() {
        None
    } else {
        Some(from[random.random_range(0..from.len())])
    }
}

/// The rows of a query of one text column.
async fn rows(database: &Database, sql: impl sqlx::SqlSafeStr) -> Vec<String> {
    unchecked_scalar(sql).fetch_all(database.reader()).await.unwrap()
}

async fn assert_one_live_order_per_ticket(orders: &Database) {
    let twice =
        "SELECT ticket_id FROM orders WHERE status <> 'cancelled' GROUP BY ticket_id HAVING count(*) > 1";
    assert!(
        rows(orders, twice).await.is_empty(),
        "a ticket has two live orders"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_equal_their_sources_after_any_history() {
    let first: u64 = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1);
    let mut reserved = 0;
    for seed in first..first + HISTORIES {
        println!("SEED={seed}");
        let mut history = History::begin(seed).await;
        for _ in 0..STEPS {
            history.step().await;
        }
        reserved += history.end().await;
    }
    assert!(
        reserved > 50,
        "the histories hardly reserved anything: {reserved}"
    );
}
