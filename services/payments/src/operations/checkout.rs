//! How buyers pay here, before they do.

use contracts::forms::CardForm;
use contracts::{ErrorCode, Refusal};

use super::Payments;
use crate::domain::Method;

/// How buyers pay here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkout {
    /// On the page of a provider.
    Hosted {
        /// The name of the provider.
        provider: &'static str,
    },
    /// With a card in a form of this site.
    Card,
}

impl Payments {
    /// How buyers pay here.
    #[must_use]
    pub fn checkout(&self) -> Checkout {
        if self.provider.is_hosted() {
            let provider = self.provider.name();
            Checkout::Hosted { provider }
        } else {
            Checkout::Card
        }
    }

    /// The method of a buyer who pays that way: on the page of the provider, which returns to `return_to` afterwards, or with a card,
    /// whose details are not kept.
    ///
    /// # Errors
    /// All failing fields of the card together.
    pub fn method(&self, card: &CardForm, return_to: String) -> Result<Method, Refusal> {
        match self.checkout() {
            Checkout::Hosted { .. } => Ok(Method::Hosted(return_to)),
            Checkout::Card => {
                card.check()?;
                let token = self.provider.token_of(&card.number);
                Ok(Method::Token(token.ok_or(ErrorCode::UnknownCard)?))
            }
        }
    }
}
