//! Notifies those who keep something in memory of what was committed, in the order of the commits.

use std::any::{Any, TypeId};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use crate::panic_message::panic_message;

type Listener = dyn Fn(&dyn Any, CommitOutcome) + Send + Sync;

/// How the commit of a transaction has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It is committed.
    Committed,
    /// The commit has failed. Mostly nothing was written; only the database knows.
    InDoubt,
}

/// Who is notified of what.
#[derive(Default)]
pub(super) struct Listeners {
    listeners: RwLock<Vec<(TypeId, Arc<Listener>)>>,
    turn: Mutex<()>,
}

/// The turn of a commit: no other one starts before it is over.
pub(super) struct Turn<'l> {
    listeners: &'l Listeners,
    _turn: MutexGuard<'l, ()>,
}

/// What a transaction notifies of.
pub(super) type Notification = Box<dyn Any + Send + Sync>;

impl Listeners {
    pub(super) fn add<T: Any>(&self, listener: impl Fn(&T, CommitOutcome) + Send + Sync + 'static) {
        let listener = move |notification: &dyn Any, outcome| {
            if let Some(notification) = notification.downcast_ref::<T>() {
                listener(notification, outcome);
            }
        };
        let mut listeners = self.listeners.write().unwrap_or_else(PoisonError::into_inner);
        listeners.push((TypeId::of::<T>(), Arc::new(listener)));
    }

    pub(super) async fn turn(&self) -> Turn<'_> {
        Turn {
            listeners: self,
            _turn: self.turn.lock().await,
        }
    }
}

impl Turn<'_> {
    pub(super) fn notify(&self, notifications: &[Notification], outcome: CommitOutcome) {
        if notifications.is_empty() {
            return;
        }
        let listeners = self.listeners.listeners.read();
        let listeners = listeners.unwrap_or_else(PoisonError::into_inner).clone();
        for notification in notifications {
            let id = (**notification).type_id();
            for (_, listener) in listeners.iter().filter(|(of, _)| *of == id) {
                // The transaction is committed: its writer must not take it for one that failed.
                let told = catch_unwind(AssertUnwindSafe(|| listener(&**notification, outcome)));
                if let Err(panic) = told {
                    let reason = panic_message(&*panic);
                    tracing::error!(reason, "a listener of commits panicked");
                }
            }
        }
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}
