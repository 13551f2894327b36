//! Forms that are sent twice by pressing their button twice.

use axum::http::StatusCode;
use contracts::UserId;
use event_log::{DatabaseError, KeptReply, Transaction};

use super::key::is_key;
use super::mark::{self, Mark, Request};
use crate::{Sessions, TokenError};

/// Stands in the place of a method: no request of the REST API has it.
const FORM: &str = "FORM";

/// A form that makes something, once: sent again as it was, it gives what it made the first time.
///
/// Each time the form is shown it has another key, in a hidden field. The key is one person's, for one form with one content: who goes
/// back in the browser and writes something else into it makes something else. What was made is kept as the replies to idempotent
/// requests are, see [the module](super), in the transaction that makes it, and for as long. That transaction also looks for it, so
/// that of two presses at once one waits for the other.
#[derive(Clone)]
pub struct Once(Vec<Mark>);

impl Once {
    /// For what is not a form, or one whose key is not known.
    #[must_use]
    pub const fn unguarded() -> Self {
        Self(vec![])
    }

    /// The form of that name, as this person has filled it in. Without a key, as on a page of an earlier release, it is not guarded.
    ///
    /// # Errors
    /// When the library that makes HMACs fails.
    pub fn of(
        sessions: &Sessions,
        who: UserId,
        form: &str,
        key: &str,
        content: &[&str],
    ) -> Result<Self, TokenError> {
        if !is_key(key) {
            return Ok(Self::unguarded());
        }
        // As JSON, because texts that are only joined could be cut at another place.
        let content = serde_json::json!(content).to_string();
        let request = Request {
            who: &who.to_string(),
            method: FORM,
            path: form,
            key,
            body: content.as_bytes(),
        };
        let (present, former) = mark::marks(sessions, &request)?;
        Ok(Self([vec![present], former].concat()))
    }

    /// What the form has made before, as it was written down; `None` if it is sent for the first time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn made(&self, tx: &mut Transaction) -> Result<Option<String>, DatabaseError> {
        for mark in &self.0 {
            if let Some(kept) = tx.kept_reply(&name(mark)).await? {
                return Ok(Some(kept.body));
            }
        }
        Ok(None)
    }

    /// Writes down what the form makes, mostly an id: for the transaction that makes it, after [`Once::made`] has found nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, tx: &mut Transaction, what: &str) -> Result<(), DatabaseError> {
        let Some(mark) = self.0.first() else {
            return Ok(());
        };
        tx.keep_reply(&KeptReply {
            key: name(mark),
            fingerprint: mark.fingerprint.clone(),
            status: StatusCode::CREATED.as_u16(),
            body: what.to_owned(),
            extra: None,
        })
        .await
    }
}

/// The content belongs to the name: with another one it is another form.
fn name(mark: &Mark) -> String {
    format!("{}.{}", mark.name, mark.fingerprint)
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Once").field(&!self.0.is_empty()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SessionConfig, SigningKey};
    use event_log::{IdSource, SystemClock};

    #[test]
    fn every_part_of_a_form_makes_a_difference() {
        let clock = SystemClock::shared();
        let key = SigningKey::parse(&"01".repeat(32)).unwrap();
        let sessions = Sessions::new(SessionConfig::new(key), clock.clone());
        let ids = IdSource::system(clock);
        let [ada, bob] = [(); 2].map(|()| UserId::from_uuid(ids.next()));
        let names = |who, form, key, content: &[&str]| {
            let once = Once::of(&sessions, who, form, key, content).unwrap();
            once.0.iter().map(name).collect::<Vec<_>>()
        };
        let form = names(ada, "list", "1", &["Opera", "20"]);
        assert_eq!(form.len(), 1);
        assert_eq!(form, names(ada, "list", "1", &["Opera", "20"]));
        for other in [
            names(bob, "list", "1", &["Opera", "20"]),
            names(ada, "edit", "1", &["Opera", "20"]),
            names(ada, "list", "2", &["Opera", "20"]),
            names(ada, "list", "1", &["Opera", "30"]),
            names(ada, "list", "1", &["Opera2", "0"]),
        ] {
            assert_ne!(form, other);
        }
        for no_key in ["", "two words", &"k".repeat(256)] {
            assert!(names(ada, "list", no_key, &[]).is_empty(), "{no_key}");
        }
    }
}
