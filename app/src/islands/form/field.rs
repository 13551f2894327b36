//! The state of a form field.

use contracts::{ErrorCode, Field, Refusal};
use leptos::html::Input;
use leptos::prelude::*;

use crate::messages::field_code;

/// A validation rule of `contracts`: the error of a text, if it is invalid.
pub(crate) type Rule = fn(&str) -> Option<ErrorCode>;

/// The state of a field. Its error shows after the first blur or submission, and from then on follows the input.
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
    /// A field with its initial text and the refusal of the last submission, if there was one.
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

    /// The error that is shown at the field.
    pub(crate) fn error(self) -> Option<ErrorCode> {
        let is_checked = self.is_checked.get();
        self.refused
            .get()
            .or_else(|| self.value.with(|value| (self.rule)(value)).filter(|_| is_checked))
    }

    /// Takes over the value of the input, which the browser may have filled in before hydration.
    pub(crate) fn sync_from_input(self) {
        if let Some(input) = self.input.get_untracked() {
            self.set_value(input.value());
        }
    }

    /// Sets the text. A refusal of the previous text no longer applies.
    pub(crate) fn set_value(self, value: String) {
        if self.value.with_untracked(|old| *old != value) {
            self.value.set(value);
            self.refused.set(None);
        }
    }

    /// Sets the text and the value of the input.
    pub(crate) fn set_input(self, value: String) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&value);
        }
        self.set_value(value);
    }

    /// The field lost focus. An empty field is not validated yet: the user may just be passing through.
    pub(crate) fn blurred(self) {
        if self.value.with_untracked(|value| !value.is_empty()) {
            self.is_checked.set(true);
        }
    }

    /// Validates the field for submission; true if it is valid.
    pub(crate) fn check(self) -> bool {
        self.sync_from_input();
        self.is_checked.set(true);
        self.refused.set(None);
        self.value.with_untracked(|value| (self.rule)(value)).is_none()
    }

    /// Shows the error of the field, if a refusal has one.
    pub(crate) fn show_refusal(self, refusal: &Refusal) {
        self.refused.set(field_code(refusal, self.field));
    }

    /// Focuses the input if it is invalid.
    pub(crate) fn focus_if_invalid(self) -> bool {
        let is_invalid = untrack(|| self.error().is_some());
        if let (true, Some(input)) = (is_invalid, self.input.get_untracked()) {
            return input.focus().is_ok();
        }
        false
    }
}
