//! The states of a dispute, by the names that programs and databases know them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::UnknownName;

/// The status of a dispute, in which a buyer reclaims the money of a payment from their bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DisputeStatus {
    /// The bank has not decided.
    Open,
    /// The seller keeps the payment.
    Won,
    /// The bank has returned the money to the buyer.
    Lost,
}

impl DisputeStatus {
    /// Every status there is.
    pub const ALL: [Self; 3] = [Self::Open, Self::Won, Self::Lost];

    /// The name in JSON and in the databases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

impl FromStr for DisputeStatus {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownName::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_equal_their_json() {
        for status in DisputeStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{}\"", status.as_str()));
        }
        assert!("closed".parse::<DisputeStatus>().is_err());
    }
}
