//! The possible steps of a history.

use std::time::Duration;

use contracts::{OrderStatus, Timestamp, UserId};
use orders::OrdersError;
use payments::provider::TestPayments;
use payments::{Method, PaymentsError, Provider};
use rand::RngExt;
use rand::rngs::StdRng;
use test_provider::{CARDS, ChargeStatus};
use web::ServiceError as _;

use super::delivery::deliver_again;
use super::provider::{change_charge, refund_fails, webhooks};
use super::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Reserve,
    Edit,
    StartPayment,
    Pay,
    /// The process ends between the intent and the call, or between the call and the response.
    PayAndCrash {
        was_called: bool,
    },
    Cancel,
    Refund,
    /// The bank executes a charge after all that it had refused before.
    ChangeOfMind,
    /// The provider makes a refund on its own.
    ProviderRefund,
    /// A refund that had succeeded fails.
    RefundFails,
    /// Webhooks arrive: twice, late, and in any order.
    Webhooks,
    Deliver,
    DeliverAgain,
    Wait,
    Expire,
    Reconcile,
    Restart,
}

pub fn any(random: &mut StdRng) -> Step {
    match random.random_range(0..100) {
        0..15 => Step::Reserve,
        15..20 => Step::Edit,
        20..25 => Step::StartPayment,
        25..42 => Step::Pay,
        42..46 => Step::PayAndCrash {
            was_called: random.random_bool(0.5),
        },
        46..51 => Step::Cancel,
        51..54 => Step::Refund,
        54..56 => Step::ChangeOfMind,
        56 => Step::ProviderRefund,
        57 => Step::RefundFails,
        58..62 => Step::Webhooks,
        62..80 => Step::Deliver,
        80..82 => Step::DeliverAgain,
        82..91 => Step::Wait,
        91..95 => Step::Expire,
        95..99 => Step::Reconcile,
        _ if random.random_bool(0.1) => Step::Restart,
        _ => Step::Deliver,
    }
}

pub async fn take(world: &mut World, random: &mut StdRng, history: usize, step: Step) {
    match step {
        Step::Reserve => reserve(world, random, history).await,
        Step::Edit => edit(world, random, history).await,
        Step::StartPayment => start_payment(world, random, history).await,
        Step::Pay => pay(world, random, history).await,
        Step::PayAndCrash { was_called } => pay_and_crash(world, random, history, was_called).await,
        Step::Cancel => cancel(world, random, history).await,
        Step::Refund => refund(world, random, history).await,
        Step::ChangeOfMind => {
            change_charge(world, random, ChargeStatus::Failed, ChargeStatus::Succeeded).await;
        }
        Step::ProviderRefund => {
            change_charge(world, random, ChargeStatus::Succeeded, ChargeStatus::Refunded).await;
        }
        Step::RefundFails => refund_fails(world, random).await,
        Step::Webhooks => webhooks(world, random).await,
        Step::Deliver => {
            let (source, consumer) = pick(random, &world.relay_endpoints());
            world.deliver(source, consumer).await;
        }
        Step::DeliverAgain => deliver_again(world, random).await,
        Step::Wait => world
            .clock
            .advance(Duration::from_secs(random.random_range(0..400))),
        Step::Expire => {
            world.market.orders.expire_due(1_000).await.unwrap();
            world.model.closed(world.now());
        }
        Step::Reconcile => {
            world.market.payments.reconcile().await.unwrap();
        }
        Step::Restart => world.restart().await,
    }
}

async fn reserve(world: &mut World, random: &mut StdRng, history: usize) {
    let (buyer, ticket) = (pick(random, &world.buyers), world.tickets[history]);
    let now = world.now();
    let holder = world.model.holder(ticket);
    let is_held = holder.is_some_and(|holder| !world.model.orders[holder].is_expired(now));
    match world.market.orders.reserve(buyer, ticket).await {
        Ok(order) => world.model.reserved(&order, now),
        Err(OrdersError::Reserved) => assert!(is_held, "a free ticket was refused"),
        Err(other) => panic!("{other}"),
    }
}

async fn edit(world: &mut World, random: &mut StdRng, history: usize) {
    let title = if random.random_bool(0.3) {
        "Another concert"
    } else {
        "Concert"
    };
    let change = World::form(title, random.random_range(1..50));
    let (seller, ticket) = (world.seller, world.tickets[history]);
    let _refused_while_held = world.market.tickets.edit(seller, ticket, change).await;
}

