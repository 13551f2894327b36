//! A single button that does something: it reserves, cancels, signs out.

use contracts::Refusal;
use leptos::prelude::*;

use super::form::{FormState, SubmitButton};

/// A button that posts what it is about. It cannot be pressed again until it was answered.
#[island]
pub fn ActionForm(
    /// The server function that the form is sent to.
    action: String,
    /// The names and values that it posts, mostly an id.
    fields: Vec<(String, String)>,
    /// What the button says.
    label: String,
    /// What it says while it waits for the answer.
    busy: String,
    /// The classes of the button.
    class: String,
    /// What the server said the last time.
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
            action=action
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| form.submit(&event, [])
        >
            {fields}
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <SubmitButton form label busy class />
        </form>
    }
}
