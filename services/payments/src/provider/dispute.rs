//! Disputes.

use contracts::{DisputeStatus, Price};

/// A buyer asks their bank for the money of a payment: what the provider says of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// What the provider calls it.
    pub id: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Whether the money can be given back while it is open: then nothing of it is taken by the bank.
    pub is_refundable: bool,
    /// How much it is about, in cents; `None` where that is not said in the marketplace's currency.
    pub amount_cents: Option<i64>,
    /// Why, in the provider's words.
    pub reason: Option<String>,
}

impl Dispute {
    /// Whether it keeps the money from being given back by the provider: it could be lost twice. One that was lost does so for
    /// good.
    #[must_use]
    pub fn bars_refund(&self) -> bool {
        match self.status {
            DisputeStatus::Open => !self.is_refundable,
            DisputeStatus::Won => false,
            DisputeStatus::Lost => true,
        }
    }

    /// Whether it is about all of a payment of that amount. Banks count in the currency of the card, so that a little can be
    /// missing; what is about a part is about a much smaller one.
    #[must_use]
    pub fn is_whole(&self, amount: Price) -> bool {
        self.amount_cents
            .is_none_or(|cents| cents.saturating_mul(10) >= amount.cents().saturating_mul(9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_small_part_is_a_part() {
        let about = |amount_cents| Dispute {
            id: "du_1".to_owned(),
            status: DisputeStatus::Open,
            is_refundable: false,
            amount_cents,
            reason: None,
        };
        let amount = Price::from_cents(10_000).unwrap();
        for whole in [None, Some(10_000), Some(10_100), Some(9_000)] {
            assert!(about(whole).is_whole(amount), "{whole:?}");
        }
        for part in [Some(8_999), Some(0)] {
            assert!(!about(part).is_whole(amount), "{part:?}");
        }
    }
}
