//! A single button that does something: it reserves, cancels, signs out.

use contracts::Refusal;
use leptos::prelude::*;

use super::form::{FormState, SubmitButton};

/// A button that posts one value. It cannot be pressed again until it was answered.
#[island]
pub fn ActionForm(
    /// The server function that the form is sent to.
    action: String,
    /// The name of the value; no value is sent where it is empty.
    name: String,
    /// The value, mostly an id.
    value: String,
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
    let field = (!name.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form
            class="action"
            method="post"
            action=action
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| form.submit(&event, [])
        >
            {field}
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <SubmitButton form label busy class />
        </form>
    }
}
