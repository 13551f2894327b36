//! From a handler to the transaction that keeps its reply.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use event_log::{DatabaseError, KeptReply, Transaction};

use super::Reply;
use super::mark::Mark;

/// How to keep the reply to an operation that gives a `T`, in the transaction of its effect.
///
/// An operation takes one by value and calls [`Keep::keep`] as the last thing in its write.
pub struct Keep<T>(Option<Kept<T>>);

type Render<T> = dyn Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync;

struct Kept<T> {
    request: Keeping,
    render: Arc<Render<T>>,
}

/// The request whose reply is to be kept, and whether it was.
#[derive(Clone)]
pub(super) struct Keeping {
    mark: Mark,
    is_kept: Arc<AtomicBool>,
}

impl<T> Keep<T> {
    /// For operations that nobody sends again, as those of the pages: keeps nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(None)
    }

    pub(super) fn of(
        request: Keeping,
        render: impl Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync + 'static,
    ) -> Self {
        let render: Arc<Render<T>> = Arc::new(render);
        Self(Some(Kept { request, render }))
    }

    /// Keeps the reply that tells of `value`.
    ///
    /// # Errors
    /// When a request with the same key had its effect meanwhile, in another process: give the error back, so that this
    /// one has none. Also when the database fails.
    pub async fn keep(&self, tx: &mut Transaction, value: &T) -> Result<(), DatabaseError> {
        if let Some(kept) = &self.0 {
            let reply = (kept.render)(value)?;
            kept.request.keep(tx, &reply).await?;
        }
        Ok(())
    }

    /// Keeps the reply that tells of `value` in the place of the one that was kept before: for an operation with more than
    /// one write, whose first one keeps what is true from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace(&self, tx: &mut Transaction, value: &T) -> Result<(), DatabaseError> {
        if let Some(kept) = &self.0 {
            let reply = (kept.render)(value)?;
            tx.replace_reply(&kept.request.reply(&reply)?).await?;
        }
        Ok(())
    }
}

impl Keeping {
    pub(super) fn new(mark: Mark) -> Self {
        Self {
            mark,
            is_kept: Arc::default(),
        }
    }

    /// What the request is told by.
    pub(super) fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Whether a reply was given to a transaction.
    pub(super) fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Acquire)
    }

    pub(super) async fn keep(&self, tx: &mut Transaction, reply: &Reply) -> Result<(), DatabaseError> {
        tx.keep_reply(&self.reply(reply)?).await?;
        self.is_kept.store(true, Ordering::Release);
        Ok(())
    }

    fn reply(&self, reply: &Reply) -> Result<KeptReply, serde_json::Error> {
        let extra = reply.cookie.as_ref().map(serde_json::to_string).transpose()?;
        Ok(KeptReply {
            key: self.mark.name.clone(),
            fingerprint: self.mark.fingerprint.clone(),
            status: reply.status.as_u16(),
            body: reply.body.clone(),
            extra,
        })
    }
}

impl<T> Clone for Keep<T> {
    fn clone(&self) -> Self {
        Self(self.0.as_ref().map(|kept| Kept {
            request: kept.request.clone(),
            render: Arc::clone(&kept.render),
        }))
    }
}

impl<T> fmt::Debug for Keep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keep").field(&self.0.is_some()).finish()
    }
}
