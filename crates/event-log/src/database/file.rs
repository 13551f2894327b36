//! The file itself, before SQLite opens it.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Creates an empty file that only its owner can read, whatever the umask; leaves an existing one as it is. SQLite takes an empty
/// file for a new database, and gives the write-ahead log and its index the permissions of the file.
///
/// # Errors
/// When it cannot be created.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, PRIVATE);
    match options.open(path) {
        Ok(file) => restrict(&file),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
const PRIVATE: u32 = 0o600;

/// The umask may also have removed permissions of the owner.
#[cfg(unix)]
fn restrict(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(PRIVATE))
}

#[cfg(not(unix))]
fn restrict(_file: &std::fs::File) -> io::Result<()> {
    Ok(())
}
