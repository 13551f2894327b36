//! The form with which a person signs up or in.

use contracts::{Email, ErrorCode, Field, Password, Refusal};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{FieldState, FormState, Kind, PostForm, TextField};

/// What the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Opening an account.
    SignUp,
    /// Using one that there is.
    SignIn,
}

/// Asks for an address and a password.
#[island]
pub fn AccountForm(
    /// What the form is for.
    purpose: Purpose,
    /// The address as it was typed the last time.
    email: String,
    /// What the server said of it then.
    refusal: Option<Refusal>,
    /// The path that the person comes back to.
    next: String,
) -> impl IntoView {
    let state = FormState::new(refusal.as_ref());
    let (action, label, busy, kind, hint, password_rule) = match purpose {
        Purpose::SignUp => (
            "/fn/auth/signup",
            "Sign up",
            "Signing up…",
            Kind::NewPassword,
            Some("At least 8 characters. A few unrelated words are easy to keep in mind and hard to guess."),
            new_password as fn(&str) -> Option<ErrorCode>,
        ),
        Purpose::SignIn => (
            "/fn/auth/signin",
            "Sign in",
            "Signing in…",
            Kind::CurrentPassword,
            None,
            any_password as _,
        ),
    };
    let email = FieldState::new(Field::Email, email, refusal.as_ref(), email_rule);
    let password = FieldState::new(Field::Password, String::new(), refusal.as_ref(), password_rule);
    let is_email_right = refusal.is_some() && email.error().is_none();
    let form = PostForm {
        class: "form",
        action: action.to_owned(),
        hidden: ("next".to_owned(), next),
        label: label.to_owned(),
        busy: busy.to_owned(),
        button_class: "button button--primary button--wide".to_owned(),
    };
    let inputs = view! {
        <TextField state=email label="Email" kind=Kind::Email autofocus=!is_email_right />
        <TextField state=password label="Password" kind=kind hint=hint autofocus=is_email_right />
    };
    form.view(state, vec![email, password], inputs)
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

    /// The field rules are those of the whole form: neither stricter nor laxer.
    #[test]
    fn the_rules_agree_with_the_forms_of_the_server() {
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

    #[cfg(feature = "ssr")]
    mod rendering {
        use super::*;

        fn html(email: &str, refusal: Option<Refusal>) -> String {
            let (email, next) = (email.to_owned(), "/orders".to_owned());
            let render = || view! { <AccountForm purpose=Purpose::SignUp email refusal next /> }.to_html();
            Owner::new().with(render)
        }

        #[test]
        fn a_refusal_stands_beside_its_field_and_is_linked_to_it() {
            let html = html("ada", Refusal::for_all(vec![ErrorCode::EmailInvalid]));
            let error = html.split(r#"id="email-error""#).nth(1).unwrap();
            assert!(
                error.starts_with(r#" role="alert" class="field__error">Email must be valid<"#),
                "{error}"
            );
            let input = html
                .split("<input")
                .find(|input| input.contains(r#"id="email""#))
                .unwrap();
            let input = input.split('>').next().unwrap();
            for part in [
                r#"aria-invalid="true""#,
                r#"aria-describedby="email-error""#,
                r#"value="ada""#,
                "autofocus",
            ] {
                assert!(input.contains(part), "{part} is not in {input}");
            }
        }

        #[test]
        fn what_was_typed_is_escaped_and_a_password_is_never_in_the_page() {
            let html = html(r#""><script>"#, Some(ErrorCode::EmailInUse.into()));
            assert!(!html.contains("<script>"), "{html}");
            assert!(
                html.contains(r#"role="alert" class="alert">Email in use<"#),
                "{html}"
            );
            let password = html
                .split("<input")
                .find(|input| input.contains(r#"id="password""#))
                .unwrap();
            let password = password.split('>').next().unwrap();
            assert!(
                password.contains(r#"value="""#) || !password.contains("value"),
                "{password}"
            );
            assert!(password.contains("autofocus"), "{password}");
        }

        #[test]
        fn nothing_is_wrong_with_a_form_that_was_not_sent() {
            let html = html("", None);
            assert!(!html.contains("aria-invalid"), "{html}");
            assert!(
                html.contains(r#"name="next" value="/orders""#) || html.contains(r#"value="/orders""#),
                "{html}"
            );
        }
    }
}
