//! A form with its button, around whatever fields it has.

use leptos::prelude::*;

use super::{FieldState, FormState};

/// What forms differ in, besides their fields.
pub(crate) struct PostForm {
    /// The classes of the form.
    pub(crate) class: &'static str,
    /// The server function that it is sent to.
    pub(crate) action: String,
    /// The name and the value that are sent along unseen; nothing is sent where the name is empty.
    pub(crate) hidden: (String, String),
    /// What the button says.
    pub(crate) label: String,
    /// What it says while it waits for the answer.
    pub(crate) busy: String,
    /// The classes of the button.
    pub(crate) button_class: String,
}

impl PostForm {
    /// The form. Values that change are signals and not closures: each closure would be compiled by itself, and every
    /// visitor would download it.
    pub(crate) fn view(
        self,
        state: FormState,
        fields: Vec<FieldState>,
        inner: impl IntoView,
    ) -> impl IntoView {
        let Self {
            class,
            action,
            hidden: (name, value),
            label,
            busy,
            button_class,
        } = self;
        let text = Signal::derive(move || {
            if state.is_pending() {
                busy.clone()
            } else {
                label.clone()
            }
        });
        view! {
            <form
                class=class
                method="post"
                action=action
                novalidate
                aria-busy=state.pending_flag()
                node_ref=state.form
                on:submit=move |event| state.submit(&event, &fields)
            >
                <p class="alert" role="alert">
                    {state.alert()}
                </p>
                <input type="hidden" name=Some(name).filter(|name| !name.is_empty()) value=value />
                {inner}
                <button class=button_class type="submit" aria-disabled=state.pending_flag()>
                    {text}
                </button>
            </form>
        }
    }
}
