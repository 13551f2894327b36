//! Searching and paging through the tickets on sale.

use std::fmt;
use std::str::FromStr;

use contracts::{InvalidId, Price, TicketId};

use crate::domain::Ticket;

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The oldest ticket first.
    #[default]
    Oldest,
    /// The newest ticket first.
    Newest,
    /// The lowest price first.
    PriceLowest,
    /// The highest price first.
    PriceHighest,
}

impl Sort {
    /// Every sort order.
    pub const ALL: [Self; 4] = [Self::Oldest, Self::Newest, Self::PriceLowest, Self::PriceHighest];

    /// The position right after a ticket in a list of this sort order.
    pub(crate) fn cursor(self, ticket: &Ticket) -> Cursor {
        Cursor {
            id: ticket.id,
            price: match self {
                Self::Oldest | Self::Newest => None,
                Self::PriceLowest | Self::PriceHighest => Some(ticket.price),
            },
        }
    }
}

/// A position in a list: right after a ticket, as it was when the previous page was made. It is a position by value, so that the
/// next page neither repeats nor skips entries when that ticket is edited or sold in between.
///
/// As text: the ticket's id, in a list by price followed by a dot and the price in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) id: TicketId,
    pub(crate) price: Option<Price>,
}

impl From<TicketId> for Cursor {
    fn from(id: TicketId) -> Self {
        Self { id, price: None }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.price {
            None => self.id.fmt(f),
            Some(price) => write!(f, "{}.{}", self.id, price.cents()),
        }
    }
}

impl FromStr for Cursor {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let Some((id, cents)) = text.split_once('.') else {
            return TicketId::parse(text).map(Self::from);
        };
        let price = cents.parse().ok().and_then(Price::from_cents).ok_or(InvalidId)?;
        Ok(Self {
            id: TicketId::parse(id)?,
            price: Some(price),
        })
    }
}

/// Which tickets on sale to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnSaleQuery {
    /// Only tickets whose title has a word with each of these words as a prefix, in any order, ignoring case and accents. There are
    /// no wildcards; a blank text does not filter.
    pub search: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Where to continue. A cursor of a list with another sort order starts this one at its beginning, or near it.
    pub after: Option<Cursor>,
    /// The most tickets to return; clamped to 1 to [`OnSaleQuery::MAX_LIMIT`].
    pub limit: u32,
}

impl OnSaleQuery {
    /// The most tickets on one page.
    pub const MAX_LIMIT: u32 = 1_000;
}

/// The first page of everything, oldest first, of the maximum size.
impl Default for OnSaleQuery {
    fn default() -> Self {
        Self {
            search: None,
            sort: Sort::default(),
            after: None,
            limit: Self::MAX_LIMIT,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in the requested order.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_parses_what_it_prints() {
        let id = TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        for price in [None, Some(Price::MIN), Some(Price::MAX)] {
            let cursor = Cursor { id, price };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["", ".", "1", "01890a5d-ac96-774b-bcce-b302099a8057.", "x.100"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidId), "{text}");
        }
        assert!(format!("{id}.0").parse::<Cursor>().is_err());
        assert!(format!("{id}.-5").parse::<Cursor>().is_err());
    }
}
