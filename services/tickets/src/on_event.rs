//! What the tickets service does with the events of the orders service.

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use contracts::{OrderStatus, TicketId, Timestamp};
use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

use crate::service::announce;
use crate::{Hold, Ticket, store};

/// Holds a ticket for the order that reserved it, for good once the order is paid, and releases it when that very order
/// is cancelled. For the source "orders".
///
/// An event that comes twice, or after a newer one of its order, changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct OnOrderEvent;

impl Handler for OnOrderEvent {
    fn subjects(&self) -> &'static [&'static str] {
        &[
            OrderCreated::SUBJECT,
            OrderUpdated::SUBJECT,
            OrderCancelled::SUBJECT,
        ]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            match event.subject.as_str() {
                OrderCreated::SUBJECT => {
                    let event: OrderCreated = event.decode()?;
                    let hold = Hold {
                        order_id: event.id,
                        until: Some(event.expires_at),
                    };
                    hold_for(tx, event.ticket.id, event.version, hold).await
                }
                OrderUpdated::SUBJECT => {
                    let event: OrderUpdated = event.decode()?;
                    let is_sold = event.status == OrderStatus::Complete;
                    let hold = Hold {
                        order_id: event.id,
                        until: (!is_sold).then_some(event.expires_at),
                    };
                    hold_for(tx, event.ticket.id, event.version, hold).await
                }
                OrderCancelled::SUBJECT => release(tx, &event.decode()?).await,
                other => Err(ApplyError::Rejected(format!("no reaction to {other}"))),
            }
        })
    }
}

async fn hold_for(
    tx: &mut Transaction,
    ticket: TicketId,
    order_version: i64,
    hold: Hold,
) -> Result<(), ApplyError> {
    if !store::hear_order(tx.connection(), hold.order_id, order_version).await? {
        return Ok(());
    }
    let now = Timestamp::from_millis(tx.now_ms());
    let held = store::hold_if_free(tx.connection(), ticket, hold, now).await?;
    let Some(ticket) = held else {
        let ticket = known_ticket(tx, ticket).await?;
        // The orders service never has two live orders for one ticket, so an event of the other order is missing here.
        let holder = ticket
            .hold
            .map_or_else(String::new, |hold| hold.order_id.to_string());
        let reason = format!("ticket {} is still held by order {holder}", ticket.id);
        return Err(ApplyError::Rejected(reason));
    };
    Ok(announce(tx, &ticket).await?)
}

async fn release(tx: &mut Transaction, event: &OrderCancelled) -> Result<(), ApplyError> {
    if !store::hear_order(tx.connection(), event.id, event.version).await? {
        return Ok(());
    }
    let released = store::release_from(tx.connection(), event.ticket.id, event.id).await?;
    let Some(ticket) = released else {
        // Its hold had run out, and another order or an edit has taken its place.
        known_ticket(tx, event.ticket.id).await?;
        return Ok(());
    };
    Ok(announce(tx, &ticket).await?)
}

async fn known_ticket(tx: &mut Transaction, id: TicketId) -> Result<Ticket, ApplyError> {
    let ticket = store::find(tx.connection(), id).await?;
    ticket.ok_or_else(|| ApplyError::Rejected(format!("there is no ticket {id}")))
}
