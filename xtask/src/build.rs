//! The release build, by cargo-leptos: the browser's part and the server with it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::toolchain::{Toolchain, path_with_tools};
use crate::workspace::Workspace;

/// What a release build makes.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    /// The server's program.
    pub(crate) binary: PathBuf,
    /// The folder with the script, the WASM and the stylesheet as they are sent.
    pub(crate) package: PathBuf,
}

impl Build {
    /// Where a release build is, made or not.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self {
            binary: workspace
                .target()
                .join("release")
                .join(format!("ticketing{}", std::env::consts::EXE_SUFFIX)),
            package: workspace.target().join("site").join("pkg"),
        }
    }
}

/// Builds a release, or what has changed of it.
///
/// # Errors
/// When it does not compile.
pub(crate) fn release(workspace: &Workspace, toolchain: &Toolchain) -> Result<Build> {
    let mut build = cargo_leptos(workspace, toolchain);
    // Its own backtrace would push the compiler's message off the screen.
    build
        .args(["build", "--release", "--precompress"])
        .env("RUST_BACKTRACE", "0");
    process::run(&mut build).context("the release does not build")?;
    let built = Build::of(workspace);
    ensure!(
        built.binary.is_file(),
        "cargo leptos made no {}; does [[workspace.metadata.leptos]] in Cargo.toml still name the binary `ticketing`?",
        built.binary.display()
    );
    Ok(built)
}

/// cargo-leptos of the cache, in the checkout.
pub(crate) fn cargo_leptos(workspace: &Workspace, toolchain: &Toolchain) -> Command {
    let mut command = toolchain.command(&workspace.bin().join("cargo-leptos").to_string_lossy());
    command
        .current_dir(workspace.root())
        .env("PATH", path_with_tools(workspace))
        .env("CARGO_TARGET_DIR", workspace.target());
    command
}
