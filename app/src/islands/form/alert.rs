//! The error of a form.

use leptos::prelude::*;

use super::FormState;

/// Shows the error of the form as a whole, which is announced when it changes.
#[component]
pub(crate) fn FormAlert(
    /// Its form.
    form: FormState,
) -> impl IntoView {
    view! {
        <p class="alert" role="alert">
            {move || form.alert()}
        </p>
    }
}
