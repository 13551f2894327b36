//! The event as it is stored.

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
