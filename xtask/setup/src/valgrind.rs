//! The step that finds or installs valgrind, which counts instructions.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::process::is_on_path;
use crate::{debian, step};

const STEP: &str = "valgrind";
/// Valgrind, and the symbols of the C library, without which it does not start on some machines.
const PACKAGES: [&str; 2] = ["valgrind", "libc6-dbg"];

/// Finds valgrind on PATH, or installs Debian's.
///
/// # Errors
/// When there is none and none can be installed. The error says what to do about it.
pub fn ensure() -> Result<&'static Path> {
    if !is_on_path(STEP) && debian::is_possible().is_ok() {
        step::progress(STEP, "installing Debian's valgrind");
        debian::install_packages(&PACKAGES)?;
    }
    ensure!(
        is_on_path(STEP),
        "valgrind is missing; install it (`apt install valgrind libc6-dbg`), then run this command again"
    );
    step::already_done(STEP, "on PATH");
    Ok(Path::new(STEP))
}
