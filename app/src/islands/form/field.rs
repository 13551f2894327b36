//! One field of a form while a person fills it in.

use contracts::{ErrorCode, Field, Refusal};
use leptos::html::Input;
use leptos::prelude::*;

/// A rule of `contracts`: why a text cannot be accepted, if it cannot.
pub(crate) type Rule = fn(&str) -> Option<ErrorCode>;

/// What is known of a field. An error shows once the field was left or the form was sent, and from then on follows
/// every key.
#[derive(Clone, Copy)]
pub(crate) struct FieldState {
    /// Which field it is.
    pub(crate) field: Field,
    /// The input in the page.
    pub(crate) input: NodeRef<Input>,
    value: RwSignal<String>,
    is_checked: RwSignal<bool>,
    refused: RwSignal<Option<ErrorCode>>,
    rule: Rule,
}

impl FieldState {
    /// A field with the text it begins with and what the server said of that text, if it was sent before.
    pub(crate) fn new(field: Field, value: String, refusal: Option<&Refusal>, rule: Rule) -> Self {
        let state = Self {
            field,
            input: NodeRef::new(),
            value: RwSignal::new(value),
            is_checked: RwSignal::new(false),
            refused: RwSignal::new(None),
            rule,
        };
        if let Some(refusal) = refusal {
            state.show_refusal(refusal);
        }
        state
    }

    /// The text in the field.
    pub(crate) fn value(self) -> Signal<String> {
        self.value.into()
    }

    /// What is shown beside the field.
    pub(crate) fn error(self) -> Option<ErrorCode> {
        let is_checked = self.is_checked.get();
        self.refused
            .get()
            .or_else(|| self.value.with(|value| (self.rule)(value)).filter(|_| is_checked))
    }

    /// Takes over what stands in the page: a browser may have filled it in before the script ran.
    pub(crate) fn sync_from_input(self) {
        if let Some(input) = self.input.get_untracked() {
            self.set_value(input.value());
        }
    }

    /// The text is now another one; what the server said of the last one no longer counts.
    pub(crate) fn set_value(self, value: String) {
        if self.value.with_untracked(|old| *old != value) {
            self.value.set(value);
            self.refused.set(None);
        }
    }

    /// Writes a text into the field.
    pub(crate) fn set_input(self, value: String) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&value);
        }
        self.set_value(value);
    }

    /// The field was left. One that is still empty is not wrong yet: the person may be on the way to somewhere else.
    pub(crate) fn blurred(self) {
        if self.value.with_untracked(|value| !value.is_empty()) {
            self.is_checked.set(true);
        }
    }

    /// Checks the field for sending; true if it may be sent.
    pub(crate) fn check(self) -> bool {
        self.sync_from_input();
        self.is_checked.set(true);
        self.refused.set(None);
        self.value.with_untracked(|value| (self.rule)(value)).is_none()
    }

    /// Shows what the server says of the field.
    pub(crate) fn show_refusal(self, refusal: &Refusal) {
        let code = refusal
            .codes()
            .iter()
            .find(|code| code.field() == Some(self.field));
        self.refused.set(code.copied());
    }

    /// Puts the cursor there, if something is wrong with it.
    pub(crate) fn focus_if_invalid(self) -> bool {
        let is_invalid = untrack(|| self.error().is_some());
        if let (true, Some(input)) = (is_invalid, self.input.get_untracked()) {
            return input.focus().is_ok();
        }
        false
    }
}
