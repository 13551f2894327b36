//! Which status may follow which.

use contracts::OrderStatus;

/// One status cannot follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct IllegalTransition {
    /// The current status.
    pub from: OrderStatus,
    /// The status that cannot follow.
    pub to: OrderStatus,
}

/// The one rule about which status may follow which. Every change of a status goes through it.
///
/// # Errors
/// `IllegalTransition` for every pair but created → awaiting:payment → complete, created or awaiting:payment →
/// cancelled, complete → cancelled (a refund), and cancelled → complete (late money: [`Order::completed`](crate::domain::Order::completed) says when).
pub(crate) fn transition(from: OrderStatus, to: OrderStatus) -> Result<OrderStatus, IllegalTransition> {
    use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
    match (from, to) {
        (Created, AwaitingPayment | Cancelled)
        | (AwaitingPayment, Complete | Cancelled)
        | (Complete, Cancelled)
        | (Cancelled, Complete) => Ok(to),
        _ => Err(IllegalTransition { from, to }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transition_is_decided_for_all_pairs() {
        use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
        let legal = [
            (Created, AwaitingPayment),
            (Created, Cancelled),
            (AwaitingPayment, Complete),
            (AwaitingPayment, Cancelled),
            (Complete, Cancelled),
            (Cancelled, Complete),
        ];
        for from in OrderStatus::ALL.iter().copied() {
            for to in OrderStatus::ALL.iter().copied() {
                let expected = if legal.contains(&(from, to)) {
                    Ok(to)
                } else {
                    Err(IllegalTransition { from, to })
                };
                assert_eq!(transition(from, to), expected);
            }
        }
    }
}
