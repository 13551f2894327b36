//! The views that the examples of the document show: one ticket, its order and its payment.

use contracts::views::{OrderView, OrderedTicketView, PaymentView, TicketView, UserView};
use contracts::{
    OrderId, OrderStatus, PaymentId, PaymentStatus, Price, RefundWindow, TicketId, Timestamp, Title, UserId,
};
use uuid::Uuid;

/// 2026-01-31T18:00:00Z
const RESERVED_AT_MS: i64 = 1_769_882_400_000;
const MINUTE_MS: i64 = 60_000;

/// The seller's account.
#[must_use]
pub fn seller() -> UserView {
    user(1, "ada@example.com")
}

/// The ticket, as it was just listed.
#[must_use]
pub fn ticket() -> Option<TicketView> {
    let ticket = ordered_ticket()?;
    Some(TicketView {
        id: ticket.id,
        title: ticket.title,
        price: ticket.price,
        user_id: seller().id,
        version: ticket.version,
        refund_hours: ticket.refund_hours,
        order_id: None,
    })
}

/// The order of the ticket, just reserved.
#[must_use]
pub fn order() -> Option<OrderView> {
    Some(OrderView {
        id: OrderId::from_uuid(uuid(3)),
        user_id: user(4, "bob@example.com").id,
        status: OrderStatus::Created,
        expires_at: Timestamp::from_millis(RESERVED_AT_MS + 15 * MINUTE_MS),
        version: 0,
        ticket: ordered_ticket()?,
        refundable_until: None,
    })
}

/// The order, refunded.
#[must_use]
pub fn refunded_order() -> Option<OrderView> {
    Some(OrderView {
        status: OrderStatus::Cancelled,
        version: 3,
        ..order()?
    })
}

/// The payment of the order.
#[must_use]
pub fn payment() -> Option<PaymentView> {
    let order = order()?;
    Some(PaymentView {
        id: PaymentId::from_uuid(uuid(5)),
        order_id: order.id,
        amount: order.ticket.price,
        status: PaymentStatus::Succeeded,
        failure: None,
    })
}

/// `None` only if a rule of its values has become stricter.
fn ordered_ticket() -> Option<OrderedTicketView> {
    Some(OrderedTicketView {
        id: TicketId::from_uuid(uuid(2)),
        title: Title::parse("Concert, Town Hall").ok()?,
        price: Price::from_cents(4_250)?,
        version: 0,
        refund_hours: RefundWindow::from_hours(24)?,
    })
}

fn user(number: u128, email: &str) -> UserView {
    UserView {
        id: UserId::from_uuid(uuid(number)),
        email: email.to_owned(),
    }
}

/// An id of version 7, of the moment of the reservation.
fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x019c_1520_9a00_7000_8000_0000_0000_0000 + number)
}
