//! The lines that a step prints.

/// Reports that a step had nothing to do.
pub(crate) fn already_done(step: &str, detail: &str) {
    println!("setup: {step}: already installed ({detail})");
}

/// Reports what a step is about to do.
pub(crate) fn progress(step: &str, detail: &str) {
    println!("setup: {step}: {detail}");
}

/// Reports that a step is done.
pub(crate) fn done(step: &str, detail: &str) {
    println!("setup: {step}: done ({detail})");
}
