//! The catalog: the tickets that can be bought, in memory, in the orders in which they are listed.
//!
//! Everybody looks at it, so its pages, counts and searches are not read from the database. A [`Catalog`] is pure: it knows neither the
//! database nor the clock. [`SharedCatalog`] keeps one equal to the database.

mod bits;
mod change;
mod page;
mod recent;
mod search;
mod shared;
mod slots;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use contracts::{Price, TicketId, Timestamp};

pub(crate) use change::{CatalogChange, ChangedTicket};
pub(crate) use recent::Recent;
pub(crate) use shared::SharedCatalog;

use self::slots::{Slot, Slots};
use crate::domain::Ticket;

/// The tickets that are not sold: those that can be bought at one instant, in order, and those that are held until later.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    slots: Slots,
    by_id: HashMap<TicketId, Slot>,
    /// When holds end, or have ended, of the tickets that have one.
    deadlines: BTreeSet<(Timestamp, Slot)>,
    /// The tickets that can be bought at `instant`.
    available: BTreeMap<TicketId, Slot>,
    available_by_price: BTreeSet<(Price, TicketId, Slot)>,
    instant: Option<Timestamp>,
    generation: u64,
}

impl Catalog {
    /// An empty catalog that takes the place of another one.
    pub(crate) fn in_place_of(earlier: &Self) -> Self {
        Self {
            generation: earlier.generation + 1,
            ..Self::default()
        }
    }

    /// Grows whenever a list may have changed: two reads of one generation see the same.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Adds a ticket with its folded title, or replaces its earlier version. One that is sold is removed.
    pub(crate) fn put(&mut self, ticket: Ticket, folded: Box<str>) {
        self.remove(ticket.id);
        let until = ticket.hold.map(|hold| hold.until);
        if until == Some(None) {
            return;
        }
        let (id, until) = (ticket.id, until.flatten());
        let slot = self.slots.insert(ticket, folded);
        self.by_id.insert(id, slot);
        if let Some(until) = until {
            self.deadlines.insert((until, slot));
        }
        if until.is_none_or(|until| self.instant.is_some_and(|instant| until <= instant)) {
            self.offer(slot);
        }
        self.generation += 1;
    }

    /// Removes a ticket, if it is in the catalog.
    pub(crate) fn remove(&mut self, id: TicketId) {
        let Some(slot) = self.by_id.remove(&id) else {
            return;
        };
        self.withdraw(slot);
        let removed = self.slots.remove(slot);
        if let Some(until) = removed.and_then(|ticket| ticket.hold).and_then(|hold| hold.until) {
            self.deadlines.remove(&(until, slot));
        }
        self.generation += 1;
    }

    /// A ticket that is not sold, held or not.
    pub(crate) fn find(&self, id: TicketId) -> Option<&Ticket> {
        self.slots.ticket(*self.by_id.get(&id)?)
    }

    /// The folded title of a ticket that is not sold.
    pub(crate) fn folded(&self, id: TicketId) -> Option<&str> {
        self.slots.folded(*self.by_id.get(&id)?)
    }

    /// Whether the lists are those of that instant: no hold ends between it and the instant that they were made for.
    pub(crate) fn is_at(&self, now: Timestamp) -> bool {
        self.instant.is_some_and(|instant| {
            self.ended_between(instant.min(now), instant.max(now))
                .next()
                .is_none()
        })
    }

    /// Makes the lists those of an instant, which may be an earlier one: a clock can be set back.
    pub(crate) fn move_to(&mut self, now: Timestamp) {
        let instant = self.instant.unwrap_or(Timestamp::from_millis(i64::MIN));
        let moved: Vec<Slot> = self.ended_between(instant.min(now), instant.max(now)).collect();
        for slot in &moved {
            if instant < now {
                self.offer(*slot);
            } else {
                self.withdraw(*slot);
            }
        }
        self.instant = Some(now);
        if !moved.is_empty() {
            self.generation += 1;
        }
    }

    /// The tickets whose holds are in force at the earlier instant, and over at the later one.
    fn ended_between(&self, earlier: Timestamp, later: Timestamp) -> impl Iterator<Item = Slot> {
        let range = (
            Bound::Excluded((earlier, Slot::LAST)),
            Bound::Included((later, Slot::LAST)),
        );
        self.deadlines.range(range).map(|(_, slot)| *slot)
    }

    fn offer(&mut self, slot: Slot) {
        if let Some(ticket) = self.slots.ticket(slot) {
            self.available.insert(ticket.id, slot);
            self.available_by_price.insert((ticket.price, ticket.id, slot));
            self.slots.set_available(slot, true);
        }
    }

    fn withdraw(&mut self, slot: Slot) {
        if let Some(ticket) = self.slots.ticket(slot) {
            self.available.remove(&ticket.id);
            self.available_by_price.remove(&(ticket.price, ticket.id, slot));
            self.slots.set_available(slot, false);
        }
    }
}

#[cfg(test)]
mod tests;
