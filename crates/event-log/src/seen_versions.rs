//! Which versions of other services' aggregates a consumer has applied.

use crate::{DatabaseError, Event, Transaction, store};

impl Transaction {
    /// Records the versions of events of a source, in the order of its log, in the transaction of their effects. Returns, for each of
    /// them, whether its version is newer than every one that was seen before: otherwise it is a duplicate, or late, and changes nothing.
    ///
    /// A replica does not need this: it has the version in its own row, and applies only the next one
    /// ([`next_version`](crate::next_version)).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_seen_versions(
        &mut self,
        source: &str,
        events: &[Event],
    ) -> Result<Vec<bool>, DatabaseError> {
        let ids: Vec<_> = events.iter().map(|event| event.aggregate_id.as_str()).collect();
        let mut seen = store::seen_versions::find_all(self.connection(), source, &ids).await?;
        let mut advance = |event: &Event| {
            let newest = seen.entry(event.aggregate_id.clone()).or_insert(-1);
            let is_newer = event.aggregate_version > *newest;
            *newest = event.aggregate_version.max(*newest);
            is_newer
        };
        let are_newer = events.iter().map(&mut advance).collect();
        store::seen_versions::save_all(self.connection(), source, &seen).await?;
        Ok(are_newer)
    }
}
