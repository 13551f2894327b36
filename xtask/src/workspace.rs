//! Where things are: the checkout, cargo's target folder, and the cache that several checkouts share.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that the subcommands work in.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Workspace {
    /// Finds the folders from the environment.
    ///
    /// # Errors
    /// When there is neither `TICKETING_CACHE`, `XDG_CACHE_HOME` nor `HOME` to put the cache under.
    pub(crate) fn locate() -> Result<Self> {
        // What cargo says now wins over what was compiled in: checkouts may share a target folder.
        let manifest =
            non_empty("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&manifest)
            .parent()
            .context("xtask's manifest has no parent folder; it must lie in the workspace")?
            .to_path_buf();
        let target = match non_empty("CARGO_TARGET_DIR") {
            // Cargo takes a relative folder from where it was called, as does `join`.
            Some(target) => env::current_dir()
                .context("the current folder is gone; cd into the checkout")?
                .join(target),
            None => root.join("target"),
        };
        let cache = cache_folder(
            non_empty("TICKETING_CACHE"),
            non_empty("XDG_CACHE_HOME"),
            non_empty("HOME"),
        )
        .context(
            "no place for the build tools: set TICKETING_CACHE to a folder, for example /var/cache/ticketing",
        )?;
        Ok(Self { root, target, cache })
    }

    /// The checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` in the checkout.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The user's cache of build tools.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Where the cached build tools' programs are.
    pub(crate) fn bin(&self) -> PathBuf {
        self.cache.join("bin")
    }
}

/// The cache folder for these values of `TICKETING_CACHE`, `XDG_CACHE_HOME` and `HOME`.
fn cache_folder(own: Option<String>, xdg: Option<String>, home: Option<String>) -> Option<PathBuf> {
    own.map(PathBuf::from)
        .or_else(|| xdg.map(|xdg| Path::new(&xdg).join("ticketing")))
        .or_else(|| home.map(|home| Path::new(&home).join(".cache").join("ticketing")))
}

/// The value of an environment variable, none when it is unset, empty or not text.
pub(crate) fn non_empty(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_variable_wins_over_the_general_ones() {
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