/// The last order of a history, for most steps; now and then an earlier one.
fn order(world: &World, random: &mut StdRng, history: usize) -> Option<(usize, UserId)> {
    let ticket = world.tickets[history];
    let of_history: Vec<usize> = (0..world.model.orders.len())
        .filter(|&index| world.model.orders[index].ticket == ticket)
        .collect();
    let last = *of_history.last()?;
    let index = if random.random_bool(0.8) {
        last
    } else {
        pick(random, &of_history)
    };
    Some((index, world.model.orders[index].buyer))
}

async fn start_payment(world: &mut World, random: &mut StdRng, history: usize) {
    let Some((index, buyer)) = order(world, random, history) else {
        return;
    };
    let now = world.now();
    let expected = world.model.orders[index].reads(now).0;
    let id = world.model.orders[index].id;
    match world.market.orders.start_payment(buyer, id).await {
        Ok(_) => {
            assert!(matches!(
                expected,
                OrderStatus::Created | OrderStatus::AwaitingPayment
            ));
            world.model.started_to_pay(index, now);
        }
        Err(OrdersError::Cancelled) => assert_eq!(expected, OrderStatus::Cancelled),
        Err(OrdersError::Complete) => assert_eq!(expected, OrderStatus::Complete),
        Err(other) => panic!("{other}"),
    }
}

/// The payments service decides by its replica of the orders, which may be behind: any refusal may be right.
fn is_refusal(error: &PaymentsError) -> bool {
    error.refusal().is_some()
}

async fn pay(world: &mut World, random: &mut StdRng, history: usize) {
    let Some((index, buyer)) = order(world, random, history) else {
        return;
    };
    let token = if random.random_bool(0.5) {
        CARDS[0].token
    } else {
        CARDS[random.random_range(0..CARDS.len())].token
    };
    let order = world.model.orders[index].id;
    let paid = world
        .market
        .payments
        .pay(buyer, order, Method::Token(token.to_owned()))
        .await;
    assert!(paid.is_ok() || paid.is_err_and(|error| is_refusal(&error)));
}

async fn pay_and_crash(world: &mut World, random: &mut StdRng, history: usize, was_called: bool) {
    let Some((index, buyer)) = order(world, random, history) else {
        return;
    };
    let card = CARDS[random.random_range(0..CARDS.len())];
    let order = world.model.orders[index].id;
    let method = Method::Token(card.token.to_owned());
    match world.market.payments.start(buyer, order, method).await {
        Ok(payment) if was_called => {
            let provider = TestPayments::new(world.market.test_provider().unwrap().clone());
            let _lost = provider.charge(&payment).await;
        }
        Ok(_) => {}
        Err(error) => assert!(is_refusal(&error), "{error}"),
    }
}

async fn cancel(world: &mut World, random: &mut StdRng, history: usize) {
    let Some((index, buyer)) = order(world, random, history) else {
        return;
    };
    let (id, status) = (world.model.orders[index].id, world.model.orders[index].status);
    match world.market.orders.cancel(buyer, id).await {
        Ok(_) => world.model.cancelled(index, world.now()),
        Err(OrdersError::Complete) => assert_eq!(status, OrderStatus::Complete),
        Err(other) => panic!("{other}"),
    }
}

async fn refund(world: &mut World, random: &mut StdRng, history: usize) {
    let Some((index, buyer)) = order(world, random, history) else {
        return;
    };
    let (now, day) = (world.now(), Duration::from_hours(24));
    let expected = world.model.orders[index].clone();
    match world.market.orders.refund(buyer, expected.id).await {
        Ok(_) => world.model.refunded(index),
        Err(OrdersError::NotComplete) => assert_ne!(expected.status, OrderStatus::Complete),
        Err(OrdersError::RefundTooLate) => {
            assert!(
                expected
                    .completed_at
                    .is_some_and(|at: Timestamp| at.plus(day) <= now)
            );
        }
        Err(other) => panic!("{other}"),
    }
}

pub fn pick<T: Clone>(random: &mut StdRng, of: &[T]) -> T {
    of[random.random_range(0..of.len())].clone()
}
