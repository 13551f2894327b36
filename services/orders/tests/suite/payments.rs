//! How the orders service consumes the events of payments.

use std::time::Duration;

use contracts::events::{PaymentFailed, PaymentStarted, PaymentSucceeded};
use contracts::views::OrderView;
use contracts::{CancelReason, OrderStatus, PaymentFailure, PaymentId, Price, Timestamp};
use event_log::sql::unchecked;
use orders::{OrderHistoryEvent, OrdersConfig, OrdersError};

use crate::app::{HOLD, TestApp};

impl TestApp {
    fn payment_id(&self) -> PaymentId {
        PaymentId::from_uuid(self.world.ids.next())
    }

    pub(crate) async fn payment_started(&self, order: &OrderView) -> PaymentId {
        let id = self.payment_id();
        let event = PaymentStarted {
            id,
            version: 0,
            order_id: order.id,
            amount: order.ticket.price,
        };
        self.publish_payment(PaymentStarted::SUBJECT, id, 0, event).await;
        id
    }

    /// The money was taken, without the instant.
    pub(crate) async fn payment_created(&self, order: &OrderView, id: PaymentId, amount: Price) {
        self.payment_succeeded(order, id, amount, None).await;
    }

    pub(crate) async fn payment_succeeded(
        &self,
        order: &OrderView,
        id: PaymentId,
        amount: Price,
        succeeded_at: Option<Timestamp>,
    ) {
        let event = PaymentSucceeded {
            id,
            version: 1,
            order_id: order.id,
            amount,
            succeeded_at,
        };
        self.publish_payment(PaymentSucceeded::SUBJECT, id, 1, event)
            .await;
    }

    pub(crate) async fn paid(&self, order: &OrderView) -> PaymentId {
        let id = self.payment_started(order).await;
        self.payment_created(order, id, order.ticket.price).await;
        id
    }

    pub(crate) async fn status(&self, order: &OrderView) -> (OrderStatus, Option<CancelReason>) {
        let order = self.orders.find(order.user_id, order.id).await.unwrap();
        (order.status, order.cancel_reason)
    }

    pub(crate) async fn rejected(&self) -> usize {
        let events = self.events().await;
        events
            .iter()
            .filter(|(subject, _)| subject == "order:payment-rejected")
            .count()
    }
}

pub(crate) const COMPLETE: (OrderStatus, Option<CancelReason>) = (OrderStatus::Complete, None);
pub(crate) const EXPIRED: (OrderStatus, Option<CancelReason>) =
    (OrderStatus::Cancelled, Some(CancelReason::Expired));

#[tokio::test]
async fn starting_to_pay_extends_the_hold_once() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let extension = OrdersConfig::default().payment_extension;
    let started = app.orders.start_payment(app.buyer.id, order.id).await.unwrap();
    assert_eq!(started.status, OrderStatus::AwaitingPayment);
    assert_eq!(started.expires_at, order.expires_at.plus(extension));
    app.orders.start_payment(app.buyer.id, order.id).await.unwrap();
    app.payment_started(&order).await;
    let found = app.orders.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!(found.expires_at, started.expires_at);
    assert_eq!(app.written().await[0].2, 1);
}

#[tokio::test]
async fn payment_of_a_reserved_order_moves_it_to_awaiting_payment() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.payment_started(&order).await;
    let found = app.orders.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!(
        (found.status, found.is_paying),
        (OrderStatus::AwaitingPayment, true)
    );
}

#[tokio::test]
async fn payment_completes_an_order() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let order = app.reserve(ticket).await;
    let payment = app.paid(&order).await;
    app.world.clock.advance(HOLD * 10);
    let found = app.orders.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!((found.status, found.cancel_reason), COMPLETE);
    assert_eq!(found.purchase.unwrap().payment, payment);
    let other = app.orders.reserve(app.world.user().id, ticket).await;
    assert!(matches!(other, Err(OrdersError::Reserved)));
    let history: Vec<OrderHistoryEvent> = app
        .orders
        .history(app.buyer.id, order.id)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        history,
        [
            OrderHistoryEvent::Reserved,
            OrderHistoryEvent::PaymentStarted,
            OrderHistoryEvent::Paid
        ]
    );
}

