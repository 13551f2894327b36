//! Runs the program that executes the operations under callgrind, and reads the counts.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask_setup::process;

use super::Count;

/// Runs the program and returns the counts of its operations, in their order.
///
/// The program calls a function of its own before and after the executions of an operation. At each call callgrind writes what it
/// has counted since the one before, of all threads together. So the files with even numbers belong to operations, and the
/// others to what prepares them.
///
/// # Errors
/// When the program fails, or callgrind does not write what is expected.
pub(super) fn count(valgrind: &Path, program: &Path) -> Result<Vec<Count>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let counts = folder.path().join("counts");
    let mut command = Command::new(valgrind);
    command
        .args(["--tool=callgrind", "--quiet", "--dump-before=*section_boundary*"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(program);
    let operations = process::stdout(&mut command)?;
    operations
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let (operation, times) = line
                .split_once('\t')
                .with_context(|| format!("{line:?} is not an operation and a number"))?;
            let times: u64 = times
                .parse()
                .with_context(|| format!("{times:?} is not a number"))?;
            let file = format!("{}.{}", counts.display(), 2 * (index + 1));
            let written = fs::read_to_string(&file)
                .with_context(|| format!("callgrind wrote no counts of {operation:?} to {file}"))?;
            let total = total(&written).with_context(|| format!("{file} has no total"))?;
            ensure!(times > 0 && total > 0, "{operation:?} was not executed");
            Ok(Count {
                operation: operation.to_owned(),
                instructions: total / times,
            })
        })
        .collect()
}

/// The sum in a file of callgrind.
fn total(written: &str) -> Option<u64> {
    written
        .lines()
        .find_map(|line| line.strip_prefix("totals: "))?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_is_read() {
        let written = "# callgrind format\nevents: Ir\nfn=(1) main\n12 500\ntotals: 8134666\n";
        assert_eq!(total(written), Some(8_134_666));
        assert_eq!(total("events: Ir\n"), None);
    }
}
