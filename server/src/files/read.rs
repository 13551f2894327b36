//! Reading the files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;

/// A file of the site cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}, a file of the site: {error}", .path.display())]
pub struct UnreadableFile {
    path: PathBuf,
    error: io::Error,
}

/// All files below a folder, each with its path there, as in `/pkg/ticketing.css`. A name that is not UTF-8 has no address, so that
/// file is left out.
///
/// # Errors
/// If one of them cannot be read.
pub fn read(folder: &Path) -> Result<Vec<(String, Bytes)>, UnreadableFile> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), folder.to_owned())];
    while let Some((address, folder)) = folders.pop() {
        let failed = |error| UnreadableFile {
            path: folder.clone(),
            error,
        };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, name) = (entry.path(), entry.file_name());
            let Some(name) = name.to_str() else { continue };
            let address = format!("{address}/{name}");
            if path.is_dir() {
                folders.push((address, path));
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| UnreadableFile { path, error })?;
            files.push((address, bytes.into()));
        }
    }
    Ok(files)
}
