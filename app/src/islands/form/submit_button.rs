//! The button that sends a form.

use leptos::prelude::*;

use super::FormState;

/// Submits its form. It is disabled, with another label, until the response arrives.
#[component]
pub(crate) fn SubmitButton(
    /// Its form.
    form: FormState,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its label while the response is pending.
    #[prop(into)]
    busy: String,
    /// Its classes.
    #[prop(into, default = String::from("button button--primary button--wide"))]
    class: String,
) -> impl IntoView {
    view! {
        <button class=class type="submit" aria-disabled=form.aria_busy()>
            {move || if form.is_pending() { busy.clone() } else { label.clone() }}
        </button>
    }
}
