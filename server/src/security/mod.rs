//! What protects browsers: requests from other sites are refused, and every response says what a page may do.

pub mod cross_site;
pub mod headers;
