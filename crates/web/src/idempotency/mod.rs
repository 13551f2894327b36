//! Idempotent requests: one effect, and the same reply each time.
//!
//! A client that does not know whether its request arrived sends it again with the same `Idempotency-Key`. What it gets:
//!
//! | the key | response |
//! |---|---|
//! | is new, or was used more than a day ago | the request is executed and its reply is recorded |
//! | was used for the same request | the recorded reply, byte for byte, with `Idempotency-Replayed: true` |
//! | was used for another body | 422 |
//! | belongs to a request that is still running | 409 |
//! | is not 1 to 255 visible ASCII characters | 400 |
//!
//! A key belongs to one user, for one method and path: see [`Idempotency`]. A request without a key is passed through, and so is
//! an anonymous one: nothing is recorded for anonymous requests.
//!
//! # How a reply is recorded
//! [`idempotent`] is the layer around a route. Its handler takes an [`IdempotentRequest`], defines how to render the reply, and passes
//! the resulting [`ReplyRecorder`] to the operation, in its [`Caller`], which records the reply **in the transaction of its effect**.
//! No crash can separate the two. The primary key of the table ensures that a second request with the key has
//! no second effect; the in-memory set of running requests only saves work and serves the 409.
//!
//! The layer runs the request on its own task: if the client disconnects, the request still completes, and a second
//! request finds it either running or recorded.
//!
//! A refusal has no effect. The layer records it in a separate write, so that the key gets the same reply again. Not recorded
//! are 401, 409, 413, 415 and 422, which concern the request itself, 404, since what another
//! service has just created arrives a moment later, 429, which is temporary, and server errors. Nor is any refusal of an
//! anonymous request: it writes nothing unless it has its effect.
//!
//! # What is stored
//! Neither keys nor bodies (a body can contain a password) but their HMACs, under a key derived from the signing key.
//! After a change of the signing key the former ones are tried too, as for sessions. A reply that begins a session is recorded
//! without its token: [`Reply::beginning_session`].

mod caller;
mod extract;
mod fingerprint;
mod form_results;
mod form_submission;
mod in_flight;
mod key;
mod layer;
mod recorder;
mod replay;
mod reply;

use std::fmt;
use std::sync::Arc;

use axum::http::HeaderMap;
use event_log::Database;

use crate::Sessions;
use in_flight::InFlight;

pub use caller::Caller;
pub use extract::IdempotentRequest;
pub use form_results::{FormResults, PreviousResult};
pub use form_submission::FormSubmission;
pub use layer::idempotent;
pub use recorder::ReplyRecorder;
pub use reply::Reply;

/// The context of [`idempotent`]: where replies are stored and the scope of keys. Clones share the set of running requests.
#[derive(Clone)]
pub struct Idempotency {
    db: Database,
    sessions: Sessions,
    in_flight: InFlight,
    scope: Scope,
}

/// The scope of a key.
#[derive(Clone)]
enum Scope {
    User,
    Session,
    Credentials(Arc<ReadCredentials>),
}

/// Reads the credentials from the body of a request; `None` for a body without any.
type ReadCredentials = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

impl Idempotency {
    /// Stores the replies in this database, which must be the one that the operations write to. A key belongs to the user who
    /// is signed in. The key of an anonymous request is ignored.
    #[must_use]
    pub fn new(db: Database, sessions: Sessions) -> Self {
        Self {
            db,
            sessions,
            in_flight: InFlight::default(),
            scope: Scope::User,
        }
    }

    /// Scopes keys by credentials in the body, from which `read` takes them: whether the request also carries a
    /// session makes no difference, so that a sign-in is the same request before and after its reply has arrived.
    ///
    /// Such a request is anonymous until it has succeeded. So what `read` returns must contain the secret that
    /// authenticates the user, or a reply could be obtained by guessing its key; and no refusal is recorded.
    #[must_use]
    pub fn for_credentials(&self, read: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            scope: Scope::Credentials(Arc::new(read)),
            ..self.clone()
        }
    }

    /// Scopes keys by session, for requests that end one: a key belongs to the session even after it has ended, so a
    /// repetition finds its reply although its sender is anonymous by then.
    #[must_use]
    pub fn for_session(&self) -> Self {
        Self {
            scope: Scope::Session,
            ..self.clone()
        }
    }

    /// The owner of the key, as a line of text; `None` for an anonymous request.
    fn caller(&self, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        match &self.scope {
            Scope::User => {
                let session = self.sessions.from_headers(headers);
                session.map(|session| session.user.id.to_string())
            }
            Scope::Session => {
                let session = self.sessions.identified_by(headers);
                session.map(|session| session.session_id.to_string())
            }
            // With a line break in it, its end would be ambiguous.
            Scope::Credentials(read) => read(body).filter(|caller| !caller.contains('\n')),
        }
    }

    /// Whether refusals are recorded: only for users who are known before the operation.
    fn records_refusals(&self) -> bool {
        !matches!(self.scope, Scope::Credentials(_))
    }
}

impl fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}
