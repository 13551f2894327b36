//! Reserving tickets, going on to pay for them, and giving them up.

use contracts::{ErrorCode, OrderId, PaymentStatus, TicketId, UserId};
use leptos::prelude::*;
use orders::{Order, Orders, OrdersError, WantedTicket};
use payments::{Payment, Payments};

use super::form_reply::{SubmittedForm, redirect, services, sign_in_first};
use super::retry::retry_while;
use crate::context;
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};
use crate::paths;

/// How often a ticket is asked for that the orders service is just hearing of.
const ATTEMPTS: u32 = 10;

/// Reserves a ticket for whoever asks, as it was shown to them, and leads to the order; who has it already is led there, too. If the ticket is offered otherwise by
/// now, its page shows the new offer, whose button accepts it.
#[server(prefix = "/fn", endpoint = "orders/reserve")]
pub(crate) async fn reserve_ticket(
    #[server(default)] ticket_id: String,
    #[server(default)] ticket_version: String,
) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = TicketId::parse(&ticket_id) else {
        return Ok(SubmittedForm::on(paths::ON_SALE).refused(ErrorCode::TicketIdMissing.into()));
    };
    let page = paths::ticket(id);
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let Ok(seen_version) = seen_version(&ticket_version) else {
        return Ok(SubmittedForm::on(page).refused(ErrorCode::TicketVersionInvalid.into()));
    };
    let wanted = WantedTicket { id, seen_version };
    let reserved = retry_while(
        ATTEMPTS,
        |error| is_replication_pending(error, wanted),
        || services.orders.reserve(session.user.id, wanted),
    );
    let form = SubmittedForm::on(page.clone());
    match reserved.await {
        // It is listed, but the orders service has still not heard of it.
        Err(OrdersError::TicketNotFound) => Ok(form.refused(ErrorCode::Busy.into())),
        Err(OrdersError::OfferChanged(_)) => {
            // With scripts, too, the page is loaded again, because it shows an offer that is gone.
            flash::set(&Flash::refused(&page, &ErrorCode::OfferChanged.into(), vec![]));
            Ok(redirect(page))
        }
        // It was pressed twice, or the page was opened before: there is no news in that the ticket is reserved.
        Err(OrdersError::Reserved) => match services.orders.held_by(session.user.id, id).await {
            Ok(Some(order)) => Ok(redirect(paths::order(order.id))),
            Ok(None) => Ok(form.refused(ErrorCode::TicketReserved.into())),
            Err(error) => form.reply(Err::<Order, _>(error), |_| page),
        },
        result => form.reply(result, |order| paths::order(order.id)),
    }
}

/// The version that a page has shown. A page that was loaded from an earlier release names none; one that was tampered with is
/// refused, because an order must never stand for an offer that nobody saw.
fn seen_version(text: &str) -> Result<Option<i64>, ErrorCode> {
    if text.is_empty() {
        return Ok(None);
    }
    let version = text.parse().ok().filter(|version| *version >= 0);
    version.map(Some).ok_or(ErrorCode::TicketVersionInvalid)
}

/// Whether the orders service is a moment behind what the page has shown.
fn is_replication_pending(error: &OrdersError, wanted: WantedTicket) -> bool {
    match error {
        OrdersError::TicketNotFound => true,
        OrdersError::OfferChanged(known) => wanted.seen_version.is_some_and(|seen| seen > known.version),
        _ => false,
    }
}

/// Gives up one's own order.
#[server(prefix = "/fn", endpoint = "orders/cancel")]
pub(crate) async fn cancel_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let cancel = |orders: Orders, buyer, id| async move { orders.cancel(buyer, id).await };
    on_own_order(&order_id, paths::order, cancel, paths::order).await
}

/// Begins to pay for one's own order, and goes on to the page where that is done. An order that cannot be paid for any
/// more tells so on its own page.
#[server(prefix = "/fn", endpoint = "orders/pay")]
pub(crate) async fn start_payment(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let start = |orders: Orders, buyer, id| async move { orders.start_payment(buyer, id).await };
    on_own_order(&order_id, paths::order, start, paths::pay).await
}

/// Gives one's own paid order back.
#[server(prefix = "/fn", endpoint = "orders/refund")]
pub(crate) async fn refund_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let payments = services()?.payments;
    let refund = |orders: Orders, buyer, id| async move {
        let order = orders.refund(buyer, id).await?;
        is_refunded_soon(&payments, id).await;
        Ok(order)
    };
    on_own_order(&order_id, paths::refund, refund, |id| {
        flash::set(&Flash::Done(Notice::Refunded));
        paths::order(id)
    })
    .await
}

/// The money is still on its way, so far.
struct NotYet;

/// The payments service returns the money a moment later. Whoever asked for it is not shown an order that still waits for that, if a
/// moment is all that it takes: the page would load itself anew and lose what it says of the refund.
async fn is_refunded_soon(payments: &Payments, order: OrderId) -> bool {
    let is_refunded = async || {
        let payments = payments.of_order(order).await.map_err(|_| NotYet)?;
        let is_open = |payment: &Payment| {
            matches!(
                payment.status,
                PaymentStatus::Succeeded | PaymentStatus::Refunding
            )
        };
        if payments.iter().any(is_open) {
            Err(NotYet)
        } else {
            Ok(())
        }
    };
    retry_while(ATTEMPTS, |NotYet| true, is_refunded).await.is_ok()
}

/// Does something with the order that a form names, for the user who sent it from `form_page`.
async fn on_own_order<F>(
    order_id: &str,
    form_page: impl FnOnce(OrderId) -> String,
    operate: impl FnOnce(Orders, UserId, OrderId) -> F,
    next_page: impl FnOnce(OrderId) -> String,
) -> Result<Outcome, Failure>
where
    F: Future<Output = Result<Order, OrdersError>>,
{
    let services = services()?;
    let Ok(id) = OrderId::parse(order_id) else {
        return Ok(SubmittedForm::on(paths::ORDERS).refused(ErrorCode::NotFound.into()));
    };
    let page = form_page(id);
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let done = operate(services.orders, session.user.id, id).await;
    SubmittedForm::on(page).reply(done, |order| next_page(order.id))
}
