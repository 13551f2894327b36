//! A copy of the checkout that may be edited.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process::{self, command};
use crate::workspace::Workspace;

/// The copy. It stays for the next run, which then only builds what has changed.
pub(super) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Copies every file that belongs to the checkout, and links its npm packages.
    ///
    /// # Errors
    /// When git does not list the files, or one cannot be copied.
    pub(super) fn copy(workspace: &Workspace) -> Result<Self> {
        let root = workspace.target().join("watched");
        fs::create_dir_all(&root).with_context(|| format!("cannot make {}", root.display()))?;
        let packages = root.join("node_modules");
        if packages.symlink_metadata().is_err() {
            symlink(workspace.root().join("node_modules"), &packages).context("cannot link node_modules")?;
        }
        let copy = Self { root };
        copy.restore(workspace)?;
        Ok(copy)
    }

    /// The folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the files the same as those of the checkout again. A file that already is stays untouched, so that nothing
    /// is built anew because of it.
    ///
    /// # Errors
    /// When git does not list the files, or one cannot be copied.
    pub(super) fn restore(&self, workspace: &Workspace) -> Result<()> {
        let mut git = command(
            "git",
            &["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        );
        git.current_dir(workspace.root());
        let listed = process::read(&mut git).context("only the files that git lists are copied")?;
        let files = listed.split('\0').filter(|file| !file.is_empty());
        for file in files {
            let (from, to) = (workspace.root().join(file), self.root.join(file));
            // A file that was removed and not committed yet is still listed.
            let Ok(content) = fs::read(&from) else { continue };
            if fs::read(&to).is_ok_and(|copied| copied == content) {
                continue;
            }
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            }
            fs::write(&to, content).with_context(|| format!("cannot write {}", to.display()))?;
        }
        Ok(())
    }

    /// Replaces a text in a file.
    ///
    /// # Errors
    /// When the file does not have it exactly once.
    pub(super) fn edit(&self, file: &str, from: &str, to: &str) -> Result<()> {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(
            text.matches(from).count() == 1,
            "{file} does not have {from:?} once; choose another text to edit"
        );
        fs::write(&path, text.replacen(from, to, 1))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}
