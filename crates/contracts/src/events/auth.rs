//! The events of the auth service.

use serde::{Deserialize, Serialize};

use crate::{SessionId, UserId};

/// An account was created. From auth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSignedUp {
    /// The account.
    pub id: UserId,
}

subject!(UserSignedUp = "user:signed-up");

/// A session has ended; its tokens are invalid. From auth; no service acts on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnded {
    /// The session.
    pub id: SessionId,
    /// Its user.
    pub user_id: UserId,
}

subject!(SessionEnded = "session:ended");
