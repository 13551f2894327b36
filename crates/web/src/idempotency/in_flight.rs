//! The requests that are running.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Names of running requests. Clones share them.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<String>>>);

/// A running request, until it is dropped.
pub(super) struct Running {
    all: InFlight,
    name: String,
}

impl InFlight {
    /// Registers a request, `None` if one of the same name is running already.
    pub(super) fn begin(&self, name: &str) -> Option<Running> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_owned()).then(|| Running {
            all: self.clone(),
            name: name.to_owned(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut names = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_of_a_name_runs_at_a_time() {
        let in_flight = InFlight::default();
        let first = in_flight.begin("a");
        assert!(first.is_some() && in_flight.clone().begin("a").is_none() && in_flight.begin("b").is_some());
        drop(first);
        assert!(in_flight.begin("a").is_some());
        assert!(in_flight.0.lock().unwrap().is_empty());
    }
}
