//! The button that sends a form.

use leptos::prelude::*;

use super::FormState;

/// Sends its form. It cannot be pressed again until that was answered, and says so meanwhile.
#[component]
pub(crate) fn SubmitButton(
    /// The form that it stands in.
    form: FormState,
    /// What it says.
    #[prop(into)]
    label: String,
    /// What it says while it waits for the answer.
    #[prop(into)]
    busy: String,
    /// Its classes.
    #[prop(default = "button button--primary button--wide")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button class=class type="submit" aria-disabled=move || form.is_pending().then_some("true")>
            {move || if form.is_pending() { busy.clone() } else { label.clone() }}
        </button>
    }
}
