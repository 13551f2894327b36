//! The results of the forms that are submitted in one transaction.

use std::collections::HashMap;

use axum::http::StatusCode;
use event_log::{DatabaseError, StoredReply, Transaction};

use super::FormSubmission;

/// What some forms have created: in earlier transactions, and in this one. One of them is loaded in the transaction that executes the
/// submissions, decides each in its turn, and is saved in it.
#[derive(Debug)]
pub struct FormResults {
    /// By key.
    known: HashMap<String, Known>,
    new: Vec<StoredReply>,
}

#[derive(Debug)]
struct Known {
    fingerprint: String,
    result: String,
}

/// The result of an earlier submission with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousResult {
    /// The result that it recorded.
    pub result: String,
    /// Whether its content was the same.
    pub is_same_content: bool,
}

impl FormResults {
    /// The recorded results of these submissions, read with one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load<'s>(
        tx: &mut Transaction,
        submissions: impl IntoIterator<Item = &'s FormSubmission>,
    ) -> Result<Self, DatabaseError> {
        let fingerprints = submissions.into_iter().flat_map(FormSubmission::fingerprints);
        let keys: Vec<_> = fingerprints.map(|fingerprint| fingerprint.key.as_str()).collect();
        let known = tx.stored_replies(&keys).await?.into_iter().map(|stored| {
            let known = Known {
                fingerprint: stored.fingerprint,
                result: stored.body,
            };
            (stored.key, known)
        });
        Ok(Self {
            known: known.collect(),
            new: Vec::new(),
        })
    }

    /// The result of an earlier submission, which may be in the same transaction; `None` if this is the first.
    #[must_use]
    pub fn previous(&self, submission: &FormSubmission) -> Option<PreviousResult> {
        let mut fingerprints = submission.fingerprints().iter();
        fingerprints.find_map(|fingerprint| {
            let known = self.known.get(&fingerprint.key)?;
            Some(PreviousResult {
                result: known.result.clone(),
                is_same_content: known.fingerprint == fingerprint.body,
            })
        })
    }

    /// Adds the result, mostly an id, of a submission without a previous one.
    pub fn record(&mut self, submission: &FormSubmission, result: &str) {
        let Some(fingerprint) = submission.fingerprints().first() else {
            return;
        };
        let known = Known {
            fingerprint: fingerprint.body.clone(),
            result: result.to_owned(),
        };
        self.known.insert(fingerprint.key.clone(), known);
        self.new.push(StoredReply {
            key: fingerprint.key.clone(),
            fingerprint: fingerprint.body.clone(),
            status: StatusCode::CREATED.as_u16(),
            body: result.to_owned(),
            extra: None,
        });
    }

    /// Stores the results that were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(self, tx: &mut Transaction) -> Result<(), DatabaseError> {
        tx.store_replies(&self.new).await
    }
}
