//! Ticketing's orders service.
