//! Loads a page, and renders an error page if that fails.

use std::error::Error;
use std::future::Future;

use ::orders::OrdersError;
use ::payments::PaymentsError;
use ::tickets::TicketsError;
use contracts::{ErrorCode, Refusal};
use http::StatusCode;
use http::header::REFRESH;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use web::{ServiceError as _, Session};

use super::not_found::NotFoundPage;
use crate::components::{BrokenMessage, BusyMessage};
use crate::context::{self, NoServices};
use crate::next::Next;
use crate::{paths, respond};

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// Not found, or not visible to this user.
    #[error("page not found")]
    NotFound,
    /// The page requires a session.
    #[error("sign in first")]
    SignInFirst,
    /// The user needs another page now.
    #[error("redirect to {0}")]
    Redirect(String),
    /// The server is overloaded for the moment.
    #[error("the server is busy")]
    Busy,
    /// Something failed, and was logged.
    #[error("internal error")]
    Internal,
}

impl PageError {
    /// An error that is not about the user or the page.
    fn other(error: &(dyn Error + 'static), refusal: Option<&Refusal>) -> Self {
        if refusal.is_some_and(|refusal| refusal.first() == ErrorCode::Busy) {
            tracing::warn!(http.path = context::path(), error, "a page temporarily failed");
            Self::Busy
        } else {
            tracing::error!(http.path = context::path(), error, "a page failed");
            Self::Internal
        }
    }
}

impl From<NoServices> for PageError {
    fn from(_: NoServices) -> Self {
        Self::Internal
    }
}

impl From<TicketsError> for PageError {
    fn from(error: TicketsError) -> Self {
        match error {
            TicketsError::NotFound | TicketsError::NotOwner => Self::NotFound,
            error => Self::other(&error, error.refusal().as_ref()),
        }
    }
}

impl From<OrdersError> for PageError {
    fn from(error: OrdersError) -> Self {
        match error {
            OrdersError::NotFound | OrdersError::TicketNotFound | OrdersError::NotOwner => Self::NotFound,
            error => Self::other(&error, error.refusal().as_ref()),
        }
    }
}

impl From<PaymentsError> for PageError {
    fn from(error: PaymentsError) -> Self {
        match error {
            PaymentsError::NotFound | PaymentsError::OrderNotFound | PaymentsError::NotOwner => {
                Self::NotFound
            }
            error => Self::other(&error, error.refusal().as_ref()),
        }
    }
}

/// A page, or why it is not shown.
pub(super) type Loaded = Result<AnyView, PageError>;

/// Awaits a page and renders it or an error page.
pub(super) fn load(page: impl Future<Output = Loaded> + Send + 'static) -> impl IntoView {
    Suspend::new(async move { page.await.unwrap_or_else(error_page) })
}

fn error_page(error: PageError) -> AnyView {
    match error {
        PageError::NotFound => view! { <NotFoundPage /> }.into_any(),
        PageError::SignInFirst => redirect(&Next::parse(&context::path_and_query()).after(paths::SIGN_IN)),
        PageError::Redirect(path) => redirect(&path),
        PageError::Busy => {
            respond::busy();
            respond::header(REFRESH, crate::REFRESH_AFTER);
            view! {
                <Title text="Busy" />
                <BusyMessage />
            }
            .into_any()
        }
        PageError::Internal => {
            respond::status(StatusCode::INTERNAL_SERVER_ERROR);
            view! {
                <Title text="Something went wrong" />
                <BrokenMessage />
            }
            .into_any()
        }
    }
}

fn redirect(path: &str) -> AnyView {
    respond::see_other(path);
    let href = path.to_owned();
    view! {
        <p>
            <a href=href>"Continue"</a>
        </p>
    }
    .into_any()
}

/// The session; visitors are redirected to sign in.
pub(super) fn signed_in() -> Result<Session, PageError> {
    context::session().ok_or(PageError::SignInFirst)
}

/// The id in the path; an invalid id is 404.
pub(super) fn id<T>(parse: impl FnOnce(&str) -> Option<T>) -> Result<T, PageError> {
    let params = use_params_map().get_untracked();
    params.get_str("id").and_then(parse).ok_or(PageError::NotFound)
}
