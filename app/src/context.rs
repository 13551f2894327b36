//! What pages and server functions are given by the server.

use contracts::Timestamp;
use event_log::SharedClock;
use http::request::Parts;
use leptos::prelude::*;
use web::Session;

/// The services behind the pages. The server provides it as a context to pages, server functions and the error page.
#[derive(Clone)]
pub struct Services {
    /// Accounts.
    pub auth: auth::Auth,
    /// Tickets for sale.
    pub tickets: tickets::Tickets,
    /// Reservations and orders.
    pub orders: orders::Orders,
    /// Payments.
    pub payments: payments::Payments,
    /// Who a request is from.
    pub sessions: web::Sessions,
    /// The time.
    pub clock: SharedClock,
}

impl Services {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

/// Who the page is for; `None` for a visitor who is not signed in.
pub(crate) fn session() -> Option<Session> {
    let parts = use_context::<Parts>()?;
    use_context::<Services>()?.sessions.from_headers(&parts.headers)
}

/// The path of the request, with its query.
pub(crate) fn path_and_query() -> String {
    let parts = use_context::<Parts>();
    let path = parts.as_ref().and_then(|parts| parts.uri.path_and_query());
    path.map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// The path of the request.
pub(crate) fn path() -> String {
    use_context::<Parts>().map_or_else(|| "/".to_owned(), |parts| parts.uri.path().to_owned())
}
