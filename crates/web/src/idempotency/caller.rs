//! The caller of an operation.

use contracts::UserId;

use super::ReplyRecorder;

/// The caller of an operation, and how the reply to their request is recorded.
///
/// A [`UserId`] alone is a caller whose reply is not recorded: pages call operations that way.
#[derive(Debug, Clone)]
pub struct Caller<T> {
    /// The user.
    pub user: UserId,
    /// Records the reply in the transaction of the effect.
    pub recorder: ReplyRecorder<T>,
}

impl<T> From<UserId> for Caller<T> {
    fn from(user: UserId) -> Self {
        Self {
            user,
            recorder: ReplyRecorder::none(),
        }
    }
}
