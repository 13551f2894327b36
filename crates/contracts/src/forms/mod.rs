//! Forms: raw text as it was typed or sent, and the rules that turn it into values. The same code runs while a person
//! types and again on the server, which alone decides.

mod card;
mod sign_in;
mod sign_up;
mod ticket;

pub use card::CardForm;
pub use sign_in::SignInForm;
pub use sign_up::{NewAccount, SignUpForm};
pub use ticket::{TicketFields, TicketForm};

use crate::{ErrorCode, Refusal};

/// Both values, or the reasons of whichever failed, in the order of the fields.
fn both<A, B>(first: Result<A, ErrorCode>, second: Result<B, ErrorCode>) -> Result<(A, B), Refusal> {
    match (first, second) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(code), Ok(_)) | (Ok(_), Err(code)) => Err(code.into()),
        (Err(one), Err(two)) => Err(Refusal::new(vec![one, two])),
    }
}
