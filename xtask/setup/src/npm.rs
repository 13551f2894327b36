//! The step that installs the npm packages of the lock file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, command, is_on_path, try_stdout};
use crate::workspace::Workspace;
use crate::{debian, step};

const STEP: &str = "npm packages";
/// The oldest Node that the packages run on.
const OLDEST_NODE: u32 = 20;

/// Whether the install scripts of packages run, which build or download what is not in the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallScripts {
    /// They run.
    Run,
    /// They do not run.
    Skip,
}

/// Installs the packages of the checkout, unless the installed ones are those of the lock file.
///
/// # Errors
/// When there is no Node, or npm fails.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    ensure_node()?;
    // Browsers have their own step, and no package here needs its install script.
    ensure_packages(workspace.root(), InstallScripts::Skip)
}

/// Installs the packages of a folder's lock file, unless the installed ones are those.
///
/// # Errors
/// When there is no lock file, or npm fails.
pub fn ensure_packages(folder: &Path, scripts: InstallScripts) -> Result<()> {
    let lock_path = folder.join("package-lock.json");
    let lock = fs::read_to_string(&lock_path).with_context(|| {
        format!(
            "{} is missing; restore it with `git checkout package-lock.json`",
            lock_path.display()
        )
    })?;
    let modules = folder.join("node_modules");
    let stamp = modules.join(".ticketing-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        step::already_done(STEP, "as in package-lock.json");
        return Ok(());
    }
    step::progress(STEP, "npm ci");
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund"]);
    if scripts == InstallScripts::Skip {
        npm.arg("--ignore-scripts");
    }
    npm.current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm).context(
        "the npm packages could not be installed; check that the registry answers (`npm ping`), and that package.json and \
         package-lock.json match (`npm install` updates the lock file)",
    )?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    step::done(STEP, &modules.display().to_string());
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
