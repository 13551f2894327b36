//! The context that the server provides to pages and server functions.

use contracts::Timestamp;
use event_log::{IdSource, SharedClock};
use http::header::HOST;
use http::request::Parts;
use leptos::prelude::*;
use web::{ClientAddress, Session, Sessions};

use crate::islands::LiveStart;
use crate::{LogPosition, ReadyLists, paths};

/// The services used by the pages. The server provides it as a context to pages, server functions and the error page.
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
    pub sessions: Sessions,
    /// The time.
    pub clock: SharedClock,
    /// Fresh ids, for the keys of forms.
    pub ids: IdSource,
    /// The origin under which browsers see the site; `None` where the host that a request names is trusted.
    pub public_origin: Option<String>,
    /// The tickets on sale, kept rendered.
    pub ready_lists: ReadyLists,
}

/// Stands for the position of a page that is rendered once for many responses. It is an extension of the request.
#[derive(Clone)]
pub struct LivePlaceholder(pub String);

impl Services {
    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

/// The server provides no services to a path, which is a mistake in its wiring.
pub(crate) struct NoServices;

/// The services.
pub(crate) fn services() -> Result<Services, NoServices> {
    use_context().ok_or_else(|| {
        tracing::error!(
            http.path = path(),
            "the services are missing from the context of this path"
        );
        NoServices
    })
}

/// Where the live feed of the page starts. It must be taken before anything is read for the page.
pub(crate) fn live_start(services: &Services) -> LiveStart {
    let placeholder = with_request(|parts| parts.extensions.get::<LivePlaceholder>().cloned());
    let after = match placeholder {
        Some(LivePlaceholder(placeholder)) => placeholder,
        None => LogPosition::of_services(services).to_string(),
    };
    LiveStart {
        after,
        reader: session().map_or_else(|| "visitor".to_owned(), |session| session.user.id.to_string()),
    }
}

/// Reads from the request. `None` if `read` finds nothing, or if there is no request, as while the list of routes is made.
///
/// The context is locked meanwhile: `read` must not use another one.
pub(crate) fn with_request<T>(read: impl FnOnce(&Parts) -> Option<T>) -> Option<T> {
    with_context::<Parts, _>(read).flatten()
}

/// Who the page is for; `None` for a visitor who is not signed in.
pub(crate) fn session() -> Option<Session> {
    let sessions = sessions()?;
    with_request(|parts| sessions.from_headers(&parts.headers))
}

/// The sessions that a sign-out ends, even if a token has expired or is not valid yet.
pub(crate) fn sessions_to_be_ended() -> Vec<Session> {
    let sessions = sessions();
    let ended =
        sessions.and_then(|sessions| with_request(|parts| Some(sessions.sessions_to_end(&parts.headers))));
    ended.unwrap_or_default()
}

/// Whether cookies are sent over https only.
pub(crate) fn is_secure() -> bool {
    sessions().is_some_and(|sessions| sessions.is_secure())
}

fn sessions() -> Option<Sessions> {
    with_context::<Services, _>(|services| services.sessions.clone())
}

/// The client address, for rate limits.
pub(crate) fn client() -> Option<ClientAddress> {
    with_request(|parts| parts.extensions.get().copied())
}

/// The absolute URL of a path, for providers that redirect back.
pub(crate) fn address(services: &Services, path: &str) -> String {
    match &services.public_origin {
        Some(origin) => format!("{origin}{path}"),
        None => format!("http://{}{path}", host().unwrap_or_default()),
    }
}

fn host() -> Option<String> {
    with_request(|parts| parts.headers.get(HOST)?.to_str().ok().map(str::to_owned))
}

/// The path of the request, with its query.
pub(crate) fn path_and_query() -> String {
    with_request(|parts| parts.uri.path_and_query().map(ToString::to_string))
        .unwrap_or_else(|| paths::ON_SALE.to_owned())
}

/// The path of the request.
pub(crate) fn path() -> String {
    with_request(|parts| Some(parts.uri.path().to_owned())).unwrap_or_else(|| paths::ON_SALE.to_owned())
}
