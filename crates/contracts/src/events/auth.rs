//! What the auth service tells.

use serde::{Deserialize, Serialize};

use crate::{SessionId, UserId};

/// An account was opened. From auth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSignedUp {
    /// The account.
    pub id: UserId,
}

/// A session was ended by its owner; its tokens are dead. From auth, heard by whoever verifies sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnded {
    /// The session.
    pub id: SessionId,
    /// Whose it was.
    pub user_id: UserId,
}
