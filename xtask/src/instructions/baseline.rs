//! The counts of an earlier version, in a file of the repository, and the comparison with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use xtask_setup::Workspace;

use super::Count;
use crate::digits::grouped;

/// How many instructions more than in the baseline an operation may take, in percent.
const TOLERANCE: u64 = 10;
/// The first lines of a file.
const HEADER: &str =
    "# Instructions per operation. `cargo xtask bench --instructions --save` writes this file.\n";

/// The counts of an earlier version, by operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Baseline(BTreeMap<String, u64>);

/// An operation beside the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// The name of the operation.
    pub(crate) operation: String,
    /// What it takes now; none if it was not counted.
    pub(crate) now: Option<u64>,
    /// What it took; none if the baseline does not know it.
    pub(crate) before: Option<u64>,
}

impl Baseline {
    /// Reads the file of this machine's architecture; none if there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is not a table of numbers.
    pub(crate) fn load(workspace: &Workspace) -> Result<Option<Self>> {
        let path = path(workspace);
        if !path.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text)
            .with_context(|| format!("{} is not a table of numbers", path.display()))
            .map(Some)
    }

    /// Makes these counts the baseline of this machine's architecture, and returns the path of the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn save(workspace: &Workspace, counts: &[Count]) -> Result<PathBuf> {
        let path = path(workspace);
        fs::write(&path, Self::of(counts).text())
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// Compares counts with this baseline, in their order. What is only in the baseline comes last.
    pub(crate) fn compare(&self, counts: &[Count]) -> Vec<Comparison> {
        let mut missing = self.0.clone();
        let mut comparisons: Vec<_> = counts
            .iter()
            .map(|count| Comparison {
                operation: count.operation.clone(),
                now: Some(count.instructions),
                before: missing.remove(&count.operation),
            })
            .collect();
        comparisons.extend(missing.into_iter().map(|(operation, before)| Comparison {
            operation,
            now: None,
            before: Some(before),
        }));
        comparisons
    }

    fn of(counts: &[Count]) -> Self {
        let entries = counts
            .iter()
            .map(|count| (count.operation.clone(), count.instructions));
        Self(entries.collect())
    }

    fn parse(text: &str) -> Result<Self> {
        Ok(Self(toml::from_str(text)?))
    }

    fn text(&self) -> String {
        let lines = self
            .0
            .iter()
            .map(|(operation, instructions)| format!("\"{operation}\" = {instructions}\n"));
        HEADER.to_owned() + &lines.collect::<String>()
    }
}

impl Comparison {
    /// Whether the operation was counted, is in the baseline, and takes at most a tenth more than there.
    pub(crate) fn is_within(&self) -> bool {
        match (self.now, self.before) {
            (Some(now), Some(before)) => now <= before + before * TOLERANCE / 100,
            _ => false,
        }
    }

    /// A line about it.
    pub(crate) fn line(&self) -> String {
        let Self {
            operation,
            now,
            before,
        } = self;
        let (figure, remark) = match (now, before) {
            (Some(now), Some(before)) => (grouped(*now), change(*now, *before)),
            (Some(now), None) => (grouped(*now), "not in the baseline".to_owned()),
            (None, _) => ("-".to_owned(), "only in the baseline".to_owned()),
        };
        let verdict = if self.is_within() { "" } else { ": FAILED" };
        format!("{operation:<28} {figure:>13} instructions, {remark}{verdict}")
    }
}

/// The file of this machine's architecture.
fn path(workspace: &Workspace) -> PathBuf {
    let name = format!("{}.toml", std::env::consts::ARCH);
    workspace.root().join("bench/instructions/baseline").join(name)
}

/// Such as `+3.1 %`.
#[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
fn change(now: u64, before: u64) -> String {
    format!("{:+.1} %", (now as f64 / before.max(1) as f64 - 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(operation: &str, instructions: u64) -> Count {
        Count {
            operation: operation.to_owned(),
            instructions,
        }
    }

    fn verdicts(baseline: &Baseline, counts: &[Count]) -> Vec<bool> {
        let comparisons = baseline.compare(counts);
        comparisons.iter().map(Comparison::is_within).collect()
    }

    #[test]
    fn more_than_a_tenth_above_the_baseline_fails() {
        let baseline = Baseline::of(&[count("reserve", 1_000)]);
        assert_eq!(verdicts(&baseline, &[count("reserve", 1_100)]), [true]);
        assert_eq!(verdicts(&baseline, &[count("reserve", 1_101)]), [false]);
        assert_eq!(verdicts(&baseline, &[count("reserve", 10)]), [true]);
    }

    #[test]
    fn operation_that_only_one_side_knows_fails() {
        let baseline = Baseline::of(&[count("reserve", 1_000), count("pay", 1_000)]);
        let counts = [count("list", 1), count("pay", 1_000)];
        assert_eq!(verdicts(&baseline, &counts), [false, true, false]);
    }

    #[test]
    fn saved_baseline_is_read_back() {
        let baseline = Baseline::of(&[count("landing page, signed in", 2_000), count("pay", 1_000)]);
        assert_eq!(Baseline::parse(&baseline.text()).unwrap(), baseline);
        assert!(Baseline::parse("pay = \"much\"").is_err());
    }

    #[test]
    fn line_has_the_count_and_the_change() {
        let baseline = Baseline::of(&[count("pay", 1_000_000)]);
        let line = baseline.compare(&[count("pay", 1_234_567)])[0].line();
        assert_eq!(
            line,
            "pay                              1,234,567 instructions, +23.5 %: FAILED"
        );
    }
}
