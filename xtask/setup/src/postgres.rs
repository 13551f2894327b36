//! The step that finds or installs PostgreSQL, whose server the tests start.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::env::env_var;
use crate::process::{command, try_stdout};
use crate::{debian, step};

const STEP: &str = "postgresql";
/// The variable that names the folder of the programs.
const VARIABLE: &str = "TICKETING_POSTGRES";
/// What the tests run. Distributions divide the programs between packages, so a folder with only some of them does not do.
const PROGRAMS: [&str; 6] = [
    "initdb",
    "postgres",
    "pg_ctl",
    "pg_basebackup",
    "pg_isready",
    "psql",
];
/// Debian's folder with a folder per version. None of them is on PATH.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The settings of an administrator for new clusters, which Debian's own file of settings includes.
const NEW_CLUSTERS: &str = "/etc/postgresql-common/createcluster.d";

/// Returns the folder of PostgreSQL's programs: `TICKETING_POSTGRES` if set, one on PATH, the one that `pg_config` names, the newest
/// of Debian's, or a newly installed one.
///
/// # Errors
/// When there is none and none can be installed. The error says what to do about it.
pub fn ensure() -> Result<PathBuf> {
    if let Ok(folder) = find() {
        step::already_done(STEP, &folder.display().to_string());
        return Ok(folder);
    }
    if env_var(VARIABLE).is_none() && debian::is_possible().is_ok() {
        step::progress(STEP, "installing Debian's postgresql");
        install_without_cluster(Path::new(NEW_CLUSTERS))?;
    }
    find()
}

/// Returns the folder of PostgreSQL's programs, as [`ensure()`], but installs nothing.
///
/// # Errors
/// When there is none. The error says what to do about it.
pub fn find() -> Result<PathBuf> {
    if let Some(configured) = env_var(VARIABLE).map(PathBuf::from) {
        ensure!(
            has_all(&configured),
            "{VARIABLE} is {}, which does not contain all of {}; unset it, or set it to the folder of PostgreSQL's programs",
            configured.display(),
            PROGRAMS.join(", ")
        );
        return Ok(configured);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path);
    let configured = || try_stdout(&mut command("pg_config", &["--bindir"])).map(PathBuf::from);
    on_path
        .chain(std::iter::once_with(configured).flatten())
        .chain(newest_first(Path::new(VERSIONS)))
        .find(|folder| has_all(folder))
        .with_context(|| {
            format!(
                "no PostgreSQL server for the tests; install one (`cargo xtask setup --tests` does so as root on Debian; \
                 `apt install postgresql`, `brew install postgresql@17`), or set {VARIABLE} to the folder that contains {}",
                PROGRAMS.join(", ")
            )
        })
}

fn has_all(folder: &Path) -> bool {
    PROGRAMS.iter().all(|program| folder.join(program).is_file())
}

/// The folders of the programs of each version, such as `/usr/lib/postgresql/15/bin`.
fn newest_first(versions: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(versions).into_iter().flatten().flatten();
    let mut numbered: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    numbered.sort();
    numbered.into_iter().rev().map(|(_, folder)| folder).collect()
}

/// Installs Debian's package. By itself it would create a cluster, start it, and start it again with the machine; here it serves the
/// tests only, which have clusters of their own. The setting is gone afterwards, because it would also hold for a server that
/// somebody installs later, to use it.
fn install_without_cluster(settings: &Path) -> Result<()> {
    let setting = settings.join("ticketing.conf");
    let cannot_write = || format!("cannot write {}", setting.display());
    fs::create_dir_all(settings).with_context(cannot_write)?;
    fs::write(&setting, "create_main_cluster = false\n").with_context(cannot_write)?;
    let installed = debian::install_packages(&["postgresql"]);
    fs::remove_file(&setting).with_context(|| format!("cannot remove {}", setting.display()))?;
    // Settings of others stay, and their folder with them.
    let _not_empty = fs::remove_dir(settings);
    installed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(programs: &[&str], folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        for program in programs {
            fs::write(folder.join(program), "").unwrap();
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let versions = tempfile::tempdir().unwrap();
        for name in ["9", "15", "17", "common"] {
            fs::create_dir(versions.path().join(name)).unwrap();
        }
        let expected = ["17", "15", "9"].map(|version| versions.path().join(version).join("bin"));
        assert_eq!(newest_first(versions.path()), expected);
        assert!(newest_first(&versions.path().join("missing")).is_empty());
    }

    #[test]
    fn folder_with_only_some_programs_does_not_do() {
        let folder = tempfile::tempdir().unwrap();
        install(&PROGRAMS[1..], folder.path());
        assert!(!has_all(folder.path()));
        install(&PROGRAMS, folder.path());
        assert!(has_all(folder.path()));
    }
}
