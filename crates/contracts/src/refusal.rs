//! Refusals: why a request cannot be fulfilled.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Field};

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

    /// The same, with the time after which to retry, in whole seconds, at least one.
    #[must_use]
    pub fn until(self, wait: Duration) -> Self {
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

    /// The message for a field, if the refusal is about it.
    #[must_use]
    pub fn message_for(&self, field: Field) -> Option<&'static str> {
        self.codes
            .iter()
            .find(|code| code.field() == Some(field))
            .map(|code| code.message())
    }

    /// The text on a page for the first reason that is not about a field.
    #[must_use]
    pub fn general_message(&self) -> Option<String> {
        let code = self.codes.iter().find(|code| code.field().is_none())?;
        Some(self.text(*code))
    }

    /// The text on a page for one of the reasons: its message, or when to try again, if that is known.
    #[must_use]
    pub fn text(&self, code: ErrorCode) -> String {
        let before = match code {
            ErrorCode::TooManyAttempts => "Too many attempts. Try",
            ErrorCode::TooManyHolds => {
                "You have too many unpaid reservations. Pay for one, cancel one, or try"
            }
            ErrorCode::HoldsPaused => "Too many of your reservations expired without payment. Try",
            _ => return code.message().to_owned(),
        };
        match self.retry_after_s {
            Some(seconds) => [before, " again in ", &wait(seconds), "."].concat(),
            None => code.message().to_owned(),
        }
    }
}

/// A time to wait in words, rounded up.
fn wait(seconds: u32) -> String {
    let (number, unit) = if seconds < 90 {
        (seconds, " second")
    } else {
        (seconds.div_ceil(60), " minute")
    };
    let plural = if number == 1 { "" } else { "s" };
    [&number.to_string(), unit, plural].concat()
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
    fn messages_are_found_by_field() {
        let refusal = Refusal::for_all(vec![ErrorCode::TitleMissing, ErrorCode::TicketHeld]).unwrap();
        assert_eq!(refusal.message_for(Field::Title), Some("Title is required"));
        assert_eq!(refusal.message_for(Field::Price), None);
        let general = refusal.general_message();
        assert_eq!(general.as_deref(), Some("Cannot edit a reserved ticket"));
        assert_eq!(Refusal::for_all(vec![]), None);
    }

    #[test]
    fn general_message_says_when_to_try_again() {
        let text = |millis| {
            Refusal::from(ErrorCode::TooManyAttempts)
                .until(Duration::from_millis(millis))
                .general_message()
                .unwrap()
        };
        assert_eq!(text(0), "Too many attempts. Try again in 1 second.");
        assert_eq!(text(1_001), "Too many attempts. Try again in 2 seconds.");
        assert_eq!(text(89_000), "Too many attempts. Try again in 89 seconds.");
        assert_eq!(text(120_001), "Too many attempts. Try again in 3 minutes.");
        let without = Refusal::from(ErrorCode::TooManyHolds).general_message();
        assert_eq!(without.as_deref(), Some(ErrorCode::TooManyHolds.message()));
    }

    #[test]
    fn refusal_without_retry_after_is_readable() {
        let json = serde_json::to_string(&Refusal::from(ErrorCode::NotFound)).unwrap();
        assert_eq!(json, r#"{"codes":["NotFound"]}"#);
        assert_eq!(
            serde_json::from_str::<Refusal>(&json).unwrap(),
            ErrorCode::NotFound.into()
        );
    }
}
