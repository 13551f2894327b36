//! The key that signs session tokens: the configured one, or one that is generated once and kept in the data directory. And the
//! former keys, which the data directory may also contain.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use web::SigningKey;

use crate::data_dir::{PRIVATE_FILE, is_file};

/// The name of the key's file in the data directory.
pub const FILE: &str = "signing-key";
const FORMER_FILE: &str = "former-signing-keys";
/// The names of the key files, all of which are optional.
pub const FILES: [&str; 2] = [FILE, FORMER_FILE];

/// The stored key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the signing key {}: {problem}. Make the data directory readable and writable for this user, or set --signing-key", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// The file does not contain a key.
    #[error("the signing key {}: {problem}. Restore it from a backup, or delete it, which signs everyone out", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The error.
        problem: String,
    },
    /// A line of the file of former keys is not a key.
    #[error("the former signing key in line {line} of {}: {problem}. Remove the line, which ends the sessions signed with that key", .path.display())]
    Former {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The error.
        problem: String,
    },
}

/// The key of the data directory; generated, readable only by its owner, if there is none.
///
/// # Errors
/// When the file cannot be read, written or parsed.
pub fn load_or_make(data_dir: &Path) -> Result<SigningKey, KeyError> {
    match load(data_dir)? {
        Some(key) => Ok(key),
        None => make(&data_dir.join(FILE)),
    }
}

/// Checks that a server can start with the keys in a directory, including former ones. None of them has to exist.
///
/// # Errors
/// When a file cannot be read or parsed: the same error as when starting the server.
pub fn verify(folder: &Path) -> Result<(), KeyError> {
    load(folder)?;
    load_former(folder)?;
    Ok(())
}

fn load(folder: &Path) -> Result<Option<SigningKey>, KeyError> {
    let path = folder.join(FILE);
    let Some(text) = read(&path)? else { return Ok(None) };
    let key = SigningKey::parse(text.trim()).map_err(|problem| KeyError::Content {
        path,
        problem: problem.to_string(),
    })?;
    Ok(Some(key))
}

/// The text of a file, if it exists.
fn read(path: &Path) -> Result<Option<String>, KeyError> {
    let read = || -> io::Result<Option<String>> {
        if !is_file(path)? {
            return Ok(None);
        }
        fs::read_to_string(path).map(Some)
    };
    read().map_err(|problem| KeyError::File {
        path: path.to_owned(),
        problem,
    })
}

/// The former keys in the data directory, one per line: none if the file does not exist. To rotate the key, move the file of the
/// current one there.
///
/// # Errors
/// When the file cannot be read or parsed.
pub fn load_former(data_dir: &Path) -> Result<Vec<SigningKey>, KeyError> {
    let path = data_dir.join(FORMER_FILE);
    let Some(text) = read(&path)? else {
        return Ok(Vec::new());
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let keys = lines.map(|(number, line)| {
        SigningKey::parse(line).map_err(|problem| KeyError::Former {
            path: path.clone(),
            line: number + 1,
            problem: problem.to_string(),
        })
    });
    keys.collect()
}

fn make(path: &Path) -> Result<SigningKey, KeyError> {
    let key = SigningKey::generate();
    // The key is written completely next to its place and then moved, so that a crash never leaves half a key.
    let fresh = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(PRIVATE_FILE)
            .open(&fresh)?;
        // A file left behind by a crash keeps its permissions, and the umask may remove some of the owner's.
        file.set_permissions(fs::Permissions::from_mode(PRIVATE_FILE))?;
        file.write_all(key.encode().as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|problem| KeyError::File {
        path: path.to_owned(),
        problem,
    })?;
    tracing::info!(key.file = %path.display(), "generated a signing key");
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn former(folder: &Path) -> Vec<String> {
        let keys = load_former(folder).unwrap();
        keys.iter().map(SigningKey::encode).collect()
    }

    #[test]
    fn key_is_made_once_and_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = load_or_make(folder.path()).unwrap();
        let second = load_or_make(folder.path()).unwrap();
        assert_eq!(first.encode(), second.encode());
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn key_that_is_moved_becomes_a_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = |file: &str| folder.path().join(file);
        assert!(former(folder.path()).is_empty());
        let first = load_or_make(folder.path()).unwrap().encode();
        fs::rename(path(FILE), path(FORMER_FILE)).unwrap();
        let second = load_or_make(folder.path()).unwrap().encode();
        assert_ne!(first, second);
        assert_eq!(former(folder.path()), [first.as_str()]);
        // The second time it is another line.
        let lines = format!("{second}\n\n{first}\n");
        fs::write(path(FORMER_FILE), lines).unwrap();
        assert_eq!(former(folder.path()), [second, first]);
        fs::write(path(FORMER_FILE), "\nnot a key\n").unwrap();
        let text = load_former(folder.path()).unwrap_err().to_string();
        assert!(text.contains("line 2") && text.contains(FORMER_FILE), "{text}");
        assert!(!text.contains("not a key"), "{text}");
    }

    #[test]
    fn broken_key_is_reported_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "not a key").unwrap();
        let text = load_or_make(folder.path()).unwrap_err().to_string();
        assert!(
            text.contains("signing-key") && text.contains("Restore it"),
            "{text}"
        );
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), "not a key");
        assert!(matches!(
            load_or_make(Path::new("/nowhere")),
            Err(KeyError::File { .. })
        ));
    }
}
