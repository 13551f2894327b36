//! The title of a page with a form.

use contracts::Refusal;

/// The title, which screen readers announce first: it starts with the error, if there is one.
pub(super) fn form_title(text: &str, refusal: Option<&Refusal>) -> String {
    if refusal.is_some() {
        format!("Error: {text}")
    } else {
        text.to_owned()
    }
}
