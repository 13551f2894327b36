//! Disputes.

use contracts::{DisputeStatus, Price};

/// A dispute at the provider, in which a buyer reclaims a payment from their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDispute {
    /// The provider's id of it.
    pub id: String,
    /// Its status.
    pub status: DisputeStatus,
    /// Whether the payment can be refunded while it is open: then the bank has not withdrawn the money.
    pub is_refundable: bool,
    /// The disputed amount in cents; `None` if it is not given in the marketplace's currency.
    pub amount_cents: Option<i64>,
    /// The reason, in the provider's words.
    pub reason: Option<String>,
}

impl ProviderDispute {
    /// Whether it prevents a refund by the provider, by which the money could be lost twice. A lost dispute does so permanently.
    #[must_use]
    pub fn blocks_refund(&self) -> bool {
        match self.status {
            DisputeStatus::Open => !self.is_refundable,
            DisputeStatus::Won => false,
            DisputeStatus::Lost => true,
        }
    }

    /// Whether it is about the whole of a payment of that amount. Banks convert to the currency of the card, so a little can be
    /// missing; a partial dispute is about much less.
    #[must_use]
    pub fn is_full_amount(&self, amount: Price) -> bool {
        self.amount_cents
            .is_none_or(|cents| cents.saturating_mul(10) >= amount.cents().saturating_mul(9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_the_full_amount_counts_as_full() {
        let about = |amount_cents| ProviderDispute {
            id: "du_1".to_owned(),
            status: DisputeStatus::Open,
            is_refundable: false,
            amount_cents,
            reason: None,
        };
        let amount = Price::from_cents(10_000).unwrap();
        for whole in [None, Some(10_000), Some(10_100), Some(9_000)] {
            assert!(about(whole).is_full_amount(amount), "{whole:?}");
        }
        for part in [Some(8_999), Some(0)] {
            assert!(!about(part).is_full_amount(amount), "{part:?}");
        }
    }
}
