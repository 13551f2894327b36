//! Tells other processes of commits.

use tokio::sync::watch;

/// The newest sequence that this process has committed, to be made known.
///
/// It is made known after the commit and outside of its transaction: inside, every commit would take a lock of the whole database. One
/// notification stands for all commits since the one before.
#[derive(Debug)]
pub(super) struct Notifier(watch::Sender<i64>);

impl Notifier {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(super) fn committed(&self, newest: i64) {
        self.0.send_replace(newest);
    }

    pub(super) fn pending(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }
}
