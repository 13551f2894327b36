//! The Rust tool chain that the project is built with: one that has the wasm32 standard library.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::process::{ask, command};
use crate::workspace::{Workspace, non_empty};

/// The name under which a tool chain from the distribution's packages is linked into rustup.
pub(crate) const LINKED: &str = "ticketing";
/// The tool chain that rustup is asked for when the active one is too old.
pub(crate) const PINNED: &str = "1.96.0";
/// The target of the code that runs in the browser.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// The oldest minor version of Rust 1 that builds the project's tools (cargo-leptos asks for it).
pub(crate) const OLDEST_MINOR: u32 = 96;

/// A tool chain as rustup knows it, or the only one there is when there is no rustup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    name: Option<String>,
}

impl Toolchain {
    /// The one that is in force here.
    pub(crate) fn active() -> Self {
        // rustup's proxies hand the choice down to their children in this variable.
        let name = non_empty("RUSTUP_TOOLCHAIN").or_else(|| {
            let shown = ask(&mut command("rustup", &["show", "active-toolchain"]))?;
            shown.split_whitespace().next().map(str::to_owned)
        });
        Self { name }
    }

    /// The one of this name.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
        }
    }

    /// The first of the active, the linked and the pinned tool chain that can build the project.
    pub(crate) fn complete() -> Option<Self> {
        [Self::active(), Self::named(LINKED), Self::named(PINNED)]
            .into_iter()
            .find(Self::is_complete)
    }

    /// The complete one; the active one when there is none, which is good enough for what needs no WASM.
    pub(crate) fn chosen() -> Self {
        Self::complete().unwrap_or_else(Self::active)
    }

    /// Whether it is new enough and can make WASM: a library is really compiled and linked, because a standard
    /// library may be there and belong to another version of the compiler.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_new_enough() && self.makes_wasm()
    }

    /// Whether it is new enough for the project's tools.
    pub(crate) fn is_new_enough(&self) -> bool {
        self.version()
            .as_deref()
            .and_then(minor_version)
            .is_some_and(|minor| minor >= OLDEST_MINOR)
    }

    /// The first line of `rustc --version`, none when there is no such tool chain.
    pub(crate) fn version(&self) -> Option<String> {
        ask(self.command("rustc").arg("--version"))
    }

    /// Its name, for messages.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("the system's Rust")
    }

    /// The command that runs one of its programs, with nothing left over from the cargo that runs xtask.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    /// `cargo`, in the checkout, with the build tools on PATH.
    pub(crate) fn cargo(&self, workspace: &Workspace) -> Command {
        let mut cargo = self.command("cargo");
        cargo
            .current_dir(workspace.root())
            .env("PATH", path_with_tools(workspace));
        cargo
    }

    /// Makes a command and its children use this tool chain.
    pub(crate) fn apply(&self, command: &mut Command) {
        // `cargo run` sets these for xtask itself. In a child they would name the wrong cargo, or make cargo
        // believe that the environment changed and build again.
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(is_left_by_cargo_run) {
                command.env_remove(variable);
            }
        }
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
    }

    fn makes_wasm(&self) -> bool {
        let Ok(folder) = tempfile::tempdir() else {
            return false;
        };
        let mut rustc = self.command("rustc");
        rustc
            .args([
                "--target",
                WASM,
                "--crate-type",
                "cdylib",
                "--crate-name",
                "probe",
                "-",
                "--out-dir",
            ])
            .arg(folder.path());
        rustc
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(mut child) = rustc.spawn() else {
            return false;
        };
        let written = child
            .stdin
            .take()
            .is_some_and(|mut source| source.write_all(PROBE.as_bytes()).is_ok());
        child.wait().is_ok_and(|status| status.success()) && written
    }
}

/// Uses the allocator, hence links the standard library.
const PROBE: &str =
    "#[unsafe(no_mangle)] pub extern \"C\" fn probe(n: usize) -> usize { vec![1_u8; n].len() }";

/// PATH with the cached build tools and the checkout's npm programs in front.
pub(crate) fn path_with_tools(workspace: &Workspace) -> std::ffi::OsString {
    let mut folders = vec![
        workspace.bin(),
        workspace.root().join("node_modules").join(".bin"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    // Only a folder with a colon in its name cannot be joined; such a one was no use on PATH before either.
    std::env::join_paths(folders).unwrap_or(path)
}

/// The minor version in `rustc 1.96.0 (…)`.
fn minor_version(text: &str) -> Option<u32> {
    text.split_whitespace()
        .nth(1)?
        .strip_prefix("1.")?
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn is_left_by_cargo_run(variable: &str) -> bool {
    variable == "CARGO"
        || variable == "CARGO_MANIFEST_DIR"
        || variable == "CARGO_MANIFEST_PATH"
        || variable == "CARGO_PRIMARY_PACKAGE"
        || variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_BIN_")
        || variable == "CARGO_CRATE_NAME"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minor_version_is_read_from_every_channel() {
        assert_eq!(
            minor_version("rustc 1.96.0 (abc 2026-05-28) (built from a source tarball)"),
            Some(96)
        );
        assert_eq!(
            minor_version("rustc 1.97.0-nightly (e50aa6fba 2026-05-19)"),
            Some(97)
        );
        assert_eq!(minor_version("rustc"), None);
        assert_eq!(minor_version("rustc 2.0.0"), None);
    }

    #[test]
    fn a_tool_chain_that_does_not_exist_is_not_complete() {
        assert!(!Toolchain::named("no-such-tool-chain").is_complete());
        assert!(!Toolchain::named("no-such-tool-chain").makes_wasm());
    }

    #[test]
    fn only_what_cargo_run_sets_is_removed() {
        assert!(is_left_by_cargo_run("CARGO"));
        assert!(is_left_by_cargo_run("CARGO_PKG_VERSION_MAJOR"));
        assert!(!is_left_by_cargo_run("CARGO_HOME"));
        assert!(!is_left_by_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_left_by_cargo_run("CARGO_PROFILE_RELEASE_LTO"));
    }
}
