//! From the answer of a service to the answer to a form.

use std::error::Error;

use contracts::{ErrorCode, Field, Refusal, UserId};
use leptos::prelude::use_context;
use web::Once;

use crate::context::Services;
use crate::flash::{self, Flash};
use crate::next::Next;
use crate::outcome::{Failure, Outcome};
use crate::{context, paths, respond};

/// What is known of a form that was sent: what happens to it if it is refused.
pub(super) struct SubmittedForm {
    /// The address of the page that it stands on, without a query.
    page: String,
    /// Where the person wanted to go from there.
    next: Next,
    /// What was typed.
    typed: Vec<(Field, String)>,
}

/// An error of a service, which may be the client's business.
pub(super) trait ServiceError: Error + 'static {
    /// What the client is told; `None` for what is not its business.
    fn refusal(&self) -> Option<Refusal>;
}

macro_rules! service_error {
    ($($error:ty),*) => {
        $(impl ServiceError for $error {
            fn refusal(&self) -> Option<Refusal> {
                self.refusal()
            }
        })*
    };
}

service_error!(
    ::auth::AuthError,
    ::orders::OrdersError,
    ::payments::PaymentsError,
    ::tickets::TicketsError
);

impl SubmittedForm {
    /// A form on that page, in which nothing is typed that could be kept.
    pub(super) fn on(page: impl Into<String>) -> Self {
        Self {
            page: page.into(),
            next: Next::default(),
            typed: vec![],
        }
    }

    /// The page leads on to another one.
    pub(super) fn with_next(self, next: Next) -> Self {
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
            flash::set(&Flash::refused(&self.page, &refusal, self.typed));
            respond::see_other(&self.next.after(&self.page));
        }
        Outcome::Refused(refusal)
    }

    /// Answers a form with what the service says: where to go on, if all is well.
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
pub(super) fn redirect(path: String) -> Outcome {
    if respond::is_for_a_page() {
        respond::see_other(&path);
    }
    Outcome::Redirect(path)
}

/// Answers somebody who has to sign in first, and leads back to the page they came from.
pub(super) fn sign_in_first(page: &str) -> Outcome {
    redirect(Next::parse(page).after(paths::SIGN_IN))
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

/// The form of that name, as somebody has filled it in, for an operation that makes something once.
pub(super) fn once(
    services: &Services,
    who: UserId,
    form: &str,
    key: &str,
    content: &[String],
) -> Result<Once, Failure> {
    let content: Vec<&str> = content.iter().map(String::as_str).collect();
    Once::of(&services.sessions, who, form, key, &content).map_err(|error| {
        log(&error);
        respond::failed(Failure::Internal);
        Failure::Internal
    })
}

fn log(error: &(dyn Error + 'static)) {
    tracing::error!(path = context::path(), error, "a form failed");
}
