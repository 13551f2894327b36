//! The form for listing or editing a ticket, as pages use it.

use contracts::{Field, RefundWindow, Refusal, TicketId};
use leptos::prelude::*;

use super::SellingForm;
use crate::{dates, messages};

/// The purpose of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[component]
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
    let (address, label, name, value) = match purpose {
        TicketFormPurpose::List { form_key } => ("/fn/tickets/create", "List ticket", "form_key", form_key),
        TicketFormPurpose::Edit(id) => ("/fn/tickets/edit", "Save changes", "ticket_id", id.to_string()),
    };
    let refund_error = refusal
        .as_ref()
        .and_then(|refusal| messages::field_message(refusal, Field::RefundHours));
    view! {
        <SellingForm
            address=address.to_owned()
            label=label.to_owned()
            key=(name.to_owned(), value)
            title
            price
            refund_options=refund_options(refund_window)
            refund_hours=refund_window.hours().to_string()
            refund_error=refund_error.map(str::to_owned)
            refusal
        />
    }
}

/// The refund windows to choose from, and the one set over the REST API if it is not one of them: values and texts.
fn refund_options(chosen: RefundWindow) -> Vec<(String, String)> {
    let usual = [0, 24, 72, 168];
    let other = (!usual.contains(&chosen.hours())).then(|| chosen.hours());
    let all = usual.into_iter().chain(other);
    all.map(|hours| {
        let text = match hours {
            0 => "No refunds".to_owned(),
            hours => format!("Within {} of purchase", dates::hours(hours)),
        };
        (hours.to_string(), text)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_refund_window_is_among_the_options() {
        for hours in [0, 24, 48, 72, 168, 720] {
            let options = refund_options(RefundWindow::from_hours(hours).unwrap());
            let times = options
                .iter()
                .filter(|(value, _)| *value == hours.to_string())
                .count();
            assert_eq!(times, 1, "{options:?}");
        }
        assert_eq!(refund_options(RefundWindow::default()).len(), 4);
    }
}
