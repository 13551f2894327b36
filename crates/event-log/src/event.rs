//! The event as it is stored.

use std::any::Any;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// One fact about one aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The place in its source's log: gapless, from 1, in commit order.
    pub sequence: i64,
    /// UUIDv7.
    pub id: String,
    /// The type of the event, for example `ticket:created`.
    pub subject: String,
    /// Which aggregate.
    pub aggregate_id: String,
    /// The version of the aggregate that this fact made.
    pub aggregate_version: i64,
    /// When, in milliseconds since the Unix epoch, UTC.
    pub occurred_at_ms: i64,
    /// JSON.
    pub payload: String,
}

impl Event {
    /// Reads the payload.
    ///
    /// # Errors
    /// When the payload does not have the shape of `T`. In a handler, `?` turns that into [`ApplyError::Malformed`].
    ///
    /// [`ApplyError::Malformed`]: crate::ApplyError::Malformed
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.payload)
    }
}

/// An event that is to be appended to the log.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub(crate) subject: &'static str,
    pub(crate) aggregate_id: String,
    pub(crate) aggregate_version: i64,
    pub(crate) payload: String,
    /// The payload as it was, to be [counted](crate::CommitCounters) by its type.
    pub(crate) fact: Arc<dyn Any + Send + Sync>,
}

impl NewEvent {
    /// The fact that made this version of an aggregate.
    ///
    /// # Errors
    /// When the payload cannot be written as JSON.
    pub fn new<P: Serialize + Any + Send + Sync>(
        subject: &'static str,
        aggregate_id: &str,
        aggregate_version: i64,
        payload: P,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            subject,
            aggregate_id: aggregate_id.to_owned(),
            aggregate_version,
            payload: serde_json::to_string(&payload)?,
            fact: Arc::new(payload),
        })
    }
}
