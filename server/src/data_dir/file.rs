//! What lies at a path, before it is opened: opening a pipe would wait for somebody who writes into it.

use std::io::{self, ErrorKind};
use std::path::Path;

/// Whether there is a file; false if there is nothing.
///
/// # Errors
/// When it cannot be seen, as in a folder that cannot be read, or what is there is no regular file.
pub fn is_file(path: &Path) -> io::Result<bool> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(_) => Err(io::Error::other("it is not a regular file")),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}
