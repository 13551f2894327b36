//! The shared parts of the form islands. Forms are validated while typing, by the rules of `contracts`, and submitted by script,
//! so that errors appear at their fields without a page load. Without scripts the browser submits the same plain form.

mod alert;
mod field;
mod select_field;
mod send;
mod state;
mod submit_button;
mod text_field;

pub(super) use alert::FormAlert;
pub(super) use field::FieldState;
pub(super) use select_field::SelectField;
pub(super) use state::FormState;
pub(super) use submit_button::SubmitButton;
pub(super) use text_field::{Kind, TextField};
