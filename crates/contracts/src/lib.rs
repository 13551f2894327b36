//! Everything of Ticketing that crosses a boundary: typed ids, time, money, the rules of the forms with their
//! messages, the views that the pages and the REST API share, and the events the services exchange.
//!
//! It contains what at least two of a browser, a service and another service share. It does not contain SQL, HTTP,
//! randomness, clocks. The crate compiles to WASM, where its size is paid by every visitor, so a dependency is added
//! only after checking the size budget.

mod dispute_status;
mod email;
mod error_code;
pub mod events;
mod field;
pub mod forms;
mod id;
mod minimum_price;
mod offer;
#[cfg(feature = "openapi")]
mod openapi;
mod order_status;
mod password;
mod payment_status;
mod price;
mod refund_window;
mod refusal;
mod time;
mod title;
pub mod views;

pub use dispute_status::DisputeStatus;
pub use email::Email;
pub use error_code::{ErrorCode, FieldError};
pub use field::Field;
pub use id::{InvalidId, OrderId, PaymentId, SessionId, TicketId, UserId};
pub use minimum_price::MinimumPrice;
pub use offer::{Offer, OfferChange};
pub use order_status::{CancelReason, OrderStatus, UnknownName};
pub use password::Password;
pub use payment_status::{PaymentFailure, PaymentStatus};
pub use price::Price;
pub use refund_window::RefundWindow;
pub use refusal::Refusal;
pub use time::{InvalidTimestamp, Timestamp};
pub use title::Title;
