//! A labelled choice with its hint and its error.

use leptos::prelude::*;

/// A choice among a few values, of which one is chosen at all times. Only a form that was tampered with is refused for
/// it.
#[component]
pub(crate) fn SelectField(
    /// What it is called in the form.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// What helps to choose.
    hint: &'static str,
    /// Value, text, and whether it is chosen.
    options: Vec<(u16, String, bool)>,
    /// What the server said of it the last time.
    error: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    let error_id = format!("{name}-error");
    let options = options.into_iter().map(|(value, text, is_chosen)| {
        view! {
            <option value=value.to_string() selected=is_chosen>
                {text}
            </option>
        }
    });
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            <p class="field__hint" id=hint_id.clone()>
                {hint}
            </p>
            <div class="field__box">
                <select
                    class="field__input"
                    id=name
                    name=name
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=format!("{hint_id} {error_id}")
                >
                    {options.collect_view()}
                </select>
            </div>
            <p class="field__error" id=error_id>
                {error}
            </p>
        </div>
    }
}
