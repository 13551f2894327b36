//! Reserving tickets, starting payments, cancelling and refunding orders.

use contracts::views::OrderView;
use contracts::{ErrorCode, OrderId, TicketId, UserId};
use leptos::prelude::*;
use orders::{Orders, OrdersError, ReservationRequest};
use payments::{PaymentDetails, Payments};

use super::form_reply::{SubmittedForm, redirect, redirect_to_sign_in};
use super::retry::{poll, retry_while};
use crate::context;
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};
use crate::paths;

/// How often to retry while the orders service has not consumed the ticket yet.
const ATTEMPTS: u32 = 10;

/// Reserves a ticket as it was shown, and opens the order; a buyer who already has it is also sent there. If the offer has
/// changed, the page of the ticket shows the new one, whose button accepts it.
#[server(prefix = "/fn", endpoint = "orders/reserve")]
pub(crate) async fn reserve_ticket(
    #[server(default)] ticket_id: String,
    #[server(default)] ticket_version: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let Ok(id) = TicketId::parse(&ticket_id) else {
        return Ok(SubmittedForm::on_page(paths::ON_SALE).refused(ErrorCode::TicketIdMissing.into()));
    };
    let page = paths::ticket(id);
    let Some(session) = context::session() else {
        return Ok(redirect_to_sign_in(&page));
    };
    let Ok(shown_version) = shown_version(&ticket_version) else {
        return Ok(SubmittedForm::on_page(page).refused(ErrorCode::TicketVersionInvalid.into()));
    };
    let request = ReservationRequest { id, shown_version };
    let reserved = retry_while(
        ATTEMPTS,
        |error| request.may_be_unknown_yet(error),
        || services.orders.reserve_from_form(session.user.id, request),
    );
    let form = SubmittedForm::on_page(page.clone());
    match reserved.await {
        // The ticket exists, but the orders service has not consumed its event yet.
        Err(OrdersError::TicketNotFound) => Ok(form.refused(ErrorCode::Busy.into())),
        Err(OrdersError::OfferChanged(_)) => {
            // The page is reloaded even with scripts, because it shows an outdated offer.
            flash::set(&Flash::refused(&page, &ErrorCode::OfferChanged.into(), vec![]));
            Ok(redirect(page))
        }
        result => form.reply(result, paths::order),
    }
}

/// The version that the page showed. Pages of earlier releases send none; an invalid one is refused, because an order must
/// never be for an offer that its buyer did not see.
fn shown_version(text: &str) -> Result<Option<i64>, ErrorCode> {
    if text.is_empty() {
        return Ok(None);
    }
    let version = text.parse().ok().filter(|version| *version >= 0);
    version.map(Some).ok_or(ErrorCode::TicketVersionInvalid)
}

/// Cancels the user's own order.
#[server(prefix = "/fn", endpoint = "orders/cancel")]
pub(crate) async fn cancel_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let cancel = |orders: Orders, buyer, id| async move { orders.cancel(buyer, id).await };
    on_own_order(&order_id, paths::order, cancel, paths::order).await
}

/// Starts the payment of the user's own order and opens its payment page. If it can no longer be paid, its order page explains
/// why.
#[server(prefix = "/fn", endpoint = "orders/pay")]
pub(crate) async fn start_payment(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let start = |orders: Orders, buyer, id| async move { orders.start_payment(buyer, id).await };
    on_own_order(&order_id, paths::order, start, paths::pay).await
}

/// Refunds the user's own paid order.
#[server(prefix = "/fn", endpoint = "orders/refund")]
pub(crate) async fn refund_order(#[server(default)] order_id: String) -> Result<Outcome, Failure> {
    let payments = context::services()?.payments;
    let refund = |orders: Orders, buyer, id| async move {
        let order = orders.refund(buyer, id).await?;
        wait_for_refund(&payments, id).await;
        Ok(order)
    };
    on_own_order(&order_id, paths::refund, refund, |id| {
        flash::set(&Flash::Done(Notice::Refunded));
        paths::order(id)
    })
    .await
}

/// The payments service refunds the payment a moment later. Waits for that briefly, so that the order page does not have to
/// update right after it opened.
async fn wait_for_refund(payments: &Payments, order: OrderId) {
    poll(ATTEMPTS, async || {
        let payments = payments.of_order(order).await;
        payments.is_ok_and(|payments| !payments.iter().any(PaymentDetails::has_money))
    })
    .await;
}

/// Does something with the order that a form names, for the user who sent it from `form_page`.
async fn on_own_order<F>(
    order_id: &str,
    form_page: impl FnOnce(OrderId) -> String,
    operate: impl FnOnce(Orders, UserId, OrderId) -> F,
    next_page: impl FnOnce(OrderId) -> String,
) -> Result<Outcome, Failure>
where
    F: Future<Output = Result<OrderView, OrdersError>>,
{
    let services = context::services()?;
    let Ok(id) = OrderId::parse(order_id) else {
        return Ok(SubmittedForm::on_page(paths::ORDERS).refused(ErrorCode::NotFound.into()));
    };
    let page = form_page(id);
    let Some(session) = context::session() else {
        return Ok(redirect_to_sign_in(&page));
    };
    let done = operate(services.orders, session.user.id, id).await;
    SubmittedForm::on_page(page).reply(done, |order| next_page(order.id))
}
