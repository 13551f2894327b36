//! What a form is answered with when a script sent it. A form that the browser sent itself gets a redirect instead.

use contracts::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

/// How a form fared. A refusal is an answer like any other (status 200), so that browsers do not report it as an error of
/// the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// It was done; the browser goes on to this path of ours.
    Redirect(String),
    /// It was not done, for these reasons.
    Refused(Refusal),
}

/// The request was no form of ours, or something broke. The reason is in the log, never in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// The request could not be read.
    Malformed,
    /// The server is at its limit, or its disk is; trying again helps.
    Busy,
    /// Something broke.
    Internal,
}

impl Failure {
    /// The code whose message a person is shown.
    #[must_use]
    pub(crate) fn code(self) -> ErrorCode {
        match self {
            Self::Malformed => ErrorCode::BodyMalformed,
            Self::Busy => ErrorCode::Busy,
            Self::Internal => ErrorCode::Internal,
        }
    }
}
