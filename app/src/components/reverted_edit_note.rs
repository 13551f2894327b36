//! The note about a reverted edit.

use ::tickets::RevertedEdit;
use leptos::prelude::*;

use crate::{dates, money};

/// Informs the seller that an edit was undone, why, and what it contained.
#[component]
pub(crate) fn RevertedEditNote(edit: RevertedEdit) -> impl IntoView {
    let refunds = match edit.offer.refund_window.hours() {
        0 => "no refunds".to_owned(),
        hours => format!("refundable for {}", dates::hours(hours)),
    };
    view! {
        <div class="alert">
            <p>"Your last edit was undone."</p>
            <p>
                "A buyer reserved this ticket just before you edited it, so they get the original offer. Your edit was: "
                <q>{edit.offer.title.to_string()}</q> ", " {money::display(edit.offer.price)} ", " {refunds} "."
            </p>
        </div>
    }
}
