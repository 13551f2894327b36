//! Negative controls: each safeguard is removed once, and the check must detect it.

use contracts::OrderId;
use contracts::events::OrderCancelled;
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{ApplyError, BoxFuture, Event, Handler, Relay, RelayOptions, Transaction};
use payments::provider::Outcome;
use payments::{ChargeUpdate, Method, PaymentsError};

use super::step::{self, Step};
use super::world::World;
use crate::support::execute;

const VISA: &str = "tok_visa";
const DECLINED: &str = "tok_chargeDeclined";

async fn reserve(world: &World, buyer: usize) -> OrderId {
    let order = world
        .market
        .orders
        .reserve(world.buyers[buyer], world.tickets[0])
        .await
        .unwrap();
    order.id
}

async fn pay(world: &World, order: OrderId, token: &str) -> Result<(), PaymentsError> {
    let method = Method::Token(token.to_owned());
    let paid = world.market.payments.pay(world.buyers[0], order, method).await;
    paid.map(|_| ())
}

/// Delivers everything; the model is not compared.
async fn deliver(world: &World) {
    loop {
        let mut moved = 0;
        for relay in world.market.runtime.relays() {
            moved += relay.deliver_pending().await.unwrap();
        }
        if moved + world.market.payments.reconcile().await.unwrap() == 0 {
            return;
        }
    }
}

/// A card is declined, another one pays, and then the bank executes the first charge after all. Without the safeguards, the decision
/// does not see the payment that has succeeded, and the index that would refuse the row is gone.
async fn two_successes(with_safeguards: bool) -> Vec<String> {
    let mut world = World::open(1, 1).await;
    let order = reserve(&world, 0).await;
    deliver(&world).await;
    assert!(pay(&world, order, DECLINED).await.is_err());
    pay(&world, order, VISA).await.unwrap();
    deliver(&world).await;
    let hide = "UPDATE payments SET status = 'failed', failure = 'refused' WHERE status = 'succeeded'";
    let show = "UPDATE payments SET status = 'succeeded', failure = NULL WHERE failure = 'refused'";
    if !with_safeguards {
        let drop_index = "DROP INDEX one_successful_payment_per_order";
        for statement in [drop_index, hide] {
            execute(world.database("payments"), statement).await;
        }
    }
    let mut random = rand::SeedableRng::seed_from_u64(1);
    step::take(&mut world, &mut random, 0, Step::ChangeOfMind).await;
    // Only the services' own checks: the orders service's refusal of a second payment is another safeguard.
    world.deliver_pending("test-provider", "payments").await;
    while world.market.payments.reconcile().await.unwrap() > 0 {}
    if !with_safeguards {
        execute(world.database("payments"), show).await;
    }
    let succeeded: i64 = unchecked_scalar("SELECT count(*) FROM payments WHERE status = 'succeeded'")
        .fetch_one(world.database("payments").reader())
        .await
        .unwrap();
    if succeeded > 1 {
        return world.broken().await;
    }
    deliver(&world).await;
    world.broken().await
}

#[tokio::test]
async fn second_success_is_refunded() {
    assert_eq!(two_successes(true).await, Vec::<String>::new());
}

#[tokio::test]
async fn without_the_unique_index_an_order_is_paid_twice() {
    let broken = two_successes(false).await;
    assert!(
        broken
            .iter()
            .any(|broken| broken.starts_with("A complete order has exactly one successful payment")),
        "{broken:?}"
    );
}

/// An order is refunded, and the provider reports five times that the refund has failed. Counts the refunds that follow.
async fn effects_of_a_message(with_inbox: bool) -> i64 {
    let world = World::open(2, 1).await;
    if !with_inbox {
        execute(
            world.database("payments"),
            "CREATE TRIGGER forgetful AFTER INSERT ON webhook_inbox
             BEGIN DELETE FROM webhook_inbox WHERE event_id = NEW.event_id; END",
        )
        .await;
    }
    let order = reserve(&world, 0).await;
    deliver(&world).await;
    pay(&world, order, VISA).await.unwrap();
    deliver(&world).await;
    world.market.orders.refund(world.buyers[0], order).await.unwrap();
    deliver(&world).await;
    let payment = world.market.payments.of_order(order).await.unwrap().remove(0);
    let refunds_before = refunds(&world).await;
    for _ in 0..5 {
        let update = ChargeUpdate {
            event_id: "evt_1".to_owned(),
            payment: payment.id,
            state: Outcome::RefundFailed.into(),
        };
        world.market.payments.receive(update).await.unwrap();
        deliver(&world).await;
    }
    refunds(&world).await - refunds_before
}

async fn refunds(world: &World) -> i64 {
    unchecked_scalar("SELECT count(*) FROM events WHERE subject = 'payment:refunded'")
        .fetch_one(world.database("payments").reader())
        .await
        .unwrap()
}

#[tokio::test]
async fn repeated_message_has_one_effect() {
    assert_eq!(effects_of_a_message(true).await, 1);
}

#[tokio::test]
async fn without_the_inbox_a_repeated_message_has_its_effect_every_time() {
    assert_eq!(effects_of_a_message(false).await, 5);
}

/// Releases the ticket of any cancelled order, without checking which order holds it.
struct CarelessRelease;

impl Handler for CarelessRelease {
    fn subjects(&self) -> &'static [&'static str] {
        &[OrderCancelled::SUBJECT]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            let event: OrderCancelled = event.decode()?;
            unchecked("UPDATE tickets SET order_id = NULL, held_until = NULL WHERE id = $1")
                .bind(event.ticket.id.to_string())
                .execute(tx.connection())
                .await
                .map_err(event_log::DatabaseError::from)?;
            Ok(())
        })
    }
}

/// Consumes cancellations alone.
struct OnlyCancellations<H>(H);

impl<H: Handler> Handler for OnlyCancellations<H> {
    fn subjects(&self) -> &'static [&'static str] {
        &[OrderCancelled::SUBJECT]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        self.0.apply(tx, event)
    }
}

/// A buyer cancels, another one reserves the ticket, and then the first one's cancellation is delivered again, to a service
/// without a record of it.
async fn redeliver_a_cancellation(handler: impl Handler) -> Vec<String> {
    let world = World::open(3, 1).await;
    let order = reserve(&world, 0).await;
    world.market.orders.cancel(world.buyers[0], order).await.unwrap();
    reserve(&world, 1).await;
    deliver(&world).await;
    for statement in [
        "DELETE FROM cursors WHERE source = 'orders'",
        "DELETE FROM seen_versions",
    ] {
        execute(world.database("tickets"), statement).await;
    }
    let relay = Relay::new(
        world.database("orders").events(),
        world.database("tickets").clone(),
        OnlyCancellations(handler),
        RelayOptions::default(),
    );
    relay.deliver_pending().await.unwrap();
    deliver(&world).await;
    world.broken().await
}

#[tokio::test]
async fn order_releases_only_what_it_holds() {
    let broken = redeliver_a_cancellation(tickets::consumers::orders()).await;
    assert_eq!(broken, Vec::<String>::new());
}

#[tokio::test]
async fn without_checking_the_holder_a_ticket_is_taken_from_its_buyer() {
    let broken = redeliver_a_cancellation(CarelessRelease).await;
    assert!(
        broken
            .iter()
            .any(|broken| broken.starts_with("A ticket is held by its live order")),
        "{broken:?}"
    );
}
