//! Searching and paging through what is on sale.

use std::fmt;
use std::str::FromStr;

use contracts::{InvalidId, Price, TicketId};

use crate::Ticket;

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The ticket that was listed first comes first.
    #[default]
    Oldest,
    /// The ticket that was listed last comes first.
    Newest,
    /// The lowest price comes first.
    PriceLowest,
    /// The highest price comes first.
    PriceHighest,
}

impl Sort {
    /// Every order there is.
    pub const ALL: [Self; 4] = [Self::Oldest, Self::Newest, Self::PriceLowest, Self::PriceHighest];

    /// The position right behind a ticket in a list of this order.
    #[must_use]
    pub fn cursor(self, ticket: &Ticket) -> Cursor {
        Cursor {
            id: ticket.id,
            price: match self {
                Self::Oldest | Self::Newest => None,
                Self::PriceLowest | Self::PriceHighest => Some(ticket.price),
            },
        }
    }
}

/// A position in a list: right behind a ticket, where it stood when the page before was made. By value, so that the
/// next page neither repeats nor leaves out others when that ticket is changed or sold in between.
///
/// As text it is the ticket's id, in a list by price followed by a point and the price in cents.
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
    /// Only tickets of whose title each of these words begins a word, in any order, whatever the case and the accents. Nothing in it is
    /// a wildcard; blank is no search.
    pub search: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Where to go on. A cursor of a list by another order starts this one from its beginning, or near it.
    pub after: Option<Cursor>,
    /// The most tickets to return; 1 to [`OnSaleQuery::MAX_LIMIT`], other values are moved into that range.
    pub limit: u32,
}

impl OnSaleQuery {
    /// The most tickets on one page.
    pub const MAX_LIMIT: u32 = 1_000;
}

/// The first page of everything, oldest first, as long as a page may be.
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

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in the order asked for.
    pub items: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_prints() {
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
