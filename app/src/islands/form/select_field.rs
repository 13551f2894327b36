//! A labelled select with its hint and its error.

use leptos::prelude::*;

/// A choice among a few values, one of which is always selected, so that only a tampered form is refused for it.
#[component]
pub(crate) fn SelectField(
    /// Its name in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// Its hint.
    hint: &'static str,
    /// The values, with their texts.
    options: Vec<(String, String)>,
    /// The value that is selected.
    chosen: String,
    /// Its error from the last submission, if there was one.
    error: Option<String>,
) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    let error_id = format!("{name}-error");
    let options = options.into_iter().map(|(value, text)| {
        let is_chosen = value == chosen;
        view! {
            <option value=value selected=is_chosen>
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
                    aria-invalid=error.as_ref().map(|_| "true")
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
