//! The data directory: private to its owner, and used by one server at a time.

mod file;
mod lock;
mod permissions;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub use file::is_file;
pub use lock::Lock;
pub use permissions::{LoosePermissions, PRIVATE_FILE, PRIVATE_FOLDER, loose_permissions};

/// While this file exists, a restore has started to replace the files of the data directory and has not ended.
pub const RESTORING: &str = "restore-unfinished";

/// The data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be created.
    #[error("the data directory {} cannot be created: {problem}. Choose another with --data-dir", .path.display())]
    Make {
        /// The directory.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// Another server is using it.
    #[error(
        "the data directory {} is in use by another server. Stop that one, or choose another directory with --data-dir",
        .path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// It cannot be determined whether another server is using it.
    #[error("the data directory {} cannot be locked: {problem}. Choose a directory on a local disk with --data-dir", .path.display())]
    Lock {
        /// The directory.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// Some of its files are from before a restore and some from after.
    #[error(
        "a restore into the data directory {folder} was interrupted, and its files are not from the same point in time. Restore again: \
         ticketing restore BACKUP --data-dir {folder} --replace",
        folder = .path.display()
    )]
    Restoring {
        /// The directory.
        path: PathBuf,
    },
}

/// Creates the directory if it is missing, and keeps other servers out for as long as the lock lives.
///
/// # Errors
/// When it cannot be created, another server is using it, or a restore has not ended.
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

/// Creates the directory if it is missing, readable by its owner only, whatever the umask. An existing one is left as it is.
///
/// # Errors
/// When it cannot be created.
pub fn make(folder: &Path) -> Result<(), DataDirError> {
    let made = || -> io::Result<()> {
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => fs::set_permissions(folder, fs::Permissions::from_mode(PRIVATE_FOLDER)),
            // A link to a directory works like a directory.
            Err(_) if folder.is_dir() => Ok(()),
            Err(problem) => Err(problem),
        }
    };
    made().map_err(|problem| DataDirError::Make {
        path: folder.to_owned(),
        problem,
    })
}

/// Logs which files other users of the machine can read. The permissions are not changed: they may be intended.
pub fn warn_of_loose_permissions(folder: &Path) {
    for LoosePermissions { path, mode, wanted } in loose_permissions(folder) {
        tracing::warn!(
            path = %path.display(),
            mode = %format_args!("{mode:03o}"),
            "other users of this machine can access the data; revoke it with: chmod {wanted:03o} {}",
            path.display()
        );
    }
}
