//! Reserving tickets, going on to pay for them, and giving them up.

use contracts::{ErrorCode, OrderId, TicketId, UserId};
use leptos::prelude::*;
use orders::{Order, Orders, OrdersError};

use super::conclude::{Form, services, sign_in_first};
use super::retry::retry_while;
use crate::context;
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};

/// How often a ticket is asked for that the orders service is just hearing of.
const ATTEMPTS: u32 = 10;

/// Reserves a ticket for whoever asks, and goes on to the order.
#[server(prefix = "/fn", endpoint = "orders/reserve")]
pub(crate) async fn reserve_ticket(#[server(default)] ticket_id: String) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = TicketId::parse(&ticket_id) else {
        return Ok(Form::on("/").refused(ErrorCode::TicketIdMissing.into()));
    };
    let page = format!("/tickets/{id}");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let form = Form::on(page);
    let reserved = retry_while(
        ATTEMPTS,
        |error| matches!(error, OrdersError::TicketNotFound),
        || services.orders.reserve(session.user.id, id),
    );
    match reserved.await {
        // It is listed, but the orders service has still not heard of it.
        Err(OrdersError::TicketNotFound) => Ok(form.refused(ErrorCode::Busy.into())),
        result => form.conclude(result, |order| format!("/orders/{}", order.id)),
    }
}

/// Gives up one's own order.
#[server(prefix = "/fn", endpoint = "orders/cancel")]
pub(crate) async fn cancel_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let cancel = |orders: Orders, buyer, id| async move { orders.cancel(buyer, id).await };
    on_own_order(&order_id, "", cancel, |id| format!("/orders/{id}")).await
}

/// Begins to pay for one's own order, and goes on to the page where that is done. An order that cannot be paid for any
/// more tells so on its own page.
#[server(prefix = "/fn", endpoint = "orders/pay")]
pub(crate) async fn start_payment(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let start = |orders: Orders, buyer, id| async move { orders.start_payment(buyer, id).await };
    on_own_order(&order_id, "", start, |id| format!("/orders/{id}/pay")).await
}

/// Gives one's own paid order back.
#[server(prefix = "/fn", endpoint = "orders/refund")]
pub(crate) async fn refund_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let refund = |orders: Orders, buyer, id| async move { orders.refund(buyer, id).await };
    on_own_order(&order_id, "/refund", refund, |id| {
        flash::tell(&Flash::Done(Notice::GivenBack));
        format!("/orders/{id}")
    })
    .await
}

/// Does something with the order that a form names, for whoever sent it. The form stands on the page of the order, or on
/// one below it.
async fn on_own_order<F>(
    order_id: &str,
    below: &str,
    operate: impl FnOnce(Orders, UserId, OrderId) -> F,
    go_on: impl FnOnce(OrderId) -> String,
) -> Result<Outcome, Failure>
where
    F: Future<Output = Result<Order, OrdersError>>,
{
    let services = services()?;
    let Ok(id) = OrderId::parse(order_id) else {
        return Ok(Form::on("/orders").refused(ErrorCode::NotFound.into()));
    };
    let page = format!("/orders/{id}{below}");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let done = operate(services.orders, session.user.id, id).await;
    Form::on(page).conclude(done, |order| go_on(order.id))
}
