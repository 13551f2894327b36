//! `ticketing backup`: all files of a data directory at the same point in time, even while a server is running.

pub mod restore;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use event_log::BackupFile;

use crate::check::{self, AtRest, CheckError};
use crate::compose::{self, NoFile};
use crate::data_dir::{PRIVATE_FILE, PRIVATE_FOLDER};
use crate::signing_key::{self, KeyError};

/// A backup could not be made. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error("{} not found: is this the data directory? Set it with --data-dir", .0.display())]
    Missing(PathBuf),
    /// The target holds something.
    #[error("{} is not empty. Choose a directory that does not exist yet, for example {}", .0.display(), .0.join("backup-1").display())]
    NotEmpty(PathBuf),
    /// The target cannot be written.
    #[error("the backup {}: {problem}. Choose a directory that does not exist yet, in one that this user can write to", .path.display())]
    Write {
        /// The target, or a file of it.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// The file of a database cannot be read.
    #[error("{} cannot be read: {problem}. Run this as the user that owns the data directory", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// The files of the keys cannot be used: no server starts on the folder, unless its settings bring another key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A database cannot be copied.
    #[error(transparent)]
    Copy(#[from] event_log::BackupError),
    /// The copies cannot be read.
    #[error("the copies cannot be checked: {0}")]
    Check(#[from] CheckError),
}

/// The content of a backup.
#[derive(Debug)]
pub struct Backup {
    /// How many bytes.
    pub bytes: u64,
    /// How many databases.
    pub databases: usize,
    /// Whether the key that signs sessions is among the files.
    pub has_signing_key: bool,
    /// The findings of the check of the copies.
    pub files: AtRest,
}

/// Copies the databases of a data directory, at the same point in time, and its signing keys into a new directory, and checks that the
/// copies are intact. A server may be running in the meantime; see [`event_log::backup`] for the guarantee.
///
/// The copies are made under another name next to the target, so that the target appears as a whole or not at all.
///
/// # Errors
/// When the target exists and is not empty, the keys of the data directory cannot be used, or something cannot be read or written.
pub async fn create(folder: &Path, target: &Path) -> Result<Backup, BackupError> {
    let names = present(folder)?;
    signing_key::verify(folder)?;
    if target
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some())
    {
        return Err(BackupError::NotEmpty(target.to_owned()));
    }
    let write_failed = |problem| BackupError::Write {
        path: target.to_owned(),
        problem,
    };
    let above = parent_of(target);
    fs::create_dir_all(&above).map_err(write_failed)?;
    // It is removed again unless it is moved to its place.
    let unfinished = tempfile::Builder::new()
        .prefix(".ticketing-backup-")
        .tempdir_in(&above)
        .map_err(write_failed)?;
    fs::set_permissions(unfinished.path(), fs::Permissions::from_mode(PRIVATE_FOLDER))
        .map_err(write_failed)?;
    let copies: Vec<BackupFile> = names
        .iter()
        .map(|name| BackupFile {
            from: service::file(folder, name),
            to: service::file(unfinished.path(), name),
        })
        .collect();
    event_log::backup(&copies).await?;
    let has_signing_key = folder.join(signing_key::FILE).exists();
    for name in signing_key::FILES {
        let key = folder.join(name);
        if key.exists() {
            copy_private(&key, &unfinished.path().join(name)).map_err(write_failed)?;
        }
    }
    let files = check::check_at_rest(unfinished.path()).await?;
    let bytes = size(unfinished.path()).map_err(write_failed)?;
    sync_folder(unfinished.path()).map_err(write_failed)?;
    fs::rename(unfinished.path(), target).map_err(write_failed)?;
    sync_folder(&above).map_err(write_failed)?;
    // It has moved: nothing is left to be removed.
    let _moved = unfinished.keep();
    Ok(Backup {
        bytes,
        databases: copies.len(),
        has_signing_key,
        files,
    })
}

/// The names of the databases in a directory, in the order in which they are locked.
fn present(folder: &Path) -> Result<Vec<&'static str>, BackupError> {
    let files = compose::files_of(folder)?;
    Ok(files.into_iter().map(|(service, _)| service.name).collect())
}

impl From<NoFile> for BackupError {
    fn from(error: NoFile) -> Self {
        match error {
            NoFile::Missing(path) => Self::Missing(path),
            NoFile::Unreadable { path, problem } => Self::Read { path, problem },
        }
    }
}

/// The parent directory of a target; the current one for a bare name.
pub(crate) fn parent_of(target: &Path) -> PathBuf {
    match target.parent() {
        Some(above) if !above.as_os_str().is_empty() => above.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Copies a file, for its owner only, and syncs it to disk.
fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = private_file(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    let file = options
        .write(true)
        .create_new(true)
        .mode(PRIVATE_FILE)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(PRIVATE_FILE))?;
    Ok(file)
}

fn size(folder: &Path) -> io::Result<u64> {
    folder.read_dir()?.try_fold(0, |bytes, entry| {
        let metadata = entry?.metadata()?;
        Ok(bytes + metadata.len())
    })
}

pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
