//! Ticketing's auth service.
