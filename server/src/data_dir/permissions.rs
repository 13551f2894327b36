//! The permissions of the data directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The mode of a private directory.
pub const PRIVATE_FOLDER: u32 = 0o700;

/// The mode of a private file.
pub const PRIVATE_FILE: u32 = 0o600;

/// The permissions of group and others in a mode.
const OTHERS: u32 = 0o077;

/// Something that users other than its owner have access to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoosePermissions {
    /// The directory or the file.
    pub path: PathBuf,
    /// Its mode.
    pub mode: u32,
    /// The mode that it should have.
    pub wanted: u32,
}

/// The data directory and its data files that other users can access. Files that cannot be inspected are omitted.
#[must_use]
pub fn loose_permissions(folder: &Path) -> Vec<LoosePermissions> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = files
        .filter(|entry| holds_data(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let folder = (folder.to_owned(), PRIVATE_FOLDER);
    let files = files.into_iter().map(|file| (file, PRIVATE_FILE));
    std::iter::once(folder)
        .chain(files)
        .filter_map(|(path, wanted)| {
            let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o777;
            (mode & OTHERS != 0).then_some(LoosePermissions { path, mode, wanted })
        })
        .collect()
}

fn holds_data(name: &str) -> bool {
    name.contains(".sqlite")
        || crate::signing_key::FILES
            .iter()
            .any(|file| name.starts_with(file))
}
