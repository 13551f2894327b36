//! An order stands for the offer that it reserved: an edit that was accepted before the event of the order was consumed is reverted.

use contracts::{Offer, OrderId, OrderStatus, Price, RefundWindow, TicketId, Title};
use tickets::TicketDetails;

use crate::app::{HOLD, TestApp, new_ticket, reserved};

impl TestApp {
    /// The ticket is edited before the news comes that the version before was reserved.
    async fn edit_in_between(&self, ticket: &TicketDetails) -> OrderId {
        let order = self.publish_created(ticket).await;
        self.edit(ticket, "Parking receipt", 100).await;
        order
    }

    async fn edit(&self, ticket: &TicketDetails, title: &str, cents: i64) -> TicketDetails {
        let edited = self
            .tickets
            .edit(self.seller.id, ticket.id, no_refunds(title, cents))
            .await;
        self.reread(edited.unwrap().id).await
    }

    async fn reverted_edit(&self, ticket: &TicketDetails) -> Option<Offer> {
        let edit = self.tickets.reverted_edit(ticket.id).await.unwrap();
        edit.map(|edit| edit.offer)
    }
}

fn offer(ticket: &TicketDetails) -> Offer {
    Offer {
        title: ticket.title.clone(),
        price: ticket.price,
        refund_window: ticket.refund_window,
    }
}

fn no_refunds(title: &str, cents: i64) -> Offer {
    Offer {
        refund_window: RefundWindow::from_hours(0).unwrap(),
        ..new_ticket(title, cents)
    }
}

#[tokio::test]
async fn edit_yields_to_an_order_that_was_not_consumed_yet() {
    let app = TestApp::start().await;
    let ticket = app.ticket("VIP front row", 10_000).await;
    let order = app.edit_in_between(&ticket).await;
    app.delivery().assert_settled().await;

    let held = app.reread(ticket.id).await;
    assert_eq!(offer(&held), offer(&ticket));
    assert_eq!(held.held_by, Some(order));
    // The edit was a version, and so is the restored offer: a buyer who saw the edit did not see this.
    assert_eq!((held.version, held.offer_version), (2, 2));
    let (subject, payload) = app.events().await.pop().unwrap();
    assert_eq!(subject, "ticket:updated");
    let expected = format!(
        r#"{{"id":"{}","version":2,"title":"VIP front row","price":100,"userId":"{}","refundHours":24,"orderId":"{order}"}}"#,
        ticket.id, app.seller.id
    );
    assert_eq!(payload, expected);
    // The search finds what is offered.
    app.world.clock.advance(HOLD);
    assert_eq!(app.tickets.count_on_sale(Some("front row")).await.unwrap(), 1);
    assert_eq!(app.tickets.count_on_sale(Some("parking")).await.unwrap(), 0);
}

