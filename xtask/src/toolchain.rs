//! The Rust tool chain that the project is built with: one that has the wasm32 standard library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{ask, command};
use crate::workspace::{Workspace, non_empty};

/// The name under which a tool chain from the distribution's packages is linked into rustup.
pub(crate) const LINKED: &str = "ticketing";
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

    /// The first of the active and the linked tool chain that can build the project; the active one when neither can.
    pub(crate) fn chosen() -> Self {
        let active = Self::active();
        [active.clone(), Self::named(LINKED)]
            .into_iter()
            .find(Self::is_complete)
            .unwrap_or(active)
    }

    /// Whether it is new enough and has the wasm32 standard library.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_new_enough() && self.has_wasm()
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

    fn has_wasm(&self) -> bool {
        let mut rustc = self.command("rustc");
        ask(rustc.args(["--print", "target-libdir", "--target", WASM]))
            .is_some_and(|folder| holds_std(Path::new(&folder)))
    }
}

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

/// Whether a target's library folder holds a standard library.
pub(crate) fn holds_std(folder: &Path) -> bool {
    libraries(folder).iter().any(|file| {
        file.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("libstd-"))
    })
}

/// The `.rlib` files of a folder; none when there is no such folder.
pub(crate) fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "rlib"))
        .collect()
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
    fn a_folder_without_std_is_not_a_standard_library() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!holds_std(folder.path()));
        assert!(!holds_std(&folder.path().join("missing")));
        fs::write(folder.path().join("libcore-0123.rlib"), "").unwrap();
        assert!(!holds_std(folder.path()));
        fs::write(folder.path().join("libstd-0123.rlib"), "").unwrap();
        assert!(holds_std(folder.path()));
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
