//! The JSON response to a form that a script submitted. A form submitted by the browser itself gets a redirect instead.

use contracts::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

/// The result of a form. A refusal has status 200 like a success, so that browsers do not log it as an error of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// It was accepted; the browser opens this address.
    Redirect(String),
    /// It was refused, for these reasons.
    Refused(Refusal),
}

/// The form did not reach its function, or something failed there. What failed is logged and never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// The request was refused before its function saw it, for this reason.
    Refused(ErrorCode),
    /// The server is overloaded or its disk is full; trying again helps.
    Busy,
    /// Something failed.
    Internal,
}

impl Failure {
    /// The code whose message is shown.
    #[must_use]
    pub(crate) fn code(self) -> ErrorCode {
        match self {
            Self::Refused(code) => code,
            Self::Busy => ErrorCode::Busy,
            Self::Internal => ErrorCode::Internal,
        }
    }
}
