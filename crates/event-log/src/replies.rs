//! Replies that are kept with the effect that they tell of, for requests that may be sent again.

use std::time::Duration;

use crate::{Database, DatabaseError, Transaction, store};

/// How long a reply is kept: a day, after which its key is free. Only the time counts in which a process had the database
/// open, so that no clock that is set makes it shorter.
pub const REPLY_LIFE: Duration = Duration::from_hours(24);

/// Replies that have run out and are removed with each that is kept. More than one, so that they cannot pile up.
const REMOVED_IN_PASSING: i64 = 16;

/// The reply to a request that may be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReply {
    /// Stands for who asked, for what, and with which key.
    pub key: String,
    /// Stands for the content of the request.
    pub fingerprint: String,
    /// The status of the reply, 200 to 499: what broke inside is never kept.
    pub status: u16,
    /// The reply itself.
    pub body: String,
    /// What else is needed to answer again.
    pub extra: Option<String>,
}

impl Transaction {
    /// The reply that is kept under a key, as [`Database::stored_reply`] finds it. What it says holds until the commit: nobody else writes
    /// meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stored_reply(&mut self, key: &str) -> Result<Option<StoredReply>, DatabaseError> {
        let expired_ms = expired(self.age_ms());
        store::replies::find(self.connection(), key, expired_ms).await
    }

    /// Keeps a reply. It becomes visible with the commit, together with the effect that it tells of.
    ///
    /// # Errors
    /// When a reply with this key is kept already ([`DatabaseError::is_unique_violation`]): the effect was had before, and this
    /// transaction must not have it again.
    pub async fn store_reply(&mut self, reply: &StoredReply) -> Result<(), DatabaseError> {
        let (now_ms, age_ms) = (self.now_ms(), self.age_ms());
        let expired_ms = expired(age_ms);
        store::replies::remove_expired(self.connection(), &reply.key, expired_ms, REMOVED_IN_PASSING).await?;
        store::replies::insert(self.connection(), reply, now_ms, age_ms).await
    }

    /// Keeps another reply to the same request, which had its effect in several steps. It runs out when the first one would have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_reply(&mut self, reply: &StoredReply) -> Result<(), DatabaseError> {
        let (now_ms, age_ms) = (self.now_ms(), self.age_ms());
        store::replies::save(self.connection(), reply, now_ms, age_ms).await
    }
}

impl Database {
    /// The reply that is kept under a key, if there is one and it has not run out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stored_reply(&self, key: &str) -> Result<Option<StoredReply>, DatabaseError> {
        store::replies::find(self.internal_reader(), key, expired(self.age_ms())).await
    }
}

/// A reply that was kept at that age of the database, or before, has expired.
fn expired(age_ms: i64) -> i64 {
    age_ms.saturating_sub(i64::try_from(REPLY_LIFE.as_millis()).unwrap_or(i64::MAX))
}
