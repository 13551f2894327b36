//! The interactive parts of the pages. The server renders them as complete HTML, and a browser with scripts hydrates
//! them. Each is useful, or at least correct, without scripts.
#![expect(
    missing_docs,
    reason = "the macro for islands makes a public struct for each, without documentation"
)]
#![expect(
    clippy::must_use_candidate,
    reason = "an island is called by the macro for views"
)]

pub mod account_form;
#[cfg(feature = "ssr")]
pub mod action_form;
mod browser;
pub mod button_form;
pub mod card_form;
pub mod countdown;
mod effect;
mod form;
pub mod live;
pub mod local_time;
pub mod selling_form;
mod text;
#[cfg(feature = "ssr")]
pub mod ticket_form;

pub use account_form::{AccountForm, Purpose};
#[cfg(feature = "ssr")]
pub use action_form::{Action, ActionForm, ButtonStyle};
pub use button_form::ButtonForm;
pub use card_form::CardForm;
pub use countdown::Countdown;
pub use live::LiveList;
#[cfg(feature = "ssr")]
pub use live::LiveStart;
pub use local_time::{LocalTime, Part};
pub use selling_form::SellingForm;
#[cfg(feature = "ssr")]
pub use ticket_form::{TicketForm, TicketFormPurpose};
