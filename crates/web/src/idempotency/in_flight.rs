//! The requests that are running.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys of running requests. Clones share them.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<String>>>);

/// A running request, until it is dropped.
pub(super) struct Running {
    all: InFlight,
    key: String,
}

impl InFlight {
    /// Registers a request, `None` if one of the same key is running already.
    pub(super) fn try_register(&self, key: &str) -> Option<Running> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(key.to_owned()).then(|| Running {
            all: self.clone(),
            key: key.to_owned(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut keys = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_per_key_runs_at_a_time() {
        let in_flight = InFlight::default();
        let first = in_flight.try_register("a");
        assert!(
            first.is_some()
                && in_flight.clone().try_register("a").is_none()
                && in_flight.try_register("b").is_some()
        );
        drop(first);
        assert!(in_flight.try_register("a").is_some());
        assert!(in_flight.0.lock().unwrap().is_empty());
    }
}
