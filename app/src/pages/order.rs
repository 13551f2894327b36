//! The page of one order.

use ::orders::Order;
use contracts::{CancelReason, OrderId, OrderStatus, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, id, load, services, signed_in};
use super::orders::StatusBadge;
use crate::components::{Bars, PriceTag};
use crate::flash::Flash;
use crate::islands::{ActionForm, Countdown, LiveState, LocalTime, Part, Watched};

/// An order: how long it still holds its ticket, or how it ended.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let id = id(|text| OrderId::parse(text).ok())?;
    let services = services()?;
    let session = signed_in()?;
    let order = services.orders.find(session.user.id, id).await?;
    let stub = match (order.status, order.cancel_reason) {
        (OrderStatus::Created | OrderStatus::AwaitingPayment, _) => held(&order, services.now()),
        (OrderStatus::Complete, _) => complete(),
        (OrderStatus::Cancelled, Some(CancelReason::Expired)) => expired(&order),
        (OrderStatus::Cancelled, _) => cancelled(&order),
    };
    let marker = format!("order-{id}-{}", order.status.as_str());
    let page = view! {
        <Title text=format!("Order: {}", order.ticket.title) />
        <LiveState watched=Watched::Order { id, status: order.status } marker=marker.clone() />
        <article class="ticket" data-shows=marker>
            <div class="ticket__body">
                <p class="ticket__state">
                    <StatusBadge status=order.status reason=order.cancel_reason />
                </p>
                <h1 class="ticket__title">{order.ticket.title.to_string()}</h1>
                <p class="ticket__detail">
                    "Ordered on " <LocalTime at_ms=order.created_at.as_millis() part=Part::Day /> " at "
                    <LocalTime at_ms=order.created_at.as_millis() part=Part::TimeOfDay />
                </p>
                <Bars id=id.to_string() />
            </div>
            <div class="ticket__stub">
                <PriceTag price=order.ticket.price />
                {stub}
            </div>
        </article>
        <p class="back">
            <a href="/orders">"All my orders"</a>
        </p>
    };
    Ok(page.into_any())
}

fn held(order: &Order, now: Timestamp) -> AnyView {
    let refusal = use_context::<Flash>()
        .unwrap_or_default()
        .refusal(&format!("/orders/{}", order.id));
    view! {
        <p class="ticket__note ticket__note--strong">
            "Held for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::TimeOfDay />
        </p>
        <Countdown
            ends_at_ms=order.expires_at.as_millis()
            server_now_ms=now.as_millis()
            whole_ms=order.expires_at.as_millis() - order.created_at.as_millis()
        />
        <p class="ticket__note">"Nobody else can buy it, and this price is yours. After that it goes back on sale."</p>
        <ActionForm
            action="/fn/orders/cancel".to_owned()
            name="order_id".to_owned()
            value=order.id.to_string()
            label="Cancel order".to_owned()
            busy="Cancelling…".to_owned()
            class="button button--danger button--wide".to_owned()
            refusal
        />
    }
    .into_any()
}

fn complete() -> AnyView {
    view! {
        <p class="ticket__note ticket__note--strong">"Paid. This ticket is yours."</p>
        <p class="ticket__note">"Nobody else can ever buy it."</p>
    }
    .into_any()
}

fn cancelled(order: &Order) -> AnyView {
    view! {
        <p class="ticket__note ticket__note--strong">"You cancelled this order."</p>
        <p class="ticket__note">"Nothing was charged, and the ticket is back on sale."</p>
        <a class="button button--wide" href=format!("/tickets/{}", order.ticket.id)>
            "See the ticket"
        </a>
    }
    .into_any()
}

fn expired(order: &Order) -> AnyView {
    view! {
        <p class="ticket__note ticket__note--strong">
            "The reservation ran out at " <LocalTime at_ms=order.expires_at.as_millis() part=Part::TimeOfDay />
        </p>
        <p class="ticket__note">"Nothing was charged. If nobody was quicker, you can reserve the ticket once more."</p>
        <a class="button button--primary button--wide" href=format!("/tickets/{}", order.ticket.id)>
            "See the ticket"
        </a>
    }
    .into_any()
}
