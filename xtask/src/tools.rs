//! Programs that are installed from crates.io into the cache, at pinned versions.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{self, ask, on_path};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// How long a ready-made program may take to arrive before it is built here instead.
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(2);

/// A program from crates.io.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    /// The package on crates.io.
    pub(crate) package: &'static str,
    /// The program of that package that is looked for.
    pub(crate) program: &'static str,
    /// What makes the program print its version.
    pub(crate) version_arguments: &'static [&'static str],
    /// The exact version.
    pub(crate) version: String,
    /// Further arguments of `cargo install`: features, `--locked`.
    pub(crate) arguments: &'static [&'static str],
    /// How far it is optimised. Their own profiles optimise for an hour what runs for a second.
    pub(crate) opt_level: &'static str,
}

/// `cargo-leptos`, which builds the server and the browser's part together. Whatever it lacks it must say, not fetch.
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

/// `wasm-bindgen`, in exactly the version of the library in Cargo.lock: the two share an unstable format.
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

/// `sqlx`, for `cargo xtask prepare`. Its own lock file is not published.
pub(crate) fn sqlx_cli() -> Tool {
    Tool {
        package: "sqlx-cli",
        program: "sqlx",
        version_arguments: &["--version"],
        version: "0.9.0".to_owned(),
        arguments: &["--no-default-features", "--features", "sqlite,sqlx-toml"],
        opt_level: "0",
    }
}

/// `oha`, which makes the load of `cargo xtask bench`. Optimised, or it would measure itself.
pub(crate) fn oha() -> Tool {
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
    /// Whether the cache holds the program in this version.
    pub(crate) fn is_installed(&self, workspace: &Workspace) -> bool {
        let program = workspace.bin().join(self.program);
        ask(process::command(program, self.version_arguments).current_dir(workspace.root()))
            .is_some_and(|printed| names_version(&printed, &self.version))
    }

    /// Installs the program into the cache unless it is there. Returns whether it had to.
    ///
    /// # Errors
    /// When it cannot be built.
    pub(crate) fn ensure(&self, workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
        if self.is_installed(workspace) {
            return Ok(false);
        }
        println!(
            "installing {} {} into {} (minutes, once)",
            self.package,
            self.version,
            workspace.bin().display()
        );
        fs::create_dir_all(workspace.bin()).with_context(|| {
            format!(
                "cannot make {}; set TICKETING_CACHE to a folder you may write",
                workspace.bin().display()
            )
        })?;
        if !self.download(workspace, toolchain)? {
            self.build(workspace, toolchain)?;
        }
        Ok(true)
    }

    /// Fetches a ready-made program with cargo-binstall, where the developer has it and it answers in time.
    fn download(&self, workspace: &Workspace, toolchain: &Toolchain) -> Result<bool> {
        if !on_path("cargo-binstall") {
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
        // A folder that outlives an interrupted build, so that the next attempt goes on from there.
        install.env("CARGO_TARGET_DIR", workspace.cache().join("target"));
        install
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level);
        install
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        process::run(&mut install).with_context(|| {
            format!(
                "{} {} could not be installed; check that crates.io answers and that a C compiler is there, \
                 then run the same command again: it goes on where it stopped",
                self.package, self.version
            )
        })
    }
}

/// The version that a Cargo.lock holds of a package.
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
        .with_context(|| format!("Cargo.lock names no {package}"))
}

/// Whether a program's version line names exactly this version.
fn names_version(printed: &str, version: &str) -> bool {
    printed
        .split_whitespace()
        .any(|word| word.trim_start_matches('v') == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_matched_as_a_whole_word() {
        assert!(names_version("wasm-bindgen 0.2.130", "0.2.130"));
        assert!(names_version("cargo-leptos v0.3.11", "0.3.11"));
        assert!(!names_version("wasm-bindgen 0.2.130", "0.2.13"));
        assert!(!names_version("wasm-bindgen 0.2.13", "0.2.130"));
    }

    #[test]
    fn the_locked_version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(locked_version(lock, "leptos").is_err());
    }
}
