//! The form for signing up or in.

use contracts::{Email, ErrorCode, Field, Password, Refusal};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{FieldState, FormAlert, FormState, Kind, SubmitButton, TextField};

/// The purpose of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Signing up.
    SignUp,
    /// Signing in.
    SignIn,
}

/// Asks for an email address and a password.
#[island]
pub fn AccountForm(
    /// The purpose of the form.
    purpose: Purpose,
    /// The email address to begin with.
    email: String,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
    /// The path to go to afterwards.
    next: String,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let password_rule = match purpose {
        Purpose::SignUp => new_password,
        Purpose::SignIn => any_password,
    };
    let email = FieldState::new(Field::Email, email, refusal.as_ref(), email_rule);
    let password = FieldState::new(Field::Password, String::new(), refusal.as_ref(), password_rule);
    let is_password_invalid =
        email.error().is_none() && (password.error().is_some() || form.alert().is_some());
    let (action, label, busy, kind, hint) = match purpose {
        Purpose::SignUp => (
            "/fn/auth/signup",
            "Sign up",
            "Signing up…",
            Kind::NewPassword,
            Some("Use at least 8 characters. Three random words work well."),
        ),
        Purpose::SignIn => (
            "/fn/auth/signin",
            "Sign in",
            "Signing in…",
            Kind::CurrentPassword,
            None,
        ),
    };
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            aria-busy=form.aria_busy()
            on:submit=form.on_submit(vec![email, password])
        >
            <FormAlert form />
            <input type="hidden" name="next" value=next />
            <TextField state=email label="Email" kind=Kind::Email autofocus=!is_password_invalid />
            <TextField state=password label="Password" kind=kind hint=hint autofocus=is_password_invalid />
            <SubmitButton form label=label busy=busy />
        </form>
    }
}

fn email_rule(text: &str) -> Option<ErrorCode> {
    Email::parse(text).err()
}

fn new_password(text: &str) -> Option<ErrorCode> {
    Password::parse(text).err()
}

fn any_password(text: &str) -> Option<ErrorCode> {
    text.is_empty().then_some(ErrorCode::PasswordMissing)
}

#[cfg(test)]
mod tests {
    use contracts::forms::{SignInForm, SignUpForm};

    use super::*;

    /// The field rules are exactly those of the whole form.
    #[test]
    fn rules_agree_with_the_forms_of_the_server() {
        let emails = ["", "ada", "ada@example.com", " Ada@Example.com ", "a@b"];
        let passwords = ["", "short", "long enough", &"x".repeat(129)];
        for email in emails {
            for password in passwords {
                let text = |text: &str| text.to_owned();
                let sign_up = SignUpForm {
                    email: text(email),
                    password: text(password),
                };
                let sign_in = SignInForm {
                    email: text(email),
                    password: text(password),
                };
                let of = |rule: fn(&str) -> Option<ErrorCode>| -> Vec<ErrorCode> {
                    [email_rule(email), rule(password)]
                        .into_iter()
                        .flatten()
                        .collect()
                };
                let codes =
                    |refusal: Option<Refusal>| refusal.map_or(vec![], |refusal| refusal.codes().to_vec());
                assert_eq!(codes(sign_up.parse().err()), of(new_password));
                assert_eq!(codes(sign_in.parse().err()), of(any_password));
            }
        }
    }
}
