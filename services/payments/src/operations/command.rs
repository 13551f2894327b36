//! The commands of callers, of the provider and of the workers, many of them in one transaction.

use contracts::{OrderId, PaymentId, UserId};
use event_log::{BatchOperation, BatchResults, BoxFuture, Transaction, WorkingSet as _};
use web::ReplyRecorder;

use super::record::ProviderResult;
use super::working_set::{Keys, WorkingSet};
use super::{Limits, Payments, apply_state, dispute, record, refund, retry, start};
use crate::domain::{Method, Payment};
use crate::error::PaymentsError;
use crate::provider::{ChargeUpdate, ProviderDispute};
use crate::store::RejectedRefund;

/// A request to change payments.
#[derive(Debug)]
pub(crate) struct Request {
    pub(super) command: Command,
    /// Records the reply, if it is to be recorded.
    pub(super) recorder: ReplyRecorder<Payment>,
}

/// The command.
#[derive(Debug)]
pub(crate) enum Command {
    /// The start of a payment: it is recorded before the provider is called.
    Start {
        buyer: UserId,
        order: OrderId,
        method: Method,
    },
    /// The result of a call of the provider.
    Record {
        payment: PaymentId,
        /// The payment's revision when the call began.
        revision: i64,
        result: ProviderResult,
    },
    /// The second request for a charge that the provider does not know.
    RetryCharge {
        payment: PaymentId,
        /// The payment's revision when the provider was asked.
        revision: i64,
    },
    /// A webhook about a payment.
    Receive(ChargeUpdate),
    /// A webhook about a dispute.
    ReceiveDispute {
        event_id: String,
        payment: PaymentId,
        dispute: ProviderDispute,
    },
    /// A webhook about a refund that was made outside of this service, and failed.
    ReceiveExternalRefundFailure { event_id: String, payment: PaymentId },
    /// A request for a refund that the provider has rejected.
    RejectedRefund(RejectedRefund),
    /// The disputes about a payment, as the provider has them now.
    RecordDisputes {
        payment: PaymentId,
        disputes: Vec<ProviderDispute>,
    },
}

/// What became of a command.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    /// The payment as it is then, if the command is about a known one.
    pub(super) payment: Option<Payment>,
    /// Whether the command has had its effect: it has none if it is outdated, or was received before.
    pub(super) has_effect: bool,
}

impl Done {
    pub(super) fn with(payment: Payment) -> Self {
        Self {
            payment: Some(payment),
            has_effect: true,
        }
    }

    /// A webhook that was not received before.
    pub(super) fn received(payment: Option<Payment>) -> Self {
        Self {
            payment,
            has_effect: true,
        }
    }

    pub(super) fn without_effect(payment: Option<Payment>) -> Self {
        Self {
            payment,
            has_effect: false,
        }
    }
}

/// Executes requests in batches.
pub(crate) struct Commands {
    /// The name of the provider.
    pub(super) provider: &'static str,
    pub(super) limits: Limits,
}

impl Command {
    fn keys(&self, keys: &mut Keys) {
        match self {
            Self::Start { order, .. } => keys.order_with_payments(*order),
            Self::Record { payment, result, .. } => record::keys(keys, *payment, result),
            Self::RetryCharge { payment, .. } => keys.payment_with_order(*payment),
            Self::Receive(update) => apply_state::keys(update, keys),
            Self::ReceiveDispute {
                event_id,
                payment,
                dispute,
            } => {
                keys.webhook(event_id);
                keys.payment(*payment);
                keys.dispute(&dispute.id);
            }
            Self::ReceiveExternalRefundFailure { event_id, payment } => {
                keys.webhook(event_id);
                keys.payment(*payment);
            }
            Self::RejectedRefund(_) => {}
            Self::RecordDisputes { payment, disputes } => {
                keys.payment(*payment);
                for dispute in disputes {
                    keys.dispute(&dispute.id);
                }
            }
        }
    }

    /// Whether the reply to the request was recorded before, and is replaced by the final one.
    fn replaces_reply(&self) -> bool {
        !matches!(self, Self::Start { .. })
    }
}

impl Commands {
    fn decide(&self, set: &mut WorkingSet, command: &Command) -> Result<Done, PaymentsError> {
        match command {
            Command::Start { buyer, order, method } => {
                start::start(set, *buyer, *order, method, self.provider, self.limits).map(Done::with)
            }
            Command::Record {
                payment,
                revision,
                result,
            } => record::record_result(set, *payment, *revision, result, self.limits),
            Command::RetryCharge { payment, revision } => {
                retry::record_charge_retry(set, *payment, *revision, self.limits)
            }
            Command::Receive(update) => apply_state::receive(set, update),
            Command::ReceiveDispute {
                event_id,
                payment,
                dispute,
            } => dispute::receive(set, event_id, *payment, dispute),
            Command::ReceiveExternalRefundFailure { event_id, payment } => {
                Ok(refund::receive_external_failure(set, event_id, *payment))
            }
            Command::RejectedRefund(rejected) => {
                set.save_rejected_refund(*rejected);
                Ok(Done::without_effect(None))
            }
            Command::RecordDisputes { payment, disputes } => dispute::record_all(set, *payment, disputes),
        }
    }
}

impl BatchOperation for Commands {
    type Request = Request;
    type Value = Done;
    type Error = PaymentsError;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [Request],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, PaymentsError>> {
        Box::pin(async move {
            let mut keys = Keys::default();
            for request in requests {
                request.command.keys(&mut keys);
            }
            let mut set = WorkingSet::load(tx, keys).await?;
            let results: Vec<_> = requests
                .iter()
                .map(|request| self.decide(&mut set, &request.command))
                .collect();
            set.save(tx).await?;
            record_replies(tx, requests, &results).await?;
            Ok(results)
        })
    }
}

/// Records the replies to the requests that have had their effects.
async fn record_replies(
    tx: &mut Transaction,
    requests: &[Request],
    results: &[Result<Done, PaymentsError>],
) -> Result<(), PaymentsError> {
    let (mut first, mut replacing) = (Vec::new(), Vec::new());
    for (request, result) in requests.iter().zip(results) {
        let Ok(Done {
            payment: Some(payment),
            has_effect: true,
        }) = result
        else {
            continue;
        };
        let reply = (&request.recorder, payment);
        if request.command.replaces_reply() {
            replacing.push(reply);
        } else {
            first.push(reply);
        }
    }
    ReplyRecorder::record_all(tx, first).await?;
    ReplyRecorder::replace_all(tx, replacing).await?;
    Ok(())
}

impl Payments {
    /// Executes a command whose reply is not recorded.
    pub(super) async fn execute(&self, command: Command) -> Result<Done, PaymentsError> {
        self.execute_and_reply(command, ReplyRecorder::none()).await
    }

    /// Executes a command, and records its reply.
    pub(super) async fn execute_and_reply(
        &self,
        command: Command,
        recorder: ReplyRecorder<Payment>,
    ) -> Result<Done, PaymentsError> {
        let is_new = matches!(command, Command::Start { .. });
        let request = Request { command, recorder };
        // Everything else is about money that may have moved.
        if is_new {
            self.commands.submit(request).await
        } else {
            self.commands.submit_follow_up(request).await
        }
    }
}
