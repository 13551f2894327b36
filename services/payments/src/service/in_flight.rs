//! Which payments the provider is being asked about.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::PaymentId;

/// Payments that the provider is being asked about by this process: no payment is asked about twice at once. Clones are the
/// same.
///
/// It saves questions and decides nothing: what an answer is worth is decided by the payment's revision.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<PaymentId>>>);

/// The right to ask about a payment, until it is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    in_flight: InFlight,
    payment: PaymentId,
}

impl InFlight {
    /// The right to ask about a payment; `None` while somebody is asking.
    pub(super) fn claim(&self, payment: PaymentId) -> Option<Claim> {
        self.payments().insert(payment).then(|| Claim {
            in_flight: self.clone(),
            payment,
        })
    }

    /// About how many payments the provider is being asked.
    pub(super) fn count(&self) -> usize {
        self.payments().len()
    }

    fn payments(&self) -> MutexGuard<'_, HashSet<PaymentId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.in_flight.payments().remove(&self.payment);
    }
}
