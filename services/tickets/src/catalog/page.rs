//! Pages of the catalog.

use std::ops::Bound;

use contracts::{Price, TicketId};

use super::Catalog;
use super::search::Matches;
use super::slots::Slot;
use crate::domain::Ticket;
use crate::search::{Cursor, OnSaleQuery, Page, Sort};

/// As many matches are sorted in less time than it takes to look for them among all tickets.
const FEW: usize = if cfg!(test) { 2 } else { 1_000 };

impl Catalog {
    /// A page of the tickets that can be bought, of those that match if there is a search.
    pub(crate) fn page(&self, query: &OnSaleQuery, matches: Option<&Matches>) -> Page<Ticket> {
        match matches {
            None => page_of(query, self.in_order(query.sort, query.after)),
            Some(Matches(few)) if few.len() <= FEW => {
                let tickets = few.iter().filter_map(|slot| self.slots.ticket(slot));
                page_of(query, sorted(tickets, query.sort, query.after).into_iter())
            }
            Some(Matches(many)) => {
                let all = self.slots_in_order(query.sort, query.after);
                let tickets = all.filter(|slot| many.contains(*slot));
                page_of(query, tickets.filter_map(|slot| self.slots.ticket(slot)))
            }
        }
    }

    fn in_order(&self, sort: Sort, after: Option<Cursor>) -> impl Iterator<Item = &Ticket> {
        let slots = self.slots_in_order(sort, after);
        slots.filter_map(|slot| self.slots.ticket(slot))
    }

    /// The tickets that can be bought after a position. In a list by price, one without a price is before all of them.
    fn slots_in_order(&self, sort: Sort, after: Option<Cursor>) -> Box<dyn Iterator<Item = Slot> + '_> {
        let (id, price) = (after.map(|after| after.id), position_by_price(after));
        match sort {
            Sort::Oldest => {
                let start = id.map_or(Bound::Unbounded, Bound::Excluded);
                let rest = self.available.range((start, Bound::Unbounded));
                Box::new(rest.map(|(_, slot)| *slot))
            }
            Sort::Newest => {
                let end = id.map_or(Bound::Unbounded, Bound::Excluded);
                let rest = self.available.range((Bound::Unbounded, end));
                Box::new(rest.rev().map(|(_, slot)| *slot))
            }
            Sort::PriceLowest => {
                let start = price.map_or(Bound::Unbounded, |(price, id)| {
                    Bound::Excluded((price, id, Slot::LAST))
                });
                let rest = self.available_by_price.range((start, Bound::Unbounded));
                Box::new(rest.map(|(_, _, slot)| *slot))
            }
            Sort::PriceHighest => {
                let end = price.map_or(Bound::Unbounded, |(price, id)| {
                    Bound::Excluded((price, id, Slot::FIRST))
                });
                let rest = self.available_by_price.range((Bound::Unbounded, end));
                Box::new(rest.rev().map(|(_, _, slot)| *slot))
            }
        }
    }
}

/// The first of these tickets, as many as the page has.
fn page_of<'c>(query: &OnSaleQuery, mut tickets: impl Iterator<Item = &'c Ticket>) -> Page<Ticket> {
    let size = query.limit.clamp(1, OnSaleQuery::MAX_LIMIT);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let items: Vec<Ticket> = tickets.by_ref().take(size).cloned().collect();
    let has_more = tickets.next().is_some();
    let next = items
        .last()
        .filter(|_| has_more)
        .map(|last| query.sort.cursor(last));
    Page { items, next }
}

/// Those of a few tickets that are after a position, sorted.
fn sorted<'c>(
    tickets: impl Iterator<Item = &'c Ticket>,
    sort: Sort,
    after: Option<Cursor>,
) -> Vec<&'c Ticket> {
    let is_by_price = matches!(sort, Sort::PriceLowest | Sort::PriceHighest);
    let is_descending = matches!(sort, Sort::Newest | Sort::PriceHighest);
    let key = |ticket: &Ticket| (is_by_price.then_some(ticket.price), ticket.id);
    let start = if is_by_price {
        position_by_price(after).map(|(price, id)| (Some(price), id))
    } else {
        after.map(|after| (None, after.id))
    };
    let is_after = |ticket: &&Ticket| {
        start.is_none_or(|start| {
            if is_descending {
                key(ticket) < start
            } else {
                key(ticket) > start
            }
        })
    };
    let mut sorted: Vec<_> = tickets.filter(is_after).collect();
    sorted.sort_unstable_by_key(|ticket| key(ticket));
    if is_descending {
        sorted.reverse();
    }
    sorted
}

fn position_by_price(after: Option<Cursor>) -> Option<(Price, TicketId)> {
    after.and_then(|after| after.price.zip(Some(after.id)))
}
