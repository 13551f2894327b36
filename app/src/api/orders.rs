//! Reserving tickets, going on to pay for them, and giving them up.

use std::time::Duration;

use contracts::{ErrorCode, OrderId, TicketId};
use leptos::prelude::*;
use orders::{Order, OrdersError};

use super::conclude::{Form, services, sign_in_first};
use crate::context::{self, Services};
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};

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
    match reserve(&services, &session, id).await {
        // It is listed, but the orders service has still not heard of it.
        Err(OrdersError::TicketNotFound) => Ok(form.refused(ErrorCode::Busy.into())),
        result => form.conclude(result, |order| format!("/orders/{}", order.id)),
    }
}

/// A ticket that was listed a moment ago may not have reached the orders service yet. A person who presses a button on
/// its page is not told that it does not exist: the button waits for it.
async fn reserve(services: &Services, session: &web::Session, id: TicketId) -> Result<Order, OrdersError> {
    const ATTEMPTS: u32 = 10;
    const PAUSE: Duration = Duration::from_millis(50);
    for _ in 1..ATTEMPTS {
        match services.orders.reserve(session.user.id, id).await {
            Err(OrdersError::TicketNotFound) => tokio::time::sleep(PAUSE).await,
            result => return result,
        }
    }
    services.orders.reserve(session.user.id, id).await
}

/// Gives up one's own order.
#[server(prefix = "/fn", endpoint = "orders/cancel")]
pub(crate) async fn cancel_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = OrderId::parse(&order_id) else {
        return Ok(Form::on("/orders").refused(ErrorCode::NotFound.into()));
    };
    let page = format!("/orders/{id}");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let cancelled = services.orders.cancel(session.user.id, id).await;
    Form::on(page).conclude(cancelled, |order| format!("/orders/{}", order.id))
}

/// Begins to pay for one's own order, and goes on to the page where that is done. An order that cannot be paid for any
/// more tells so on its own page.
#[server(prefix = "/fn", endpoint = "orders/pay")]
pub(crate) async fn start_payment(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = OrderId::parse(&order_id) else {
        return Ok(Form::on("/orders").refused(ErrorCode::NotFound.into()));
    };
    let page = format!("/orders/{id}");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let started = services.orders.start_payment(session.user.id, id).await;
    Form::on(page).conclude(started, |order| format!("/orders/{}/pay", order.id))
}

/// Gives one's own paid order back.
#[server(prefix = "/fn", endpoint = "orders/refund")]
pub(crate) async fn refund_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = OrderId::parse(&order_id) else {
        return Ok(Form::on("/orders").refused(ErrorCode::NotFound.into()));
    };
    let page = format!("/orders/{id}/refund");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let refunded = services.orders.refund(session.user.id, id).await;
    Form::on(page).conclude(refunded, |order| {
        flash::tell(&Flash::Done(Notice::GivenBack));
        format!("/orders/{}", order.id)
    })
}
