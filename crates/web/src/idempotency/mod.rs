//! Requests that may be sent again: one effect, and the same reply each time.
//!
//! A client that does not know whether its request arrived sends it again with the same `Idempotency-Key`. What it gets:
//!
//! | the key | answer |
//! |---|---|
//! | is new, or was used more than a day ago | the request is carried out and its reply is kept |
//! | was used for the same request | the kept reply, byte for byte, with `Idempotency-Replayed: true` |
//! | was used for another body | 422 |
//! | belongs to a request that still runs | 409 |
//! | is not 1 to 255 visible ASCII characters | 400 |
//!
//! A key is one person's, for one method and path: [`Idempotency`]. A request without a key is not looked at, nor is one of
//! which nobody can say who sent it: nothing is kept for strangers.
//!
//! # How a reply is kept
//! [`idempotent`] is the layer around a route. Its handler takes a [`KeyedRequest`], says how the reply will look, and hands
//! the resulting [`Keep`] to the operation, which keeps the reply **in the transaction of its effect**. So there is no
//! moment, and no crash, between the two. That a second request with the key has no second effect is the primary key of
//! the table; the marks of running requests, in memory, only spare the work and give the 409.
//!
//! The layer runs the request on a task of its own: a client that hangs up leaves a request behind that still runs to its
//! end, with its mark, so that the second request finds either the mark or the reply.
//!
//! A refusal had no effect. The layer keeps it in a write of its own, so that the key gets the same answer again. Not kept
//! are 401, 409, 413, 415 and 422, which are about the request and not about what it asks for, 404, since what another
//! service has just made arrives a moment later, 429, which passes by itself, and whatever broke inside. Nor is any refusal of
//! somebody who is not signed in: such a request writes nothing unless it has its effect.
//!
//! # What is stored
//! Neither keys nor bodies (a body can hold a password) but their HMACs, by a key that is derived from the signing key.
//! After a change of the signing key the former ones are tried too, as for sessions. A reply that begins a session is kept
//! without its token: [`Reply::beginning_session`].

mod extract;
mod in_flight;
mod keep;
mod key;
mod layer;
mod mark;
mod once;
mod replay;
mod reply;

use std::fmt;
use std::sync::Arc;

use axum::http::HeaderMap;
use event_log::Database;

use crate::Sessions;
use in_flight::InFlight;

pub use extract::KeyedRequest;
pub use keep::Keep;
pub use layer::idempotent;
pub use once::Once;
pub use reply::Reply;

/// What [`idempotent`] works with: where replies are kept and who is asking. Clones share the marks of running requests.
#[derive(Clone)]
pub struct Idempotency {
    db: Database,
    sessions: Sessions,
    in_flight: InFlight,
    scope: Scope,
}

/// Whose a key is.
#[derive(Clone)]
enum Scope {
    Person,
    Session,
    Asker(Arc<ReadAsker>),
}

/// Says who is asking, by the body of a request; `None` for a body that does not tell.
type ReadAsker = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

impl Idempotency {
    /// Keeps the replies in this database, which must be the one that the operations write to. A key is that of the person
    /// who is signed in. The key of anybody else is not looked at.
    #[must_use]
    pub fn new(db: Database, sessions: Sessions) -> Self {
        Self {
            db,
            sessions,
            in_flight: InFlight::default(),
            scope: Scope::Person,
        }
    }

    /// The same for requests that say in their body who is asking, which `read` finds there: whether they carry a session
    /// makes no difference, so that a sign-in is the same request before and after its reply has arrived.
    ///
    /// Whoever sends such a request is a stranger until it has succeeded. So what `read` gives must hold the secret by which
    /// the person is known, or a reply could be had by guessing its key; and no refusal is kept.
    #[must_use]
    pub fn for_asker(&self, read: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            scope: Scope::Asker(Arc::new(read)),
            ..self.clone()
        }
    }

    /// The same for requests that end a session: a key belongs to the session, also when it has ended, so that the
    /// request finds its reply although whoever sends it again is nobody any more.
    #[must_use]
    pub fn for_session(&self) -> Self {
        Self {
            scope: Scope::Session,
            ..self.clone()
        }
    }

    /// Who is asking, as a line of text; `None` for a stranger.
    fn who(&self, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        match &self.scope {
            Scope::Person => {
                let session = self.sessions.from_headers(headers);
                session.map(|session| session.user.id.to_string())
            }
            Scope::Session => {
                let session = self.sessions.named_by(headers);
                session.map(|session| session.session_id.to_string())
            }
            // A line break in it would make it ambiguous where it ends.
            Scope::Asker(read) => read(body).filter(|who| !who.contains('\n')),
        }
    }

    /// Whether refusals are kept: only for people who are known before the operation.
    fn keeps_refusals(&self) -> bool {
        !matches!(self.scope, Scope::Asker(_))
    }
}

impl fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}
