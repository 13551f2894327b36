//! The receipt of a paid order.

use ::orders::OrderDetails;
use ::payments::{DisputeDetails, PaymentDetails};
use contracts::{CancelReason, PaymentStatus};
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, PageError, load};
use super::order::dispute;
use super::own_order::current_user_order;
use crate::islands::{LocalTime, Part};
use crate::{money, paths};

/// The payment, its buyer and its ticket, and whether it was refunded. Designed for printing.
#[component]
pub(crate) fn ReceiptPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let (services, session, order) = current_user_order().await?;
    let purchase = order.purchase.ok_or(PageError::NotFound)?;
    let payment = services.payments.find(session.user.id, purchase.payment).await?;
    let disputes = services.payments.disputes_of_order(order.id).await?;
    let dispute = dispute::most_relevant(&disputes);
    let price = money::display(payment.amount);
    let page = view! {
        <Title text=format!("Receipt: {}", order.title) />
        <article class="panel receipt">
            <h1>"Receipt"</h1>
            <dl class="receipt__lines">
                {line("Receipt no.", view! { <span class="receipt__number">{payment.id.to_string()}</span> })}
                {line("Paid on", view! { <LocalTime at_ms=purchase.paid_at.as_millis() part=Part::DateTime /> })}
                {line("Billed to", session.user.email)} {line("Ticket", order.title.to_string())}
                {line("Amount", view! { <strong class="receipt__amount">{price}</strong> })}
                {refund(&order, &payment, dispute)} {dispute.map(|dispute| line("Dispute", dispute::describe(dispute, payment.amount)))}
            </dl>
            <p class="receipt__note">"Sold by another user on Ticketing."</p>
        </article>
        <p class="back">
            <a href=paths::order(order.id)>"Back to your order"</a>
        </p>
    };
    Ok(page.into_any())
}

fn refund(order: &OrderDetails, payment: &PaymentDetails, dispute: Option<&DisputeDetails>) -> AnyView {
    let is_refunded = order.cancel_reason == Some(CancelReason::Refunded);
    let Some(returned_at) = order.ended_at.filter(|_| is_refunded) else {
        return ().into_any();
    };
    let amount = money::display(payment.amount);
    let money = match payment.status {
        _ if dispute.is_some_and(|dispute| dispute.has_returned_money) => {
            format!("{amount} returned by your bank")
        }
        PaymentStatus::Refunded => format!("Refunded {amount}"),
        _ => format!("Refunding {amount}"),
    };
    view! {
        {line("Returned on", view! { <LocalTime at_ms=returned_at.as_millis() part=Part::DateTime /> })}
        {line("Refund", money)}
    }
    .into_any()
}

fn line<V: IntoView + 'static>(term: &'static str, value: V) -> impl IntoView + use<V> {
    view! {
        <div class="receipt__line">
            <dt class="receipt__term">{term}</dt>
            <dd class="receipt__value">{value}</dd>
        </div>
    }
}
