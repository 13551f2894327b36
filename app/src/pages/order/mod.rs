//! The page of one order.

pub(super) mod dispute;
mod ended;
mod reserved;
mod state;
mod timeline;

use ::orders::OrderDetails;
use ::payments::DisputeDetails;
use contracts::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;

use self::ended::{complete, ended};
pub(super) use self::reserved::countdown;
use self::reserved::{paying, reserved};
use self::state::OrderPageState;
use self::timeline::Timeline;
use super::load::{Loaded, load};
use super::orders::StatusBadge;
use super::own_order::current_user_order;
use crate::components::{Bars, LiveState, PriceTag};
use crate::context;
use crate::flash::Flash;
use crate::islands::{LocalTime, Part};
use crate::messages::form_message;
use crate::paths;

/// An order: the time left to pay or how it ended, and its history.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let start = context::live_start(&context::services()?);
    let (services, session, order) = current_user_order().await?;
    let id = order.id;
    let payments = services.payments.of_order(id).await?;
    let disputes = services.payments.disputes_of_order(id).await?;
    let dispute = dispute::most_relevant(&disputes).copied();
    let history = services.orders.history(session.user.id, id).await?;
    let state = OrderPageState::of(&order, &payments);
    let disputed = dispute
        .as_ref()
        .map_or("undisputed", |dispute| dispute.status.as_str());
    let marker = format!("order-{id}-{}-{}-{disputed}", order.status.as_str(), state.slug());
    let refusal = use_context::<Flash>()
        .unwrap_or_default()
        .refusal(&paths::order(id));
    let refusal = refusal.as_ref().and_then(form_message);
    let page = view! {
        <Title text=format!("Order: {}", order.title) />
        <LiveState watches=id.to_string() start />
        <article class="ticket" data-part="ticket" data-marker=marker>
            <div class="ticket__body">
                <p class="ticket__state">
                    <StatusBadge
                        status=order.status
                        reason=order.cancel_reason
                        is_paying=matches!(state, OrderPageState::Paying { .. })
                    />
                </p>
                <h1 class="ticket__title">{order.title.to_string()}</h1>
                <p class="ticket__detail">
                    "Ordered on " <LocalTime at_ms=order.reserved_at.as_millis() part=Part::Date /> " at "
                    <LocalTime at_ms=order.reserved_at.as_millis() part=Part::Time />
                </p>
                <Bars id=id.to_string() />
            </div>
            <div class="ticket__stub">
                <PriceTag price=order.price />
                {refusal.map(|message| view! { <p class="alert" role="alert">{message}</p> })}
                {stub(&order, state, dispute.as_ref(), services.now())}
            </div>
        </article>
        <Timeline history payments disputes extension=services.orders.config().payment_extension />
        <p class="back">
            <a href=paths::ORDERS>"All my orders"</a>
        </p>
    };
    Ok(page.into_any())
}

fn stub(
    order: &OrderDetails,
    state: OrderPageState,
    dispute: Option<&DisputeDetails>,
    now: Timestamp,
) -> AnyView {
    match state {
        OrderPageState::Reserved { failure } => reserved(order, failure, now),
        OrderPageState::Paying { redirect_url } => paying(order, redirect_url, now),
        OrderPageState::Complete => complete(order, dispute, now),
        OrderPageState::Ended { reason, money } => ended(order, reason, money, dispute),
    }
}
