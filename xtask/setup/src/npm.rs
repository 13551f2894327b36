//! The step that installs the npm packages of the lock file.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, command, is_on_path, try_stdout};
use crate::workspace::Workspace;
use crate::{debian, step};

const STEP: &str = "npm packages";
/// The oldest Node that the packages run on.
const OLDEST_NODE: u32 = 20;

/// Installs the packages, unless the installed ones are those of the lock file.
///
/// # Errors
/// When there is no Node, or npm fails.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    ensure_node()?;
    let root = workspace.root();
    let lock_path = root.join("package-lock.json");
    let lock = fs::read_to_string(&lock_path).with_context(|| {
        format!(
            "{} is missing; restore it with `git checkout package-lock.json`",
            lock_path.display()
        )
    })?;
    let stamp = root.join("node_modules").join(".ticketing-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        step::already_done(STEP, "as in package-lock.json");
        return Ok(());
    }
    step::progress(STEP, "npm ci");
    // Browsers have their own step, and no package here needs its install script.
    let mut npm = command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    npm.current_dir(root).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm).context(
        "the npm packages could not be installed; check that the registry answers (`npm ping`), and that package.json and \
         package-lock.json match (`npm install` updates the lock file)",
    )?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    step::done(STEP, "node_modules");
    Ok(())
}

/// Makes sure that Node and npm are installed and new enough.
fn ensure_node() -> Result<()> {
    if !(is_on_path("node") && is_on_path("npm")) {
        if debian::is_possible().is_err() {
            bail!(
                "node and npm are missing; install Node {OLDEST_NODE} or newer (https://nodejs.org), then run this command again"
            );
        }
        step::progress("node", "installing Debian's nodejs and npm");
        debian::install_packages(&["nodejs", "npm"])?;
    }
    let version = try_stdout(&mut command("node", &["--version"])).unwrap_or_default();
    ensure!(
        major(&version).is_some_and(|major| major >= OLDEST_NODE),
        "`node --version` is {version:?}, but {OLDEST_NODE} or newer is needed; install it from https://nodejs.org, then run this command again"
    );
    step::already_done("node", &version);
    Ok(())
}

/// The major version in `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major(""), None);
    }
}
