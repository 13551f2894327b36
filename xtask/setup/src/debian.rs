//! A Rust toolchain with the wasm32 standard library from Debian's packages, for machines that cannot reach rustup's
//! server. Debian has no such library ready-made, so it is built from Debian's source of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{self, command, is_on_path, try_stdout};
use crate::toolchain::WASM;
use crate::workspace::Workspace;

/// Debian's newer Rust, which it maintains for building browsers.
const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
];
const RUSTC: &str = "/usr/bin/rustc";
const RUSTLIB: &str = "/usr/lib/rustlib";

/// Whether [`install`] can work on this machine; the error is the reason why not.
pub(crate) fn is_possible() -> Result<(), &'static str> {
    if !is_on_path("apt-get") {
        return Err("there is no apt-get");
    }
    if !is_root() {
        return Err("installing them needs root");
    }
    Ok(())
}

fn is_root() -> bool {
    try_stdout(&mut command("id", &["-u"])).as_deref() == Some("0")
}

/// Installs those of the packages that are missing.
///
/// # Errors
/// When apt-get fails.
pub(crate) fn install_packages(packages: &[&str]) -> Result<()> {
    let missing: Vec<_> = packages
        .iter()
        .copied()
        .filter(|package| !has_package(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let quiet = |arguments: &[&str]| {
        let mut apt = command("apt-get", arguments);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    process::run(&mut quiet(&["update", "--quiet"])).context("apt-get cannot update its package lists")?;
    process::run(quiet(&["install", "--yes", "--quiet", "--no-install-recommends"]).args(missing))
        .with_context(|| format!("install these by hand, then run this command again: {names}"))
}

/// Turns `/usr` into a toolchain that compiles to WASM.
///
/// # Errors
/// When a package cannot be installed, or the standard library does not build.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    install_packages(&PACKAGES)?;
    let verbose = process::stdout(&mut command(RUSTC, &["-vV"]))?;
    let release = field(&verbose, "release")?;
    let host = field(&verbose, "host")?;
    let llvm = field(&verbose, "LLVM version")?;
    // WASM is linked by the lld of the LLVM that compiled it.
    let llvm = llvm.split('.').next().unwrap_or(llvm);
    install_packages(&[format!("lld-{llvm}").as_str()])?;

    let built = build_std(workspace, release)?;
    replace_libraries(&built, &Path::new(RUSTLIB).join(WASM).join("lib"))?;
    link_linker(
        &PathBuf::from(format!("/usr/lib/llvm-{llvm}/bin/lld")),
        &Path::new(RUSTLIB).join(host).join("bin"),
    )
}

fn has_package(package: &str) -> bool {
    try_stdout(&mut command(
        "dpkg-query",
        &["--show", "--showformat=${db:Status-Status}", package],
    ))
    .as_deref()
        == Some("installed")
}

/// Builds the standard library with Debian's own compiler and returns the folder with the libraries.
fn build_std(workspace: &Workspace, release: &str) -> Result<PathBuf> {
    let source = source_of(Path::new("/usr/src"), release)?;
    let scratch = workspace.cache().join("wasm32-std");
    if scratch.exists() {
        // A clean folder, so that no crate is in it in two versions.
        fs::remove_dir_all(&scratch).with_context(|| format!("cannot empty {}", scratch.display()))?;
    }
    fs::create_dir_all(&scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    process::run(
        Command::new("cp")
            .arg("-r")
            .arg(source.join("library"))
            .arg(&scratch),
    )?;

    let mut cargo = Command::new("/usr/bin/cargo");
    for (variable, _) in std::env::vars_os() {
        // Debian's cargo must see neither the toolchain nor the settings of the cargo that runs this.
        if variable
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO") && name != "CARGO_HOME" || name.starts_with("RUST"))
        {
            cargo.env_remove(variable);
        }
    }
    cargo
        .current_dir(&scratch)
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1");
    cargo
        .env("RUSTFLAGS", "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked")
        .env("CARGO_TARGET_DIR", scratch.join("target"));
    cargo.args([
        "build",
        "--release",
        "--target",
        WASM,
        "--manifest-path",
        "library/sysroot/Cargo.toml",
    ]);
    cargo.args(["--features", "panic-unwind,compiler-builtins-mem"]);
    process::run(&mut cargo).context(
        "the wasm32 standard library does not build; check that crates.io answers, then run this command again",
    )?;
    Ok(scratch.join("target").join(WASM).join("release").join("deps"))
}

/// The folder `rustc-<release>`; the packaging may append to its name.
fn source_of(folder: &Path, release: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let prefix = format!("rustc-{release}");
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(&prefix))
        })
        .filter(|path| path.join("library").is_dir())
        .collect();
    found.sort();
    found.into_iter().next().with_context(|| {
        format!(
            "there is no {}/{prefix}/library; are rust-web-src and rustc-web of the same version?",
            folder.display()
        )
    })
}

fn replace_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for old in libraries(to) {
        fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    let built = libraries(from);
    ensure!(
        !built.is_empty(),
        "the build of the standard library wrote nothing to {}",
        from.display()
    );
    for library in built {
        let target = to.join(library.file_name().unwrap_or_default());
        fs::copy(&library, &target).with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(())
}

/// Puts the linker where rustc looks for it: in the bin folder of the host.
fn link_linker(lld: &Path, bin: &Path) -> Result<()> {
    fs::create_dir_all(bin).with_context(|| format!("cannot create {}", bin.display()))?;
    let link = bin.join("rust-lld");
    if link.symlink_metadata().is_ok() {
        fs::remove_file(&link).with_context(|| format!("cannot replace {}", link.display()))?;
    }
    symlink(lld, &link).with_context(|| format!("cannot create {}", link.display()))
}

/// The `.rlib` files of a folder.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "rlib"))
        .collect()
}

/// The value of a line `name: value` in the output of `rustc -vV`.
fn field<'a>(verbose: &'a str, name: &str) -> Result<&'a str> {
    let mut lines = verbose.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .with_context(|| format!("the output of `rustc -vV` has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_rustc() {
        let verbose = "rustc 1.96.0 (abc)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.2";
        assert_eq!(field(verbose, "release").unwrap(), "1.96.0");
        assert_eq!(field(verbose, "LLVM version").unwrap(), "22.1.2");
        assert!(field(verbose, "commit-date").is_err());
    }

    #[test]
    fn source_of_another_release_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("rustc-1.96.0+dfsg1/library")).unwrap();
        assert_eq!(
            source_of(folder.path(), "1.96.0").unwrap(),
            folder.path().join("rustc-1.96.0+dfsg1")
        );
        assert!(
            source_of(folder.path(), "1.97.0")
                .unwrap_err()
                .to_string()
                .contains("rust-web-src")
        );
    }

    #[test]
    fn libraries_of_an_older_compiler_are_replaced() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(to.path().join("libstd-old.rlib"), "").unwrap();
        assert!(replace_libraries(from.path(), to.path()).is_err());
        fs::write(from.path().join("libstd-new.rlib"), "").unwrap();
        replace_libraries(from.path(), to.path()).unwrap();
        assert_eq!(libraries(to.path()), [to.path().join("libstd-new.rlib")]);
    }
}
