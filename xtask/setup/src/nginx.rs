//! The step that finds or installs nginx, which tests put in front of several servers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::env::env_var;
use crate::process::{self, command};
use crate::{debian, step};

const STEP: &str = "nginx";
/// The variable that names the program.
const VARIABLE: &str = "TICKETING_NGINX";
/// Debian's folder of the program, which is on the PATH of root only.
const SBIN: &str = "/usr/sbin";
/// What Debian's packages ask whether they may start a service. A program of somebody else in this place is an answer already.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// The exit code that forbids it.
const FORBID_ALL: &str = "#!/bin/sh\nexit 101\n";

/// Returns the path of nginx: `TICKETING_NGINX` if set, one on PATH, Debian's, or a newly installed one.
///
/// # Errors
/// When there is none and none can be installed. The error says what to do about it.
pub fn ensure() -> Result<PathBuf> {
    if let Ok(program) = find() {
        step::already_done(STEP, &program.display().to_string());
        return Ok(program);
    }
    if env_var(VARIABLE).is_none() && debian::is_possible().is_ok() {
        step::progress(STEP, "installing Debian's nginx");
        install_without_service(Path::new(POLICY))?;
    }
    find()
}

/// Returns the path of nginx, as [`ensure()`], but installs nothing.
///
/// # Errors
/// When there is none. The error says what to do about it.
pub fn find() -> Result<PathBuf> {
    if let Some(configured) = env_var(VARIABLE).map(PathBuf::from) {
        ensure!(
            configured.is_file(),
            "{VARIABLE} is {}, which is not a file; unset it, or set it to the path of nginx",
            configured.display()
        );
        return Ok(configured);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    first_in(std::env::split_paths(&path).chain([PathBuf::from(SBIN)])).with_context(|| {
        format!(
            "no nginx for the tests of several servers; install it (`cargo xtask setup --tests` does so as root on Debian; \
             `apt install nginx`, `brew install nginx`), or set {VARIABLE} to its path"
        )
    })
}

fn first_in(folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let mut programs = folders.into_iter().map(|folder| folder.join(STEP));
    programs.find(|program| program.is_file())
}

/// Installs Debian's package. By itself it would serve a page on port 80, at once and with every start of the machine; here it serves
/// the tests only, which start it with settings of their own.
fn install_without_service(policy: &Path) -> Result<()> {
    with_policy(policy, || debian::install_packages(&[STEP]))?;
    process::run(&mut command("update-rc.d", &[STEP, "disable"]))
        .context("nginx is installed, but would start with the machine; disable its service")
}

/// Does something while packages may start no service.
fn with_policy(policy: &Path, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if policy.exists() {
        return work();
    }
    let cannot_write = || format!("cannot write {}", policy.display());
    fs::write(policy, FORBID_ALL).with_context(cannot_write)?;
    let worked = fs::set_permissions(policy, fs::Permissions::from_mode(0o755))
        .with_context(cannot_write)
        .and_then(|()| work());
    fs::remove_file(policy).with_context(|| format!("cannot remove {}", policy.display()))?;
    worked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_is_the_first_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let folders = ["empty", "one", "other"].map(|name| folder.path().join(name));
        for folder in &folders {
            fs::create_dir(folder).unwrap();
        }
        assert_eq!(first_in(folders.clone()), None);
        for folder in &folders[1..] {
            fs::write(folder.join("nginx"), "").unwrap();
        }
        assert_eq!(first_in(folders.clone()), Some(folders[1].join("nginx")));
    }

    #[test]
    fn policy_holds_during_the_installation_only_and_one_of_somebody_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy-rc.d");
        with_policy(&policy, || {
            assert_eq!(process::command(&policy, &[]).status()?.code(), Some(101));
            Ok(())
        })
        .unwrap();
        assert!(!policy.exists());
        with_policy(&policy, || anyhow::bail!("no package")).unwrap_err();
        assert!(!policy.exists());
        fs::write(&policy, "theirs").unwrap();
        with_policy(&policy, || Ok(())).unwrap();
        assert_eq!(fs::read_to_string(&policy).unwrap(), "theirs");
    }
}
