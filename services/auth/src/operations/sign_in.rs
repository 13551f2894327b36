//! Signing in to an account.

use contracts::forms::SignInForm;
use web::{ClientAddress, ReplyRecorder};

use super::session::begin_session;
use super::{Auth, NewSession, SignedIn};
use crate::error::AuthError;
use crate::metrics::SessionStarted;
use crate::passwords::PasswordCheck;
use crate::prepared::TypedPassword;
use crate::store;
use crate::store::Tables;

impl Auth {
    /// Begins a session of an account, within the limits of this client.
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
        let email = form.parse().map_err(AuthError::from);
        let email = email.inspect_err(|error| self.metrics.not_signed_in(error))?;
        let attempt = self.attempt(&email, client).await?;
        let signed_in = self.verify_and_begin(form, ReplyRecorder::none()).await;
        match &signed_in {
            Ok(_) => attempt.succeeded(),
            // Unless it is marked otherwise, an attempt counts as a failed one.
            Err(AuthError::InvalidCredentials) => drop(attempt),
            Err(_) => attempt.not_made(),
        }
        signed_in
    }

    /// Verifies the password and begins a session, for a request that was admitted and throttled already.
    ///
    /// # Errors
    /// `Refused`, `InvalidCredentials`, `Busy`.
    pub(crate) async fn verify_and_begin(
        &self,
        form: SignInForm,
        recorder: ReplyRecorder<NewSession>,
    ) -> Result<SignedIn, AuthError> {
        let signed_in = self.verify_password(form, recorder).await;
        signed_in.inspect_err(|error| self.metrics().not_signed_in(error))
    }

    async fn verify_password(
        &self,
        form: SignInForm,
        recorder: ReplyRecorder<NewSession>,
    ) -> Result<SignedIn, AuthError> {
        let email = form.parse()?;
        let account = store::Queries::on(self.db.reader()).find_by_email(&email).await?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let typed = TypedPassword::read(&form.password);
        let check = self.passwords.verify(typed.clone(), hash).await?;
        let Some(account) = account.filter(|_| check != PasswordCheck::Mismatch) else {
            return Err(AuthError::InvalidCredentials);
        };
        let new_hash = match typed.prepared {
            Some(password) if check == PasswordCheck::MatchNeedsRehash => {
                Some(self.passwords.hash(password).await?)
            }
            _ => None,
        };
        let session = self.db.write(move |tx| {
            Box::pin(async move {
                if let Some(hash) = new_hash {
                    // A hash that changed in the meantime is at least as new.
                    let _replaced = tx.accounts().replace_hash(&account, &hash).await?;
                }
                let session = begin_session(tx, account.id, &email).await?;
                recorder.record(tx, &session).await?;
                tx.count(&SessionStarted);
                Ok::<_, AuthError>(session)
            })
        });
        let session = session.await?;
        tracing::info!(user.id = %session.user.id, session.id = %session.id, "signed in");
        self.signed_in(session)
    }
}
