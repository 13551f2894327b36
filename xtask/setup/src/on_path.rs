//! The step that lets plain `cargo leptos` find its programs: links and small scripts in cargo's bin folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::env::env_var;
use crate::step;
use crate::workspace::Workspace;

const STEP: &str = "programs on PATH";
/// Programs in the cache. They are linked.
const CACHED: [&str; 2] = ["cargo-leptos", "wasm-bindgen"];
/// Programs of npm packages. Every checkout has its own, so a script runs the nearest.
const NPM: [&str; 2] = ["wasm-opt", "sass"];

/// Adds the programs to cargo's bin folder. Another program of the same name is kept.
///
/// # Errors
/// When the folder cannot be written.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    let Some(bin) = cargo_bin() else {
        step::progress(
            STEP,
            "skipped: neither CARGO_HOME nor HOME is set; use `cargo xtask watch`",
        );
        return Ok(());
    };
    fs::create_dir_all(&bin).with_context(|| format!("cannot create {}", bin.display()))?;
    let mut added = Vec::new();
    for program in CACHED {
        if link(&workspace.bin().join(program), &bin.join(program))? {
            added.push(program);
        }
    }
    for program in NPM {
        if script(program, &bin.join(program))? {
            added.push(program);
        }
    }
    let bin = bin.display();
    if added.is_empty() {
        step::already_done(STEP, &format!("in {bin}"));
    } else {
        step::done(STEP, &format!("{} in {bin}", added.join(", ")));
    }
    Ok(())
}

fn cargo_bin() -> Option<PathBuf> {
    let home = env_var("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env_var("HOME").map(|home| Path::new(&home).join(".cargo")))
        .map(|home| home.join("bin"))
}

/// Links a program, unless there is another of that name. Returns whether it did.
fn link(program: &Path, at: &Path) -> Result<bool> {
    if fs::read_link(at).is_ok_and(|to| to == program) {
        return Ok(false);
    }
    if at.exists() {
        report_kept(at);
        return Ok(false);
    }
    if at.symlink_metadata().is_ok() {
        // A dangling link, into a cache that was removed.
        fs::remove_file(at).with_context(|| format!("cannot replace {}", at.display()))?;
    }
    symlink(program, at).with_context(|| format!("cannot create {}", at.display()))?;
    Ok(true)
}

/// Writes the script for an npm program, unless there is another program of that name. Returns whether it did.
fn script(program: &str, at: &Path) -> Result<bool> {
    let text = format!(
        "#!/bin/sh\n\
         # Made by Ticketing's set-up: runs the {program} of the npm packages nearest to the current folder.\n\
         folder=$PWD\n\
         while [ ! -x \"$folder/node_modules/.bin/{program}\" ]; do\n\
         \x20   if [ -z \"$folder\" ]; then\n\
         \x20       echo '{program}: not in any node_modules from here upwards; run cargo xtask setup in the checkout' >&2\n\
         \x20       exit 127\n\
         \x20   fi\n\
         \x20   folder=${{folder%/*}}\n\
         done\n\
         exec \"$folder/node_modules/.bin/{program}\" \"$@\"\n"
    );
    if fs::read_to_string(at).is_ok_and(|present| present == text) {
        return Ok(false);
    }
    if at.exists()
        && !fs::read_to_string(at).is_ok_and(|present| present.contains("Made by Ticketing's set-up"))
    {
        report_kept(at);
        return Ok(false);
    }
    fs::write(at, text).with_context(|| format!("cannot write {}", at.display()))?;
    fs::set_permissions(at, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot mark {} executable", at.display()))?;
    Ok(true)
}

fn report_kept(at: &Path) {
    step::progress(
        STEP,
        &format!(
            "{} is another program and was kept; use `cargo xtask watch`, which does not need it",
            at.display()
        ),
    );
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_created_once_repaired_when_dangling_and_never_replace_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let (program, at) = (folder.path().join("program"), folder.path().join("at"));
        fs::write(&program, "").unwrap();
        assert!(link(&program, &at).unwrap());
        assert!(!link(&program, &at).unwrap());
        fs::remove_file(&at).unwrap();
        symlink(folder.path().join("gone"), &at).unwrap();
        assert!(link(&program, &at).unwrap());
        fs::remove_file(&at).unwrap();
        fs::write(&at, "theirs").unwrap();
        assert!(!link(&program, &at).unwrap());
        assert_eq!(fs::read_to_string(&at).unwrap(), "theirs");
    }

    #[test]
    fn script_runs_the_nearest_program_or_fails_with_advice() {
        let folder = tempfile::tempdir().unwrap();
        let (at, inner) = (folder.path().join("sass"), folder.path().join("checkout/deep/er"));
        let bin = folder.path().join("checkout/node_modules/.bin");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(&bin).unwrap();
        assert!(script("sass", &at).unwrap());
        assert!(!script("sass", &at).unwrap());

        let missing = Command::new(&at).current_dir(&inner).output().unwrap();
        assert_eq!(missing.status.code(), Some(127));
        assert!(String::from_utf8_lossy(&missing.stderr).contains("cargo xtask setup"));

        fs::write(bin.join("sass"), "#!/bin/sh\necho \"ran $1\"\n").unwrap();
        fs::set_permissions(bin.join("sass"), fs::Permissions::from_mode(0o755)).unwrap();
        let found = Command::new(&at)
            .arg("--version")
            .current_dir(&inner)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&found.stdout), "ran --version\n");
    }
}
