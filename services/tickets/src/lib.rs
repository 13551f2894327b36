//! Ticketing's tickets service.
