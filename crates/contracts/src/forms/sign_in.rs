//! The form of a sign-in.

use serde::{Deserialize, Serialize};

use super::both;
use crate::{Email, ErrorCode, Refusal};

/// The sign-in form as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl SignInForm {
    /// The address to look up. The rules for a new password are not checked: the reply to a wrong one is
    /// always the same.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn parse(&self) -> Result<Email, Refusal> {
        let given = if self.password.is_empty() {
            Err(ErrorCode::PasswordMissing)
        } else {
            Ok(())
        };
        let (email, ()) = both(Email::parse(&self.email), given)?;
        Ok(email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_requires_a_password_of_any_length() {
        let refusal = SignInForm::default().parse().unwrap_err();
        assert_eq!(
            refusal.codes(),
            [ErrorCode::EmailInvalid, ErrorCode::PasswordMissing]
        );
        let form = SignInForm {
            email: "ada@example.com".into(),
            password: "x".into(),
        };
        assert_eq!(form.parse().unwrap().as_str(), "ada@example.com");
    }
}
