//! The places of the tickets in memory.

use super::bits::Bits;
use crate::domain::Ticket;

/// The place of a ticket, for as long as it is in the catalog unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(u32);

impl Slot {
    /// Sorts before, or as, every slot.
    pub(crate) const FIRST: Self = Self(0);
    /// Sorts after every slot.
    pub(crate) const LAST: Self = Self(u32::MAX);

    fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Tickets by their places. The folded titles lie beside each other: a search reads all of them, and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    tickets: Vec<Option<Ticket>>,
    folded: Vec<Box<str>>,
    available: Bits,
    vacant: Vec<Slot>,
}

impl Slots {
    /// Gives a ticket a place.
    pub(crate) fn insert(&mut self, ticket: Ticket, folded: Box<str>) -> Slot {
        if let Some(slot) = self.vacant.pop() {
            if let (Some(place), Some(text)) = (
                self.tickets.get_mut(slot.index()),
                self.folded.get_mut(slot.index()),
            ) {
                (*place, *text) = (Some(ticket), folded);
            }
            return slot;
        }
        let slot = Slot::at(self.tickets.len());
        self.tickets.push(Some(ticket));
        self.folded.push(folded);
        slot
    }

    /// Vacates a place.
    pub(crate) fn remove(&mut self, slot: Slot) -> Option<Ticket> {
        let removed = self.tickets.get_mut(slot.index())?.take()?;
        if let Some(text) = self.folded.get_mut(slot.index()) {
            *text = Box::default();
        }
        self.set_available(slot, false);
        self.vacant.push(slot);
        Some(removed)
    }

    /// The ticket at a place.
    pub(crate) fn ticket(&self, slot: Slot) -> Option<&Ticket> {
        self.tickets.get(slot.index())?.as_ref()
    }

    /// The folded title of the ticket at a place.
    pub(crate) fn folded(&self, slot: Slot) -> Option<&str> {
        self.folded.get(slot.index()).map(|text| &**text)
    }

    /// Notes whether the ticket at a place can be bought.
    pub(crate) fn set_available(&mut self, slot: Slot, is_available: bool) {
        if is_available {
            self.available.insert(slot.index());
        } else {
            self.available.remove(slot.index());
        }
    }

    /// The places of the tickets that can be bought and whose folded titles satisfy a predicate.
    pub(crate) fn available_where(&self, is_match: impl Fn(&str) -> bool) -> SlotSet {
        let mut found = SlotSet::default();
        for index in self.available.iter() {
            if self.folded.get(index).is_some_and(|text| is_match(text)) {
                found.bits.insert(index);
                found.count += 1;
            }
        }
        found
    }
}

/// Some places.
#[derive(Debug, Default)]
pub(crate) struct SlotSet {
    bits: Bits,
    count: usize,
}

impl SlotSet {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.bits.iter().map(Slot::at)
    }

    /// Whether a place is among them.
    pub(crate) fn contains(&self, slot: Slot) -> bool {
        self.bits.contains(slot.index())
    }
}
