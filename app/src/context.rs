//! What the server provides to pages and server functions.

use contracts::Timestamp;
use event_log::{IdSource, SharedClock};
use http::header::HOST;
use http::request::Parts;
use leptos::prelude::*;
use web::{ClientAddress, Session};

use crate::LogPosition;
use crate::islands::LiveStart;

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
    /// Fresh ids, for the keys of forms.
    pub ids: IdSource,
    /// The origin under which browsers see the site; `None` where the host that a request names is trusted.
    pub public_origin: Option<String>,
}

impl Services {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

/// Where the live feed of the page starts. It must be taken before anything is read for the page.
pub(crate) fn live_start(services: &Services) -> LiveStart {
    let Services {
        tickets,
        orders,
        payments,
        ..
    } = services;
    let position = LogPosition::of(
        &tickets.events(),
        &orders.events(),
        &payments.events(),
        services.now(),
    );
    LiveStart {
        after: position.to_string(),
        reader: session().map_or_else(|| "visitor".to_owned(), |session| session.user.id.to_string()),
    }
}

/// Who the page is for; `None` for a visitor who is not signed in.
pub(crate) fn session() -> Option<Session> {
    let parts = use_context::<Parts>()?;
    use_context::<Services>()?.sessions.from_headers(&parts.headers)
}

/// The sessions that a sign-out ends, even if a token has expired or is not valid yet.
pub(crate) fn sessions_to_be_ended() -> Vec<Session> {
    let (Some(parts), Some(services)) = (use_context::<Parts>(), use_context::<Services>()) else {
        return Vec::new();
    };
    services.sessions.to_be_ended(&parts.headers)
}

/// The client address, for rate limits.
pub(crate) fn client() -> Option<ClientAddress> {
    use_context::<Parts>()?.extensions.get().copied()
}

/// The absolute URL of a path, for providers that redirect back.
pub(crate) fn address(services: &Services, path: &str) -> String {
    let parts = use_context::<Parts>();
    let host = parts.as_ref().and_then(|parts| parts.headers.get(HOST));
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    match &services.public_origin {
        Some(origin) => format!("{origin}{path}"),
        None => format!("http://{host}{path}"),
    }
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
