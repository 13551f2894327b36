//! The form with which a ticket is listed or changed.

use contracts::{ErrorCode, Field, Price, Refusal, Title};
use leptos::prelude::*;

use super::form::{FieldState, FormState, Kind, TextField};
use crate::money;

/// Asks for a title and a price.
#[island]
pub fn TicketForm(
    /// The server function that the form is sent to.
    action: String,
    /// The ticket to change; empty for a new one.
    ticket_id: String,
    /// The title to begin with.
    title: String,
    /// The price to begin with.
    price: String,
    /// What the server said of them the last time.
    refusal: Option<Refusal>,
    /// What the button says.
    label: String,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let title = FieldState::new(Field::Title, title, refusal.as_ref(), title_rule);
    let price = FieldState::new(Field::Price, price, refusal.as_ref(), price_rule);
    let is_price_wrong = title.error().is_none() && price.error().is_some();
    let settle: fn(FieldState) = |price| price.write(money::settle(&price.value().get_untracked()));
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| form.submit(&event, [title, price])
        >
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <input type="hidden" name="ticket_id" value=ticket_id />
            <TextField
                state=title
                label="Title"
                kind=Kind::Text
                hint="What it admits to, and what a buyer needs to know: event, day, seat."
                autofocus=!is_price_wrong
            />
            <TextField
                state=price
                label="Price"
                kind=Kind::Price
                hint="In dollars, as in 20 or 19.50."
                autofocus=is_price_wrong
                on_left=settle
            />
            <button
                class="button button--primary button--wide"
                type="submit"
                aria-disabled=move || form.is_pending().then_some("true")
            >
                {move || if form.is_pending() { "Saving…".to_owned() } else { label.clone() }}
            </button>
        </form>
    }
}

fn title_rule(text: &str) -> Option<ErrorCode> {
    Title::parse(text).err()
}

fn price_rule(text: &str) -> Option<ErrorCode> {
    Price::parse(text).err()
}
