//! Which versions of other services' aggregates a consumer has applied.

use crate::{DatabaseError, Transaction, store};

impl Transaction {
    /// Records that a version of a source's aggregate was seen, in the transaction of its effect. Returns false if it, or a newer
    /// one, was seen before: then the event is a duplicate, or late, and changes nothing.
    ///
    /// A replica does not need this: it has the version in its own row, and applies only the next one
    /// ([`next_version`](crate::next_version)).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_seen_version(
        &mut self,
        source: &str,
        aggregate_id: &str,
        version: i64,
    ) -> Result<bool, DatabaseError> {
        store::seen_versions::record(self.connection(), source, aggregate_id, version).await
    }
}
