//! Payments that arrive when their order no longer holds anything.

use std::time::Duration;

use contracts::views::OrderView;
use contracts::{OrderStatus, PaymentId, RefundWindow, TicketId, Timestamp};
use orders::OrderHistoryEvent;

use crate::app::{HOLD, TestApp};
use crate::payments::{COMPLETE, EXPIRED};

/// An order whose hold ran out while a payment of it was under way.
async fn expire_while_paying(app: &TestApp, ticket: TicketId) -> (OrderView, PaymentId) {
    let order = app.reserve(ticket).await;
    let payment = app.payment_started(&order).await;
    app.world.clock.advance(HOLD * 2);
    (order, payment)
}

#[tokio::test]
async fn late_money_reacquires_an_available_ticket() {
    for is_closed in [false, true] {
        let app = TestApp::start().await;
        let ticket = app.ticket().await;
        let (order, payment) = expire_while_paying(&app, ticket).await;
        if is_closed {
            assert_eq!(app.orders.expire_due(10).await.unwrap(), 1);
        }
        assert_eq!(app.status(&order).await, EXPIRED);
        app.payment_created(&order, payment, order.ticket.price).await;
        assert_eq!(app.status(&order).await, COMPLETE);
        assert_eq!(app.rejected().await, 0);
    }
}

#[tokio::test]
async fn late_money_closes_an_expired_holder() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = expire_while_paying(&app, ticket).await;
    let other = app.orders.reserve(app.world.user().id, ticket).await.unwrap();
    app.world.clock.advance(HOLD);
    app.payment_created(&order, payment, order.ticket.price).await;
    assert_eq!(app.status(&order).await, COMPLETE);
    assert_eq!(app.status(&other).await, EXPIRED);
}

#[tokio::test]
async fn payment_that_an_order_rejects_is_refunded_by_event() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = expire_while_paying(&app, ticket).await;
    let other = app.orders.reserve(app.world.user().id, ticket).await.unwrap();
    app.payment_created(&order, payment, order.ticket.price).await;
    assert_eq!(app.status(&order).await, EXPIRED);
    assert_eq!(app.status(&other).await, (OrderStatus::Created, None));
    let (subject, payload) = app.events().await.pop().unwrap();
    assert_eq!(subject, "order:payment-rejected");
    assert!(payload.contains(&payment.to_string()), "{payload}");
}

#[tokio::test]
async fn changed_ticket_is_not_reacquired_by_late_money() {
    for (title, cents) in [("Another concert", 2_000), ("Concert", 90_000)] {
        for is_closed in [false, true] {
            let app = TestApp::start().await;
            let ticket = app.ticket().await;
            let (order, payment) = expire_while_paying(&app, ticket).await;
            if is_closed {
                app.orders.expire_due(10).await.unwrap();
            }
            app.publish_updated(ticket, 1, title, cents).await;
            app.delivery().assert_settled().await;
            app.payment_created(&order, payment, order.ticket.price).await;
            assert_eq!((app.status(&order).await, app.rejected().await), (EXPIRED, 1));
        }
    }
}

/// The last millisecond of an order's hold.
async fn just_in_time(app: &TestApp, order: &OrderView) -> Timestamp {
    let found = app.orders.find(order.user_id, order.id).await.unwrap();
    found.expires_at.minus(Duration::from_millis(1))
}

/// The event of the payment arrives late, and the offer has changed by then.
#[tokio::test]
async fn timely_payment_counts_even_if_its_event_is_late() {
    for is_closed in [false, true] {
        let app = TestApp::start().await;
        let ticket = app.ticket().await;
        let (order, payment) = expire_while_paying(&app, ticket).await;
        if is_closed {
            assert_eq!(app.orders.expire_due(10).await.unwrap(), 1);
        }
        app.publish_updated(ticket, 1, "Another concert", 2_000).await;
        app.delivery().assert_settled().await;
        let paid_at = just_in_time(&app, &order).await;
        app.payment_succeeded(&order, payment, order.ticket.price, Some(paid_at))
            .await;
        assert_eq!((app.status(&order).await, app.rejected().await), (COMPLETE, 0));

        // It was paid then, and can be given back from now on.
        let found = app.orders.find(order.user_id, order.id).await.unwrap();
        assert_eq!(found.purchase.unwrap().paid_at, paid_at);
        let until = app.world.now().plus(RefundWindow::default().duration());
        assert_eq!(found.refundable_until, Some(until));
        let history = app.orders.history(order.user_id, order.id).await.unwrap();
        let history: Vec<_> = history.into_iter().map(|entry| (entry.kind, entry.at)).collect();
        assert_eq!(history.last(), Some(&(OrderHistoryEvent::Paid, paid_at)));
        assert_eq!(history.len(), 3, "it did not expire: {history:?}");
    }
}

/// The negative control: a millisecond later it is late money.
#[tokio::test]
async fn payment_at_the_deadline_is_late() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = expire_while_paying(&app, ticket).await;
    app.publish_updated(ticket, 1, "Another concert", 2_000).await;
    app.delivery().assert_settled().await;
    let deadline = just_in_time(&app, &order).await.plus(Duration::from_millis(1));
    app.payment_succeeded(&order, payment, order.ticket.price, Some(deadline))
        .await;
    assert_eq!((app.status(&order).await, app.rejected().await), (EXPIRED, 1));
}

#[tokio::test]
async fn timely_payment_takes_no_ticket_from_another_order() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = expire_while_paying(&app, ticket).await;
    let other = app.orders.reserve(app.world.user().id, ticket).await.unwrap();
    let paid_at = just_in_time(&app, &order).await;
    app.payment_succeeded(&order, payment, order.ticket.price, Some(paid_at))
        .await;
    assert_eq!((app.status(&order).await, app.rejected().await), (EXPIRED, 1));
    assert_eq!(app.status(&other).await, (OrderStatus::Created, None));
}

#[tokio::test]
async fn late_money_appears_in_history_after_the_expiry_it_undoes() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = expire_while_paying(&app, ticket).await;
    app.orders.expire_due(10).await.unwrap();
    let deadline = just_in_time(&app, &order).await.plus(Duration::from_millis(1));
    let paid_at = deadline.plus(Duration::from_millis(1));
    app.payment_succeeded(&order, payment, order.ticket.price, Some(paid_at))
        .await;
    let history = app.orders.history(order.user_id, order.id).await.unwrap();
    let instants: Vec<Timestamp> = history.iter().skip(2).map(|entry| entry.at).collect();
    assert_eq!(instants, [deadline, paid_at]);
}

/// A clock that is ahead of ours makes no payment earlier than its event.
#[tokio::test]
async fn future_success_instant_is_clamped_to_now() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let payment = app.payment_started(&order).await;
    let ahead = app.world.now().plus(HOLD * 100);
    app.payment_succeeded(&order, payment, order.ticket.price, Some(ahead))
        .await;
    let found = app.orders.find(order.user_id, order.id).await.unwrap();
    assert_eq!(found.purchase.unwrap().paid_at, app.world.now());
}
