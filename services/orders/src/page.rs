//! Paging.

use std::fmt;
use std::str::FromStr;

use contracts::{InvalidId, OrderId, Timestamp};

/// The most entries on one page.
pub const MAX_PAGE: u32 = 1_000;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// A page of that size, from up to one more entry, which shows whether there is a next page.
    pub(crate) fn of(mut items: Vec<T>, size: u32, cursor: impl FnOnce(&T) -> C) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| has_more).map(cursor);
        Self { items, next }
    }

    /// The same page, with something made of each entry.
    pub(crate) fn map<V>(self, view: impl FnMut(T) -> V) -> Page<V, C> {
        Page {
            items: self.items.into_iter().map(view).collect(),
            next: self.next,
        }
    }
}

/// The page size for a limit.
pub(crate) fn size(limit: u32) -> u32 {
    limit.clamp(1, MAX_PAGE)
}

/// The sort order of a list of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The oldest order first.
    Oldest,
    /// The newest order first.
    Newest,
}

/// A position in a list of sales: right after one of them. It is a position by value, so that the next page neither repeats nor
/// skips entries when that sale is refunded in between.
///
/// As text: when it was sold, in milliseconds UTC, a dot, and the id of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleCursor {
    pub(crate) sold_at: Timestamp,
    pub(crate) order: OrderId,
}

impl fmt::Display for SaleCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sold_at.as_millis(), self.order)
    }
}

impl FromStr for SaleCursor {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (sold_at_ms, order) = text.split_once('.').ok_or(InvalidId)?;
        Ok(Self {
            sold_at: Timestamp::from_millis(sold_at_ms.parse().map_err(|_| InvalidId)?),
            order: OrderId::parse(order)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_has_a_cursor_only_if_there_is_more() {
        let page = |items, size| Page::of(items, size, |last| *last);
        let (items, next) = (vec![1, 2], Some(2));
        assert_eq!(page(vec![1, 2, 3], 2), Page { items, next });
        let (items, next) = (vec![1, 2], None);
        assert_eq!(page(vec![1, 2], 2), Page { items, next });
        assert_eq!(page(vec![], 2).next, None);
        assert_eq!([0, 1, 1_000, 1_001].map(size), [1, 1, 1_000, 1_000]);
    }

    #[test]
    fn cursor_parses_what_it_prints() {
        let order = OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        let sold_at = Timestamp::from_millis(1_769_882_400_000);
        let cursor = SaleCursor { sold_at, order };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "1", "x.01890a5d-ac96-774b-bcce-b302099a8057", "1.x"] {
            assert_eq!(text.parse::<SaleCursor>(), Err(InvalidId), "{text}");
        }
    }
}
