//! The body of a sign-up and of a sign-in.

use contracts::Email;
use contracts::forms::{SignInForm, SignUpForm};
use serde::Deserialize;
use utoipa::ToSchema;
use web::RawField;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: RawField,
    password: RawField,
}

/// The credentials of a new account.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it describes a body, which is read field by field, whatever their types"
)]
pub(super) struct NewAccount {
    /// Compared ignoring case.
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// Must not be one of the most common passwords.
    #[schema(format = Password, min_length = 8, max_length = 128)]
    password: String,
}

/// The credentials of an account.
#[derive(ToSchema)]
#[schema(as = Credentials)]
#[expect(
    dead_code,
    reason = "it describes a body, which is read field by field, whatever their types"
)]
pub(super) struct SignIn {
    /// The account's email address.
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// Its password.
    #[schema(format = Password, min_length = 1)]
    password: String,
}

/// The address and the password of a body, whatever else is in it; `None` where it does not name an account and a password.
pub(super) fn credentials(body: &[u8]) -> Option<(Email, String)> {
    let body: Credentials = serde_json::from_slice(body).ok()?;
    let password = body.password.text();
    let email = Email::parse(&body.email.text()).ok()?;
    (!password.is_empty()).then_some((email, password))
}

/// The owner of an idempotency key: a client that knows the password of this account.
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