#[tokio::test]
async fn seller_sees_a_reverted_edit_until_the_next_edit() {
    let app = TestApp::start().await;
    let ticket = app.ticket("VIP front row", 10_000).await;
    let order = app.edit_in_between(&ticket).await;
    assert_eq!(app.reverted_edit(&ticket).await, None);
    app.delivery().assert_settled().await;
    assert_eq!(
        app.reverted_edit(&ticket).await,
        Some(no_refunds("Parking receipt", 100))
    );
    let other = app.ticket("Another one", 100).await;
    let among = async |seller, tickets: &[TicketId]| {
        let edits = app.tickets.reverted_edits_among(seller, tickets).await.unwrap();
        edits.into_iter().map(|edit| edit.ticket).collect::<Vec<_>>()
    };
    let both = [other.id, ticket.id];
    assert_eq!(among(app.seller.id, &both).await, [ticket.id]);
    for tickets in [&both[..1], &[]] {
        assert_eq!(among(app.seller.id, tickets).await, []);
    }
    assert_eq!(among(app.world.user().id, &both).await, []);

    app.publish_cancelled(order, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    app.edit(&ticket, "Parking", 200).await;
    assert_eq!(app.reverted_edit(&ticket).await, None);
}

#[tokio::test]
async fn reverted_edit_is_restored_when_the_next_order_reserved_it() {
    let app = TestApp::start().await;
    let ticket = app.ticket("VIP front row", 10_000).await;
    // The orders service consumes the edit before this service consumes the first order and its end.
    let first = app.edit_in_between(&ticket).await;
    app.publish_cancelled(first, 1, ticket.id).await;
    let second = OrderId::from_uuid(app.world.ids.next());
    app.append_created(second, 0, reserved(ticket.id, 1), app.world.now().plus(HOLD))
        .await;
    app.delivery().assert_settled().await;
    let held = app.reread(ticket.id).await;
    assert_eq!(held.held_by, Some(second));
    assert_eq!(offer(&held), no_refunds("Parking receipt", 100));
    assert_eq!(app.reverted_edit(&ticket).await, None);
}

#[tokio::test]
async fn late_paid_order_gets_what_it_reserved() {
    let app = TestApp::start().await;
    let ticket = app.ticket("VIP front row", 10_000).await;
    let order = app.hold(&ticket).await;
    app.world.clock.advance(HOLD);
    app.edit(&ticket, "Parking receipt", 100).await;
    app.publish_order_updated(order, 1, ticket.id, OrderStatus::Complete, app.world.now())
        .await;
    assert_eq!(offer(&app.reread(ticket.id).await), offer(&ticket));
}

#[tokio::test]
async fn expired_hold_reverts_no_edit() {
    let app = TestApp::start().await;
    let ticket = app.ticket("VIP front row", 10_000).await;
    app.edit_in_between(&ticket).await;
    app.world.clock.advance(HOLD);
    app.delivery().assert_settled().await;
    let after = app.reread(ticket.id).await;
    assert_eq!(offer(&after), no_refunds("Parking receipt", 100));
    assert_eq!(app.reverted_edit(&ticket).await, None);
}

#[tokio::test]
async fn holding_and_releasing_make_versions_but_no_new_offer() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    app.publish_cancelled(order, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    let released = app.reread(ticket.id).await;
    assert_eq!((released.version, released.offer_version), (2, 0));
    // Saving a form in which nothing was changed makes no new offer either.
    let same = app.tickets.edit(app.seller.id, ticket.id, offer(&ticket)).await;
    let same = app.reread(same.unwrap().id).await;
    assert_eq!((same.version, same.offer_version), (3, 0));
    let edited = app.edit(&ticket, "Concert", 2_000).await;
    assert_eq!((edited.version, edited.offer_version), (4, 4));
}

#[tokio::test]
async fn unpublished_version_is_rejected() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = OrderId::from_uuid(app.world.ids.next());
    app.append_created(order, 0, reserved(ticket.id, 7), app.world.now().plus(HOLD))
        .await;
    let delivery = app.delivery();
    assert_eq!(delivery.status().await.retrying, 1);
    assert_eq!(app.reread(ticket.id).await, ticket);
    delivery.leave();
}

#[tokio::test]
async fn title_and_price_are_part_of_an_offer_like_the_refund_hours() {
    let reserved = new_ticket("Concert", 2_000);
    let others = [
        Offer {
            title: Title::parse("Opera").unwrap(),
            ..reserved.clone()
        },
        Offer {
            price: Price::from_cents(2_001).unwrap(),
            ..reserved.clone()
        },
        Offer {
            refund_window: RefundWindow::from_hours(23).unwrap(),
            ..reserved.clone()
        },
    ];
    for other in others {
        let app = TestApp::start().await;
        let ticket = app.ticket("Concert", 2_000).await;
        app.publish_created(&ticket).await;
        app.tickets.edit(app.seller.id, ticket.id, other).await.unwrap();
        app.delivery().assert_settled().await;
        assert_eq!(offer(&app.reread(ticket.id).await), reserved);
    }
}
