//! Replies that are stored together with their effects, for requests that may be retried.

use std::time::Duration;

use serde::Serialize;

use crate::{Database, DatabaseError, Transaction, store};

/// How long a reply is kept: a day, after which its key is free. Only the time counts in which a process had the database
/// open, so that setting a clock does not shorten it.
pub const REPLY_RETENTION: Duration = Duration::from_hours(24);

/// How many expired replies are removed with each new one. More than one, so that they cannot pile up.
const CLEANUP_BATCH: i64 = 16;

/// The reply to a request that may be retried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredReply {
    /// Identifies the caller, the operation and the key.
    pub key: String,
    /// Identifies the content of the request.
    pub fingerprint: String,
    /// The status of the reply, 200 to 499: internal errors are never recorded.
    pub status: u16,
    /// The reply itself.
    pub body: String,
    /// Additional data for a replay.
    pub extra: Option<String>,
}

impl Transaction {
    /// The replies that are stored under some keys, as [`Database::stored_reply`] finds them, with one statement. The result is valid
    /// until the commit: no other write can happen in between.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stored_replies(&mut self, keys: &[&str]) -> Result<Vec<StoredReply>, DatabaseError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let expired_ms = expired(self.running_time_ms());
        store::replies::find_all(self.connection(), keys, expired_ms).await
    }

    /// Stores a reply. It becomes visible with the commit, together with its effect.
    ///
    /// # Errors
    /// When a reply with this key is stored already ([`DatabaseError::is_unique_violation`]): the effect was committed before, and this
    /// transaction must not repeat it.
    pub async fn store_reply(&mut self, reply: &StoredReply) -> Result<(), DatabaseError> {
        let (now_ms, running_time_ms) = (self.now_ms(), self.running_time_ms());
        let expired_ms = expired(running_time_ms);
        store::replies::remove_expired(self.connection(), &reply.key, expired_ms, CLEANUP_BATCH).await?;
        store::replies::insert(self.connection(), reply, now_ms, running_time_ms).await
    }

    /// Stores the replies to many requests, with one statement for all.
    ///
    /// # Errors
    /// When a reply with one of these keys is stored already ([`DatabaseError::is_unique_violation`]): none is stored, and this
    /// transaction must not have any of their effects.
    pub async fn store_replies(&mut self, replies: &[StoredReply]) -> Result<(), DatabaseError> {
        if replies.is_empty() {
            return Ok(());
        }
        let (now_ms, running_time_ms) = (self.now_ms(), self.running_time_ms());
        let replies = serde_json::to_string(replies)?;
        store::replies::remove_expired_all(
            self.connection(),
            &replies,
            expired(running_time_ms),
            CLEANUP_BATCH,
        )
        .await?;
        store::replies::insert_all(self.connection(), &replies, now_ms, running_time_ms).await
    }

    /// Stores other replies to the same requests, which have their effects in several steps. They expire when the first ones would
    /// have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_replies(&mut self, replies: &[StoredReply]) -> Result<(), DatabaseError> {
        if replies.is_empty() {
            return Ok(());
        }
        let (now_ms, running_time_ms) = (self.now_ms(), self.running_time_ms());
        let replies = serde_json::to_string(replies)?;
        store::replies::save_all(self.connection(), &replies, now_ms, running_time_ms).await
    }
}

impl Database {
    /// The reply that is stored under a key, if there is one and it has not expired.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stored_reply(&self, key: &str) -> Result<Option<StoredReply>, DatabaseError> {
        store::replies::find(self.background_reader(), key, expired(self.running_time_ms())).await
    }
}

/// A reply that was kept at that running time of the database, or before, has expired.
fn expired(running_time_ms: i64) -> i64 {
    running_time_ms.saturating_sub(i64::try_from(REPLY_RETENTION.as_millis()).unwrap_or(i64::MAX))
}
