//! Every interleaving of a seller who edits, buyers who reserve, pay and cancel, a clock and two relays, in a small scope: an order
//! keeps the offer it reserved, and a reverted edit is shown to its seller.

use contracts::events::OrderCreated;
use contracts::views::OrderView;
use contracts::{Offer, OrderStatus, TicketId};
use event_log::sql::unchecked_scalar;
use event_log::{ApplyError, BoxFuture, Event, Handler, Relay, RelayOptions, Transaction};
use orders::OrdersError;
use payments::Method;
use service::Subscription;

use super::world::World;
use crate::support::HOLD;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// The seller saves that offer.
    Edit(&'static str, u32),
    /// That buyer reserves.
    Reserve(usize),
    /// The first order is paid at once.
    Pay,
    /// The first order is paid with a delayed card.
    Charge,
    /// The delayed payment arrives.
    Settle,
    /// The first order is cancelled.
    Cancel,
    /// The orders service consumes what the tickets service has published.
    TicketsToOrders,
    /// The tickets service consumes what the orders service has published.
    OrdersToTickets,
    /// The holds so far expire.
    Expire,
}

use Move::{Cancel, Charge, Edit, Expire, OrdersToTickets, Pay, Reserve, Settle, TicketsToOrders};

const CHEAPER: Move = Edit("Concert", 1);
const ANOTHER: Move = Edit("Parking receipt", 30);

/// The steps of each actor, each in this order; the interleavings are of these.
const SCENARIOS: [&[&[Move]]; 3] = [
    &[
        &[ANOTHER],
        &[Reserve(0), Pay],
        &[Expire],
        &[TicketsToOrders],
        &[OrdersToTickets],
    ],
    &[
        &[CHEAPER, ANOTHER],
        &[Reserve(0), Cancel],
        &[Reserve(1)],
        &[TicketsToOrders],
        &[OrdersToTickets],
    ],
    &[
        &[ANOTHER],
        &[Reserve(0), Charge, Expire, Settle],
        &[Reserve(1)],
        &[TicketsToOrders],
        &[OrdersToTickets],
    ],
];

/// Every possible order of the moves of all actors.
fn interleavings(actors: &[&[Move]]) -> Vec<Vec<Move>> {
    if actors.iter().all(|moves| moves.is_empty()) {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for (index, moves) in actors.iter().enumerate() {
        let Some((first, rest)) = moves.split_first() else {
            continue;
        };
        let mut remaining = actors.to_vec();
        remaining[index] = rest;
        for mut sequence in interleavings(&remaining) {
            sequence.insert(0, *first);
            all.push(sequence);
        }
    }
    all
}

/// The life of one ticket.
struct History<'w> {
    world: &'w mut World,
    ticket: TicketId,
    orders: Vec<OrderView>,
    last_accepted: Offer,
    relay_to_tickets: Relay,
}

impl<'w> History<'w> {
    async fn begin(world: &'w mut World, restores: bool) -> Self {
        let offer = World::form("Concert", 20);
        let ticket = world
            .market
            .tickets
            .create(world.seller, offer.clone())
            .await
            .unwrap();
        world.deliver_all().await;
        let (source, consumer) = (
            world.database("orders").events(),
            world.database("tickets").clone(),
        );
        let options = RelayOptions::default();
        let relay_to_tickets = if restores {
            Relay::new(source, consumer, tickets::consumers::orders(), options)
        } else {
            Relay::new(
                source,
                consumer,
                NeverRestores(tickets::consumers::orders()),
                options,
            )
        };
        Self {
            world,
            ticket: ticket.id,
            orders: Vec::new(),
            last_accepted: offer,
            relay_to_tickets,
        }
    }

    async fn make(&mut self, step: Move) {
        let market = self.world.market.clone();
        match step {
            Edit(title, price) => {
                let offer = World::form(title, price);
                let edited = market
                    .tickets
                    .edit(self.world.seller, self.ticket, offer.clone())
                    .await;
                if edited.is_ok() {
                    self.last_accepted = offer;
                }
            }
            Reserve(buyer) => match market.orders.reserve(self.world.buyers[buyer], self.ticket).await {
                Ok(order) => self.orders.push(order),
                Err(OrdersError::Reserved) => {}
                Err(other) => panic!("{other}"),
            },
            Pay => self.pay("tok_visa").await,
            Charge => self.pay("tok_delayed").await,
            Settle => {
                self.world.market.payments.reconcile().await.unwrap();
                self.world.deliver_pending("payments", "orders").await;
            }
            Cancel => {
                if let Some(order) = self.orders.first() {
                    let _complete = market.orders.cancel(order.user_id, order.id).await;
                }
            }
            TicketsToOrders => {
                self.world.deliver("tickets", "orders").await;
            }
            OrdersToTickets => {
                self.relay_to_tickets.deliver_pending().await.unwrap();
            }
            // Longer than a hold that paying has extended.
            Expire => self.world.clock.advance(HOLD * 2),
        }
    }

