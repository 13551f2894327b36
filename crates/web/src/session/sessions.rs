//! Signing and verifying tokens.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::SharedClock;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;

use super::claims::{Claims, ISSUER, seconds};
use super::ended::EndedSessions;
use super::{Session, SessionConfig, SessionToken, SessionWatch, SigningKey};

const ALGORITHM: Algorithm = Algorithm::HS256;

/// The tokens that are remembered to be ours, each with some half a kilobyte.
const REMEMBERED: usize = 4_096;

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The library refused.
    #[error("a session token cannot be signed")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// A token that was just signed does not verify: no session would work.
    #[error("a newly signed session token does not verify: check the session limits and the clock")]
    SelfTest,
}

/// Issues and verifies session tokens, and knows which sessions have ended. Clones share it.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    config: SessionConfig,
    clock: SharedClock,
    signing: EncodingKey,
    header: Header,
    verifying: Vec<(String, DecodingKey)>,
    validation: Validation,
    ended: EndedSessions,
    /// What tokens of ours say. Whether a session is alive is decided anew each time.
    remembered: Cache<Box<str>, Session>,
}

impl Sessions {
    /// Sessions under this configuration.
    #[must_use]
    pub fn new(config: SessionConfig, clock: SharedClock) -> Self {
        let header = Header {
            kid: Some(key_id(&config.key)),
            ..Header::new(ALGORITHM)
        };
        let accepted = std::iter::once(&config.key).chain(&config.accepted_keys);
        let verifying = accepted
            .map(|key| (key_id(key), DecodingKey::from_secret(key.as_bytes())))
            .collect();
        Self(Arc::new(Inner {
            signing: EncodingKey::from_secret(config.key.as_bytes()),
            header,
            verifying,
            validation: validation(),
            ended: EndedSessions::default(),
            remembered: Cache::new(REMEMBERED),
            clock,
            config,
        }))
    }

    /// Signs a token and verifies it. To be called once at start-up, so that a build in which signing does not work fails
    /// there and not at the first sign-in.
    ///
    /// # Errors
    /// When signing fails or the token does not verify.
    pub fn self_test(&self) -> Result<(), TokenError> {
        let user = UserView {
            id: UserId::from_uuid(uuid::Uuid::nil()),
            email: String::new(),
        };
        let token = self.issue(&user, SessionId::from_uuid(uuid::Uuid::nil()), self.now())?;
        self.verify(token.expose())
            .map(|_| ())
            .ok_or(TokenError::SelfTest)
    }

    /// A token for a session that began at `started_at`.
    ///
    /// # Errors
    /// When the library refuses to sign.
    pub fn issue(
        &self,
        user: &UserView,
        session_id: SessionId,
        started_at: Timestamp,
    ) -> Result<SessionToken, TokenError> {
        let claims = Claims::new(user, session_id, started_at, seconds(self.now()), &self.0.config);
        let token = jsonwebtoken::encode(&self.0.header, &claims, &self.0.signing)?;
        Ok(token.into())
    }

    /// The session of a token; `None` if it is not ours, was tampered with, has expired, or its session has ended.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Session> {
        self.read(token).filter(|session| self.is_alive(session))
    }

    /// The session of a token of ours, valid or expired.
    pub(super) fn read(&self, token: &str) -> Option<Session> {
        if let Some(session) = self.0.remembered.get(token) {
            return Some(session);
        }
        let session = self.read_signed(token)?;
        // Only what was signed is remembered: others cannot crowd it out.
        self.0.remembered.insert(token.into(), session.clone());
        Some(session)
    }

    fn read_signed(&self, token: &str) -> Option<Session> {
        let key_id = jsonwebtoken::decode_header(token).ok()?.kid?;
        let (_, key) = self.0.verifying.iter().find(|(id, _)| *id == key_id)?;
        let data = jsonwebtoken::decode::<Claims>(token, key, &self.0.validation).ok()?;
        Some(data.claims.session(&self.0.config))
    }

    /// Whether a session that was verified before would be verified again.
    #[must_use]
    pub fn is_alive(&self, session: &Session) -> bool {
        session.is_alive_at(self.now()) && !self.is_ended(session.session_id)
    }

    /// Watches a session for something that outlasts a request.
    #[must_use]
    pub fn watch(&self, session: Session) -> SessionWatch {
        let ended = self.0.ended.watch(session.session_id);
        SessionWatch::new(self.clone(), session, ended)
    }

    pub(super) fn unwatch(&self, session_id: SessionId) {
        self.0.ended.unwatch(session_id);
    }

    pub(super) fn time_left(&self, session: &Session) -> Duration {
        session.dies_at().since(self.now())
    }

    /// Invalidates every token of a session, from now on and in every clone. To be called at start-up for every
    /// session that was ever ended.
    pub fn end(&self, session_id: SessionId) {
        self.0.ended.insert(session_id);
    }

    /// Whether a session has ended.
    #[must_use]
    pub fn is_ended(&self, session_id: SessionId) -> bool {
        self.0.ended.contains(session_id)
    }

    /// The maximum lifetime of a session.
    #[must_use]
    pub fn max_life(&self) -> Duration {
        self.0.config.max
    }

    /// A fresh token for a session whose token is past a quarter of its lifetime, if that prolongs it.
    #[must_use]
    pub fn renew_if_old(&self, session: &Session) -> Option<SessionToken> {
        if self.now() < session.issued_at.plus(self.0.config.idle / 4) {
            return None;
        }
        let last_instant = session.started_at.plus(self.0.config.max);
        if session.expires_at >= last_instant {
            return None;
        }
        self.renew(session)
    }

    /// A fresh token for a valid session.
    pub(super) fn renew(&self, session: &Session) -> Option<SessionToken> {
        let token = self
            .issue(&session.user, session.session_id, session.started_at)
            .ok()?;
        // Checked after signing: a token that was signed before the end is never handed out after it.
        if self.is_ended(session.session_id) {
            None
        } else {
            Some(token)
        }
    }

    /// A token for a session that began at `started_at` and whose first token may not have arrived; `None` if that one
    /// would be invalid now: expired, of an ended session, or of a clock that was ahead.
    pub(crate) fn reissue(
        &self,
        user: &UserView,
        session_id: SessionId,
        started_at: Timestamp,
    ) -> Option<SessionToken> {
        if self.now() >= started_at.plus(self.0.config.idle.min(self.0.config.max)) {
            return None;
        }
        let token = self.issue(user, session_id, started_at).ok()?;
        // Checked after signing, as for a renewal.
        self.verify(token.expose()).map(|_| token)
    }

    /// The key that signs, and the former ones that are still accepted.
    pub(crate) fn keys(&self) -> (&SigningKey, &[SigningKey]) {
        (&self.0.config.key, &self.0.config.accepted_keys)
    }

    pub(super) fn config(&self) -> &SessionConfig {
        &self.0.config
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.clock.now_ms())
    }
}

/// Our issuer, our audience, our algorithm. The library would check times by the clock of the machine, so it only requires
/// them; [`Session::is_alive_at`] checks them.
fn validation() -> Validation {
    let mut validation = Validation::new(ALGORITHM);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    validation
}

/// An id of a key that reveals nothing about it: the start of its signature over a fixed text.
fn key_id(key: &SigningKey) -> String {
    const LENGTH: usize = 12;
    let signature =
        jsonwebtoken::crypto::sign(b"key id", &EncodingKey::from_secret(key.as_bytes()), ALGORITHM);
    signature
        .map(|text| text.chars().take(LENGTH).collect())
        .unwrap_or_default()
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}
