//! The body that lists or changes a ticket.

use contracts::forms::TicketFields;
use contracts::{ErrorCode, Price, RefundWindow, Title};
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
    /// The fields, each parsed by its rule. Prices are read as programs write them.
    pub(super) fn read(&self) -> TicketFields {
        TicketFields {
            title: Title::parse(&self.title.text()),
            price: Price::parse(&self.price.number_text()),
            refund: self.refund(),
        }
    }

    fn refund(&self) -> Result<Option<RefundWindow>, ErrorCode> {
        let Some(hours) = self.refund_hours.number_if_sent() else {
            return Ok(None);
        };
        // Empty text was sent, so it is wrong and not absent.
        let window = RefundWindow::parse(&hours)?;
        window.map(Some).ok_or(ErrorCode::RefundWindowInvalid)
    }
}
