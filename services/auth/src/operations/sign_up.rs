//! Creating accounts.

use contracts::events::UserSignedUp;
use contracts::forms::{SignInForm, SignUpForm};
use contracts::{Email, UserId};
use event_log::Transaction;
use web::{ClientAddress, ReplyRecorder};

use super::session::begin_session;
use super::{Auth, NewSession, SignedIn};
use crate::error::AuthError;
use crate::store::Tables;
use crate::{domain, store};

impl Auth {
    /// Creates an account and signs in, within the rate of this client.
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
        self.create_account(form, ReplyRecorder::none()).await
    }

    /// The same, for a form that may be submitted twice: a caller who has the account already, and its password, is signed in to it. A
    /// wrong password counts as one, and the error says only that the email is in use.
    ///
    /// # Errors
    /// As [`Auth::sign_up`].
    pub async fn sign_up_from_form(
        &self,
        form: SignUpForm,
        client: Option<ClientAddress>,
    ) -> Result<SignedIn, AuthError> {
        let existing = SignInForm {
            email: form.email.clone(),
            password: form.password.clone(),
        };
        match self.sign_up(form, client).await {
            Err(AuthError::EmailInUse) => {
                let signed_in = self.sign_in(existing, client).await;
                signed_in.map_err(|error| match error {
                    AuthError::InvalidCredentials | AuthError::TooManyAttempts(_) => AuthError::EmailInUse,
                    error => error,
                })
            }
            signed_up => signed_up,
        }
    }

    /// Creates an account and signs in, for a request that was admitted already.
    ///
    /// # Errors
    /// As [`Auth::sign_up`].
    pub(crate) async fn create_account(
        &self,
        form: SignUpForm,
        recorder: ReplyRecorder<NewSession>,
    ) -> Result<SignedIn, AuthError> {
        let signed_up = self.create_account_of(form, recorder).await;
        signed_up.inspect_err(|error| self.metrics().not_signed_up(error))
    }

    async fn create_account_of(
        &self,
        form: SignUpForm,
        recorder: ReplyRecorder<NewSession>,
    ) -> Result<SignedIn, AuthError> {
        let account = domain::check_sign_up(&form)?;
        // Only saves the hash: which of several sign-ups wins is decided by the constraint, in the transaction.
        if store::Queries::on(self.db.reader())
            .find_by_email(&account.email)
            .await?
            .is_some()
        {
            return Err(AuthError::EmailInUse);
        }
        let hash = self.passwords.hash(account.password).await?;
        let email = account.email;
        let created = self.db.write(move |tx| {
            Box::pin(async move {
                let session = insert_account(tx, &email, &hash).await?;
                recorder.record(tx, &session).await?;
                Ok::<_, AuthError>(session)
            })
        });
        let session = created.await?;
        tracing::info!(user.id = %session.user.id, session.id = %session.id, "signed up");
        self.signed_in(session)
    }
}

async fn insert_account(tx: &mut Transaction, email: &Email, hash: &str) -> Result<NewSession, AuthError> {
    let id = UserId::from_uuid(tx.next_id());
    let now_ms = tx.now_ms();
    if !tx.accounts().insert(id, email, hash, now_ms).await? {
        return Err(AuthError::EmailInUse);
    }
    let session = begin_session(tx, id, email).await?;
    tx.append(UserSignedUp::SUBJECT, &id.to_string(), 0, &UserSignedUp { id })
        .await?;
    Ok(session)
}
