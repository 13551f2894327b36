//! Changes that the payment provider makes on its own.

use contracts::PaymentId;
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{DatabaseError, Event, EventSource};
use payments::ChargeUpdate;
use payments::provider::{Outcome, charge_update};
use rand::RngExt;
use rand::rngs::StdRng;
use test_provider::{ChargeStatus, TestCharge};

use super::step::pick;
use super::world::World;

/// The provider changes a charge on its own.
pub async fn change_charge(world: &World, random: &mut StdRng, from: ChargeStatus, to: ChargeStatus) {
    let provider = world.market.test_provider().unwrap();
    let keys: Vec<String> = unchecked_scalar("SELECT key FROM charges WHERE status = $1 ORDER BY key")
        .bind(from.as_str())
        .fetch_all(world.database("test-provider").reader())
        .await
        .unwrap();
    if keys.is_empty() {
        return;
    }
    let charge = provider.find(&pick(random, &keys)).await.unwrap().unwrap();
    let succeeded_at_ms = match to {
        ChargeStatus::Succeeded => Some(world.now().as_millis()),
        _ => charge.succeeded_at_ms,
    };
    let changed = TestCharge {
        status: to,
        failure: None,
        succeeded_at_ms,
        version: charge.version + 1,
        ..charge
    };
    world
        .database("test-provider")
        .write(move |tx| {
            Box::pin(async move {
                unchecked("UPDATE charges SET status = $1, failure = NULL, succeeded_at = $2, version = $3 WHERE key = $4")
                    .bind(to.as_str())
                    .bind(changed.succeeded_at_ms)
                    .bind(changed.version)
                    .bind(&changed.key)
                    .execute(tx.connection())
                    .await?;
                tx.append(to.subject(), &changed.key, changed.version, &changed)
                    .await?;
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .unwrap();
}

/// A refund that had succeeded turns out to have failed: the test provider has no such refunds, Stripe has.
pub async fn refund_fails(world: &World, random: &mut StdRng) {
    let refunded: Vec<String> =
        unchecked_scalar("SELECT id FROM payments WHERE status = 'refunded' ORDER BY id")
            .fetch_all(world.database("payments").reader())
            .await
            .unwrap();
    if refunded.is_empty() {
        return;
    }
    let update = ChargeUpdate {
        event_id: format!("evt_{}", random.random::<u64>()),
        payment: PaymentId::parse(&pick(random, &refunded)).unwrap(),
        state: Outcome::RefundFailed.into(),
    };
    world.market.payments.receive(update).await.unwrap();
}

pub async fn webhooks(world: &World, random: &mut StdRng) {
    let messages = everything(&world.database("test-provider").events()).await;
    for _ in 0..random.random_range(1..4) {
        if messages.is_empty() {
            return;
        }
        let message = pick(random, &messages);
        let update = charge_update(&message).unwrap();
        world.market.payments.receive(update).await.unwrap();
    }
}

async fn everything(source: &EventSource) -> Vec<Event> {
    let newest = source.head();
    let mut tail = source.tail(0);
    let mut events: Vec<Event> = Vec::new();
    while events.last().map_or(0, |event| event.sequence) < newest {
        events.extend(tail.next_batch().await.unwrap());
    }
    events
}
