//! Paying for orders.

use std::time::Duration;

use contracts::forms::CardForm;
use contracts::{ErrorCode, OrderId, OrderStatus, PaymentStatus, UserId};
use leptos::prelude::*;
use payments::{PaymentDetails, PaymentsError};

use super::form_reply::{SubmittedForm, redirect, redirect_to_sign_in};
use super::retry::poll;
use crate::context::{self, Services};
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};
use crate::{paths, respond};

/// How often to look while the orders service has not consumed the payment yet.
const ATTEMPTS: u32 = 20;

/// How long to wait for the order, which exists, while the payments service has not consumed its event yet.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(1);

/// Pays for the user's own order, with a card or on the provider's page. Card details go to the provider only.
#[server(prefix = "/fn", endpoint = "payments/pay")]
pub(crate) async fn pay(
    #[server(default)] order_id: String,
    #[server(default)] card_number: String,
    #[server(default)] card_expiry: String,
    #[server(default)] card_code: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let Ok(id) = OrderId::parse(&order_id) else {
        return Ok(SubmittedForm::on_page(paths::ORDERS).refused(ErrorCode::NotFound.into()));
    };
    let order_page = paths::order(id);
    let pay_page = paths::pay(id);
    let Some(session) = context::session() else {
        return Ok(redirect_to_sign_in(&pay_page));
    };
    let buyer = session.user.id;
    let form = SubmittedForm::on_page(pay_page);
    let card = CardForm {
        number: card_number,
        expiry: card_expiry,
        code: card_code,
    };
    let return_to = context::address(&services, &order_page);
    let method = match services.payments.method(&card, return_to) {
        Ok(method) => method,
        Err(refusal) => return Ok(form.refused(refusal)),
    };
    match services.orders.find(buyer, id).await {
        // The page is outdated: the order page shows the state.
        Ok(order) if matches!(order.status, OrderStatus::Cancelled | OrderStatus::Complete) => {
            return Ok(redirect(order_page));
        }
        Ok(_) => {}
        Err(error) => return form.reply(Err::<PaymentDetails, _>(error), |_| order_page),
    }
    let paid = services.payments.pay_when_known(buyer, id, method, ARRIVAL_LIMIT);
    match paid.await {
        // The form was sent twice, or the reservation expired: the order page shows the state.
        Err(PaymentsError::PaymentOpen | PaymentsError::OrderPaid | PaymentsError::OrderCancelled) => {
            Ok(redirect(order_page))
        }
        // The order exists, but the payments service has not consumed its event yet.
        Err(PaymentsError::OrderNotFound) => Ok(form.refused(ErrorCode::Busy.into())),
        Ok(payment) => {
            if payment.status == PaymentStatus::Succeeded && is_complete_soon(&services, buyer, id).await {
                flash::set(&Flash::Done(Notice::Paid));
            }
            Ok(redirect_to_provider(payment, order_page))
        }
        refused => form.reply(refused, |_| order_page),
    }
}

/// With scripts the browser opens the provider's page at once. Without them it is redirected to the order page, which links
/// there, because the content security policy forbids forms to redirect to another site.
fn redirect_to_provider(payment: PaymentDetails, order_page: String) -> Outcome {
    match payment.redirect_url {
        Some(address) if !respond::wants_html() => Outcome::Redirect(address),
        _ => redirect(order_page),
    }
}

/// The orders service consumes the payment a moment later. Waits for that briefly, so that the buyer is shown a complete
/// order rather than a pending one.
async fn is_complete_soon(services: &Services, buyer: UserId, id: OrderId) -> bool {
    poll(ATTEMPTS, async || {
        let order = services.orders.find(buyer, id).await;
        order.is_ok_and(|order| order.status == OrderStatus::Complete)
    })
    .await
}
