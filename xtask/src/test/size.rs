//! What a browser downloads for the first page, and its budget.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::report::Tally;
use crate::build::Build;

/// A kind of file that the first page loads.
pub(crate) struct Kind {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    /// How its files end, uncompressed.
    extension: &'static str,
    /// The most that may be sent, in bytes.
    budget: u64,
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

/// Holds every kind against its budget, and prints the sizes.
///
/// # Errors
/// When the files of the release cannot be read.
pub(super) fn check(built: &Build) -> Result<Tally> {
    let mut tally = Tally::default();
    for kind in &KINDS {
        let size = kind.measure(&built.package)?;
        let is_within = size.plain > 0 && size.sent <= kind.budget;
        println!(
            "{:<4} {:>7} bytes sent of {:>7} allowed ({} before brotli){}",
            kind.name,
            size.sent,
            kind.budget,
            size.plain,
            if is_within {
                ""
            } else {
                ": TOO MUCH, or nothing was built; see docs/ARCHITECTURE.md on what the browser is sent"
            }
        );
        tally += Tally::of([is_within]);
    }
    Ok(tally)
}

impl Kind {
    /// Sums the files of this kind below the folder. A file without a compressed twin is sent as it is.
    ///
    /// # Errors
    /// When the folder cannot be read.
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

    fn built(files: &[(&str, usize)]) -> (tempfile::TempDir, Build) {
        let folder = tempfile::tempdir().unwrap();
        for (name, length) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![0; *length]).unwrap();
        }
        let build = Build {
            binary: PathBuf::new(),
            package: folder.path().to_path_buf(),
        };
        (folder, build)
    }

    #[test]
    fn what_is_sent_is_the_compressed_twin_where_there_is_one() {
        let (_folder, build) = built(&[
            ("t.x.js", 900),
            ("t.x.js.br", 300),
            ("t.x.js.gz", 400),
            ("snippets/a/b.js", 50),
        ]);
        assert_eq!(
            KINDS[1].measure(&build.package).unwrap(),
            Size {
                plain: 950,
                sent: 350
            }
        );
    }

    #[test]
    fn a_kind_over_its_budget_fails_and_so_does_one_that_is_missing() {
        let sound = [
            ("t.wasm", 300_000),
            ("t.wasm.br", 120_000),
            ("t.js", 10_000),
            ("t.css", 15_000),
        ];
        let (_folder, build) = built(&sound);
        assert_eq!(check(&build).unwrap(), Tally { passed: 3, failed: 0 });

        let mut heavy = sound;
        heavy[1].1 += 1;
        let (_folder, build) = built(&heavy);
        assert_eq!(check(&build).unwrap(), Tally { passed: 2, failed: 1 });

        let (_folder, build) = built(&sound[..3]);
        assert_eq!(check(&build).unwrap(), Tally { passed: 2, failed: 1 });
    }
}
