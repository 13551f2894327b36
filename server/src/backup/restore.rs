//! `ticketing restore`: the files of a backup into a data directory, all or nothing.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use contracts::Timestamp;

use super::{copy_private, sync_folder};
use crate::check::{self, AtRest, CheckError, Finding};
use crate::compose;
use crate::data_dir::{self, DataDirError, Lock, PRIVATE_FOLDER, RESTORING, is_file};
use crate::signing_key::{self, KeyError};

/// The copies, until they are known to be intact.
const STAGED: &str = ".restore";

/// SQLite's files next to a database: the write-ahead log and a journal belong to the data, the index of the log does not.
const SIDECAR_SUFFIXES: [&str; 2] = ["-wal", "-journal"];
const SHM_SUFFIX: &str = "-shm";

/// A backup could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup lacks a database.
    #[error("{} not found: is this a backup? Give the directory that `ticketing backup` created", .0.display())]
    Missing(PathBuf),
    /// The data directory holds a marketplace.
    #[error(
        "the data directory {} already holds a marketplace. Restore into another directory, or add --replace to move its files to a \
         subdirectory first",
        .0.display()
    )]
    NotEmpty(PathBuf),
    /// The data directory cannot be worked in.
    #[error(transparent)]
    Folder(#[from] DataDirError),
    /// The keys of the backup cannot be used.
    #[error("{0}. Nothing was restored")]
    Key(#[from] KeyError),
    /// The backup itself is damaged.
    #[error("the backup {} failed its checks, and nothing was restored:{}", .backup.display(), listed(.findings))]
    Unsound {
        /// The backup.
        backup: PathBuf,
        /// Its violated invariants.
        findings: Vec<Finding>,
    },
    /// A file cannot be read, written or moved.
    #[error("{}: {problem}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// The restored files cannot be read.
    #[error("the restored files cannot be checked: {0}")]
    Check(#[from] CheckError),
}

fn listed(findings: &[Finding]) -> String {
    let lines = findings.iter().flat_map(|Finding { name, violations }| {
        violations
            .iter()
            .map(move |violation| format!("\n  - {name}: {violation}"))
    });
    lines.collect()
}

/// The result of a restore.
#[derive(Debug)]
pub struct Restored {
    /// The directory with the previous files.
    pub replaced: Option<PathBuf>,
    /// The findings of the check of the files.
    pub files: AtRest,
}

/// Restores the files of a backup into a data directory without a running server, and checks that they are intact.
///
/// The files are first copied next to their places and checked there; only then are the previous ones moved to a subdirectory, with
/// `replace`, and the new ones moved to their places. If the process ends in between, no server starts until a restore has completed.
///
/// # Errors
/// When the backup is incomplete or damaged, a server is running in the data directory, the directory holds a marketplace and
/// `replace` is not set, or a file cannot be read or written.
pub async fn restore(
    backup: &Path,
    folder: &Path,
    replace: bool,
    now: Timestamp,
) -> Result<Restored, RestoreError> {
    let files = files_of(backup)?;
    data_dir::make(folder)?;
    let _no_server = Lock::of(folder)?;
    let present = present(folder).map_err(at(folder))?;
    if !present.is_empty() && !replace {
        return Err(RestoreError::NotEmpty(folder.to_owned()));
    }

    let staged = folder.join(STAGED);
    remove(&staged).map_err(at(&staged))?;
    stage(&files, &staged).map_err(at(&staged))?;
    let checked = check::check_at_rest(staged.as_path()).await?;
    let broken = checked.broken();
    if !broken.is_empty() {
        remove(&staged).map_err(at(&staged))?;
        return Err(RestoreError::Unsound {
            backup: backup.to_owned(),
            findings: broken,
        });
    }

    let unfinished = folder.join(RESTORING);
    fs::write(&unfinished, "").map_err(at(&unfinished))?;
    sync_folder(folder).map_err(at(folder))?;
    let replaced = put_aside(folder, &present, now)?;
    put_in_place(&staged, folder).map_err(at(folder))?;
    fs::remove_file(&unfinished).map_err(at(&unfinished))?;
    sync_folder(folder).map_err(at(folder))?;
    Ok(Restored {
        replaced,
        files: checked,
    })
}

fn at(path: &Path) -> impl Fn(io::Error) -> RestoreError + use<> {
    let path = path.to_owned();
    move |problem| RestoreError::File {
        path: path.clone(),
        problem,
    }
}

/// The files of a backup: every database with its logs, as in a filesystem snapshot, and the signing keys.
fn files_of(backup: &Path) -> Result<Vec<PathBuf>, RestoreError> {
    let mut files = Vec::new();
    for service in compose::SERVICES {
        let file = service::file(backup, service.name);
        if is_file(&file).map_err(at(&file))? {
            let beside = SIDECAR_SUFFIXES.map(|ending| with_ending(&file, ending));
            files.extend(beside.into_iter().filter(|beside| beside.exists()));
            files.push(file);
        } else if !service.is_optional {
            return Err(RestoreError::Missing(file));
        }
    }
    signing_key::verify(backup)?;
    let keys = signing_key::FILES.map(|name| backup.join(name));
    files.extend(keys.into_iter().filter(|key| key.exists()));
    Ok(files)
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Everything in a data directory that a restore replaces.
fn present(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut present = Vec::new();
    for service in compose::SERVICES {
        let file = service::file(folder, service.name);
        let beside = SIDECAR_SUFFIXES.into_iter().chain([SHM_SUFFIX]);
        let mut files: Vec<PathBuf> = beside.map(|ending| with_ending(&file, ending)).collect();
        files.push(file);
        for file in files {
            if file.try_exists()? {
                present.push(file);
            }
        }
    }
    for key in signing_key::FILES.map(|name| folder.join(name)) {
        if key.try_exists()? {
            present.push(key);
        }
    }
    Ok(present)
}

fn stage(files: &[PathBuf], staged: &Path) -> io::Result<()> {
    make_folder(staged)?;
    for file in files {
        let name = file.file_name().unwrap_or_default();
        copy_private(file, &staged.join(name))?;
    }
    sync_folder(staged)
}

fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(PRIVATE_FOLDER))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Moves the previous files into a subdirectory. Nothing is deleted.
fn put_aside(folder: &Path, present: &[PathBuf], now: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
    if present.is_empty() {
        return Ok(None);
    }
    let moment = now.to_string().replace([':', '-', '.'], "");
    let aside = folder.join(format!("replaced-{moment}"));
    make_folder(&aside).map_err(at(&aside))?;
    for file in present {
        let name = file.file_name().unwrap_or_default();
        fs::rename(file, aside.join(name)).map_err(at(file))?;
    }
    sync_folder(&aside).map_err(at(&aside))?;
    Ok(Some(aside))
}

fn put_in_place(staged: &Path, folder: &Path) -> io::Result<()> {
    for entry in staged.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        // The check may have left the index of a log, which is recreated from the log.
        if !name.to_string_lossy().ends_with(SHM_SUFFIX) {
            fs::rename(entry.path(), folder.join(name))?;
        }
    }
    sync_folder(folder)?;
    fs::remove_dir_all(staged)
}
