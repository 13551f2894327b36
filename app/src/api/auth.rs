//! Signing up, in and out.

use auth::AuthError;
use contracts::Field;
use contracts::forms::{SignInForm, SignUpForm};
use leptos::prelude::*;

use super::form_reply::SubmittedForm;
use crate::context::{self, Services};
use crate::flash::{self, Flash, Notice};
use crate::next::Next;
use crate::outcome::{Failure, Outcome};
use crate::{paths, respond};

/// Creates an account and signs in. If the user already has it, because the form was sent twice, only signs in.
#[server(prefix = "/fn", endpoint = "auth/signup")]
pub(crate) async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let next = Next::parse(&next);
    let form = SubmittedForm::on_page(paths::SIGN_UP)
        .with_next(next.clone())
        .with_input(Field::Email, &email);
    let signed_up = services
        .auth
        .sign_up_from_form(SignUpForm { email, password }, context::client())
        .await;
    begin_session(&services, form, signed_up, &next)
}

/// Signs in to an account.
#[server(prefix = "/fn", endpoint = "auth/signin")]
pub(crate) async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let next = Next::parse(&next);
    let form = SubmittedForm::on_page(paths::SIGN_IN)
        .with_next(next.clone())
        .with_input(Field::Email, &email);
    let signed_in = services
        .auth
        .sign_in(SignInForm { email, password }, context::client())
        .await;
    begin_session(&services, form, signed_in, &next)
}

/// Ends the session, also for copies of its cookie.
#[server(prefix = "/fn", endpoint = "auth/signout")]
pub(crate) async fn sign_out() -> Result<Outcome, Failure> {
    let services = context::services()?;
    let mut ended = Ok(());
    for session in context::sessions_to_be_ended() {
        ended = ended.and(services.auth.sign_out(&session, web::ReplyRecorder::none()).await);
    }
    SubmittedForm::on_page(paths::SIGN_OUT).reply(ended, |()| {
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
        respond::cookie(&services.sessions.cookie(&signed_in.token));
        next.as_str().to_owned()
    })
}
