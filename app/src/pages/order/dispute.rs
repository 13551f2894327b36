//! The consequences of a dispute for the buyer.

use ::payments::DisputeDetails;
use contracts::{DisputeStatus, Price, Timestamp};

use crate::money;

/// The most relevant dispute of an order: an open one, else a lost one, else a won one.
pub(in crate::pages) fn most_relevant(disputes: &[DisputeDetails]) -> Option<&DisputeDetails> {
    disputes.iter().min_by_key(|dispute| match dispute.status {
        DisputeStatus::Open => 0,
        DisputeStatus::Lost => 1,
        DisputeStatus::Won => 2,
    })
}

/// The text for the buyer.
pub(in crate::pages) fn describe(dispute: &DisputeDetails, price: Price) -> String {
    let price = money::display(price);
    match dispute.status {
        DisputeStatus::Open if dispute.blocks_refund => {
            "You disputed this payment with your bank. Until your bank decides, it can't be refunded here.".to_owned()
        }
        DisputeStatus::Open => {
            "You asked your bank about this payment. If you want your money back, a refund is the quickest way.".to_owned()
        }
        DisputeStatus::Lost if dispute.has_returned_money => {
            format!("Your bank returned {price} to you after a dispute. This ticket is no longer valid.")
        }
        DisputeStatus::Lost => {
            "Your bank returned part of this payment to you after a dispute, so it can't be refunded here.".to_owned()
        }
        DisputeStatus::Won => "The dispute about this payment is closed, and the payment stands.".to_owned(),
    }
}

/// The entries of a dispute in the history.
pub(super) fn entries(dispute: &DisputeDetails) -> Vec<(Timestamp, String)> {
    let mut entries = vec![(
        dispute.opened_at,
        "You disputed the payment with your bank".to_owned(),
    )];
    if let Some(closed_at) = dispute.closed_at {
        let text = match dispute.status {
            DisputeStatus::Lost => "Dispute closed: your bank returned the money",
            DisputeStatus::Open | DisputeStatus::Won => "Dispute closed: the payment stands",
        };
        entries.push((closed_at, text.to_owned()));
    }
    entries
}

#[cfg(test)]
mod tests {
    use contracts::PaymentId;

    use super::*;

    fn dispute(status: DisputeStatus, blocks_refund: bool) -> DisputeDetails {
        DisputeDetails {
            payment: PaymentId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            status,
            blocks_refund,
            has_returned_money: status == DisputeStatus::Lost,
            opened_at: Timestamp::from_millis(1),
            closed_at: (status != DisputeStatus::Open).then_some(Timestamp::from_millis(2)),
        }
    }

    #[test]
    fn open_dispute_is_most_relevant() {
        let open = dispute(DisputeStatus::Open, true);
        let lost = dispute(DisputeStatus::Lost, true);
        let won = dispute(DisputeStatus::Won, false);
        assert_eq!(most_relevant(&[]), None);
        assert_eq!(most_relevant(&[won, lost]), Some(&lost));
        assert_eq!(most_relevant(&[won, lost, open]), Some(&open));
    }

    #[test]
    fn each_status_has_a_text_of_its_own() {
        let price = Price::from_cents(1_250).unwrap();
        let texts = [
            dispute(DisputeStatus::Open, true),
            dispute(DisputeStatus::Open, false),
            dispute(DisputeStatus::Lost, true),
            DisputeDetails {
                has_returned_money: false,
                ..dispute(DisputeStatus::Lost, true)
            },
            dispute(DisputeStatus::Won, false),
        ]
        .map(|dispute| describe(&dispute, price));
        for (number, text) in texts.iter().enumerate() {
            assert!(!texts[..number].contains(text), "{text}");
        }
        assert!(texts[2].contains("$12.50"), "{}", texts[2]);
        assert_eq!(entries(&dispute(DisputeStatus::Open, true)).len(), 1);
        assert_eq!(entries(&dispute(DisputeStatus::Lost, true)).len(), 2);
    }
}
