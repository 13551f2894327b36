//! The server functions, to which the forms of the pages are sent. Each reads its form, calls a service and responds with a
//! redirect or a refusal. Every address is written out, so that it is the same in every build.

mod auth;
mod form_reply;
mod orders;
mod payments;
mod retry;
mod tickets;
