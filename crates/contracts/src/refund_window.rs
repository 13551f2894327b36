//! How long after a purchase a ticket can be refunded.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::ErrorCode;

/// Whole hours after a purchase during which the buyer can request a refund, from 0 (never) to 720 (30 days). The
/// seller chooses it for each ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RefundWindow(u16);

impl RefundWindow {
    /// The longest one, in hours.
    pub const MAX_HOURS: u16 = 720;

    /// A window of that many hours; `None` above [`RefundWindow::MAX_HOURS`].
    #[must_use]
    pub fn from_hours(hours: i64) -> Option<Self> {
        let hours = u16::try_from(hours).ok()?;
        (hours <= Self::MAX_HOURS).then_some(Self(hours))
    }

    /// Parses a whole number of hours; `None` for an empty text.
    ///
    /// # Errors
    /// `RefundWindowInvalid` for anything else.
    pub fn parse(text: &str) -> Result<Option<Self>, ErrorCode> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let hours = text.parse().ok().filter(|_| is_number);
        let window = hours.and_then(Self::from_hours);
        window.map(Some).ok_or(ErrorCode::RefundWindowInvalid)
    }

    /// Its length in hours.
    #[must_use]
    pub const fn hours(self) -> u16 {
        self.0
    }

    /// Its length.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 3_600)
    }
}

/// A day.
impl Default for RefundWindow {
    fn default() -> Self {
        Self(24)
    }
}

impl fmt::Display for RefundWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for RefundWindow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hours = i64::deserialize(deserializer)?;
        Self::from_hours(hours).ok_or_else(|| de::Error::custom("not a number of hours from 0 to 720"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_hours_up_to_thirty_days_are_read() {
        for (text, hours) in [("0", 0), (" 48 ", 48), ("720", 720)] {
            let window = RefundWindow::parse(text).unwrap();
            assert_eq!(window.map(RefundWindow::hours), Some(hours), "{text:?}");
        }
        for nothing in ["", " "] {
            assert_eq!(RefundWindow::parse(nothing), Ok(None), "{nothing:?}");
        }
        for text in ["721", "-1", "+1", "1.5", "a day", "99999999999999999999"] {
            assert_eq!(
                RefundWindow::parse(text),
                Err(ErrorCode::RefundWindowInvalid),
                "{text:?}"
            );
        }
        assert_eq!(serde_json::to_string(&RefundWindow::default()).unwrap(), "24");
        assert!(serde_json::from_str::<RefundWindow>("721").is_err());
    }
}
