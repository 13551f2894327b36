//! The ticketing server.

fn main() {}
