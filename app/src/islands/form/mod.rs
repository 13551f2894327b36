//! What the form islands share. A form is checked while a person types, by the rules of `contracts`; it is sent by a
//! script so that a refusal appears beside its field without a new page; and it is the same plain form underneath,
//! which the browser sends itself where scripts do not run.

mod field;
mod select_field;
mod send;
mod state;
mod submit_button;
mod text_field;

pub(super) use field::FieldState;
pub(super) use select_field::SelectField;
pub(super) use state::FormState;
pub(super) use submit_button::SubmitButton;
pub(super) use text_field::{Kind, TextField};
