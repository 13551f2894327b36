//! Who has written finds it in the next read, also at another server.
//!
//! Lists of tickets are kept in the memory of each server, and one learns of what the others have committed some milliseconds later. So
//! the response to a request that may have written says in a cookie how far the log of the tickets had come, and another server that
//! gets the cookie waits until it knows of that.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use event_log::{EventSource, IdSource};

/// The cookie: the server, a dot, and a sequence.
const NAME: &str = "ticketing-written";

/// For how many seconds it is kept: much longer than it takes to learn of a commit.
const MAX_AGE: u32 = 30;

/// How long a request waits, at most. A server that learns nothing for so long answers with what it knows.
const LIMIT: Duration = Duration::from_secs(2);

/// The context of [`find_own_writes`].
#[derive(Clone)]
pub(crate) struct OwnWrites {
    tickets: EventSource,
    /// Tells this server from others. It knows of its own writes at once.
    server: String,
}

impl OwnWrites {
    /// For a server whose tickets have these events.
    pub(crate) fn new(tickets: EventSource, ids: &IdSource) -> Self {
        Self {
            tickets,
            server: ids.next().simple().to_string(),
        }
    }

    /// The sequence of a write at another server.
    fn written_elsewhere(&self, headers: &HeaderMap) -> Option<i64> {
        let written = web::cookies::values(headers, NAME).next()?;
        let (server, sequence) = written.split_once('.')?;
        (server != self.server).then(|| sequence.parse().ok())?
    }

    fn cookie(&self) -> Option<HeaderValue> {
        let (server, sequence) = (&self.server, self.tickets.head());
        let cookie = format!("{NAME}={server}.{sequence}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax");
        HeaderValue::try_from(cookie).ok()
    }
}

/// The layer around everything that reads or writes.
pub(crate) async fn find_own_writes(
    State(writes): State<OwnWrites>,
    request: Request,
    next: Next,
) -> Response {
    let may_write = !request.method().is_safe();
    if let Some(sequence) = writes.written_elsewhere(request.headers()) {
        // One that nobody has written would be waited for in vain: it costs its sender two seconds.
        let _caught_up_or_not = writes.tickets.caught_up_with(sequence, LIMIT).await;
    }
    let mut response = next.run(request).await;
    if may_write && let Some(cookie) = writes.cookie() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
