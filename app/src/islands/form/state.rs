//! The state of a form while it is filled in and sent.

use contracts::{ErrorCode, Refusal};
use leptos::html::Form;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use wasm_bindgen_futures::spawn_local;

use super::FieldState;
use super::send::{SendError, send};
use crate::islands::browser;
use crate::islands::live::feed;
use crate::messages;
use crate::outcome::Outcome;

const UNREACHABLE: &str = "We couldn't reach the site. Check your connection and try again.";

/// The state of a form as a whole.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// The form in the page.
    pub(crate) form: NodeRef<Form>,
    is_pending: RwSignal<bool>,
    alert: RwSignal<Option<String>>,
}

impl FormState {
    /// A form, with the refusal of its last submission, if there was one.
    pub(crate) fn new(refusal: Option<&Refusal>) -> Self {
        Self {
            form: NodeRef::new(),
            is_pending: RwSignal::new(false),
            alert: RwSignal::new(refusal.and_then(messages::form_message)),
        }
    }

    /// Whether it was sent and the response is pending.
    pub(crate) fn is_pending(self) -> bool {
        self.is_pending.get()
    }

    /// The error of the form as a whole.
    pub(crate) fn alert(self) -> Option<String> {
        self.alert.get()
    }

    /// Sends the form by script, once, if its fields are valid.
    pub(crate) fn submit<const N: usize>(self, event: &SubmitEvent, fields: [FieldState; N]) {
        event.prevent_default();
        if self.is_pending.get_untracked() {
            return;
        }
        self.alert.set(None);
        // Every field is checked, not only up to the first invalid one.
        let passed = fields.map(FieldState::check);
        if passed.contains(&false) {
            focus_first_invalid(fields);
            return;
        }
        let Some(form) = self.form.get_untracked() else {
            return;
        };
        self.is_pending.set(true);
        spawn_local(async move {
            match send(&form).await {
                // It stays pending while the next page loads.
                Ok(Outcome::Redirect(path)) => browser::go_to(&path),
                Ok(Outcome::Refused(refusal)) => self.refuse(&refusal, fields),
                Err(SendError::Unreachable) => self.fail(UNREACHABLE),
                Err(SendError::Failed(failure)) => self.fail(messages::message(failure.code())),
            }
        });
    }

    fn refuse<const N: usize>(self, refusal: &Refusal, fields: [FieldState; N]) {
        self.is_pending.set(false);
        // A code for a field that this form does not have would be shown nowhere else.
        let is_shown_by_field =
            |code: &&ErrorCode| fields.iter().any(|state| code.field() == Some(state.field));
        let rest = refusal.codes().iter().find(|code| !is_shown_by_field(code));
        self.alert
            .set(rest.map(|code| messages::refusal_message(refusal, *code)));
        for field in fields {
            field.show_refusal(refusal);
        }
        focus_first_invalid(fields);
        feed::notify_check();
    }

    fn fail(self, message: &'static str) {
        self.is_pending.set(false);
        self.alert.set(Some(message.to_owned()));
    }
}

fn focus_first_invalid<const N: usize>(fields: [FieldState; N]) {
    for field in fields {
        if field.focus_if_invalid() {
            break;
        }
    }
}
