//! The download size of the first page in a browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A kind of file that the first page loads.
pub(crate) struct Kind {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// How its files end, uncompressed.
    extension: &'static str,
    /// The most that may be sent, in bytes.
    pub(crate) budget: u64,
}

/// The kinds, with their budgets after brotli.
pub(crate) const KINDS: [Kind; 3] = [
    Kind {
        name: "WASM",
        extension: "wasm",
        budget: 120_000,
    },
    Kind {
        name: "JS",
        extension: "js",
        budget: 10_000,
    },
    Kind {
        name: "CSS",
        extension: "css",
        budget: 15_000,
    },
];

/// The bytes of a kind as they are made and as they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Uncompressed.
    pub(crate) plain: u64,
    /// With brotli.
    pub(crate) sent: u64,
}

impl Kind {
    /// Sums the files of this kind below the directory. A file without a compressed twin is sent as it is.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub(crate) fn measure(&self, folder: &Path) -> Result<Size> {
        let mut size = Size { plain: 0, sent: 0 };
        for file in files_below(folder)? {
            if file
                .extension()
                .is_none_or(|extension| extension != self.extension)
            {
                continue;
            }
            let plain = length(&file)?;
            let mut twin = file.into_os_string();
            twin.push(".br");
            size.plain += plain;
            size.sent += length(Path::new(&twin)).unwrap_or(plain);
        }
        Ok(size)
    }
}

fn length(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| {
            format!(
                "cannot list {}; build with `cargo xtask test --only build`",
                folder.display()
            )
        })?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot list {}", folder.display()))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_the_compressed_twin_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("snippets/a")).unwrap();
        for (name, length) in [
            ("t.x.js", 900),
            ("t.x.js.br", 300),
            ("t.x.js.gz", 400),
            ("snippets/a/b.js", 50),
        ] {
            fs::write(folder.path().join(name), vec![0; length]).unwrap();
        }
        assert_eq!(
            KINDS[1].measure(folder.path()).unwrap(),
            Size {
                plain: 950,
                sent: 350
            }
        );
        assert_eq!(
            KINDS[0].measure(folder.path()).unwrap(),
            Size { plain: 0, sent: 0 }
        );
        assert!(KINDS[0].measure(&folder.path().join("missing")).is_err());
    }
}
