//! A labelled input with its hint and its error.

use leptos::prelude::*;

use super::FieldState;
use crate::islands::effect::effect;
use crate::messages::message;

/// The kind of a field, which decides keyboard, autocompletion and display.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An email address.
    Email,
    /// The password of an existing account.
    CurrentPassword,
    /// The password of a new account.
    NewPassword,
    /// A price.
    Price,
    /// The number of a card.
    CardNumber,
    /// The expiry date of a card.
    CardExpiry,
    /// The security code of a card.
    CardCode,
    /// Any text.
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

/// A field. Its error is linked to the input and announced when it changes.
#[component]
pub(crate) fn TextField(
    /// Its state.
    state: FieldState,
    /// Its label.
    label: &'static str,
    /// Its kind.
    kind: Kind,
    /// Its name in the form; by default the name of the JSON field.
    #[prop(into, default = None)]
    name: Option<&'static str>,
    /// Its hint.
    #[prop(into, default = None)]
    hint: Option<&'static str>,
    /// Whether it has focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let name = name.unwrap_or(state.field.name());
    let error_id = format!("{name}-error");
    let hint_id = hint.map(|_| format!("{name}-hint"));
    let described_by = match &hint_id {
        Some(hint_id) => format!("{hint_id} {error_id}"),
        None => error_id.clone(),
    };
    effect(move || state.sync_from_input());
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
                    value=state.initial_text()
                    autocomplete=kind.autocomplete()
                    inputmode=kind.input_mode()
                    autocapitalize=kind.autocapitalize()
                    required
                    autofocus=autofocus
                    aria-invalid=move || state.error().map(|_| "true")
                    aria-describedby=described_by
                    node_ref=state.input
                    on:input=move |event| state.set_text(event_target_value(&event))
                    on:blur=move |_| state.blurred()
                />
            </div>
            <p class="field__error" id=error_id role="alert">
                {move || state.error().map(message)}
            </p>
        </div>
    }
}
