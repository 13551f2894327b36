//! The server functions: what the forms of the pages are sent to. Each reads its form, asks a service, and says where
//! to go on. Every address is written out, so that it is the same in every build.

mod auth;
mod form_reply;
mod orders;
mod payments;
mod retry;
mod tickets;
