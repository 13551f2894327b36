//! The suites and their order.

use clap::ValueEnum;

/// A group of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Suite {
    /// rustfmt leaves every file as it is.
    Format,
    /// No warning from rustc or clippy in the server's code, its tests included.
    Clippy,
    /// No warning from rustc or clippy in the crates compiled to WASM.
    ClippyWasm,
    /// The documentation builds without a warning.
    Docs,
    /// The crates depend on each other only as the architecture allows.
    Layering,
    /// The tests compile.
    Compile,
    /// The release builds.
    Build,
    /// WASM, script and stylesheet, as sent, are within their budgets.
    Size,
    /// Unit, integration and documentation tests.
    Tests,
    /// The REST API of the release against its own description.
    Api,
    /// An edited stylesheet and an edited page show while a development server is watched.
    Watch,
    /// Browser tests against the release.
    Browser,
}

impl Suite {
    /// The name it is chosen and reported by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Docs => "docs",
            Self::Layering => "layering",
            Self::Compile => "compile",
            Self::Build => "build",
            Self::Size => "size",
            Self::Tests => "tests",
            Self::Api => "api",
            Self::Watch => "watch",
            Self::Browser => "browser",
        }
    }

    fn needs_build(self) -> bool {
        matches!(self, Self::Size | Self::Tests | Self::Api | Self::Browser)
    }
}

/// The suites to run, in order: all, or the requested ones and the build that they need.
pub(super) fn chosen(only: &[Suite]) -> Vec<Suite> {
    let all = Suite::value_variants().iter().copied();
    let needs_build = only.iter().any(|suite| suite.needs_build());
    all.filter(|suite| only.is_empty() || only.contains(suite) || (*suite == Suite::Build && needs_build))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for suite in Suite::value_variants() {
            let value = suite.to_possible_value().unwrap();
            assert_eq!(value.get_name(), suite.name());
        }
    }

    #[test]
    fn without_a_choice_all_suites_run_and_the_build_comes_before_what_needs_it() {
        let all = chosen(&[]);
        assert_eq!(all.len(), Suite::value_variants().len());
        let place = |suite| all.iter().position(|other| *other == suite).unwrap();
        for suite in all.iter().copied().filter(|suite| suite.needs_build()) {
            assert!(place(Suite::Build) < place(suite), "{suite:?}");
        }
    }

    #[test]
    fn a_choice_brings_the_build_only_where_it_is_needed() {
        assert_eq!(chosen(&[Suite::Browser]), [Suite::Build, Suite::Browser]);
        assert_eq!(
            chosen(&[Suite::Layering, Suite::Format]),
            [Suite::Format, Suite::Layering]
        );
    }
}
