//! The test suites and their order.

use clap::ValueEnum;

/// A group of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Suite {
    /// Every file is formatted as rustfmt does.
    Format,
    /// No warning from rustc or clippy in the code of the server and its tests.
    Clippy,
    /// No warning from rustc or clippy in the code for WASM.
    ClippyWasm,
    /// The documentation builds without a warning.
    Docs,
    /// The crates depend on each other only as the architecture allows.
    Layering,
    /// The files in `deploy` fit the schemas of what reads them.
    Deploy,
    /// The tests compile.
    Compile,
    /// The release builds.
    Build,
    /// WASM, script and stylesheet are within their size budgets.
    Size,
    /// The hot operations take at most a tenth more instructions than in the baseline.
    Instructions,
    /// Unit, integration and documentation tests.
    Tests,
    /// The tests of the services again, on PostgreSQL.
    Postgres,
    /// The REST API of the release conforms to its OpenAPI document.
    Api,
    /// The watch mode serves an edited stylesheet and an edited page.
    Watch,
    /// Browser tests against the release.
    Browser,
}

impl Suite {
    /// Its name on the command line and in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Docs => "docs",
            Self::Layering => "layering",
            Self::Deploy => "deploy",
            Self::Compile => "compile",
            Self::Build => "build",
            Self::Size => "size",
            Self::Instructions => "instructions",
            Self::Tests => "tests",
            Self::Postgres => "postgres",
            Self::Api => "api",
            Self::Watch => "watch",
            Self::Browser => "browser",
        }
    }

    fn needs_build(self) -> bool {
        matches!(
            self,
            Self::Size | Self::Instructions | Self::Tests | Self::Postgres | Self::Api | Self::Browser
        )
    }
}

/// The suites to run, in order: all of them, or those selected and the build that they need.
pub(super) fn selected(only: &[Suite]) -> Vec<Suite> {
    let all = Suite::value_variants().iter().copied();
    let needs_build = only.iter().any(|suite| suite.needs_build());
    all.filter(|suite| only.is_empty() || only.contains(suite) || (*suite == Suite::Build && needs_build))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_the_command_line() {
        for suite in Suite::value_variants() {
            let value = suite.to_possible_value().unwrap();
            assert_eq!(value.get_name(), suite.name());
        }
    }

    #[test]
    fn all_suites_are_the_default_and_the_build_precedes_those_that_need_it() {
        let all = selected(&[]);
        assert_eq!(all.len(), Suite::value_variants().len());
        let place = |suite| all.iter().position(|other| *other == suite).unwrap();
        for suite in all.iter().copied().filter(|suite| suite.needs_build()) {
            assert!(place(Suite::Build) < place(suite), "{suite:?}");
        }
    }

    #[test]
    fn selection_includes_the_build_only_if_needed() {
        assert_eq!(selected(&[Suite::Browser]), [Suite::Build, Suite::Browser]);
        assert_eq!(
            selected(&[Suite::Layering, Suite::Format]),
            [Suite::Format, Suite::Layering]
        );
    }
}
