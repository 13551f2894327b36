//! Recording the reply to a request in the transaction of its effect.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use event_log::{DatabaseError, StoredReply, Transaction};

use super::Reply;
use super::fingerprint::RequestFingerprint;

/// Records the reply to an operation that returns a `T`, in the transaction of its effect.
///
/// An operation takes one by value and calls [`ReplyRecorder::record`] last in its write.
pub struct ReplyRecorder<T>(Option<Recorder<T>>);

type Render<T> = dyn Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync;

struct Recorder<T> {
    request: PendingReply,
    render: Arc<Render<T>>,
}

/// A request with a key that is being handled, and whether its reply was recorded.
#[derive(Clone)]
pub(super) struct PendingReply {
    fingerprint: RequestFingerprint,
    is_recorded: Arc<AtomicBool>,
}

impl<T> ReplyRecorder<T> {
    /// Records nothing: for calls in process and requests without a key.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    pub(super) fn new(
        request: PendingReply,
        render: impl Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync + 'static,
    ) -> Self {
        let render: Arc<Render<T>> = Arc::new(render);
        Self(Some(Recorder { request, render }))
    }

    /// Records the reply for `value`.
    ///
    /// # Errors
    /// When another process has executed a request with the same key in the meantime: return the error, so that this
    /// transaction is rolled back. Also when the database fails.
    pub async fn record(&self, tx: &mut Transaction, value: &T) -> Result<(), DatabaseError> {
        if let Some(recorder) = &self.0 {
            let reply = (recorder.render)(value)?;
            recorder.request.record(tx, &reply).await?;
        }
        Ok(())
    }

    /// Records the replies to many requests, each for its value, with a statement for all of them.
    ///
    /// # Errors
    /// As [`ReplyRecorder::record`], for any of the requests: then none is recorded.
    pub async fn record_all<'v>(
        tx: &mut Transaction,
        replies: impl IntoIterator<Item = (&'v Self, &'v T)>,
    ) -> Result<(), DatabaseError>
    where
        T: 'v,
    {
        let (mut recorders, mut stored) = (Vec::new(), Vec::new());
        for (recorder, value) in replies {
            if let Some(recorder) = &recorder.0 {
                stored.push(recorder.reply(value)?);
                recorders.push(&recorder.request);
            }
        }
        tx.store_replies(&stored).await?;
        for request in recorders {
            request.is_recorded.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Records the replies to the requests of a batch that were accepted. The results are in the order of the requests.
    ///
    /// # Errors
    /// As [`ReplyRecorder::record_all`].
    pub async fn record_accepted<E>(
        tx: &mut Transaction,
        requests: &[&Self],
        results: &[Result<T, E>],
    ) -> Result<(), DatabaseError> {
        let mut accepted = Vec::with_capacity(results.len());
        for (recorder, result) in requests.iter().zip(results) {
            if let Ok(value) = result {
                accepted.push((*recorder, value));
            }
        }
        Self::record_all(tx, accepted).await
    }

    /// Records the replies to many requests, each in place of the one recorded before: for an operation with more than one write,
    /// whose first write records a preliminary reply.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_all<'v>(
        tx: &mut Transaction,
        replies: impl IntoIterator<Item = (&'v Self, &'v T)>,
    ) -> Result<(), DatabaseError>
    where
        T: 'v,
    {
        let replies = replies.into_iter();
        let stored = replies.filter_map(|(recorder, value)| Some(recorder.0.as_ref()?.reply(value)));
        tx.replace_replies(&stored.collect::<Result<Vec<_>, _>>()?).await
    }
}

impl<T> Recorder<T> {
    fn reply(&self, value: &T) -> Result<StoredReply, serde_json::Error> {
        self.request.stored(&(self.render)(value)?)
    }
}

impl PendingReply {
    pub(super) fn new(fingerprint: RequestFingerprint) -> Self {
        Self {
            fingerprint,
            is_recorded: Arc::default(),
        }
    }

    pub(super) fn fingerprint(&self) -> &RequestFingerprint {
        &self.fingerprint
    }

    /// Whether a transaction has recorded a reply.
    pub(super) fn is_recorded(&self) -> bool {
        self.is_recorded.load(Ordering::Acquire)
    }

    pub(super) async fn record(&self, tx: &mut Transaction, reply: &Reply) -> Result<(), DatabaseError> {
        tx.store_reply(&self.stored(reply)?).await?;
        self.is_recorded.store(true, Ordering::Release);
        Ok(())
    }

    fn stored(&self, reply: &Reply) -> Result<StoredReply, serde_json::Error> {
        let extra = reply
            .session_change
            .as_ref()
            .map(serde_json::to_string)
            .transpose()?;
        Ok(StoredReply {
            key: self.fingerprint.key.clone(),
            fingerprint: self.fingerprint.body.clone(),
            status: reply.status.as_u16(),
            body: reply.body.clone(),
            extra,
        })
    }
}

impl<T> Clone for ReplyRecorder<T> {
    fn clone(&self) -> Self {
        Self(self.0.as_ref().map(|recorder| Recorder {
            request: recorder.request.clone(),
            render: Arc::clone(&recorder.render),
        }))
    }
}

impl<T> fmt::Debug for ReplyRecorder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplyRecorder").field(&self.0.is_some()).finish()
    }
}
