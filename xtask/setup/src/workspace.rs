//! The folders of the project: the checkout, cargo's target folder, and the cache that several checkouts share.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::env::env_var;

/// The folders that set-up and the subcommands work in.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Workspace {
    /// Finds the folders from the environment, and from the manifest folder that was compiled into xtask.
    ///
    /// # Errors
    /// When neither `TICKETING_CACHE`, `XDG_CACHE_HOME` nor `HOME` says where the cache is.
    pub fn locate(compiled_manifest: &str) -> Result<Self> {
        // What cargo says now wins over what was compiled in: checkouts may share a target folder.
        let manifest = env_var("CARGO_MANIFEST_DIR").unwrap_or_else(|| compiled_manifest.to_owned());
        let root = Path::new(&manifest)
            .parent()
            .context("xtask's manifest has no parent folder; it must be in the workspace")?
            .to_path_buf();
        let target = match env_var("CARGO_TARGET_DIR") {
            // Cargo resolves a relative folder against the current one, as does `join`.
            Some(target) => env::current_dir()
                .context("the current folder is gone; cd into the checkout")?
                .join(target),
            None => root.join("target"),
        };
        let cache = cache_folder(
            env_var("TICKETING_CACHE"),
            env_var("XDG_CACHE_HOME"),
            env_var("HOME"),
        )
        .context(
            "no folder for the build tools: set TICKETING_CACHE to one, for example /var/cache/ticketing",
        )?;
        Ok(Self { root, target, cache })
    }

    /// The checkout.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` in the checkout.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The user's cache of build tools.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// The folder in the cache with the programs of the build tools.
    #[must_use]
    pub fn bin(&self) -> PathBuf {
        self.cache.join("bin")
    }
}

/// The cache folder for these values of `TICKETING_CACHE`, `XDG_CACHE_HOME` and `HOME`.
fn cache_folder(own: Option<String>, xdg: Option<String>, home: Option<String>) -> Option<PathBuf> {
    own.map(PathBuf::from)
        .or_else(|| xdg.map(|xdg| Path::new(&xdg).join("ticketing")))
        .or_else(|| home.map(|home| Path::new(&home).join(".cache").join("ticketing")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticketing_cache_wins_over_the_general_variables() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            cache_folder(some("/a"), some("/b"), some("/c")),
            Some("/a".into())
        );
        assert_eq!(
            cache_folder(None, some("/b"), some("/c")),
            Some("/b/ticketing".into())
        );
        assert_eq!(
            cache_folder(None, None, some("/c")),
            Some("/c/.cache/ticketing".into())
        );
        assert_eq!(cache_folder(None, None, None), None);
    }
}
