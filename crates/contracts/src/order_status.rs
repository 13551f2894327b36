//! The states of an order, by the names that programs and databases know them.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownName, parse_err_fn = UnknownName::new)]
pub enum OrderStatus {
    /// Reserved: it holds its ticket until its deadline.
    Created,
    /// The buyer has started to pay; it still holds its ticket.
    #[serde(rename = "awaiting:payment")]
    #[strum(serialize = "awaiting:payment")]
    AwaitingPayment,
    /// Paid: the ticket is the buyer's.
    Complete,
    /// Cancelled by the buyer, expired, or refunded after it was paid; it holds nothing.
    Cancelled,
}

impl OrderStatus {
    /// Every status there is.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in JSON and in the databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether an order in this status keeps its ticket from others (until its deadline, if it still has one).
    #[must_use]
    pub const fn holds_ticket(self) -> bool {
        !matches!(self, Self::Cancelled)
    }
}

/// Why an order was cancelled.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownName, parse_err_fn = UnknownName::new)]
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
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in JSON and in the databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_equal_their_json() {
        for status in OrderStatus::ALL.iter().copied() {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(
                serde_json::to_string(&status).unwrap(),
                format!("\"{}\"", status.as_str())
            );
        }
        for reason in CancelReason::ALL.iter().copied() {
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
