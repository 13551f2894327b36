//! Turns the result of a service into the response to a form.

use std::error::Error;

use contracts::{ErrorCode, Field, Refusal, UserId};
use web::{FormSubmission, ServiceError};

use crate::context::{NoServices, Services};
use crate::flash::{self, Flash};
use crate::next::Next;
use crate::outcome::{Failure, Outcome};
use crate::{context, paths, respond};

/// A submitted form, with everything needed to show it again if it is refused.
pub(super) struct SubmittedForm {
    /// The path of its page, without a query.
    page: String,
    /// Where the user goes after it.
    next: Next,
    /// The input to keep.
    input: Vec<(Field, String)>,
}

impl SubmittedForm {
    /// A form on that page, without input to keep.
    pub(super) fn on_page(page: impl Into<String>) -> Self {
        Self {
            page: page.into(),
            next: Next::default(),
            input: vec![],
        }
    }

    /// Goes to another page after it.
    pub(super) fn with_next(self, next: Next) -> Self {
        Self { next, ..self }
    }

    /// Keeps the input of a field.
    pub(super) fn with_input(mut self, field: Field, text: &str) -> Self {
        self.input.push((field, text.to_owned()));
        self
    }

    /// Responds to a form that was refused. A script shows the errors at the fields; without scripts the browser loads the page
    /// again, which shows them.
    pub(super) fn refused(self, refusal: Refusal) -> Outcome {
        if respond::wants_html() {
            flash::set(&Flash::refused(&self.page, &refusal, self.input));
            respond::see_other(&self.next.after(&self.page));
        }
        Outcome::Refused(refusal)
    }

    /// Responds with the result of a service: a redirect to `next_page` on success.
    pub(super) fn reply<T, E: ServiceError>(
        self,
        result: Result<T, E>,
        next_page: impl FnOnce(T) -> String,
    ) -> Result<Outcome, Failure> {
        let error = match result {
            Ok(value) => return Ok(redirect(next_page(value))),
            Err(error) => error,
        };
        let failure = match error.refusal() {
            Some(refusal) if refusal.first() == ErrorCode::Busy => {
                tracing::warn!(http.path = context::path(), error = %error, "a form temporarily failed");
                Failure::Busy
            }
            Some(refusal) => return Ok(self.refused(refusal)),
            None => {
                log(&error);
                Failure::Internal
            }
        };
        // Without scripts the browser is redirected to its form, which keeps the input.
        if respond::wants_html() {
            return Ok(self.refused(failure.code().into()));
        }
        respond::failed(failure);
        Err(failure)
    }
}

/// Responds to a form that was accepted.
pub(super) fn redirect(path: String) -> Outcome {
    if respond::wants_html() {
        respond::see_other(&path);
    }
    Outcome::Redirect(path)
}

/// Redirects to the sign-in page, which returns to `page`.
pub(super) fn redirect_to_sign_in(page: &str) -> Outcome {
    redirect(Next::parse(page).after(paths::SIGN_IN))
}

impl From<NoServices> for Failure {
    fn from(_: NoServices) -> Self {
        Self::Internal
    }
}

/// Identifies a form submission, for an operation that must take effect once.
pub(super) fn submission(
    services: &Services,
    user: UserId,
    form: &str,
    key: &str,
    content: &[String],
) -> Result<FormSubmission, Failure> {
    let content: Vec<&str> = content.iter().map(String::as_str).collect();
    FormSubmission::new(&services.sessions, user, form, key, &content).map_err(|error| {
        log(&error);
        respond::failed(Failure::Internal);
        Failure::Internal
    })
}

fn log(error: &(dyn Error + 'static)) {
    tracing::error!(http.path = context::path(), error, "a form failed");
}
