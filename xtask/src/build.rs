//! The release build of the server and of what the browser loads, by cargo-leptos.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::Package;
use anyhow::{Context, Result, ensure};
use xtask_setup::{Toolchain, Workspace, path_with_tools, process};

/// The output of a release build.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    /// The server's binary.
    pub(crate) binary: PathBuf,
    /// The folder with the script, the WASM and the stylesheet.
    pub(crate) package: PathBuf,
}

impl Build {
    /// The paths of a release build, whether it exists or not.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self {
            binary: workspace
                .target()
                .join("release")
                .join(format!("ticketing{}", std::env::consts::EXE_SUFFIX)),
            package: workspace.target().join("site").join("pkg"),
        }
    }

    /// The build in a folder with the binary and the site.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("cannot find {}", folder.display()))?;
        let built = Self {
            binary: folder.join(format!("ticketing{}", std::env::consts::EXE_SUFFIX)),
            package: folder.join("site").join("pkg"),
        };
        ensure!(
            built.binary.is_file() && built.package.is_dir(),
            "{} does not contain the binary `ticketing` and the folder `site`",
            folder.display()
        );
        Ok(built)
    }
}

/// Builds a release, incrementally, and puts its site into the binary. cargo-leptos builds the site first, and then the binary.
///
/// # Errors
/// When it does not compile.
pub(crate) fn release(workspace: &Workspace, toolchain: &Toolchain) -> Result<Build> {
    let mut build = cargo_leptos(workspace, toolchain);
    // A backtrace of cargo-leptos would push the compiler's message off the screen.
    build
        .args(["build", "--release", "--precompress"])
        .env("RUST_BACKTRACE", "0");
    process::run(&mut build).context("the release does not build")?;
    let built = Build::of(workspace);
    ensure!(
        built.binary.is_file(),
        "cargo-leptos did not create {}; does [[workspace.metadata.leptos]] in Cargo.toml name the binary `ticketing`?",
        built.binary.display()
    );
    let site = built.package.parent().context("the package is in no folder")?;
    let hashes = built.binary.with_file_name("hash.txt");
    let package = Package {
        binary: &built.binary,
        site,
        hashes: &hashes,
    };
    package.write().context("cannot put the site into the binary")?;
    Ok(built)
}

/// The command of the cache's cargo-leptos, run in the checkout.
pub(crate) fn cargo_leptos(workspace: &Workspace, toolchain: &Toolchain) -> Command {
    let mut command = toolchain.command(&workspace.bin().join("cargo-leptos").to_string_lossy());
    command
        .current_dir(workspace.root())
        .env("PATH", path_with_tools(workspace))
        .env("CARGO_TARGET_DIR", workspace.target());
    command
}
