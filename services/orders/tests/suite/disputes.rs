//! A buyer disputes the payment of an order with their bank.

use contracts::events::{PaymentDisputeClosed, PaymentDisputed, PaymentRefunded};
use contracts::views::OrderView;
use contracts::{CancelReason, DisputeStatus, OrderStatus, PaymentId};
use insta::{allow_duplicates, assert_snapshot};
use orders::OrdersError;

use crate::app::TestApp;

impl TestApp {
    async fn disputed(&self, order: &OrderView, payment: PaymentId, version: i64, blocks_refund: bool) {
        let event = PaymentDisputed {
            id: payment,
            version,
            order_id: order.id,
            dispute_id: "du_1".to_owned(),
            blocks_refund,
        };
        self.publish_payment(PaymentDisputed::SUBJECT, payment, version, event)
            .await;
    }

    async fn dispute_closed(
        &self,
        order: &OrderView,
        payment: PaymentId,
        version: i64,
        outcome: DisputeStatus,
    ) {
        let event = PaymentDisputeClosed {
            id: payment,
            version,
            order_id: order.id,
            dispute_id: "du_1".to_owned(),
            outcome,
        };
        self.publish_payment(PaymentDisputeClosed::SUBJECT, payment, version, event)
            .await;
    }

    async fn dispute_of_sale(&self) -> Option<DisputeStatus> {
        let sales = self.orders.sales_of(self.seller, None, 24).await.unwrap();
        sales.items[0].dispute
    }
}

#[tokio::test]
async fn disputed_order_is_not_refunded_until_the_dispute_is_won() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let payment = app.paid(&order).await;
    assert_eq!(app.dispute_of_sale().await, None);
    let path = format!("/api/orders/{}/refund", order.id);
    app.disputed(&order, payment, 2, true).await;
    let before = app.events().await;
    for _ in 0..2 {
        let reply = app.buyer().post(&path, "").await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"The payment of this order was disputed with the bank, so it cannot be refunded"}]}
        "#) };
    }
    assert_eq!(app.stranger().post(&path, "").await.status, 400);
    assert_eq!(app.events().await, before, "the order is as it was");
    assert_eq!(app.dispute_of_sale().await, Some(DisputeStatus::Open));

    app.dispute_closed(&order, payment, 3, DisputeStatus::Won).await;
    assert_eq!(app.dispute_of_sale().await, Some(DisputeStatus::Won));
    assert_eq!(app.buyer().post(&path, "").await.status, 200);
}

#[tokio::test]
async fn lost_dispute_ends_the_order() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let order = app.reserve(ticket).await;
    let payment = app.paid(&order).await;
    // The webhook of its end arrives first.
    app.dispute_closed(&order, payment, 2, DisputeStatus::Lost).await;
    let refused = app.orders.refund(app.buyer.id, order.id).await;
    assert!(matches!(refused, Err(OrdersError::Disputed)));
    let event = PaymentRefunded {
        id: payment,
        version: 3,
        order_id: order.id,
        amount: order.ticket.price,
    };
    app.publish_payment(PaymentRefunded::SUBJECT, payment, 3, event)
        .await;
    let ended = app.orders.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!(
        (ended.status, ended.cancel_reason),
        (OrderStatus::Cancelled, Some(CancelReason::Refunded))
    );
    assert!(
        app.orders.reserve(app.world.user().id, ticket).await.is_ok(),
        "its ticket is free"
    );
    let sales = app.orders.sales_of(app.seller, None, 24).await.unwrap().items;
    assert!(sales[0].refunded_at.is_some());
    assert_eq!(sales[0].dispute, Some(DisputeStatus::Lost));
}

#[tokio::test]
async fn bank_inquiry_does_not_block_a_refund_request() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let payment = app.paid(&order).await;
    app.disputed(&order, payment, 2, false).await;
    assert_eq!(app.dispute_of_sale().await, Some(DisputeStatus::Open));
    assert!(app.orders.refund(app.buyer.id, order.id).await.is_ok());
}
