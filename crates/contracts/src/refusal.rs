//! Refusals: why a request cannot be fulfilled.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ErrorCode;

/// Why something was refused: at least one reason, all failing fields together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    codes: Vec<ErrorCode>,
    /// In how many seconds the request would be accepted, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(codes: Vec<ErrorCode>) -> Self {
        Self {
            codes,
            retry_after_s: None,
        }
    }

    /// A refusal for these reasons; `None` if there are none.
    #[must_use]
    pub fn for_all(codes: Vec<ErrorCode>) -> Option<Self> {
        if codes.is_empty() {
            None
        } else {
            Some(Self::new(codes))
        }
    }

    /// Sets the time after which to retry, in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        Self {
            retry_after_s: Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
            ..self
        }
    }

    /// In how many seconds the request would be accepted, if that is known.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u32> {
        self.retry_after_s
    }

    /// The reasons, in the order of the fields.
    #[must_use]
    pub fn codes(&self) -> &[ErrorCode] {
        &self.codes
    }

    /// The first reason: it decides the status of a reply. `Internal` if an empty list was received.
    #[must_use]
    pub fn first(&self) -> ErrorCode {
        self.codes.first().copied().unwrap_or(ErrorCode::Internal)
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::new(vec![code])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_has_a_reason() {
        assert_eq!(Refusal::for_all(vec![]), None);
    }

    #[test]
    fn refusal_without_a_time_is_readable() {
        let json = serde_json::to_string(&Refusal::from(ErrorCode::NotFound)).unwrap();
        assert_eq!(json, r#"{"codes":["NotFound"]}"#);
        assert_eq!(
            serde_json::from_str::<Refusal>(&json).unwrap(),
            ErrorCode::NotFound.into()
        );
    }
}
