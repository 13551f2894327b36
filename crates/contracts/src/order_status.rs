//! The states of an order, by the names that programs and databases know them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text names no variant of the enumeration it was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(String);

impl UnknownName {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown name {:?}", self.0)
    }
}

impl std::error::Error for UnknownName {}

/// The status of an order. The orders service decides which may follow which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OrderStatus {
    /// Reserved: it holds its ticket until its deadline.
    #[serde(rename = "created")]
    Created,
    /// The buyer has started to pay; it still holds its ticket.
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    /// Paid: the ticket is the buyer's.
    #[serde(rename = "complete")]
    Complete,
    /// Cancelled by the buyer, expired, or refunded after it was paid; it holds nothing.
    #[serde(rename = "cancelled")]
    Cancelled,
}

impl OrderStatus {
    /// Every status there is.
    pub const ALL: [Self; 4] = [
        Self::Created,
        Self::AwaitingPayment,
        Self::Complete,
        Self::Cancelled,
    ];

    /// The name in JSON and in the databases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::AwaitingPayment => "awaiting:payment",
            Self::Complete => "complete",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether an order in this status keeps its ticket from others (until its deadline, if it still has one).
    #[must_use]
    pub const fn holds_ticket(self) -> bool {
        !matches!(self, Self::Cancelled)
    }
}

impl FromStr for OrderStatus {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownName::new(text))
    }
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CancelReason {
    /// The buyer cancelled it.
    User,
    /// Its deadline passed.
    Expired,
    /// It was paid and is refunded.
    Refunded,
}

impl CancelReason {
    /// Every reason there is.
    pub const ALL: [Self; 3] = [Self::User, Self::Expired, Self::Refunded];

    /// The name in JSON and in the databases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }
}

impl FromStr for CancelReason {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let found = Self::ALL.into_iter().find(|reason| reason.as_str() == text);
        found.ok_or_else(|| UnknownName::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_equal_their_json() {
        for status in OrderStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(
                serde_json::to_string(&status).unwrap(),
                format!("\"{}\"", status.as_str())
            );
        }
        for reason in CancelReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
            assert_eq!(
                serde_json::to_string(&reason).unwrap(),
                format!("\"{}\"", reason.as_str())
            );
        }
        assert!("Created".parse::<OrderStatus>().is_err());
        assert!("".parse::<CancelReason>().is_err());
    }
}
