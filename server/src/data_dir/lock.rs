//! One server per data directory.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::DataDirError;

/// How often a lock is tried: a process that only checks whether it is held takes it briefly.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(25);

/// Keeps other servers out of a data directory until it is dropped or the process ends, however it ends.
///
/// The directory itself is locked: no lock file has to be created, none can be left behind or be deleted, and every path that leads
/// to the directory leads to the same lock. Child processes do not inherit it.
#[derive(Debug)]
pub struct Lock {
    _folder: File,
}

impl Lock {
    /// Locks a directory.
    ///
    /// # Errors
    /// When another process has locked it, or the file system does not support locks.
    pub fn of(folder: &Path) -> Result<Self, DataDirError> {
        let failed = |problem| DataDirError::Lock {
            path: folder.to_owned(),
            problem,
        };
        let file = File::open(folder).map_err(failed)?;
        for number in 1..=TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _folder: file }),
                Err(TryLockError::WouldBlock) if number < TRIES => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(problem)) => return Err(failed(problem)),
            }
        }
        Err(DataDirError::InUse {
            path: folder.to_owned(),
        })
    }

    /// Whether a directory is locked, as far as that can be determined. Concurrent checks do not block each other.
    #[must_use]
    pub fn is_held(folder: &Path) -> bool {
        File::open(folder).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn folder_has_one_lock_under_every_path() {
        let scratch = tempfile::tempdir().unwrap();
        let (folder, link) = (scratch.path().join("folder"), scratch.path().join("link"));
        std::fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        let lock = Lock::of(&folder).unwrap();
        assert!(matches!(Lock::of(&link), Err(DataDirError::InUse { .. })));
        assert!(Lock::is_held(&folder) && Lock::is_held(&link));
        drop(lock);
        assert!(!Lock::is_held(&folder));
        Lock::of(&link).unwrap();
    }

    #[test]
    fn child_process_does_not_keep_the_lock() {
        let scratch = tempfile::tempdir().unwrap();
        let lock = Lock::of(scratch.path()).unwrap();
        // It lives until its input ends, and has certainly started once it has responded.
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(b"?").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        drop(lock);
        Lock::of(scratch.path()).unwrap();
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
