//! The rules of accounts that `contracts` cannot know.

use contracts::forms::{NewAccount, SignUpForm};
use contracts::{ErrorCode, Field, Refusal};

use crate::common_passwords;
use crate::prepared::prepared;

/// Checks every field of a sign-up. On top of the form's own rules, the password must not be a common one; the list
/// would be too large for the browser. The password of the account is the prepared one.
///
/// # Errors
/// All failing fields together.
pub(crate) fn check_sign_up(form: &SignUpForm) -> Result<NewAccount, Refusal> {
    let form = SignUpForm {
        email: form.email.clone(),
        password: prepared(&form.password),
    };
    let parsed = form.parse();
    if !common_passwords::contains(&form.password) {
        return parsed;
    }
    let mut codes = parsed
        .err()
        .map_or_else(Vec::new, |refusal| refusal.codes().to_vec());
    // Spaces around a common password can make it long enough; one reason for the field is enough.
    if !codes.iter().any(|code| code.field() == Some(Field::Password)) {
        codes.push(ErrorCode::PasswordCommon);
    }
    Err(Refusal::for_all(codes).unwrap_or_else(|| ErrorCode::PasswordCommon.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(email: &str, password: &str) -> Vec<ErrorCode> {
        let form = SignUpForm {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        check_sign_up(&form).map_or_else(|refusal| refusal.codes().to_vec(), |_| Vec::new())
    }

    #[test]
    fn all_failing_fields_are_reported_together() {
        use ErrorCode::{EmailInvalid, PasswordCommon, PasswordLength};
        let spaced = format!("{}password1", " ".repeat(130));
        let table: [(&str, &str, &[ErrorCode]); 9] = [
            ("ada@example.com", "a fine password", &[]),
            ("ada@example.com", "PassWord1", &[PasswordCommon]),
            ("ada@example.com", "Ｐａｓｓｗｏｒｄ１", &[PasswordCommon]),
            (
                "ada@example.com",
                "e\u{301}e\u{301}e\u{301}e\u{301}",
                &[PasswordLength],
            ),
            ("ada", "password1", &[EmailInvalid, PasswordCommon]),
            ("ada", "a fine password", &[EmailInvalid]),
            ("ada", "short", &[EmailInvalid, PasswordLength]),
            ("ada@example.com", &spaced, &[PasswordLength]),
            ("", "", &[EmailInvalid, PasswordLength]),
        ];
        for (email, password, expected) in table {
            assert_eq!(codes(email, password), expected, "{email} {password}");
        }
    }
}
