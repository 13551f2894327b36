//! The files that a browser downloads for the first page, and their size budgets.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A type of file that the first page loads.
pub(crate) struct Asset {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// The extension of its files, uncompressed.
    extension: &'static str,
    /// How many bytes may be sent.
    pub(crate) budget: u64,
}

/// The assets, with their budgets after brotli compression.
pub(crate) const ASSETS: [Asset; 3] = [
    Asset {
        name: "WASM",
        extension: "wasm",
        budget: 80_000,
    },
    Asset {
        name: "JS",
        extension: "js",
        budget: 6_000,
    },
    Asset {
        name: "CSS",
        extension: "css",
        budget: 8_000,
    },
];

/// The size of an asset in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Uncompressed.
    pub(crate) plain: u64,
    /// As sent, with brotli where the file has a compressed version.
    pub(crate) sent: u64,
}

impl Asset {
    /// Sums the files of this type below the folder. A file without a compressed version is sent uncompressed.
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
            let mut compressed = file.into_os_string();
            compressed.push(".br");
            size.plain += plain;
            size.sent += length(Path::new(&compressed)).unwrap_or(plain);
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
                "cannot read {}; build with `cargo xtask test --only build`",
                folder.display()
            )
        })?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot read {}", folder.display()))?
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
    fn compressed_version_is_counted_where_there_is_one() {
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
            ASSETS[1].measure(folder.path()).unwrap(),
            Size {
                plain: 950,
                sent: 350
            }
        );
        assert_eq!(
            ASSETS[0].measure(folder.path()).unwrap(),
            Size { plain: 0, sent: 0 }
        );
        assert!(ASSETS[0].measure(&folder.path().join("missing")).is_err());
    }
}
