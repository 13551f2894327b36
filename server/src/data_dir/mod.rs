//! The data directory: its owner's alone, and one server's at a time.

mod file;
mod lock;
mod permissions;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub use file::is_file;
pub use lock::Lock;
pub use permissions::{PRIVATE_FILE, PRIVATE_FOLDER, TooOpen, too_open};

/// While this file exists, a restore has begun to replace the files of the data directory and has not ended.
pub const RESTORING: &str = "restore-unfinished";

/// The data directory cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made.
    #[error("the data directory {} cannot be created: {problem}. Choose another with --data-dir", .path.display())]
    Make {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// Another server works in it.
    #[error(
        "the data directory {} is in use by another server. Stop that one, or choose another directory with --data-dir",
        .path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// It cannot be seen whether another server works in it.
    #[error("the data directory {} cannot be locked: {problem}. Choose a directory on a local disk with --data-dir", .path.display())]
    Lock {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// Some of its files are of before a restore and some of after.
    #[error(
        "a restore into the data directory {folder} was interrupted, and its files are not from the same point in time. Restore again: \
         ticketing restore BACKUP --data-dir {folder} --replace",
        folder = .path.display()
    )]
    Restoring {
        /// The folder.
        path: PathBuf,
    },
}

/// Makes the folder where it is missing, and keeps other servers out for as long as the lock lives.
///
/// # Errors
/// When it cannot be made, another server works in it, or a restore has not ended.
pub fn open(folder: &Path) -> Result<Lock, DataDirError> {
    make(folder)?;
    let lock = Lock::of(folder)?;
    if folder.join(RESTORING).exists() {
        return Err(DataDirError::Restoring {
            path: folder.to_owned(),
        });
    }
    Ok(lock)
}

/// Makes the folder where it is missing, readable by its owner only, whatever the umask. One that exists is left as it is.
///
/// # Errors
/// When it cannot be made.
pub fn make(folder: &Path) -> Result<(), DataDirError> {
    let made = || -> io::Result<()> {
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => fs::set_permissions(folder, fs::Permissions::from_mode(PRIVATE_FOLDER)),
            // A link to a folder is as good as a folder.
            Err(_) if folder.is_dir() => Ok(()),
            Err(problem) => Err(problem),
        }
    };
    made().map_err(|problem| DataDirError::Make {
        path: folder.to_owned(),
        problem,
    })
}

/// Says what other users of the machine can read. It is not changed: somebody may have wanted it so.
pub fn warn_if_too_open(folder: &Path) {
    for TooOpen { path, mode, wanted } in too_open(folder) {
        tracing::warn!(
            path = %path.display(),
            mode = %format_args!("{mode:03o}"),
            "other users of this machine can access the data; revoke it with: chmod {wanted:03o} {}",
            path.display()
        );
    }
}