#[tokio::test]
async fn duplicate_event_changes_nothing() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.paid(&order).await;
    let before = app.events().await;
    app.db
        .write(|tx| {
            Box::pin(async move {
                unchecked("DELETE FROM cursors WHERE source = 'payments'")
                    .execute(tx.connection())
                    .await?;
                Ok::<_, event_log::DatabaseError>(())
            })
        })
        .await
        .unwrap();
    app.deliver_payments().await;
    assert_eq!(app.events().await, before);
}

#[tokio::test]
async fn expired_orders_are_found_by_index() {
    let app = TestApp::start().await;
    for open in ["IS NULL", "IS NOT NULL"] {
        let plan = format!(
            "EXPLAIN QUERY PLAN SELECT id FROM orders WHERE status IN ('created', 'awaiting:payment')
                 AND open_payment_id {open} AND expires_at_age <= 1 ORDER BY expires_at_age LIMIT 1"
        );
        let plan: Vec<(i64, i64, i64, String)> = unchecked(sqlx::AssertSqlSafe(plan))
            .fetch_all(app.db.reader())
            .await
            .unwrap();
        assert!(
            plan.iter()
                .all(|(.., step)| step.contains("_by_deadline (expires_at_age<?)")),
            "{plan:?}"
        );
    }
}

#[tokio::test]
async fn payment_for_a_cancelled_order_is_refunded() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let payment = app.payment_started(&order).await;
    app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    app.payment_created(&order, payment, order.ticket.price).await;
    assert_eq!(
        app.status(&order).await,
        (OrderStatus::Cancelled, Some(CancelReason::User))
    );
    assert_eq!(app.rejected().await, 1);
}

#[tokio::test]
async fn wrong_amount_and_second_payment_are_refunded() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let wrong = app.payment_started(&order).await;
    app.payment_created(&order, wrong, Price::from_cents(1).unwrap())
        .await;
    assert_eq!(app.status(&order).await, (OrderStatus::AwaitingPayment, None));
    app.paid(&order).await;
    assert_eq!((app.status(&order).await, app.rejected().await), (COMPLETE, 1));
    app.paid(&order).await;
    assert_eq!((app.status(&order).await, app.rejected().await), (COMPLETE, 2));
}

#[tokio::test]
async fn order_with_an_open_payment_expires_after_the_grace_period() {
    let app = TestApp::start().await;
    let config = OrdersConfig::default();
    let order = app.reserve(app.ticket().await).await;
    let payment = app.payment_started(&order).await;
    let deadline = HOLD + config.payment_extension;
    app.world.clock.advance(deadline);
    assert_eq!(app.orders.expire_due(10).await.unwrap(), 0);
    let next = app.orders.next_deadline().await.unwrap().unwrap();
    assert_eq!(next, app.world.now().plus(config.payment_grace_period));

    // Without the payment there is nothing to wait for.
    let event = PaymentFailed {
        id: payment,
        version: 1,
        order_id: order.id,
        reason: PaymentFailure::CardDeclined,
    };
    app.publish_payment(PaymentFailed::SUBJECT, payment, 1, event)
        .await;
    assert_eq!(app.orders.next_deadline().await.unwrap(), Some(app.world.now()));
    assert_eq!(app.orders.expire_due(10).await.unwrap(), 1);

    let order = app.reserve(order.ticket.id).await;
    app.payment_started(&order).await;
    app.world
        .clock
        .advance(deadline + config.payment_grace_period - Duration::from_millis(1));
    assert_eq!(app.orders.expire_due(10).await.unwrap(), 0);
    app.world.clock.advance(Duration::from_millis(1));
    assert_eq!(app.orders.expire_due(10).await.unwrap(), 1);
}
