//! The form for listing or editing a ticket.

use contracts::{ErrorCode, Field, Price, RefundWindow, Refusal, TicketId, Title};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{FieldState, FormState, Kind, SelectField, SubmitButton, TextField};
use crate::{dates, messages, money};

/// The purpose of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TicketFormPurpose {
    /// Lists a new ticket.
    List {
        /// Identifies this form, so that sending it twice lists one ticket.
        form_key: String,
    },
    /// Edits a ticket.
    Edit(TicketId),
}

/// Asks for a title, a price and a refund window.
#[island]
pub fn TicketForm(
    /// Its purpose.
    purpose: TicketFormPurpose,
    /// The title to begin with.
    title: String,
    /// The price to begin with.
    price: String,
    /// The refund window to begin with.
    refund_window: RefundWindow,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let (action, label, name, value) = match purpose {
        TicketFormPurpose::List { form_key } => ("/fn/tickets/create", "List ticket", "form_key", form_key),
        TicketFormPurpose::Edit(id) => ("/fn/tickets/edit", "Save changes", "ticket_id", id.to_string()),
    };
    let form = FormState::new(refusal.as_ref());
    let title = FieldState::new(Field::Title, title, refusal.as_ref(), title_rule);
    let price = FieldState::new(Field::Price, price, refusal.as_ref(), price_rule);
    let is_price_invalid = title.error().is_none() && price.error().is_some();
    let refund_error = refusal
        .as_ref()
        .and_then(|refusal| messages::field_message(refusal, Field::RefundHours));
    let format_price: fn(FieldState) =
        |price| price.set_input(money::format_input(&price.value().get_untracked()));
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| {
                price.sync_from_input();
                format_price(price);
                form.submit(&event, [title, price]);
            }
        >
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <input type="hidden" name=name value=value />
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
                on_blur=format_price
            />
            <SelectField
                name="refund_hours"
                label="Refunds"
                hint="Buyers can return the ticket for a full refund. It then goes back on sale automatically."
                options=refund_options(refund_window)
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

/// The refund windows to choose from, and the one set over the REST API if it is not one of them: value, text, and
/// whether it is selected.
fn refund_options(chosen: RefundWindow) -> Vec<(u16, String, bool)> {
    let usual = [0, 24, 72, 168];
    let other = (!usual.contains(&chosen.hours())).then(|| chosen.hours());
    let all = usual.into_iter().chain(other);
    all.map(|hours| {
        let text = match hours {
            0 => "No refunds".to_owned(),
            hours => format!("Within {} of purchase", dates::hours(hours)),
        };
        (hours, text, hours == chosen.hours())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_refund_window_is_among_the_options() {
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
