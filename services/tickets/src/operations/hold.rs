//! The effects of an order's events on its ticket: it is held, permanently once the order is paid, and released when that order is
//! cancelled. A held ticket has the reserved offer: an edit in between is reverted.

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use contracts::{Offer, OrderStatus, TicketId};

use super::publish;
use super::working_set::{Keys, WorkingSet};
use crate::domain::{Hold, RevertedEdit, Ticket};
use crate::error::TicketsError;

/// The ticket of a new order, and the offer that was reserved.
pub(crate) fn keys_of_created(event: &OrderCreated, keys: &mut Keys) {
    keys.ticket_to_hold(event.ticket.id, Some(event.ticket.version));
}

/// An order was made: it holds the ticket until its deadline.
pub(crate) fn order_created(set: &mut WorkingSet, event: &OrderCreated) -> Result<(), TicketsError> {
    let hold = Hold {
        order_id: event.id,
        until: Some(event.expires_at),
    };
    hold_for(set, event.ticket.id, Some(event.ticket.version), hold)
}

/// The ticket of an order, and the offer that was reserved.
pub(crate) fn keys_of_updated(event: &OrderUpdated, keys: &mut Keys) {
    keys.ticket_to_hold(event.ticket.id, event.ticket.version);
}

/// An order was advanced: it holds the ticket longer, or permanently.
pub(crate) fn order_updated(set: &mut WorkingSet, event: &OrderUpdated) -> Result<(), TicketsError> {
    let is_sold = event.status == OrderStatus::Complete;
    let hold = Hold {
        order_id: event.id,
        until: (!is_sold).then_some(event.expires_at),
    };
    hold_for(set, event.ticket.id, event.ticket.version, hold)
}

/// An order was cancelled: its ticket is available, if it is held by that order.
pub(crate) fn order_cancelled(set: &mut WorkingSet, event: &OrderCancelled) -> Result<(), TicketsError> {
    let ticket = known_ticket(set, event.ticket.id)?;
    if ticket.hold.is_none_or(|hold| hold.order_id != event.id) {
        // Its hold had expired, and another order or an edit has replaced it.
        return Ok(());
    }
    let released = ticket.clone().released();
    publish::updated(set, &released)?;
    set.update(released);
    Ok(())
}

fn hold_for(
    set: &mut WorkingSet,
    ticket: TicketId,
    reserved_version: Option<i64>,
    hold: Hold,
) -> Result<(), TicketsError> {
    let now = set.now();
    let ticket = known_ticket(set, ticket)?.clone();
    if let Some(other) = ticket.hold_at(now).filter(|held| held.order_id != hold.order_id) {
        // The orders service never has two live orders for one ticket, so an event of the other order is missing here.
        let reason = format!("ticket {} is still held by order {}", ticket.id, other.order_id);
        return Err(TicketsError::Rejected(reason));
    }
    let reserved = reserved_offer(set, &ticket, reserved_version)?;
    let held = ticket.clone().held(hold, reserved, now);
    publish::updated(set, &held)?;
    if held.offer() != ticket.offer() {
        record_reverted_edit(set, &ticket, &held, hold);
    }
    set.update(held);
    Ok(())
}

/// The offer of that version of a ticket, as this service published it. `None` means the current one: events
/// before 0.2 have no version.
fn reserved_offer(set: &WorkingSet, ticket: &Ticket, version: Option<i64>) -> Result<Offer, TicketsError> {
    let version = version.unwrap_or(ticket.version);
    if (ticket.offer_version..=ticket.version).contains(&version) {
        return Ok(ticket.offer());
    }
    set.offer_of(ticket.id, version).cloned().ok_or_else(|| {
        let known = ticket.version;
        TicketsError::Rejected(format!(
            "ticket {}: version {version} was reserved, of {known} that were published",
            ticket.id
        ))
    })
}

/// Records for the seller the edit that an order's offer has reverted: the latest one, which is
/// recorded already if another order had reverted it. If it is what this order reserved, it is in force again.
fn record_reverted_edit(set: &mut WorkingSet, before: &Ticket, restored: &Ticket, hold: Hold) {
    match set.reverted_edit(before.id) {
        Some(edit) if edit.offer == restored.offer() => set.delete_reverted_edit(before.id),
        Some(_) => {}
        None => {
            let edit = RevertedEdit {
                ticket: before.id,
                offer: before.offer(),
                order: hold.order_id,
                at: set.now(),
            };
            set.save_reverted_edit(edit);
        }
    }
}

fn known_ticket(set: &WorkingSet, id: TicketId) -> Result<&Ticket, TicketsError> {
    set.ticket(id)
        .ok_or_else(|| TicketsError::Rejected(format!("there is no ticket {id}")))
}
