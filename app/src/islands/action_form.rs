//! A single button that does something: it reserves, cancels, signs out.

use contracts::Refusal;
use leptos::prelude::*;

use super::form::{FormState, PostForm};

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
    let state = FormState::new(refusal.as_ref());
    let form = PostForm {
        class: "action",
        action,
        hidden: (name, value),
        label,
        busy,
        button_class: class,
    };
    form.view(state, vec![], ())
}
