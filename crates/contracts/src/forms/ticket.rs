//! The form of a ticket: for a new one and for a change alike.

use serde::{Deserialize, Serialize};

use super::both;
use crate::{MinimumPrice, Offer, Price, RefundWindow, Refusal, Title};

/// What a person typed to list or change a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketForm {
    /// The title.
    pub title: String,
    /// The price, as a decimal number.
    pub price: String,
    /// For how many hours after a purchase it may be given back; nothing is the default.
    #[serde(rename = "refundHours")]
    pub refund_hours: String,
}

impl TicketForm {
    /// Checks every field, for a marketplace where every price can be paid. The owner comes from the session, never from the
    /// form.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn parse(&self) -> Result<Offer, Refusal> {
        self.parse_from(MinimumPrice::default())
    }

    /// Checks every field, for a marketplace where prices begin at that one.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn parse_from(&self, minimum: MinimumPrice) -> Result<Offer, Refusal> {
        let refund = RefundWindow::parse(&self.refund_hours);
        let price = Price::parse(&self.price).and_then(|price| minimum.check(price));
        let checked = both(Title::parse(&self.title), price);
        match (checked, refund) {
            (Ok((title, price)), Ok(refund)) => Ok(Offer { title, price, refund }),
            (Ok(_), Err(code)) => Err(code.into()),
            (Err(refusal), Ok(_)) => Err(refusal),
            (Err(refusal), Err(code)) => Err(Refusal::new([refusal.codes(), &[code]].concat())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn all_failing_fields_are_reported_together() {
        let refusal = TicketForm::default().parse().unwrap_err();
        assert_eq!(refusal.codes(), [ErrorCode::TitleMissing, ErrorCode::PriceTooLow]);
        let form = TicketForm {
            title: " Concert ".into(),
            price: "20".into(),
            refund_hours: String::new(),
        };
        let ticket = form.parse().unwrap();
        assert_eq!((ticket.title.as_str(), ticket.price.cents()), ("Concert", 2000));
        let cheap = TicketForm {
            price: "0.49".into(),
            ..TicketForm::default()
        };
        let refusal = cheap.parse_from(MinimumPrice::FiftyCents).unwrap_err();
        assert_eq!(
            refusal.codes(),
            [ErrorCode::TitleMissing, ErrorCode::PriceBelowFiftyCents]
        );
    }
}
