//! The operations on accounts and sessions.

mod ends;

use std::fmt;

use contracts::events::{SessionEnded, UserSignedUp};
use contracts::forms::{SignInForm, SignUpForm};
use contracts::views::UserView;
use contracts::{Email, SessionId, Timestamp, UserId};
use event_log::{Database, Transaction};
use web::{ClientAddress, ClientRate, Keep, Session, Sessions};

use crate::guesses::{Attempt, Guesses};
use crate::passwords::{Passwords, Verdict};
use crate::prepared::TypedPassword;
use crate::{AuthConfig, AuthError, domain, store};

/// The auth service: accounts, passwords, sessions.
#[derive(Clone)]
pub struct Auth {
    db: Database,
    sessions: Sessions,
    passwords: Passwords,
    client_rate: ClientRate,
    guesses: Guesses,
}

/// Somebody who has just signed up or in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub user: UserView,
    /// The token of the new session, for [`Sessions::cookie`].
    pub token: String,
}

/// Addresses and tokens stay out of logs.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}

/// A session that has just begun.
pub(crate) struct Begun {
    /// Whose it is.
    pub(crate) user: UserView,
    pub(crate) id: SessionId,
    pub(crate) at: Timestamp,
}

impl Auth {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, sessions: Sessions, config: AuthConfig) -> Self {
        let clock = config.steady_clock.clone();
        Self {
            db,
            sessions,
            client_rate: ClientRate::per_minute(config.client_rate, clock.clone()),
            guesses: Guesses::new(config.guesses, clock),
            passwords: Passwords::new(config),
        }
    }

    /// Who is signed in, for this service and for all others.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// How many passwords were compared since the start. The same number for an unknown address and for a wrong password.
    #[must_use]
    pub fn passwords_verified(&self) -> u64 {
        self.passwords.verified()
    }

    /// Where this service keeps what it knows.
    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// Counts a sign-in or a sign-up of a client, whatever becomes of it.
    ///
    /// # Errors
    /// `Refused` with `TooManyAttempts`.
    pub(crate) fn admit(&self, client: Option<ClientAddress>) -> Result<(), AuthError> {
        Ok(self.client_rate.admit(client)?)
    }

    /// Waits until a client may try a password of an account.
    ///
    /// # Errors
    /// `TooManyAttempts`, `Busy`.
    pub(crate) async fn attempt(
        &self,
        email: &Email,
        client: Option<ClientAddress>,
    ) -> Result<Attempt, AuthError> {
        self.guesses.attempt(email, client).await
    }

    /// Opens an account and signs in.
    ///
    /// # Errors
    /// `Refused` with all failing fields or with `TooManyAttempts` of this client, `EmailInUse` (one of several racing sign-ups
    /// wins), `Busy`.
    pub async fn sign_up(
        &self,
        form: SignUpForm,
        client: Option<ClientAddress>,
    ) -> Result<SignedIn, AuthError> {
        self.admit(client)?;
        self.sign_up_keeping(form, Keep::nothing()).await
    }

    /// The same for a request that was admitted and may be sent again.
    pub(crate) async fn sign_up_keeping(
        &self,
        form: SignUpForm,
        keep: Keep<Begun>,
    ) -> Result<SignedIn, AuthError> {
        let account = domain::check_sign_up(&form)?;
        // Only to spare the hash: who wins is decided by the constraint, in the transaction.
        if store::find_by_email(self.db.reader(), &account.email)
            .await?
            .is_some()
        {
            return Err(AuthError::EmailInUse);
        }
        let hash = self.passwords.hash(account.password).await?;
        let email = account.email;
        let opened = self.db.write(move |tx| {
            Box::pin(async move {
                let begun = open_account(tx, &email, &hash).await?;
                keep.keep(tx, &begun).await?;
                Ok::<_, AuthError>(begun)
            })
        });
        let begun = opened.await?;
        tracing::info!(user.id = %begun.user.id, session.id = %begun.id, "signed up");
        self.signed_in(begun)
    }

    /// Begins a session of an account.
    ///
    /// # Errors
    /// `Refused` with all failing fields or with `TooManyAttempts` of this client, `TooManyAttempts` after too many wrong
    /// passwords, `InvalidCredentials` for an unknown address and a wrong password alike, also in time, `Busy`.
    pub async fn sign_in(
        &self,
        form: SignInForm,
        client: Option<ClientAddress>,
    ) -> Result<SignedIn, AuthError> {
        self.admit(client)?;
        let attempt = self.attempt(&form.parse()?, client).await?;
        let signed_in = self.sign_in_keeping(form, Keep::nothing()).await;
        match &signed_in {
            Ok(_) => attempt.right(),
            // Not said to be anything else, it counts as a guess.
            Err(AuthError::InvalidCredentials) => drop(attempt),
            Err(_) => attempt.none(),
        }
        signed_in
    }

    /// The same for a request that was admitted, may try a password now, and may be sent again.
    pub(crate) async fn sign_in_keeping(
        &self,
        form: SignInForm,
        keep: Keep<Begun>,
    ) -> Result<SignedIn, AuthError> {
        let email = form.parse()?;
        let account = store::find_by_email(self.db.reader(), &email).await?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let typed = TypedPassword::read(&form.password);
        let verdict = self.passwords.verify(typed.clone(), hash).await?;
        let Some(account) = account.filter(|_| verdict != Verdict::Wrong) else {
            return Err(AuthError::InvalidCredentials);
        };
        let fresh_hash = match typed.prepared {
            Some(password) if verdict == Verdict::RightButOld => Some(self.passwords.hash(password).await?),
            _ => None,
        };
        let begun = self.db.write(move |tx| {
            Box::pin(async move {
                if let Some(hash) = fresh_hash {
                    // A hash that changed meanwhile is at least as new.
                    let _replaced = store::replace_hash(tx.connection(), &account, &hash).await?;
                }
                let begun = begin_session(tx, account.id, &email).await?;
                keep.keep(tx, &begun).await?;
                Ok::<_, AuthError>(begun)
            })
        });
        let begun = begun.await?;
        tracing::info!(user.id = %begun.user.id, session.id = %begun.id, "signed in");
        self.signed_in(begun)
    }

    /// Ends a session: every token of it is dead, a copied one too. Ending it again changes nothing.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn sign_out(&self, session: &Session) -> Result<(), AuthError> {
        self.sign_out_keeping(session, Keep::nothing()).await
    }

    /// The same, for a request that may be sent again.
    pub(crate) async fn sign_out_keeping(&self, session: &Session, keep: Keep<()>) -> Result<(), AuthError> {
        let (auth, id, user_id) = (self.clone(), session.session_id, session.user.id);
        // A task of its own: a client that hangs up must not leave a session ended in the table and alive in memory.
        let ending = tokio::spawn(async move {
            auth.db
                .write(move |tx| {
                    Box::pin(async move {
                        end_session(tx, SessionEnded { id, user_id }).await?;
                        keep.keep(tx, &()).await?;
                        Ok::<_, AuthError>(())
                    })
                })
                .await?;
            auth.sessions.end(id);
            tracing::info!(user.id = %user_id, session.id = %id, "signed out");
            Ok(())
        });
        ending.await?
    }

    fn signed_in(&self, begun: Begun) -> Result<SignedIn, AuthError> {
        let token = self.sessions.issue(&begun.user, begun.id, begun.at)?;
        Ok(SignedIn {
            user: begun.user,
            token,
        })
    }
}

