//! From the answer of a service to the answer to a form.

use std::error::Error;

use contracts::{ErrorCode, Field, Refusal, UserId};
use leptos::prelude::use_context;
use web::{FormSubmission, ServiceError};

use crate::context::Services;
use crate::flash::{self, Flash};
use crate::next::Next;
use crate::outcome::{Failure, Outcome};
use crate::{context, respond};

/// What is known of a form that was sent: what happens to it if it is refused.
pub(super) struct Form {
    /// The address of the page that it stands on, without a query.
    page: String,
    /// Where the person wanted to go from there.
    next: Next,
    /// What was typed.
    typed: Vec<(Field, String)>,
}

impl Form {
    /// A form on that page, in which nothing is typed that could be kept.
    pub(super) fn on(page: impl Into<String>) -> Self {
        Self {
            page: page.into(),
            next: Next::default(),
            typed: vec![],
        }
    }

    /// The page leads on to another one.
    pub(super) fn leading_to(self, next: Next) -> Self {
        Self { next, ..self }
    }

    /// What was typed into a field.
    pub(super) fn with(mut self, field: Field, text: &str) -> Self {
        self.typed.push((field, text.to_owned()));
        self
    }

    /// Answers a form that was refused: a script shows why beside the fields, a browser loads the page again, which
    /// then does.
    pub(super) fn refused(self, refusal: Refusal) -> Outcome {
        if respond::is_for_a_page() {
            flash::tell(&Flash::refused(&self.page, &refusal, self.typed));
            respond::see_other(&self.next.after(&self.page));
        }
        Outcome::Refused(refusal)
    }

    /// Answers a form with what the service says: where to go on, if all is well.
    pub(super) fn conclude<T, E: ServiceError>(
        self,
        result: Result<T, E>,
        go_on: impl FnOnce(T) -> String,
    ) -> Result<Outcome, Failure> {
        let error = match result {
            Ok(value) => return Ok(moved(go_on(value))),
            Err(error) => error,
        };
        let failure = match error.refusal() {
            Some(refusal) if refusal.first() == ErrorCode::Busy => {
                tracing::warn!(path = context::path(), error = %error, "a form could not be served now");
                Failure::Busy
            }
            Some(refusal) => return Ok(self.refused(refusal)),
            None => {
                log(&error);
                Failure::Internal
            }
        };
        // A browser is led back to its form, which keeps what was typed.
        if respond::is_for_a_page() {
            return Ok(self.refused(failure.code().into()));
        }
        respond::failed(failure);
        Err(failure)
    }
}

/// Answers a form that was accepted.
pub(super) fn moved(path: String) -> Outcome {
    if respond::is_for_a_page() {
        respond::see_other(&path);
    }
    Outcome::Moved(path)
}

/// Answers somebody who has to sign in first, and leads back to the page they came from.
pub(super) fn sign_in_first(page: &str) -> Outcome {
    moved(Next::parse(page).after("/auth/signin"))
}

/// The services.
pub(super) fn services() -> Result<Services, Failure> {
    use_context::<Services>().ok_or_else(|| {
        tracing::error!(
            path = context::path(),
            "the server provides no services to this path"
        );
        Failure::Internal
    })
}

/// The form of that name, as this user has filled it in, for an operation that creates something once.
pub(super) fn submission(
    services: &Services,
    who: UserId,
    form: &str,
    key: &str,
    content: &[String],
) -> Result<FormSubmission, Failure> {
    let content: Vec<&str> = content.iter().map(String::as_str).collect();
    FormSubmission::new(&services.sessions, who, form, key, &content).map_err(|error| {
        log(&error);
        respond::failed(Failure::Internal);
        Failure::Internal
    })
}

fn log(error: &(dyn Error + 'static)) {
    tracing::error!(path = context::path(), error, "a form failed");
}
