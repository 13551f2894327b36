//! Listing forms, many of them in one transaction.

use contracts::{Offer, TicketId, UserId};
use event_log::{BatchOperation, BatchResults, BoxFuture, Transaction, WorkingSet as _};
use web::{FormResults, FormSubmission};

use super::create;
use super::working_set::{Keys, WorkingSet};
use crate::error::TicketsError;

/// A listing form that was submitted.
pub(crate) struct FormRequest {
    /// The seller.
    pub(super) seller: UserId,
    /// The ticket to be listed.
    pub(super) offer: Offer,
    /// Finds the ticket that an earlier submission has listed.
    pub(super) submission: FormSubmission,
}

/// The ticket that a form has put on sale, now or when it was submitted before.
#[derive(Debug, Clone, Copy)]
pub struct FormResult {
    /// The ticket.
    pub ticket: TicketId,
    /// False if the form was submitted before with another content, which the ticket was created from.
    pub is_as_submitted: bool,
}

/// Executes submissions in batches.
pub(crate) struct Forms;

impl Forms {
    fn decide(
        set: &mut WorkingSet,
        forms: &mut FormResults,
        request: &FormRequest,
    ) -> Result<FormResult, TicketsError> {
        if let Some(earlier) = forms.previous(&request.submission) {
            let ticket = TicketId::parse(&earlier.result).map_err(|_| TicketsError::Corrupt {
                id: earlier.result,
                reason: "it was created, and it is no id".to_owned(),
            })?;
            return Ok(FormResult {
                ticket,
                is_as_submitted: earlier.is_same_content,
            });
        }
        let ticket = create::create(set, request.seller, request.offer.clone())?.id;
        forms.record(&request.submission, &ticket.to_string());
        Ok(FormResult {
            ticket,
            is_as_submitted: true,
        })
    }
}

impl BatchOperation for Forms {
    type Request = FormRequest;
    type Value = FormResult;
    type Error = TicketsError;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [FormRequest],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, TicketsError>> {
        Box::pin(async move {
            let mut set = WorkingSet::load(tx, Keys::default()).await?;
            let mut forms = FormResults::load(tx, requests.iter().map(|request| &request.submission)).await?;
            let results = requests
                .iter()
                .map(|request| Self::decide(&mut set, &mut forms, request))
                .collect();
            set.save(tx).await?;
            forms.save(tx).await?;
            Ok(results)
        })
    }
}
