//! The form for paying by card.

use contracts::{ErrorCode, Field, Refusal, forms};
use leptos::prelude::*;

use super::form::{FieldState, FormAlert, FormState, Kind, SubmitButton, TextField};

/// Asks for a card. Its input is never rendered into a page.
#[island]
pub fn CardForm(
    /// The order to pay for.
    order_id: String,
    /// Why the card was refused before, if it was.
    refusal: Option<Refusal>,
    /// The label of the button.
    label: String,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let field = |field, rule| FieldState::new(field, String::new(), refusal.as_ref(), rule);
    let number = field(Field::Token, number_rule);
    let expiry = field(Field::CardExpiry, expiry_rule);
    let code = field(Field::CardCode, code_rule);
    view! {
        <form
            class="form"
            method="post"
            action="/fn/payments/pay"
            novalidate
            aria-busy=form.aria_busy()
            on:submit=form.on_submit(vec![number, expiry, code])
        >
            <FormAlert form />
            <input type="hidden" name="order_id" value=order_id />
            <TextField
                state=number
                label="Card number"
                kind=Kind::CardNumber
                name="card_number"
                hint="One of the test cards below."
                autofocus=true
            />
            <div class="form__pair">
                <TextField
                    state=expiry
                    label="Expiry date (MM/YY)"
                    kind=Kind::CardExpiry
                    name="card_expiry"
                    hint="Any month."
                />
                <TextField
                    state=code
                    label="Security code"
                    kind=Kind::CardCode
                    name="card_code"
                    hint="Any three digits."
                />
            </div>
            <SubmitButton form label=label busy="Paying…" />
        </form>
    }
}

fn number_rule(text: &str) -> Option<ErrorCode> {
    forms::CardForm::check_number(text).err()
}

fn expiry_rule(text: &str) -> Option<ErrorCode> {
    forms::CardForm::check_expiry(text).err()
}

fn code_rule(text: &str) -> Option<ErrorCode> {
    forms::CardForm::check_code(text).err()
}
