//! A form with a single button.

use contracts::Refusal;
use leptos::prelude::*;

use super::form::{FormAlert, FormState, SubmitButton};

/// A form with a single button, which is disabled until the response arrives. Pages use it as an `ActionForm`, which knows the
/// words: the browser needs not load them.
#[island]
pub fn ButtonForm(
    /// The server function that it is sent to.
    address: String,
    /// The names and values of its hidden fields.
    fields: Vec<(String, String)>,
    /// The label of the button.
    label: String,
    /// The label of the button while the response is pending.
    pending_label: String,
    /// The classes of the button.
    class: String,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form
            class="action"
            method="post"
            action=address
            aria-busy=form.aria_busy()
            on:submit=form.on_submit(vec![])
        >
            {fields}
            <FormAlert form />
            <SubmitButton form label busy=pending_label class />
        </form>
    }
}
