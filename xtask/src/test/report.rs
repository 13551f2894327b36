//! The counts of passed and failed checks, and the table at the end.

use std::time::Duration;

/// The counts of a suite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Checks that passed.
    pub(super) passed: u64,
    /// Checks that failed.
    pub(super) failed: u64,
}

impl Tally {
    /// One check that passed.
    pub(super) fn passed() -> Self {
        Self { passed: 1, failed: 0 }
    }

    /// One check that failed.
    pub(super) fn failed() -> Self {
        Self { passed: 0, failed: 1 }
    }

    /// One check per outcome.
    pub(super) fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        outcomes.into_iter().fold(Self::default(), |mut sum, passed| {
            sum.passed += u64::from(passed);
            sum.failed += u64::from(!passed);
            sum
        })
    }

    /// These counts, corrected by the exit status of the program that reported them. A program that failed without
    /// reporting a failure (it did not compile, it crashed) counts as one failure, and so does one that reported nothing.
    pub(super) fn confirmed_by(mut self, program_succeeded: bool) -> Self {
        if self.failed == 0 && (!program_succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The results so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    suites: Vec<(&'static str, Tally, Duration)>,
}

impl Report {
    /// Adds a suite's result.
    pub(super) fn add(&mut self, name: &'static str, tally: Tally, elapsed: Duration) {
        println!(
            "-- {name}: {} passed, {} failed in {:.1} s",
            tally.passed,
            tally.failed,
            elapsed.as_secs_f64()
        );
        self.suites.push((name, tally, elapsed));
    }

    /// Whether at least one check passed and none failed.
    pub(super) fn is_success(&self) -> bool {
        let total = self.total();
        total.failed == 0 && total.passed > 0
    }

    /// Prints the table and, on the last line, the totals.
    pub(super) fn print(&self) {
        println!("\n{:<12} {:>7} {:>7} {:>9}", "suite", "passed", "failed", "time");
        for (name, tally, elapsed) in &self.suites {
            println!(
                "{name:<12} {:>7} {:>7} {:>7.1} s",
                tally.passed,
                tally.failed,
                elapsed.as_secs_f64()
            );
        }
        println!("{}", self.last_line());
    }

    fn last_line(&self) -> String {
        let total = self.total();
        format!("{} passed, {} failed", total.passed, total.failed)
    }

    fn total(&self) -> Tally {
        self.suites
            .iter()
            .fold(Tally::default(), |mut sum, (_, tally, _)| {
                sum += *tally;
                sum
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_line_has_the_totals_of_all_suites() {
        let mut report = Report::default();
        assert!(!report.is_success(), "nothing was checked");
        report.add("format", Tally::passed(), Duration::ZERO);
        report.add(
            "tests",
            Tally {
                passed: 41,
                failed: 0,
            },
            Duration::ZERO,
        );
        assert_eq!(report.last_line(), "42 passed, 0 failed");
        assert!(report.is_success());
        report.add("size", Tally::of([true, false, true]), Duration::ZERO);
        assert_eq!(report.last_line(), "44 passed, 1 failed");
        assert!(!report.is_success());
    }

    #[test]
    fn program_that_fails_without_reporting_a_failure_counts_as_one() {
        let ten = Tally {
            passed: 10,
            failed: 0,
        };
        assert_eq!(ten.confirmed_by(true), ten);
        assert_eq!(
            ten.confirmed_by(false),
            Tally {
                passed: 10,
                failed: 1
            }
        );
        assert_eq!(Tally::default().confirmed_by(true), Tally::failed());
        let mixed = Tally {
            passed: 10,
            failed: 2,
        };
        assert_eq!(mixed.confirmed_by(false), mixed);
    }
}
