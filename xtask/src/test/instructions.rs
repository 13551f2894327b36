//! The instructions of the hot operations, compared with the baseline.

use anyhow::Result;
use xtask_setup::{Toolchain, Workspace};

use super::report::Tally;
use crate::build::Build;
use crate::instructions::{self, Baseline, Comparison};

/// Counts them and compares each with the baseline. On an architecture that has none it only shows them.
///
/// # Errors
/// When they cannot be counted.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Tally> {
    if cfg!(not(target_os = "linux")) {
        println!("skipped: valgrind does not run on this system");
        return Ok(Tally::default());
    }
    let counts = instructions::count(workspace, toolchain, built)?;
    let baseline = Baseline::load(workspace)?;
    let comparisons = baseline.clone().unwrap_or_default().compare(&counts);
    for comparison in &comparisons {
        println!("{}", comparison.line());
    }
    if baseline.is_none() {
        println!(
            "There is no baseline of this architecture; `cargo xtask bench --instructions --save` writes one."
        );
        return Ok(Tally::passed());
    }
    let tally = Tally::of(comparisons.iter().map(Comparison::is_within));
    if tally.failed > 0 {
        println!(
            "An operation takes at least a tenth more instructions than before. Find out why (`valgrind --tool=callgrind \
             --dump-instr=yes {}`, callgrind_annotate); if it is worth that, `cargo xtask bench --instructions --save`.",
            built.binary.with_file_name("instructions").display()
        );
    }
    Ok(tally)
}
