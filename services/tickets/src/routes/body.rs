//! The body that lists or changes a ticket.

use contracts::forms::TicketForm;
use contracts::{MinimumPrice, Offer, Refusal};
use serde::Deserialize;
use web::RawField;

/// `{title, price, refundHours?}` of any types: wrong ones are refused by the rules of their fields, all together.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct TicketBody {
    title: RawField,
    price: RawField,
    refund_hours: RawField,
}

impl TicketBody {
    /// What is asked for, at a price that can be paid.
    pub(super) fn parse(&self, minimum: MinimumPrice) -> Result<Offer, Refusal> {
        let form = TicketForm {
            title: self.title.text(),
            price: self.price.number_text(),
            refund_hours: self.refund_hours.number_text(),
        };
        form.parse_from(minimum)
    }
}
