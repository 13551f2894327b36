//! What can be listed: the rules on top of those of the form, which hold in a browser, too.

use contracts::MinimumPrice;
use contracts::forms::TicketFields;

/// The fields as they can be listed in a marketplace where prices begin at that one.
pub(crate) fn check(fields: TicketFields, minimum: MinimumPrice) -> TicketFields {
    TicketFields {
        price: fields.price.and_then(|price| minimum.check(price)),
        ..fields
    }
}
