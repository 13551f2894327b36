//! The payment page.

use ::orders::OrderDetails;
use ::payments::{Checkout, PaymentDetails};
use contracts::{OrderStatus, Refusal, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;

use super::form_title::form_title;
use super::load::{Loaded, PageError, load};
use super::order::countdown;
use super::own_order::current_user_order;
use crate::components::{LiveState, PriceTag, TestCards};
use crate::context;
use crate::flash::Flash;
use crate::islands::{Action, ActionForm, ButtonStyle, CardForm, LocalTime, Part};
use crate::{money, paths};

/// Asks for the payment of an order whose payment was started. Any other order is redirected to its own page.
#[component]
pub(crate) fn PayPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let start = context::live_start(&context::services()?);
    let (services, _, order) = current_user_order().await?;
    let id = order.id;
    let payments = services.payments.of_order(id).await?;
    let is_paying = payments.iter().any(PaymentDetails::may_complete_its_order);
    if order.status != OrderStatus::AwaitingPayment || is_paying {
        return Err(PageError::Redirect(paths::order(id)));
    }
    let refusal = use_context::<Flash>()
        .unwrap_or_default()
        .refusal(&paths::pay(id));
    let marker = format!("pay-{id}-{}", order.status.as_str());
    let page = view! {
        <Title text=form_title(&format!("Pay for {}", order.title), refusal.as_ref()) />
        <LiveState watches=id.to_string() start />
        <article class="ticket ticket--form" data-part="ticket" data-marker=marker>
            <div class="ticket__body">
                <h1>"Pay for your ticket"</h1>
                <p class="ticket__subject">{order.title.to_string()}</p>
                {form(&order, refusal, services.payments.checkout())}
            </div>
            <div class="ticket__stub">
                <PriceTag price=order.price />
                {remaining(&order, services.now())}
            </div>
        </article>
        <p class="back">
            <a href=paths::order(id)>"Back to your order"</a>
        </p>
    };
    Ok(page.into_any())
}

fn form(order: &OrderDetails, refusal: Option<Refusal>, checkout: Checkout) -> AnyView {
    let price = money::display(order.price);
    if let Checkout::Hosted { provider } = checkout {
        let name = capitalised(provider);
        return view! {
            <p class="ticket__detail">
                {format!("You'll pay securely on {name} and come back here. We never see your card details.")}
            </p>
            <ActionForm
                action=Action::PayAtProvider(order.id)
                label=format!("Pay with {name}")
                style=ButtonStyle::Primary
                refusal
            />
        }
        .into_any();
    }
    view! {
        <p class="hint">
            <strong>"Test mode:"</strong>
            " use one of the cards below. Don't enter a real card."
        </p>
        <CardForm order_id=order.id.to_string() refusal label=format!("Pay {price}") />
        <TestCards />
    }
    .into_any()
}

fn remaining(order: &OrderDetails, now: Timestamp) -> AnyView {
    view! {
        <p class="ticket__note">
            "Reserved for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
            ". Pay before then, or the ticket goes back on sale."
        </p>
        {countdown(order, now)}
    }
    .into_any()
}

/// A name with a capital letter.
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_is_called_by_its_name() {
        assert_eq!(capitalised("stripe"), "Stripe");
        assert_eq!(capitalised(""), "");
    }
}
