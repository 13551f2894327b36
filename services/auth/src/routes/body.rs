//! The body of a sign-up and of a sign-in.

use contracts::Email;
use contracts::forms::{SignInForm, SignUpForm};
use serde::Deserialize;
use web::RawField;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: RawField,
    password: RawField,
}

/// The address and the password of a body, whatever else is in it; `None` where it does not name an account and a password.
pub(super) fn credentials(body: &[u8]) -> Option<(Email, String)> {
    let body: Credentials = serde_json::from_slice(body).ok()?;
    let password = body.password.text();
    let email = Email::parse(&body.email.text()).ok()?;
    (!password.is_empty()).then_some((email, password))
}

/// Whom an idempotency key belongs to: whoever knows this password of this account.
///
/// Without the password in it, the existence of a recorded reply, with its session, would reveal which passwords are wrong, and
/// faster than any hash.
pub(super) fn account_and_password(body: &[u8]) -> Option<String> {
    let (email, password) = credentials(body)?;
    serde_json::to_string(&(email.as_str(), password)).ok()
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
