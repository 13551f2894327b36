//! Which versions of others' aggregates a consumer has acted upon.

use crate::{DatabaseError, Transaction, store};

impl Transaction {
    /// Records that a version of a source's aggregate was seen, in the transaction of what it causes. Gives false if it, or a newer
    /// one, was seen before: then the event is a duplicate, or late, and changes nothing.
    ///
    /// A replica needs none of it: it has the version in its own row, and applies only the next one
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
