//! The state of a form field.

use contracts::{ErrorCode, Field, Refusal};
use leptos::html::Input;
use leptos::prelude::*;

use crate::messages::field_code;

/// A validation rule of `contracts`: the error of a text, if it is invalid.
pub(crate) type Rule = fn(&str) -> Option<ErrorCode>;

/// Changes a text into the form in which the field shows it.
pub(crate) type Format = fn(&str) -> String;

/// The state of a field. Its error shows after the first blur or submission, and from then on follows the input.
#[derive(Clone, Copy)]
pub(crate) struct FieldState {
    /// Which field it is.
    pub(crate) field: Field,
    /// The input in the page.
    pub(crate) input: NodeRef<Input>,
    content: RwSignal<Content>,
    rule: Rule,
    format: Option<Format>,
}

/// What changes of a field.
struct Content {
    text: String,
    is_checked: bool,
    refused: Option<ErrorCode>,
}

impl FieldState {
    /// A field with its initial text and the refusal of the last submission, if there was one.
    pub(crate) fn new(field: Field, text: String, refusal: Option<&Refusal>, rule: Rule) -> Self {
        Self {
            field,
            input: NodeRef::new(),
            content: RwSignal::new(Content {
                text,
                is_checked: false,
                refused: refusal.and_then(|refusal| field_code(refusal, field)),
            }),
            rule,
            format: None,
        }
    }

    /// The same field, whose text is formatted when it is left and when the form is sent.
    pub(crate) fn formatted(self, format: Format) -> Self {
        let format = Some(format);
        Self { format, ..self }
    }

    /// The text to begin with.
    pub(crate) fn initial_text(self) -> String {
        self.content.with_untracked(|content| content.text.clone())
    }

    /// The error that is shown at the field.
    pub(crate) fn error(self) -> Option<ErrorCode> {
        self.content.with(|content| self.error_of(content))
    }

    fn error_of(self, content: &Content) -> Option<ErrorCode> {
        let rule = || (self.rule)(&content.text).filter(|_| content.is_checked);
        content.refused.or_else(rule)
    }

    /// Takes over the value of the input, which the browser may have filled in before hydration.
    pub(crate) fn sync_from_input(self) {
        if let Some(input) = self.input.get_untracked() {
            self.set_text(input.value());
        }
    }

    /// Sets the text. A refusal of the previous text no longer applies.
    pub(crate) fn set_text(self, text: String) {
        if self.content.with_untracked(|content| content.text != text) {
            self.content.update(|content| {
                content.text = text;
                content.refused = None;
            });
        }
    }

    /// The field lost focus. An empty field is not validated yet: the user may just be passing through.
    pub(crate) fn blurred(self) {
        self.apply_format();
        if self.content.with_untracked(|content| !content.text.is_empty()) {
            self.content.update(|content| content.is_checked = true);
        }
    }

    /// Validates the field for submission; true if it is valid.
    pub(crate) fn check(self) -> bool {
        self.sync_from_input();
        self.apply_format();
        self.content.update(|content| {
            content.is_checked = true;
            content.refused = None;
        });
        !self.is_invalid()
    }

    /// Shows the error of the field, if a refusal has one.
    pub(crate) fn show_refusal(self, refusal: &Refusal) {
        let refused = field_code(refusal, self.field);
        self.content.update(|content| content.refused = refused);
    }

    /// Focuses the input if it is invalid.
    pub(crate) fn focus_if_invalid(self) -> bool {
        let is_invalid = self.is_invalid();
        is_invalid
            && self
                .input
                .get_untracked()
                .is_some_and(|input| input.focus().is_ok())
    }

    fn is_invalid(self) -> bool {
        self.content
            .with_untracked(|content| self.error_of(content).is_some())
    }

    fn apply_format(self) {
        let Some(format) = self.format else { return };
        let text = self.content.with_untracked(|content| format(&content.text));
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&text);
        }
        self.set_text(text);
    }
}
