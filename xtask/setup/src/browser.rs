//! The step that finds or installs a Chromium for the browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::env::env_var;
use crate::process::{self, command};
use crate::workspace::Workspace;
use crate::{debian, step};

const STEP: &str = "browser";
/// The names of Chromium's program in distributions.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(5);

/// Returns the path of a browser: `PLAYWRIGHT_CHROMIUM` if set, Playwright's own, the system's, or a newly installed one.
///
/// # Errors
/// When there is none and none can be installed. The error says what to do about it.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(configured) = env_var("PLAYWRIGHT_CHROMIUM") {
        let configured = PathBuf::from(configured);
        if !configured.is_file() {
            bail!(
                "PLAYWRIGHT_CHROMIUM is {}, which is not a file; unset it, or set it to the path of a Chromium",
                configured.display()
            );
        }
        return Ok(found(configured));
    }
    if let Some(program) = playwright_browser(workspace).or_else(system_browser) {
        return Ok(found(program));
    }
    if debian::is_possible().is_ok() {
        step::progress(STEP, "installing Debian's chromium");
        debian::install_packages(&["chromium"])?;
    } else {
        step::progress(
            STEP,
            &format!(
                "npx playwright install chromium (at most {} s)",
                DOWNLOAD_LIMIT.as_secs()
            ),
        );
        // Not through npx, which would be killed at the limit in place of the download.
        let playwright = workspace.root().join("node_modules/.bin/playwright");
        let mut install = command(playwright, &["install", "chromium"]);
        install.current_dir(workspace.root());
        // The search below shows whether it worked.
        process::run_bounded(&mut install, DOWNLOAD_LIMIT)?;
    }
    playwright_browser(workspace).or_else(system_browser).map(found).context(
        "no Chromium for the browser tests; install one (`apt install chromium`, or `npx playwright install chromium`), \
         or set PLAYWRIGHT_CHROMIUM to its path",
    )
}

fn found(program: PathBuf) -> PathBuf {
    step::already_done(STEP, &program.display().to_string());
    program
}

/// The browser that this version of Playwright downloads, if it is there.
fn playwright_browser(workspace: &Workspace) -> Option<PathBuf> {
    let script = "console.log(require('@playwright/test').chromium.executablePath())";
    let path = process::try_stdout(command("node", &["-e", script]).current_dir(workspace.root()))?;
    Some(PathBuf::from(path)).filter(|program| program.is_file())
}

fn system_browser() -> Option<PathBuf> {
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
    fn first_folder_with_the_program_wins_and_directories_are_skipped() {
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
