//! Money that arrives when its order holds nothing any more.

use contracts::{OrderStatus, PaymentId, TicketId};
use orders::Order;

use crate::app::{HOLD, TestApp};
use crate::payments::{COMPLETE, EXPIRED};

/// An order whose hold ran out while a payment of it was under way.
async fn run_out_while_paying(app: &TestApp, ticket: TicketId) -> (Order, PaymentId) {
    let order = app.reserve(ticket).await;
    let payment = app.payment_started(&order).await;
    app.world.clock.advance(HOLD * 2);
    (order, payment)
}

#[tokio::test]
async fn late_money_takes_the_ticket_again_if_it_is_free() {
    for is_closed in [false, true] {
        let app = TestApp::start().await;
        let ticket = app.ticket().await;
        let (order, payment) = run_out_while_paying(&app, ticket).await;
        if is_closed {
            assert_eq!(app.orders.close_run_out(10).await.unwrap(), 1);
        }
        assert_eq!(app.status(&order).await, EXPIRED);
        app.payment_created(&order, payment, order.ticket.price).await;
        assert_eq!(app.status(&order).await, COMPLETE);
        assert_eq!(app.rejected().await, 0);
    }
}

#[tokio::test]
async fn late_money_closes_an_order_in_the_way_that_has_run_out_itself() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = run_out_while_paying(&app, ticket).await;
    let other = app.orders.reserve(app.world.user().id, ticket).await.unwrap();
    app.world.clock.advance(HOLD);
    app.payment_created(&order, payment, order.ticket.price).await;
    assert_eq!(app.status(&order).await, COMPLETE);
    assert_eq!(app.status(&other).await, EXPIRED);
}

#[tokio::test]
async fn money_that_an_order_cannot_have_any_more_is_sent_back() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let (order, payment) = run_out_while_paying(&app, ticket).await;
    let other = app.orders.reserve(app.world.user().id, ticket).await.unwrap();
    app.payment_created(&order, payment, order.ticket.price).await;
    assert_eq!(app.status(&order).await, EXPIRED);
    assert_eq!(app.status(&other).await, (OrderStatus::Created, None));
    let (subject, payload) = app.events().await.pop().unwrap();
    assert_eq!(subject, "order:payment-rejected");
    assert!(payload.contains(&payment.to_string()), "{payload}");
}

#[tokio::test]
async fn a_ticket_that_became_another_one_is_not_taken_again() {
    for (title, cents) in [("Another concert", 2_000), ("Concert", 90_000)] {
        for is_closed in [false, true] {
            let app = TestApp::start().await;
            let ticket = app.ticket().await;
            let (order, payment) = run_out_while_paying(&app, ticket).await;
            if is_closed {
                app.orders.close_run_out(10).await.unwrap();
            }
            app.tell_updated(ticket, 1, title, cents).await;
            app.delivery().assert_settled().await;
            app.payment_created(&order, payment, order.ticket.price).await;
            assert_eq!((app.status(&order).await, app.rejected().await), (EXPIRED, 1));
        }
    }
}
