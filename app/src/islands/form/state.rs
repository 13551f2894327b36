//! The state of a form while it is filled in and sent.

use std::rc::Rc;
use std::time::Duration;

use contracts::{ErrorCode, Refusal};
use leptos::prelude::*;
use leptos::web_sys::{HtmlFormElement, SubmitEvent};
use wasm_bindgen_futures::spawn_local;

use super::FieldState;
use super::send::{SendError, send};
use crate::islands::browser;
use crate::islands::live::feed;
use crate::messages;
use crate::outcome::{Failure, Outcome};

const TRYING_AGAIN: &str = "The site is busy. Trying again…";

/// How often a form is sent to a busy server before its user has to try later, and the pause in between.
const TRIES: u8 = 4;
const PAUSE: Duration = Duration::from_secs(2);

const UNREACHABLE: &str = "We couldn't reach the site. Check your connection and try again.";

/// The state of a form as a whole.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    is_pending: RwSignal<bool>,
    alert: RwSignal<Option<String>>,
}

impl FormState {
    /// A form, with the refusal of its last submission, if there was one.
    pub(crate) fn new(refusal: Option<&Refusal>) -> Self {
        Self {
            is_pending: RwSignal::new(false),
            alert: RwSignal::new(refusal.and_then(messages::form_message)),
        }
    }

    /// Whether it was sent and the response is pending.
    pub(crate) fn is_pending(self) -> bool {
        self.is_pending.get()
    }

    /// The attribute `aria-busy` of the form. Its type is the same for every form, so that it is compiled once.
    pub(crate) fn aria_busy(self) -> impl Fn() -> Option<&'static str> + Clone {
        move || self.is_pending().then_some("true")
    }

    /// The error of the form as a whole.
    pub(crate) fn alert(self) -> Option<String> {
        self.alert.get()
    }

    /// Sends the form by script, once, if its fields are valid.
    pub(crate) fn on_submit(self, fields: Vec<FieldState>) -> impl FnMut(SubmitEvent) {
        let fields: Rc<[FieldState]> = fields.into();
        move |event| {
            event.prevent_default();
            self.submit(event_target(&event), &fields);
        }
    }

    fn submit(self, form: HtmlFormElement, fields: &Rc<[FieldState]>) {
        if self.is_pending.get_untracked() {
            return;
        }
        self.alert.set(None);
        // Every field is checked, not only up to the first invalid one.
        let invalid = fields.iter().filter(|field| !field.check()).count();
        if invalid > 0 {
            focus_first_invalid(fields);
            return;
        }
        self.is_pending.set(true);
        self.send(form, Rc::clone(fields), TRIES);
    }

    /// Sends the form, and again while the server is busy. That is safe: whatever a form does, it does once.
    fn send(self, form: HtmlFormElement, fields: Rc<[FieldState]>, tries: u8) {
        spawn_local(async move {
            let sent = send(&form).await;
            self.alert.set(None);
            match sent {
                // It stays pending while the next page loads.
                Ok(Outcome::Redirect(path)) => browser::go_to(&path),
                Ok(Outcome::Refused(refusal)) => self.refuse(&refusal, &fields),
                Err(SendError::Unreachable) => self.fail(UNREACHABLE),
                Err(SendError::Failed(Failure::Busy)) if tries > 1 => {
                    self.alert.set(Some(TRYING_AGAIN.to_owned()));
                    set_timeout(move || self.send(form, fields, tries - 1), PAUSE);
                }
                Err(SendError::Failed(failure)) => self.fail(messages::message(failure.code())),
            }
        });
    }

    fn refuse(self, refusal: &Refusal, fields: &[FieldState]) {
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

fn focus_first_invalid(fields: &[FieldState]) {
    for field in fields {
        if field.focus_if_invalid() {
            break;
        }
    }
}
