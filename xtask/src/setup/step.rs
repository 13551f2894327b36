//! The line that a step of the set-up prints.

/// Says that a step had nothing to do.
pub(super) fn already_there(step: &str, what: &str) {
    println!("setup: {step}: already there ({what})");
}

/// Says what a step is about to do.
pub(super) fn doing(step: &str, what: &str) {
    println!("setup: {step}: {what}");
}

/// Says that a step is done.
pub(super) fn done(step: &str, what: &str) {
    println!("setup: {step}: done ({what})");
}
