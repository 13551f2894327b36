//! The form with which a ticket is listed or changed.

use contracts::{ErrorCode, Field, Price, RefundWindow, Refusal, Title};
use leptos::prelude::*;

use super::form::{FieldState, FormState, Kind, SelectField, SubmitButton, TextField};
use crate::{messages, money, when};

/// Asks for a title, a price, and for how long it can be given back.
#[island]
pub fn TicketForm(
    /// The server function that the form is sent to.
    action: String,
    /// The ticket to change; empty for a new one.
    ticket_id: String,
    /// What tells a form that is sent twice from two forms; empty for one that makes nothing.
    form_key: String,
    /// The title to begin with.
    title: String,
    /// The price to begin with.
    price: String,
    /// For how long it can be given back, to begin with.
    refund: RefundWindow,
    /// What the server said of them the last time.
    refusal: Option<Refusal>,
    /// What the button says.
    label: String,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let title = FieldState::new(Field::Title, title, refusal.as_ref(), title_rule);
    let price = FieldState::new(Field::Price, price, refusal.as_ref(), price_rule);
    let is_price_wrong = title.error().is_none() && price.error().is_some();
    let refund_error = refusal
        .as_ref()
        .and_then(|refusal| messages::field_message(refusal, Field::RefundHours));
    let settle: fn(FieldState) = |price| price.write(money::settle(&price.value().get_untracked()));
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| {
                price.read();
                settle(price);
                form.submit(&event, [title, price]);
            }
        >
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <input type="hidden" name="ticket_id" value=ticket_id />
            <input type="hidden" name="form_key" value=form_key />
            <TextField
                state=title
                label="Title"
                kind=Kind::Text
                hint="Event, date and seat, for example “Chess final, 4 Dec, row 7”"
                autofocus=!is_price_wrong
            />
            <TextField
                state=price
                label="Price"
                kind=Kind::Price
                hint="In US dollars, for example 45 or 45.50"
                autofocus=is_price_wrong
                on_left=settle
            />
            <SelectField
                name="refund_hours"
                label="Refunds"
                hint="Buyers can return the ticket for a full refund. It then goes back on sale automatically."
                options=refund_options(refund)
                error=refund_error
            />
            <SubmitButton form label=label busy="Saving…" />
        </form>
    }
}

fn title_rule(text: &str) -> Option<ErrorCode> {
    Title::parse(text).err()
}

fn price_rule(text: &str) -> Option<ErrorCode> {
    Price::parse_written(text).err()
}

/// The times that a seller can choose from, and the one that a program set, if it is another one: value, text, and
/// whether it is chosen.
fn refund_options(chosen: RefundWindow) -> Vec<(u16, String, bool)> {
    let usual = [0, 24, 72, 168];
    let other = (!usual.contains(&chosen.hours())).then(|| chosen.hours());
    let all = usual.into_iter().chain(other);
    all.map(|hours| {
        let text = match hours {
            0 => "No refunds".to_owned(),
            hours => format!("Within {} of purchase", when::span(hours)),
        };
        (hours, text, hours == chosen.hours())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_time_can_be_chosen_again() {
        for hours in [0, 24, 48, 72, 168, 720] {
            let chosen = refund_options(RefundWindow::from_hours(hours).unwrap());
            let chosen: Vec<i64> = chosen
                .into_iter()
                .filter(|(.., is_chosen)| *is_chosen)
                .map(|(hours, ..)| i64::from(hours))
                .collect();
            assert_eq!(chosen, [hours]);
        }
        assert_eq!(refund_options(RefundWindow::default()).len(), 4);
    }
}
