//! The body of a sign-up and of a sign-in.

use contracts::forms::{SignInForm, SignUpForm};
use serde::Deserialize;
use web::RawField;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: RawField,
    password: RawField,
}

impl From<Credentials> for SignUpForm {
    fn from(body: Credentials) -> Self {
        Self {
            email: body.email.text(),
            password: body.password.text(),
        }
    }
}

impl From<Credentials> for SignInForm {
    fn from(body: Credentials) -> Self {
        Self {
            email: body.email.text(),
            password: body.password.text(),
        }
    }
}
