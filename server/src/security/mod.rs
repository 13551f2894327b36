//! Protection of browsers: cross-site requests are refused, and every response restricts what a page may do. And the
//! origin of a request, for the limits per client.

pub mod client;
pub mod cross_site;
pub mod headers;
pub mod malformed;
