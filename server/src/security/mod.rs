//! What protects browsers: requests from other sites are refused, and every response says what a page may do. And where a
//! request comes from, for what limits its sender.

pub mod client;
pub mod cross_site;
pub mod headers;
pub mod malformed;
