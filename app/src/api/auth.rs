//! Signing up, in and out.

use auth::AuthError;
use contracts::Field;
use contracts::forms::{SignInForm, SignUpForm};
use leptos::prelude::*;

use super::form_reply::{SubmittedForm, services};
use crate::context::{self, Services};
use crate::flash::{self, Flash, Notice};
use crate::next::Next;
use crate::outcome::{Failure, Outcome};
use crate::{paths, respond};

/// Opens an account and signs in to it. Who has the account already, because the form was sent twice, only signs in.
#[server(prefix = "/fn", endpoint = "auth/signup")]
pub(crate) async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Outcome, Failure> {
    let services = services()?;
    let next = Next::parse(&next);
    let form = SubmittedForm::on(paths::SIGN_UP)
        .with_next(next.clone())
        .with(Field::Email, &email);
    let wanted = SignUpForm {
        email: email.clone(),
        password: password.clone(),
    };
    let signed_up = services.auth.sign_up(wanted, context::client()).await;
    let signed_in = match signed_up {
        Err(AuthError::EmailInUse) => own_account(&services, SignInForm { email, password }).await,
        signed_up => signed_up,
    };
    begin_session(&services, form, signed_in, &next)
}

/// Signs in to an account that there is, with what somebody wanted to open it with. Wrong passwords count as at any other sign-in,
/// and say no more than that the address is in use.
async fn own_account(services: &Services, form: SignInForm) -> Result<auth::SignedIn, AuthError> {
    let signed_in = services.auth.sign_in(form, context::client()).await;
    signed_in.map_err(|error| match error {
        AuthError::InvalidCredentials | AuthError::TooManyAttempts(_) => AuthError::EmailInUse,
        error => error,
    })
}

/// Signs in to an account.
#[server(prefix = "/fn", endpoint = "auth/signin")]
pub(crate) async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Outcome, Failure> {
    let services = services()?;
    let next = Next::parse(&next);
    let form = SubmittedForm::on(paths::SIGN_IN)
        .with_next(next.clone())
        .with(Field::Email, &email);
    let signed_in = services
        .auth
        .sign_in(SignInForm { email, password }, context::client())
        .await;
    begin_session(&services, form, signed_in, &next)
}

/// Ends the session, here and wherever its cookie was copied to.
#[server(prefix = "/fn", endpoint = "auth/signout")]
pub(crate) async fn sign_out() -> Result<Outcome, Failure> {
    let services = services()?;
    let ended = match context::session_to_be_ended() {
        Some(session) => services.auth.sign_out(&session).await,
        None => Ok(()),
    };
    SubmittedForm::on(paths::SIGN_OUT).reply(ended, |()| {
        respond::cookie(&services.sessions.cleared_cookie());
        flash::set(&Flash::Done(Notice::SignedOut));
        paths::ON_SALE.to_owned()
    })
}

fn begin_session(
    services: &Services,
    form: SubmittedForm,
    signed_in: Result<auth::SignedIn, AuthError>,
    next: &Next,
) -> Result<Outcome, Failure> {
    form.reply(signed_in, |signed_in| {
        respond::cookie(&services.sessions.cookie(signed_in.token));
        next.as_str().to_owned()
    })
}
