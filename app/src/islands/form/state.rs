//! A form while it is filled in and sent.

use contracts::{ErrorCode, Refusal};
use leptos::html::Form;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use wasm_bindgen_futures::spawn_local;

use super::FieldState;
use super::send::{SendError, send};
use crate::islands::browser;
use crate::outcome::Outcome;

const UNREACHABLE: &str = "The server did not answer. Check your connection and try again.";

/// What is known of a form as a whole.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// The form in the page.
    pub(crate) form: NodeRef<Form>,
    is_pending: RwSignal<bool>,
    alert: RwSignal<Option<&'static str>>,
}

impl FormState {
    /// A form, with what the server said of it, if it was sent before.
    pub(crate) fn new(refusal: Option<&Refusal>) -> Self {
        Self {
            form: NodeRef::new(),
            is_pending: RwSignal::new(false),
            alert: RwSignal::new(refusal.and_then(Refusal::general_message)),
        }
    }

    /// Whether it was sent and not answered yet.
    pub(crate) fn is_pending(self) -> bool {
        self.is_pending.get()
    }

    /// The same, for attributes that are there or not.
    pub(crate) fn pending_flag(self) -> Signal<Option<&'static str>> {
        Signal::derive(move || self.is_pending().then_some("true"))
    }

    /// What is said of the form as a whole.
    pub(crate) fn alert(self) -> Signal<Option<&'static str>> {
        self.alert.into()
    }

    /// Sends the form in the browser's place, once, if its fields pass.
    pub(crate) fn submit(self, event: &SubmitEvent, fields: &[FieldState]) {
        event.prevent_default();
        if self.is_pending.get_untracked() {
            return;
        }
        self.alert.set(None);
        // Every field is checked, not only up to the first wrong one.
        let wrong = fields.iter().filter(|field| !field.check()).count();
        if wrong > 0 {
            focus_first_wrong(fields);
            return;
        }
        let Some(form) = self.form.get_untracked() else {
            return;
        };
        self.is_pending.set(true);
        let fields = fields.to_vec();
        spawn_local(async move {
            match send(&form).await {
                // It stays pending while the next page loads.
                Ok(Outcome::Moved(path)) => browser::go_to(&path),
                Ok(Outcome::Refused(refusal)) => self.refuse(&refusal, &fields),
                Err(SendError::Unreachable) => self.stop(UNREACHABLE),
                Err(SendError::Failed(failure)) => self.stop(failure.code().message()),
            }
        });
    }

    fn refuse(self, refusal: &Refusal, fields: &[FieldState]) {
        self.is_pending.set(false);
        // A code for a field that this form does not have would be shown nowhere else.
        let is_shown_by_field =
            |code: &&ErrorCode| fields.iter().any(|state| code.field() == Some(state.field));
        let rest = refusal.codes().iter().find(|code| !is_shown_by_field(code));
        self.alert.set(rest.map(|code| code.message()));
        for field in fields {
            field.refuse(refusal);
        }
        focus_first_wrong(fields);
    }

    fn stop(self, message: &'static str) {
        self.is_pending.set(false);
        self.alert.set(Some(message));
    }
}

fn focus_first_wrong(fields: &[FieldState]) {
    for field in fields {
        if field.focus_if_wrong() {
            break;
        }
    }
}
