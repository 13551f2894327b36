//! The step that finds, or installs, a Chromium for the browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{debian, step};
use crate::process::{self, command};
use crate::workspace::{Workspace, non_empty};

const STEP: &str = "browser";
/// Names that distributions and vendors give to Chromium.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(5);

/// Returns the browser's program: `PLAYWRIGHT_CHROMIUM` if set, Playwright's own, the system's, or one that it installs.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(configured) = non_empty("PLAYWRIGHT_CHROMIUM") {
        let configured = PathBuf::from(configured);
        if !configured.is_file() {
            bail!(
                "PLAYWRIGHT_CHROMIUM is {}, where no program is; unset it or name one",
                configured.display()
            );
        }
        return Ok(found(configured));
    }
    if let Some(program) = playwrights_own(workspace).or_else(systems) {
        return Ok(found(program));
    }
    if debian::is_possible().is_ok() {
        step::doing(STEP, "installing Debian's chromium");
        debian::install_packages(&["chromium"])?;
    } else {
        step::doing(
            STEP,
            &format!(
                "npx playwright install chromium (at most {} s)",
                DOWNLOAD_LIMIT.as_secs()
            ),
        );
        // The program itself and not npx, so that it is what ends when its time is over.
        let playwright = workspace.root().join("node_modules/.bin/playwright");
        let mut install = command(playwright, &["install", "chromium"]);
        install.current_dir(workspace.root());
        // Whether it worked is seen by looking for the browser.
        process::run_bounded(&mut install, DOWNLOAD_LIMIT)?;
    }
    playwrights_own(workspace).or_else(systems).map(found).context(
        "no Chromium for the browser tests; install one (`apt install chromium`, or `npx playwright install chromium`), \
         or set PLAYWRIGHT_CHROMIUM to its path",
    )
}

fn found(program: PathBuf) -> PathBuf {
    step::already_there(STEP, &program.display().to_string());
    program
}

/// The browser that this version of Playwright would start by itself, if it was downloaded.
fn playwrights_own(workspace: &Workspace) -> Option<PathBuf> {
    let script = "console.log(require('@playwright/test').chromium.executablePath())";
    let path = process::ask(command("node", &["-e", script]).current_dir(workspace.root()))?;
    Some(PathBuf::from(path)).filter(|program| program.is_file())
}

fn systems() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| program_in(&folders, name))
}

fn program_in(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|program| is_file(program))
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_with_the_program_wins_and_folders_of_its_name_do_not_count() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = [first.path().to_path_buf(), second.path().to_path_buf()];
        assert_eq!(program_in(&folders, "chromium"), None);
        fs::create_dir(first.path().join("chromium")).unwrap();
        fs::write(second.path().join("chromium"), "").unwrap();
        assert_eq!(
            program_in(&folders, "chromium"),
            Some(second.path().join("chromium"))
        );
    }
}
