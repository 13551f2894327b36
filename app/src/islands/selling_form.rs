//! The form for what is for sale: a title, a price and a refund window.

use contracts::{ErrorCode, Field, Price, Refusal, Title};
use leptos::prelude::*;

use super::form::{FieldState, FormAlert, FormState, Kind, SelectField, SubmitButton, TextField};
use crate::money;

/// Asks for a title, a price and a refund window. Pages use it as a `TicketForm`, which knows what is listed or edited.
#[island]
pub fn SellingForm(
    /// The server function that it is sent to.
    address: String,
    /// The label of the button.
    label: String,
    /// The name and the value of its hidden field.
    key: (String, String),
    /// The title to begin with.
    title: String,
    /// The price to begin with.
    price: String,
    /// The refund windows to choose from: values and texts.
    refund_options: Vec<(String, String)>,
    /// The value of the refund window to begin with.
    refund_hours: String,
    /// The error of the refund window.
    refund_error: Option<String>,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let title = FieldState::new(Field::Title, title, refusal.as_ref(), title_rule);
    let price =
        FieldState::new(Field::Price, price, refusal.as_ref(), price_rule).formatted(money::format_input);
    let is_price_invalid = title.error().is_none() && price.error().is_some();
    view! {
        <form
            class="form"
            method="post"
            action=address
            novalidate
            aria-busy=form.aria_busy()
            on:submit=form.on_submit(vec![title, price])
        >
            <FormAlert form />
            <input type="hidden" name=key.0 value=key.1 />
            <TextField
                state=title
                label="Title"
                kind=Kind::Text
                hint="Event, date and seat, for example “Chess final, 4 Dec, row 7”"
                autofocus=!is_price_invalid
            />
            <TextField
                state=price
                label="Price"
                kind=Kind::Price
                hint="In US dollars, for example 45 or 45.50"
                autofocus=is_price_invalid
            />
            <SelectField
                name="refund_hours"
                label="Refunds"
                hint="Buyers can return the ticket for a full refund. It then goes back on sale automatically."
                options=refund_options
                chosen=refund_hours
                error=refund_error
            />
            <SubmitButton form label busy="Saving…" />
        </form>
    }
}

fn title_rule(text: &str) -> Option<ErrorCode> {
    Title::parse(text).err()
}

fn price_rule(text: &str) -> Option<ErrorCode> {
    Price::parse_written(text).err()
}
