//! Programs from crates.io, installed into the cache at pinned versions.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{self, is_on_path, try_stdout};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// How long the download of a binary may take before the program is built from source.
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(2);

/// A program from crates.io.
#[derive(Debug, Clone)]
pub struct Tool {
    /// The package on crates.io.
    pub(crate) package: &'static str,
    /// The program of that package.
    pub(crate) program: &'static str,
    /// The arguments that make the program print its version.
    pub(crate) version_arguments: &'static [&'static str],
    /// The exact version.
    pub version: String,
    /// Further arguments of `cargo install`, such as features and `--locked`.
    pub(crate) arguments: &'static [&'static str],
    /// The optimisation level. The packages' own profiles would take an hour for a program that runs for a second.
    pub(crate) opt_level: &'static str,
}

/// `cargo-leptos`, which builds the server and the WASM together. It must report a missing program, not download it.
pub(crate) fn cargo_leptos() -> Tool {
    Tool {
        package: "cargo-leptos",
        program: "cargo-leptos",
        version_arguments: &["--version"],
        version: "0.3.11".to_owned(),
        arguments: &["--locked", "--features", "no_downloads"],
        opt_level: "0",
    }
}

/// `wasm-bindgen`, in the exact version of the library in Cargo.lock: the two share an unstable format.
///
/// # Errors
/// When the lock file cannot be read.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Tool> {
    let path = workspace.root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| {
        format!(
            "{} is missing; restore it with `git checkout Cargo.lock`",
            path.display()
        )
    })?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version_arguments: &["--version"],
        version: locked_version(&lock, "wasm-bindgen")?,
        arguments: &[],
        opt_level: "1",
    })
}

/// `sqlx`, for `cargo xtask prepare`. Its package has no lock file.
#[must_use]
pub fn sqlx_cli() -> Tool {
    Tool {
        package: "sqlx-cli",
        program: "sqlx",
        version_arguments: &["--version"],
        version: "0.9.0".to_owned(),
        arguments: &["--no-default-features", "--features", "sqlite,sqlx-toml"],
        opt_level: "0",
    }
}

/// `oha`, the load generator of `cargo xtask bench`. Optimised, so that it is not the bottleneck.
#[must_use]
pub fn oha() -> Tool {
    Tool {
        package: "oha",
        program: "oha",
        version_arguments: &["--version"],
        version: "1.16.0".to_owned(),
        arguments: &["--locked"],
        opt_level: "3",
    }
}

impl Tool {
    /// Whether the cache has the program in this version.
    fn is_installed(&self, workspace: &Workspace) -> bool {
        let program = workspace.bin().join(self.program);
        try_stdout(process::command(program, self.version_arguments).current_dir(workspace.root()))
            .is_some_and(|printed| names_version(&printed, &self.version))
    }

    /// Installs the program into the cache, unless it is installed already. Returns whether it had to.
    ///
    /// # Errors
    /// When it cannot be built. The error says what to do about it.
    pub fn ensure(&self, workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
        if self.is_installed(workspace) {
            return Ok(false);
        }
        println!(
            "setup: installing {} {} into {} (takes minutes, once)",
            self.package,
            self.version,
            workspace.bin().display()
        );
        fs::create_dir_all(workspace.bin()).with_context(|| {
            format!(
                "cannot create {}; set TICKETING_CACHE to a writable folder",
                workspace.bin().display()
            )
        })?;
        if !self.download(workspace, toolchain)? {
            self.build(workspace, toolchain)?;
        }
        Ok(true)
    }

    /// Downloads a binary with cargo-binstall, where that is installed and fast enough. Returns whether it did.
    fn download(&self, workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
        if !is_on_path("cargo-binstall") {
            return Ok(false);
        }
        let mut binstall = toolchain.cargo(workspace);
        binstall
            .args([
                "binstall",
                "--no-confirm",
                "--disable-strategies",
                "compile",
                "--root",
            ])
            .arg(workspace.cache());
        binstall.arg(format!("{}@{}", self.package, self.version));
        Ok(process::run_bounded(&mut binstall, DOWNLOAD_LIMIT)?.is_success() && self.is_installed(workspace))
    }

    fn build(&self, workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
        let mut install = toolchain.cargo(workspace);
        install.args([
            "install",
            self.package,
            "--version",
            &format!("={}", self.version),
            "--force",
            "--root",
        ]);
        install.arg(workspace.cache()).args(self.arguments);
        // This folder survives an interrupted build, so that the next one resumes it.
        install.env("CARGO_TARGET_DIR", workspace.cache().join("target"));
        install
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level);
        install
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        process::run(&mut install).with_context(|| {
            format!(
                "{} {} could not be installed; check that crates.io answers and that a C compiler is installed, \
                 then run this command again: it resumes the build",
                self.package, self.version
            )
        })
    }
}

/// The version of a package in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Result<String> {
    let table: toml::Table = lock.parse().context("Cargo.lock is not valid TOML")?;
    let packages = table
        .get("package")
        .and_then(|packages| packages.as_array())
        .into_iter()
        .flatten();
    let mut versions = packages
        .filter(|entry| entry.get("name").and_then(|name| name.as_str()) == Some(package))
        .filter_map(|entry| entry.get("version").and_then(|version| version.as_str()));
    versions
        .next()
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no {package}"))
}

/// Whether the output of `--version` has exactly this version.
fn names_version(printed: &str, version: &str) -> bool {
    printed
        .split_whitespace()
        .any(|word| word.trim_start_matches('v') == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_matched_as_a_whole_word() {
        assert!(names_version("wasm-bindgen 0.2.130", "0.2.130"));
        assert!(names_version("cargo-leptos v0.3.11", "0.3.11"));
        assert!(!names_version("wasm-bindgen 0.2.130", "0.2.13"));
        assert!(!names_version("wasm-bindgen 0.2.13", "0.2.130"));
    }

    #[test]
    fn locked_version_is_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(locked_version(lock, "leptos").is_err());
    }
}
