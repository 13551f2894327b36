//! Protects forms against double submission.

use contracts::UserId;

use super::fingerprint::{Request, RequestFingerprint, fingerprints};
use super::key::is_key;
use crate::{Sessions, TokenError};

/// Takes the place of the method: no request of the REST API has it.
const FORM: &str = "FORM";

/// One submission of a form that creates something: submitted again, it returns the result of the first one.
///
/// Each time the form is shown it has a new key in a hidden field. A key belongs to one user and one form, and creates one thing:
/// a user who lost the response, changed the form and sent it again learns that the first one was created. The result is stored as
/// the replies to idempotent requests are, see the module `idempotency`, in the transaction that creates it, and for as long. The same
/// transaction first looks for it ([`FormResults`](super::FormResults)), so of two concurrent submissions one waits for the other.
#[derive(Clone)]
pub struct FormSubmission(Vec<RequestFingerprint>);

impl FormSubmission {
    /// For calls without a form, or a form without a key: every submission creates something.
    #[must_use]
    pub const fn without_key() -> Self {
        Self(vec![])
    }

    /// The form of that name, as this user has filled it in. Without a valid key, as on a page of an earlier release, every
    /// submission creates something.
    ///
    /// # Errors
    /// When the HMAC library fails.
    pub fn new(
        sessions: &Sessions,
        user: UserId,
        form: &str,
        key: &str,
        content: &[&str],
    ) -> Result<Self, TokenError> {
        if !is_key(key) {
            return Ok(Self::without_key());
        }
        // As JSON, because texts that are only joined could be split elsewhere.
        let content = serde_json::json!(content).to_string();
        let request = Request {
            caller: &user.to_string(),
            method: FORM,
            path: form,
            key,
            body: content.as_bytes(),
        };
        let (current, former) = fingerprints(sessions, &request)?;
        Ok(Self([vec![current], former].concat()))
    }

    pub(super) fn fingerprints(&self) -> &[RequestFingerprint] {
        &self.0
    }
}

impl std::fmt::Debug for FormSubmission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FormSubmission")
            .field(&!self.0.is_empty())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SessionConfig, SigningKey};
    use event_log::{IdSource, SystemClock};

    #[test]
    fn key_belongs_to_one_user_and_one_form() {
        let clock = SystemClock::shared();
        let key = SigningKey::parse(&"01".repeat(32)).unwrap();
        let sessions = Sessions::new(SessionConfig::new(key), clock.clone());
        let ids = IdSource::system(clock);
        let [ada, bob] = [(); 2].map(|()| UserId::from_uuid(ids.next()));
        let fingerprints = |user, form, key, content: &[&str]| {
            let submission = FormSubmission::new(&sessions, user, form, key, content).unwrap();
            let pairs = submission.0.into_iter().map(|of| (of.key, of.body));
            pairs.collect::<Vec<_>>()
        };
        let form = fingerprints(ada, "list", "1", &["Opera", "20"]);
        assert_eq!(form.len(), 1);
        assert_eq!(form, fingerprints(ada, "list", "1", &["Opera", "20"]));
        for other in [
            fingerprints(bob, "list", "1", &["Opera", "20"]),
            fingerprints(ada, "edit", "1", &["Opera", "20"]),
            fingerprints(ada, "list", "2", &["Opera", "20"]),
        ] {
            assert_ne!(form[0].0, other[0].0);
        }
        for changed in [["Opera", "30"], ["Opera2", "0"]] {
            let changed = fingerprints(ada, "list", "1", &changed);
            assert!(changed[0].0 == form[0].0 && changed[0].1 != form[0].1);
        }
        for no_key in ["", "two words", &"k".repeat(256)] {
            assert!(fingerprints(ada, "list", no_key, &[]).is_empty(), "{no_key}");
        }
    }
}
