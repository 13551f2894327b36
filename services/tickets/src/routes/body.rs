//! The body that lists or changes a ticket.

use contracts::Refusal;
use contracts::forms::{NewTicket, TicketForm};
use serde::Deserialize;
use web::RawField;

/// `{title, price}` of any types: wrong ones are refused by the rules of their fields, all together.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TicketBody {
    title: RawField,
    price: RawField,
}

impl TicketBody {
    pub(super) fn parse(&self) -> Result<NewTicket, Refusal> {
        let form = TicketForm {
            title: self.title.text(),
            price: self.price.number_text(),
        };
        form.parse()
    }
}