async fn open_account(tx: &mut Transaction, email: &Email, hash: &str) -> Result<Begun, AuthError> {
    let id = UserId::from_uuid(tx.next_id());
    let now_ms = tx.now_ms();
    if !store::insert_user(tx.connection(), id, email, hash, now_ms).await? {
        return Err(AuthError::EmailInUse);
    }
    let begun = begin_session(tx, id, email).await?;
    tx.append(UserSignedUp::SUBJECT, &id.to_string(), 0, &UserSignedUp { id })
        .await?;
    Ok(begun)
}

async fn begin_session(tx: &mut Transaction, user: UserId, email: &Email) -> Result<Begun, AuthError> {
    let id = SessionId::from_uuid(tx.next_id());
    let beginning = store::Beginning {
        at_ms: tx.now_ms(),
        at_age_ms: tx.age_ms(),
    };
    store::insert_session(tx.connection(), id, user, beginning).await?;
    Ok(Begun {
        user: UserView {
            id: user,
            email: email.to_string(),
        },
        id,
        at: Timestamp::from_millis(beginning.at_ms),
    })
}

async fn end_session(tx: &mut Transaction, event: SessionEnded) -> Result<(), AuthError> {
    let now_ms = tx.now_ms();
    if store::end_session(tx.connection(), event.id, now_ms).await? {
        tx.append(SessionEnded::SUBJECT, &event.id.to_string(), 0, &event)
            .await?;
    }
    Ok(())
}
