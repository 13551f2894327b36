//! The phases of a connection, and their deadlines.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::ConnectionLimits;

/// The phase of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its client has started to send a request, or has only just connected.
    Head { since: Instant },
    /// A request is running: its body arrives, it is handled, or its response is being sent.
    Busy,
    /// The last response was sent, and no other request has started.
    Idle { since: Instant },
}

/// The phase of a connection, shared by all that see a part of it.
#[derive(Debug)]
pub(super) struct ConnectionState(Mutex<State>);

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when the client has accepted none of the data sent to it.
    blocked: Option<Instant>,
    is_draining: bool,
    /// Since when a stopping server waits for the client to read, slowly or not at all.
    slow_while_draining: Option<Instant>,
}

impl ConnectionState {
    /// The phase of a connection that was just accepted.
    pub(super) fn begin(now: Instant) -> Self {
        Self(Mutex::new(State {
            phase: Phase::Head { since: now },
            blocked: None,
            is_draining: false,
            slow_while_draining: None,
        }))
    }

    /// Bytes arrived.
    pub(super) fn received(&self, now: Instant) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Idle { .. }) {
            state.phase = Phase::Head { since: now };
        }
    }

    /// The head of a request is complete.
    pub(super) fn request_started(&self) {
        self.state().phase = Phase::Busy;
    }

    /// The response was sent.
    pub(super) fn request_finished(&self, now: Instant) {
        self.state().phase = Phase::Idle { since: now };
    }

    /// Whether the client accepts the data sent to it.
    pub(super) fn set_write_blocked(&self, is_blocked: bool, now: Instant) {
        let mut state = self.state();
        state.blocked = is_blocked.then(|| state.blocked.unwrap_or(now));
        state.record_slow_client(now);
    }

    /// The server is stopping: from now on a client that does not read has little time left, and each byte that it does
    /// read buys it no more.
    pub(super) fn drain(&self, now: Instant) {
        let mut state = self.state();
        state.is_draining = true;
        state.record_slow_client(now);
    }

    /// Since when only the client is waited for, if that is so.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let state = self.state();
        match state.phase {
            Phase::Head { since } | Phase::Idle { since } if state.blocked.is_none() => Some(since),
            _ => None,
        }
    }

    /// When the connection is to be closed unless something happens before.
    pub(super) fn deadline(&self, limits: &ConnectionLimits) -> Option<Instant> {
        let state = self.state();
        let phase = match state.phase {
            Phase::Head { since } => Some(since + limits.header_timeout),
            Phase::Busy => None,
            Phase::Idle { since } => Some(since + limits.keep_alive_timeout),
        };
        let blocked = state.blocked.map(|since| since + limits.send_timeout);
        let slow = state
            .slow_while_draining
            .map(|since| since + limits.drain_send_timeout);
        [phase, blocked, slow].into_iter().flatten().min()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn record_slow_client(&mut self, now: Instant) {
        if self.is_draining && self.blocked.is_some() {
            self.slow_while_draining.get_or_insert(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn each_phase_has_its_deadline_and_a_running_request_has_none() {
        let limits = ConnectionLimits::for_fd_limit(1_024);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let state = ConnectionState::begin(start);
        assert_eq!(state.deadline(&limits), Some(start + limits.header_timeout));
        state.received(at(5));
        assert_eq!(
            state.deadline(&limits),
            Some(start + limits.header_timeout),
            "a byte buys no time"
        );
        state.request_started();
        assert_eq!((state.deadline(&limits), state.waiting_since()), (None, None));
        state.set_write_blocked(true, at(10));
        state.set_write_blocked(true, at(15));
        assert_eq!(state.deadline(&limits), Some(at(10) + limits.send_timeout));
        state.request_finished(at(16));
        assert_eq!(state.waiting_since(), None, "its answer is not sent yet");
        state.set_write_blocked(false, at(17));
        assert_eq!(state.deadline(&limits), Some(at(16) + limits.keep_alive_timeout));
        state.received(at(20));
        assert_eq!(state.deadline(&limits), Some(at(20) + limits.header_timeout));
        assert_eq!(state.waiting_since(), Some(at(20)));
    }

    #[tokio::test]
    async fn slow_reader_does_not_delay_shutdown() {
        let limits = ConnectionLimits::for_fd_limit(1_024);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let state = ConnectionState::begin(start);
        state.request_started();
        state.set_write_blocked(true, at(1));
        state.drain(at(2));
        assert_eq!(state.deadline(&limits), Some(at(2) + limits.drain_send_timeout));
        state.set_write_blocked(false, at(3));
        state.set_write_blocked(true, at(4));
        assert_eq!(
            state.deadline(&limits),
            Some(at(2) + limits.drain_send_timeout),
            "a byte buys no time"
        );
    }
}
