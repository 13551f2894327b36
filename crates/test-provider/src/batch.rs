//! The requests of many callers in one transaction.

use std::time::Duration;

use event_log::{BatchOperation, BatchResults, BoxFuture, Transaction};

use crate::cards::Behaviour;
use crate::working_set::WorkingSet;
use crate::{ChargeStatus, Decline, ProviderError, TestCharge, store};

/// A request about the charge of a key.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) key: String,
    pub(crate) action: Action,
}

/// What is requested.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Charge { amount_cents: i64, behaviour: Behaviour },
    Cancel,
    Refund,
}

/// A charge after a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) charge: TestCharge,
    /// Whether the request has made it.
    pub(crate) is_new: bool,
}

/// Executes requests in batches.
pub(crate) struct Charges {
    /// How long a delayed charge takes.
    pub(crate) delay: Duration,
}

impl BatchOperation for Charges {
    type Request = Request;
    type Value = Answer;
    type Error = ProviderError;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [Request],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, ProviderError>> {
        Box::pin(async move {
            let keys: Vec<_> = requests.iter().map(|request| request.key.as_str()).collect();
            let charges = store::find_all(tx.connection(), &keys).await?;
            let mut set = WorkingSet::of(tx, charges);
            let results = requests.iter().map(|request| self.decide(&mut set, request));
            let results = results.collect();
            set.save(tx).await?;
            Ok(results)
        })
    }
}

impl Charges {
    fn decide(&self, set: &mut WorkingSet, request: &Request) -> Result<Answer, ProviderError> {
        let before = set.charge(&request.key).cloned();
        match request.action {
            Action::Charge {
                amount_cents,
                behaviour,
            } => match before {
                Some(made) if made.amount_cents != amount_cents => {
                    Err(ProviderError::KeyReused(request.key.clone()))
                }
                Some(charge) => Ok(Answer {
                    charge,
                    is_new: false,
                }),
                None => {
                    let charge = self.new_charge(set.now_ms(), request.key.clone(), amount_cents, behaviour);
                    set.put(charge.clone())?;
                    Ok(Answer { charge, is_new: true })
                }
            },
            Action::Cancel => change(set, &request.key, |charge| {
                if charge.status == ChargeStatus::Processing {
                    charge.status = ChargeStatus::Failed;
                    charge.failure = Some(Decline::Abandoned);
                }
            }),
            Action::Refund => change(set, &request.key, |charge| {
                if charge.status == ChargeStatus::Succeeded {
                    charge.status = ChargeStatus::Refunded;
                }
            }),
        }
    }

    fn new_charge(&self, now_ms: i64, key: String, amount_cents: i64, behaviour: Behaviour) -> TestCharge {
        let delay_ms = i64::try_from(self.delay.as_millis()).unwrap_or(i64::MAX);
        let (status, failure, settles_at_ms) = match behaviour {
            Behaviour::Succeed | Behaviour::LoseAnswer => (ChargeStatus::Succeeded, None, None),
            Behaviour::Decline(decline) => (ChargeStatus::Failed, Some(decline), None),
            Behaviour::Delay => (
                ChargeStatus::Processing,
                None,
                Some(now_ms.saturating_add(delay_ms)),
            ),
        };
        TestCharge {
            key,
            amount_cents,
            status,
            failure,
            settles_at_ms,
            succeeded_at_ms: (status == ChargeStatus::Succeeded).then_some(now_ms),
            version: 0,
        }
    }
}

/// Changes a charge. One that stays as it is has no new version.
fn change(
    set: &mut WorkingSet,
    key: &str,
    change: impl FnOnce(&mut TestCharge),
) -> Result<Answer, ProviderError> {
    let before = set.charge(key);
    let before = before.ok_or_else(|| ProviderError::NotFound(key.to_owned()))?;
    let mut charge = before.clone();
    change(&mut charge);
    if charge != *before {
        charge.settles_at_ms = None;
        charge.version += 1;
        set.put(charge.clone())?;
    }
    Ok(Answer {
        charge,
        is_new: false,
    })
}
