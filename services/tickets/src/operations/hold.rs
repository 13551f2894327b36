//! The effects of an order's events on its ticket: it is held, permanently once the order is paid, and released when that order is
//! cancelled. A held ticket has the reserved offer: an edit in between is reverted.

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use contracts::{OrderStatus, TicketId, Timestamp};
use event_log::{ApplyError, Transaction};

use super::publish::publish_updated;
use super::reserved_offer::reserved_offer;
use crate::domain::{Hold, RevertedEdit, Ticket};
use crate::store::Tables;

/// An order was made: it holds the ticket until its deadline.
pub(crate) async fn order_created(tx: &mut Transaction, event: OrderCreated) -> Result<(), ApplyError> {
    let hold = Hold {
        order_id: event.id,
        until: Some(event.expires_at),
    };
    hold_for(tx, event.ticket.id, Some(event.ticket.version), hold).await
}

/// An order was advanced: it holds the ticket longer, or permanently.
pub(crate) async fn order_updated(tx: &mut Transaction, event: OrderUpdated) -> Result<(), ApplyError> {
    let is_sold = event.status == OrderStatus::Complete;
    let hold = Hold {
        order_id: event.id,
        until: (!is_sold).then_some(event.expires_at),
    };
    hold_for(tx, event.ticket.id, event.ticket.version, hold).await
}

async fn hold_for(
    tx: &mut Transaction,
    ticket: TicketId,
    reserved_version: Option<i64>,
    hold: Hold,
) -> Result<(), ApplyError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let ticket = known_ticket(tx, ticket).await?;
    if let Some(other) = ticket.hold_at(now).filter(|held| held.order_id != hold.order_id) {
        // The orders service never has two live orders for one ticket, so an event of the other order is missing here.
        let reason = format!("ticket {} is still held by order {}", ticket.id, other.order_id);
        return Err(ApplyError::Rejected(reason));
    }
    let reserved = reserved_offer(tx, &ticket, reserved_version).await?;
    let held = ticket.clone().held(hold, reserved, now);
    if held.offer() != ticket.offer() {
        record_reverted_edit(tx, &ticket, &held, hold).await?;
    }
    tx.tickets().save_hold(&held).await?;
    Ok(publish_updated(tx, &held).await?)
}

/// Records for the seller the edit that an order's offer has reverted: the latest one, which is
/// recorded already if another order had reverted it. If it is what this order reserved, it is in force again.
async fn record_reverted_edit(
    tx: &mut Transaction,
    before: &Ticket,
    restored: &Ticket,
    hold: Hold,
) -> Result<(), ApplyError> {
    match tx.tickets().reverted_edit(before.id).await? {
        Some(edit) if edit.offer == restored.offer() => {
            tx.tickets().delete_reverted_edit(before.id).await?;
        }
        Some(_) => {}
        None => {
            let edit = RevertedEdit {
                ticket: before.id,
                offer: before.offer(),
                order: hold.order_id,
                at: Timestamp::from_millis(tx.now_ms()),
            };
            tx.tickets().save_reverted_edit(&edit).await?;
        }
    }
    Ok(())
}

/// An order was cancelled: its ticket is available, if it is held by that order.
pub(crate) async fn order_cancelled(tx: &mut Transaction, event: OrderCancelled) -> Result<(), ApplyError> {
    let released = tx.tickets().release_from(event.ticket.id, event.id).await?;
    let Some(ticket) = released else {
        // Its hold had expired, and another order or an edit has replaced it.
        known_ticket(tx, event.ticket.id).await?;
        return Ok(());
    };
    Ok(publish_updated(tx, &ticket).await?)
}

async fn known_ticket(tx: &mut Transaction, id: TicketId) -> Result<Ticket, ApplyError> {
    let ticket = tx.tickets().find(id).await?;
    ticket.ok_or_else(|| ApplyError::Rejected(format!("there is no ticket {id}")))
}
