//! The type of a file, before it is opened: opening a pipe would wait for a writer.

use std::io::{self, ErrorKind};
use std::path::Path;

/// Whether the file exists.
///
/// # Errors
/// When it cannot be determined, as in an unreadable directory, or it is not a regular file.
pub fn is_file(path: &Path) -> io::Result<bool> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(_) => Err(io::Error::other("it is not a regular file")),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}
