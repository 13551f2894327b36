//! The form of a new account.

use serde::{Deserialize, Serialize};

use super::both;
use crate::{Email, Password, Refusal};

/// The sign-up form as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpForm {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// The values needed to create an account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The address, which may have an account already.
    pub email: Email,
    /// The password, which may be a common one: that list is the auth service's.
    pub password: Password,
}

impl SignUpForm {
    /// Checks every field.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn parse(&self) -> Result<NewAccount, Refusal> {
        let (email, password) = both(Email::parse(&self.email), Password::parse(&self.password))?;
        Ok(NewAccount { email, password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn all_failing_fields_are_reported_together() {
        let refusal = SignUpForm::default().parse().unwrap_err();
        assert_eq!(
            refusal.codes(),
            [ErrorCode::EmailInvalid, ErrorCode::PasswordLength]
        );
        let form = SignUpForm {
            email: "ada@example.com".into(),
            password: "short".into(),
        };
        assert_eq!(form.parse().unwrap_err().codes(), [ErrorCode::PasswordLength]);
        let form = SignUpForm {
            email: "ada".into(),
            password: "long enough".into(),
        };
        assert_eq!(form.parse().unwrap_err().codes(), [ErrorCode::EmailInvalid]);
    }
}
