//! Rust toolchains, and which of them can build the project: it needs the wasm32 standard library.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::env::env_var;
use crate::process::{command, try_stdout};
use crate::workspace::Workspace;

/// The name of the toolchain from the distribution's packages in rustup.
pub(crate) const LINKED: &str = "ticketing";
/// The toolchain to install with rustup when the active one is too old.
pub(crate) const PINNED: &str = "1.96.0";
/// The target of the code that runs in the browser.
pub const WASM: &str = "wasm32-unknown-unknown";
/// The oldest minor version of Rust 1 that builds the tools (cargo-leptos requires it).
pub(crate) const OLDEST_MINOR: u32 = 96;

/// A toolchain by its name in rustup, or the only one where there is no rustup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    name: Option<String>,
}

impl Toolchain {
    /// The active one of the current folder.
    pub(crate) fn active() -> Self {
        // rustup's proxies pass their choice on to their children in this variable.
        let name = env_var("RUSTUP_TOOLCHAIN").or_else(|| {
            let shown = try_stdout(&mut command("rustup", &["show", "active-toolchain"]))?;
            shown.split_whitespace().next().map(str::to_owned)
        });
        Self { name }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
        }
    }

    /// The first of the active, the linked and the pinned toolchain that can build the project; none when none can.
    pub(crate) fn complete() -> Option<Self> {
        [Self::active(), Self::named(LINKED), Self::named(PINNED)]
            .into_iter()
            .find(Self::is_complete)
    }

    /// A complete one, or else the active one, which is good enough for what needs no WASM.
    pub fn complete_or_active() -> Self {
        Self::complete().unwrap_or_else(Self::active)
    }

    /// Whether it is new enough and compiles to WASM. This compiles and links a library, because an installed standard
    /// library may belong to another version of the compiler.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_new_enough() && self.compiles_to_wasm()
    }

    /// Whether it is new enough to build the tools.
    pub(crate) fn is_new_enough(&self) -> bool {
        self.version()
            .as_deref()
            .and_then(minor_version)
            .is_some_and(|minor| minor >= OLDEST_MINOR)
    }

    /// The output of `rustc --version`; none when there is no such toolchain.
    pub(crate) fn version(&self) -> Option<String> {
        try_stdout(self.command("rustc").arg("--version"))
    }

    /// Its name, for messages.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("the system's Rust")
    }

    /// The command that runs one of its programs, without the variables that cargo set for xtask.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    /// `cargo` in the checkout, with the build tools on PATH.
    #[must_use]
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        let mut cargo = self.command("cargo");
        cargo
            .current_dir(workspace.root())
            .env("PATH", path_with_tools(workspace));
        cargo
    }

    /// Makes a command and its children use this toolchain.
    pub fn apply(&self, command: &mut Command) {
        // `cargo run` sets these for xtask itself. In a child they would name the wrong cargo, or look like a changed
        // environment and make cargo rebuild.
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(is_set_by_cargo_run) {
                command.env_remove(variable);
            }
        }
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
    }

    fn compiles_to_wasm(&self) -> bool {
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

/// PATH with the build tools of the cache and the npm programs of the checkout in front.
#[must_use]
pub fn path_with_tools(workspace: &Workspace) -> std::ffi::OsString {
    let mut folders = vec![
        workspace.bin(),
        workspace.root().join("node_modules").join(".bin"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    // Only a folder with a colon in its name cannot be joined, and such a folder cannot be on PATH.
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

fn is_set_by_cargo_run(variable: &str) -> bool {
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
    fn minor_version_is_read_from_every_channel() {
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
    fn missing_toolchain_is_not_complete() {
        assert!(!Toolchain::named("no-such-toolchain").is_complete());
        assert!(!Toolchain::named("no-such-toolchain").compiles_to_wasm());
    }

    #[test]
    fn only_variables_of_cargo_run_are_removed() {
        assert!(is_set_by_cargo_run("CARGO"));
        assert!(is_set_by_cargo_run("CARGO_PKG_VERSION_MAJOR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME"));
        assert!(!is_set_by_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_PROFILE_RELEASE_LTO"));
    }
}
