//! A copy of the checkout that a test may edit.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xtask_setup::Workspace;

/// Generated folders and git's own. They are not copied.
const NOT_COPIED: [&str; 5] = [".git", "data", "node_modules", "target", "test-output"];

/// The copy. It is kept for the next run, which then only builds what has changed.
pub(super) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Copies the checkout, and links its npm packages.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub(super) fn copy(workspace: &Workspace) -> Result<Self> {
        let root = workspace.target().join("watched");
        fs::create_dir_all(&root).with_context(|| format!("cannot create {}", root.display()))?;
        let packages = root.join("node_modules");
        if packages.symlink_metadata().is_ok() {
            // It may link to another checkout with the same target folder.
            fs::remove_file(&packages).context("cannot unlink node_modules")?;
        }
        symlink(workspace.root().join("node_modules"), &packages).context("cannot link node_modules")?;
        let copy = Self { root };
        copy.restore(workspace)?;
        Ok(copy)
    }

    /// The directory.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Undoes the edits of an earlier run. A file that was not edited is not touched, so that it causes no rebuild.
    fn restore(&self, workspace: &Workspace) -> Result<()> {
        let not_copied: Vec<PathBuf> = NOT_COPIED
            .iter()
            .map(|name| workspace.root().join(name))
            .collect();
        copy_folder(
            workspace.root(),
            &self.root,
            &[not_copied, vec![workspace.target().to_owned()]].concat(),
        )
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
            "{file} must have {from:?} exactly once; choose another text to edit"
        );
        fs::write(&path, text.replacen(from, to, 1))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn copy_folder(from: &Path, to: &Path, excluded: &[PathBuf]) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", from.display()))?;
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type()?;
        if kind.is_dir() && !excluded.contains(&path) {
            copy_folder(&path, &to.join(&name), excluded)?;
        } else if kind.is_file() {
            copy_file(&path, &to.join(&name))?;
        }
    }
    remove_extra(from, to, excluded)
}

/// Removes what the checkout no longer has. A migration that was reverted would otherwise still be applied.
fn remove_extra(from: &Path, to: &Path, excluded: &[PathBuf]) -> Result<()> {
    let entries = fs::read_dir(to).with_context(|| format!("cannot read {}", to.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", to.display()))?;
        let (name, path) = (entry.file_name(), entry.path());
        let original = from.join(&name);
        if excluded.contains(&original) || original.exists() {
            continue;
        }
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|copied| copied == content) {
        return Ok(());
    }
    fs::write(to, content).with_context(|| format!("cannot write {}", to.display()))
}
