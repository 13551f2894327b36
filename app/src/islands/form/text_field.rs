//! A labelled input with its hint and its error.

use leptos::prelude::*;

use super::FieldState;
use crate::messages::message;

/// What is typed into a field, which decides keyboards, suggestions and the way the text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An address.
    Email,
    /// The password of an account that there is.
    CurrentPassword,
    /// The password of an account that is being opened.
    NewPassword,
    /// Money.
    Price,
    /// The number of a card.
    CardNumber,
    /// When a card expires.
    CardExpiry,
    /// The security code of a card.
    CardCode,
    /// Anything.
    Text,
}

impl Kind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::CurrentPassword | Self::NewPassword => "password",
            _ => "text",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::Email => "username",
            Self::CurrentPassword => "current-password",
            Self::NewPassword => "new-password",
            Self::CardNumber => "cc-number",
            Self::CardExpiry => "cc-exp",
            Self::CardCode => "cc-csc",
            Self::Price | Self::Text => "off",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Email => Some("email"),
            Self::Price => Some("decimal"),
            Self::CardNumber | Self::CardExpiry | Self::CardCode => Some("numeric"),
            _ => None,
        }
    }

    fn autocapitalize(self) -> &'static str {
        match self {
            Self::Text => "sentences",
            _ => "none",
        }
    }

    fn box_class(self) -> &'static str {
        match self {
            Self::Price => "field__box field__box--price",
            _ => "field__box",
        }
    }
}

/// A field. Its error is announced when it changes, and linked to the input at all times.
#[component]
pub(crate) fn TextField(
    /// What is known of it.
    state: FieldState,
    /// What it asks for.
    label: &'static str,
    /// What is typed.
    kind: Kind,
    /// What it is called in the form; the name of the field in JSON if nothing is given.
    #[prop(into, default = None)]
    name: Option<&'static str>,
    /// What helps to fill it in.
    #[prop(into, default = None)]
    hint: Option<&'static str>,
    /// Whether the page opens with the cursor in it.
    #[prop(optional)]
    autofocus: bool,
    /// What happens when it is left, besides checking it.
    #[prop(optional)]
    on_blur: Option<fn(FieldState)>,
) -> impl IntoView {
    let name = name.unwrap_or(state.field.name());
    let error_id = format!("{name}-error");
    let hint_id = hint.map(|_| format!("{name}-hint"));
    let described_by = match &hint_id {
        Some(hint_id) => format!("{hint_id} {error_id}"),
        None => error_id.clone(),
    };
    Effect::new(move || state.sync_from_input());
    let handle_blur = move |_| {
        if let Some(on_blur) = on_blur {
            on_blur(state);
        }
        state.blurred();
    };
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <div class=kind.box_class()>
                <input
                    class="field__input"
                    id=name
                    name=name
                    type=kind.input_type()
                    value=state.value().get_untracked()
                    autocomplete=kind.autocomplete()
                    inputmode=kind.input_mode()
                    autocapitalize=kind.autocapitalize()
                    required
                    autofocus=autofocus
                    aria-invalid=move || state.error().map(|_| "true")
                    aria-describedby=described_by
                    node_ref=state.input
                    on:input=move |event| state.set_value(event_target_value(&event))
                    on:blur=handle_blur
                />
            </div>
            <p class="field__error" id=error_id role="alert">
                {move || state.error().map(message)}
            </p>
        </div>
    }
}
