//! The payments that the provider is being called about.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::PaymentId;

/// Payments that this process is calling the provider about: at most one call per payment at a time. Clones share it.
///
/// It only saves calls: whether a response is current is decided by the payment's revision.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<PaymentId>>>);

/// The right to call the provider about a payment, until it is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    in_flight: InFlight,
    payment: PaymentId,
}

impl InFlight {
    /// Claims a payment; `None` while it is claimed.
    pub(super) fn claim(&self, payment: PaymentId) -> Option<Claim> {
        self.payments().insert(payment).then(|| Claim {
            in_flight: self.clone(),
            payment,
        })
    }

    /// How many payments are claimed.
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
