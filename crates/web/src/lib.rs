//! The HTTP edge that Ticketing's services share: errors in the envelope, bodies, ids and query strings read the same
//! way everywhere, sessions, client addresses and rate limits, and idempotent requests.
//!
//! A route that has an effect is wrapped in [`idempotent`]: with an `Idempotency-Key` its request has one effect, and the
//! same reply for a day, which a [`ReplyRecorder`] records in the transaction of the effect. [`Idempotency`] defines which user or
//! session a key belongs to.
//!
//! It contains what every service's routes need. It does not contain routes, SQL, the rules of a service, or the layers that the
//! server puts around everything (compression, security headers, time limits).
//!
//! Two invariants: every refusal under `/api` is `{"errors":[{"message":…,"field"?:…}]}`, and nothing a client sends
//! gets a status of 500 or more.

mod body;
mod client;
pub mod cookies;
mod decimal;
mod error;
mod fallback;
mod form;
mod idempotency;
mod json;
pub mod openapi;
mod path_id;
mod query;
mod raw_field;
mod session;
mod utf8;

pub use body::{BODY_LIMIT, RAW_BODY_LIMIT, RawBody};
pub use client::{ClientAddress, ClientRate, InvalidProxy, SteadyClock, TrustedProxies};
pub use error::{ApiError, ServiceError, status_of};
pub use fallback::{api_method_not_allowed, api_not_found};
pub use form::read_form;
pub use idempotency::{
    Caller, FormResults, FormSubmission, Idempotency, IdempotentRequest, PreviousResult, Reply,
    ReplyRecorder, idempotent,
};
pub use json::{Json, is_json};
pub use path_id::PathId;
pub use query::Query;
pub use raw_field::RawField;
pub use session::{
    COOKIE_NAME, FORMER_COOKIE_NAME, InvalidKey, SECURE_COOKIE_NAME, Session, SessionConfig, SessionToken,
    SessionWatch, Sessions, SigningKey, TokenError, renew,
};
pub use utf8::is_utf8_encoded;
