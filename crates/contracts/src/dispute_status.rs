//! The states of a dispute, by the names that programs and databases know them.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::UnknownName;

/// The status of a dispute, in which a buyer reclaims the money of a payment from their bank.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownName, parse_err_fn = UnknownName::new)]
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
        for status in DisputeStatus::ALL.iter().copied() {
            assert_eq!(status.as_str().parse(), Ok(status));
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{}\"", status.as_str()));
        }
        assert!("closed".parse::<DisputeStatus>().is_err());
    }
}