    async fn pay(&mut self, card: &str) {
        let Some(order) = self.orders.first().cloned() else {
            return;
        };
        self.world.deliver_pending("orders", "payments").await;
        let method = Method::Token(card.to_owned());
        let _expired = self
            .world
            .market
            .payments
            .pay(order.user_id, order.id, method)
            .await;
        self.world.deliver_pending("payments", "orders").await;
    }

    /// Delivers everything. Returns the violations.
    async fn end(self) -> Option<String> {
        loop {
            let mut moved = self.relay_to_tickets.deliver_pending().await.unwrap();
            for (source, consumer) in self.world.relay_endpoints() {
                // This one may be the control's, which leaves something out.
                if (source, consumer) != ("orders", "tickets") {
                    moved += self.world.deliver_pending(source, consumer).await;
                }
            }
            if moved == 0 {
                break;
            }
        }
        let market = &self.world.market;
        let ticket = market.tickets.find(self.ticket).await.unwrap().unwrap();
        let offered = Offer {
            title: ticket.title,
            price: ticket.price,
            refund_window: ticket.refund_window,
        };
        for reserved in &self.orders {
            let order = market.orders.find(reserved.user_id, reserved.id).await.unwrap();
            let ordered = Offer {
                title: order.title.clone(),
                price: order.price,
                refund_window: order.refund_window,
            };
            let was_reserved = Offer {
                title: reserved.ticket.title.clone(),
                price: reserved.ticket.price,
                refund_window: reserved.ticket.refund_hours,
            };
            if ordered != was_reserved {
                return Some(format!("an order became another one: {order:?}"));
            }
            if order.status != OrderStatus::Cancelled && offered != ordered {
                return Some(format!("{offered:?} is not what was reserved: {order:?}"));
            }
        }
        let reverted = market.tickets.reverted_edit(self.ticket).await.unwrap();
        let is_told = reverted.is_some_and(|edit| edit.offer == self.last_accepted);
        if offered != self.last_accepted && !is_told {
            return Some(format!("nobody told the seller of {:?}", self.last_accepted));
        }
        None
    }
}

/// The violations after the interleavings of a scenario, each with its own ticket.
async fn faults(scenario: &[&[Move]], restores: bool) -> Vec<String> {
    let mut world = World::open(1, 0).await;
    let mut faults = Vec::new();
    for sequence in interleavings(scenario) {
        let mut history = History::begin(&mut world, restores).await;
        for &step in &sequence {
            history.make(step).await;
        }
        if let Some(fault) = history.end().await {
            faults.push(format!("{sequence:?}: {fault}"));
        }
    }
    if restores {
        faults.extend(world.broken().await);
    }
    faults
}

/// The tickets service without the restoring of offers: an order holds the ticket in its current state.
struct NeverRestores(Subscription);

impl Handler for NeverRestores {
    fn subjects(&self) -> &[&'static str] {
        self.0.subjects()
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            let mut payload: serde_json::Value = event.decode()?;
            let ticket = payload["ticket"]["id"].as_str().unwrap_or_default().to_owned();
            let version: i64 = unchecked_scalar("SELECT version FROM tickets WHERE id = $1")
                .bind(ticket)
                .fetch_one(tx.connection())
                .await
                .map_err(event_log::DatabaseError::from)?;
            if event.subject == OrderCreated::SUBJECT {
                payload["ticket"]["version"] = version.into();
            } else if let Some(ticket) = payload["ticket"].as_object_mut() {
                ticket.remove("version");
            }
            let event = Event {
                payload: payload.to_string(),
                ..event.clone()
            };
            self.0.apply(tx, &event).await
        })
    }
}

#[test]
fn scope_is_covered_in_full() {
    let counts = SCENARIOS.map(|scenario| interleavings(scenario).len());
    // 6!/2!, 7!/(2! 2!) and 8!/4!
    assert_eq!(counts, [360, 1_260, 1_680]);
}

async fn assert_no_fault(scenario: &[&[Move]]) {
    assert_eq!(faults(scenario, true).await, Vec::<String>::new());
}

#[tokio::test]
async fn order_keeps_what_it_reserved_in_every_interleaving_with_an_edit() {
    assert_no_fault(SCENARIOS[0]).await;
}

#[tokio::test]
async fn order_keeps_what_it_reserved_in_every_interleaving_with_two_buyers() {
    assert_no_fault(SCENARIOS[1]).await;
}

#[tokio::test]
async fn order_keeps_what_it_reserved_in_every_interleaving_with_slow_money() {
    assert_no_fault(SCENARIOS[2]).await;
}

#[tokio::test]
async fn without_restoring_offers_orders_differ_from_what_they_reserved() {
    let faults = faults(SCENARIOS[0], false).await;
    assert!(!faults.is_empty());
}
