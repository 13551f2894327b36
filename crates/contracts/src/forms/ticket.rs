//! The form of a ticket: for a new one and for a change alike.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Offer, OfferChange, Price, RefundWindow, Refusal, Title};

/// The ticket form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketForm {
    /// The title.
    pub title: String,
    /// The price, in any notation.
    pub price: String,
    /// How many hours after a purchase it can be refunded; empty for the default.
    #[serde(rename = "refundHours")]
    pub refund_hours: String,
}

/// The fields of a ticket, each parsed or refused. Programs and users write prices differently; the result is
/// the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFields {
    /// The title.
    pub title: Result<Title, ErrorCode>,
    /// The price.
    pub price: Result<Price, ErrorCode>,
    /// The refund window; `None` if it was omitted.
    pub refund_window: Result<Option<RefundWindow>, ErrorCode>,
}

impl TicketFields {
    /// The offer of a new ticket.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn offer(self) -> Result<Offer, Refusal> {
        self.change().map(OfferChange::into_offer)
    }

    /// The change to an existing ticket.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn change(self) -> Result<OfferChange, Refusal> {
        match (self.title, self.price, self.refund_window) {
            (Ok(title), Ok(price), Ok(refund_window)) => Ok(OfferChange {
                title,
                price,
                refund_window,
            }),
            (title, price, refund_window) => {
                let codes = [title.err(), price.err(), refund_window.err()];
                Err(Refusal::new(codes.into_iter().flatten().collect()))
            }
        }
    }
}

impl TicketForm {
    /// Reads every field. The owner comes from the session, never from the form.
    #[must_use]
    pub fn read(&self) -> TicketFields {
        TicketFields {
            title: Title::parse(&self.title),
            price: Price::parse_written(&self.price),
            refund_window: RefundWindow::parse(&self.refund_hours),
        }
    }

    /// The offer of a new ticket, as far as these rules know.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn parse(&self) -> Result<Offer, Refusal> {
        self.read().offer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_failing_fields_are_reported_together() {
        let refusal = TicketForm::default().parse().unwrap_err();
        assert_eq!(
            refusal.codes(),
            [ErrorCode::TitleMissing, ErrorCode::PriceUnreadable]
        );
        let wrong = TicketForm {
            title: "Concert".into(),
            price: "0".into(),
            refund_hours: "soon".into(),
        };
        assert_eq!(
            wrong.parse().unwrap_err().codes(),
            [ErrorCode::PriceTooLow, ErrorCode::RefundWindowInvalid]
        );
    }

    #[test]
    fn absent_refund_hours_default_on_create_and_are_kept_on_edit() {
        let form = TicketForm {
            title: " Concert ".into(),
            price: "20,50".into(),
            refund_hours: String::new(),
        };
        let offer = form.parse().unwrap();
        assert_eq!((offer.title.as_str(), offer.price.cents()), ("Concert", 2_050));
        assert_eq!(offer.refund_window, RefundWindow::default());
        assert_eq!(form.read().change().unwrap().refund_window, None);
        assert_eq!(
            OfferChange::from(offer).refund_window,
            Some(RefundWindow::default())
        );
    }
}
