//! `ticketing check` on the database.

use std::process::Command;

/// Asserts that every invariant holds: event logs without gaps, copies like their originals, no ticket with two live orders, no money
/// without its ticket.
pub(crate) fn assert_sound(database: &str) {
    let checked = Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .args(["check", "--database", database])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&checked.stdout);
    let errors = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{report}{errors}");
}
