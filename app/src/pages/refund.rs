//! The confirmation page of a refund.

use ::orders::OrderDetails;
use contracts::{OrderStatus, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, PageError, load};
use super::order::dispute;
use super::own_order::current_user_order;
use crate::flash::Flash;
use crate::islands::{Action, ActionForm, ButtonStyle, LocalTime, Part};
use crate::{money, paths};

/// Explains what a refund does and until when it can be requested.
#[component]
pub(crate) fn RefundPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let (services, _, order) = current_user_order().await?;
    if order.status != OrderStatus::Complete {
        return Err(PageError::Redirect(paths::order(order.id)));
    }
    let disputes = services.payments.disputes_of_order(order.id).await?;
    if let Some(blocking) = dispute::most_relevant(&disputes).filter(|dispute| dispute.blocks_refund) {
        return Ok(cannot(&order, dispute::describe(blocking, order.price)));
    }
    let now = services.now();
    Ok(match order.refundable_until.filter(|until| now < *until) {
        Some(until) => question(&order, until),
        None => too_late(&order),
    })
}

fn question(order: &OrderDetails, until: Timestamp) -> AnyView {
    let page = paths::refund(order.id);
    let refusal = use_context::<Flash>().unwrap_or_default().refusal(&page);
    let price = money::display(order.price);
    view! {
        <Title text="Request a refund" />
        <section class="panel">
            <h1>"Request a refund?"</h1>
            <p class="panel__lead">{order.title.to_string()}</p>
            <ul class="facts">
                <li>{format!("We'll refund {price} to the card you paid with.")}</li>
                <li>"The ticket goes back on sale straight away, and someone else can buy it."</li>
                <li>"You can request a refund until " <LocalTime at_ms=until.as_millis() part=Part::DateTime /> "."</li>
                <li>"You can't undo this."</li>
            </ul>
            <ActionForm
                action=Action::RefundOrder(order.id)
                label="Request refund".to_owned()
                style=ButtonStyle::Primary
                refusal
            />
            <p class="panel__foot">
                <a href=paths::order(order.id)>"Keep ticket"</a>
            </p>
        </section>
    }
    .into_any()
}

fn too_late(order: &OrderDetails) -> AnyView {
    let reason = if order.refund_window.hours() == 0 {
        "The seller doesn't offer refunds for this ticket."
    } else {
        "The refund period has ended."
    };
    cannot(order, reason.to_owned())
}

fn cannot(order: &OrderDetails, reason: String) -> AnyView {
    view! {
        <Title text="This ticket can't be refunded" />
        <section class="panel">
            <h1>"This ticket can't be refunded"</h1>
            <p class="panel__lead">{reason}</p>
            <p class="panel__foot">
                <a href=paths::order(order.id)>"Back to your order"</a>
            </p>
        </section>
    }
    .into_any()
}
