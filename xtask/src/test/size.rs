//! The size budgets of the first page.

use anyhow::Result;

use super::report::Tally;
use crate::assets::ASSETS;
use crate::build::Build;

/// Checks every asset against its budget and prints the sizes.
///
/// # Errors
/// When the files of the release cannot be read.
pub(super) fn check(built: &Build) -> Result<Tally> {
    let mut tally = Tally::default();
    for asset in &ASSETS {
        let size = asset.measure(&built.package)?;
        let is_within = size.plain > 0 && size.sent <= asset.budget;
        println!(
            "{:<4} {:>7} bytes sent of {:>7} allowed ({} before brotli){}",
            asset.name,
            size.sent,
            asset.budget,
            size.plain,
            if is_within {
                ""
            } else {
                ": OVER BUDGET, or nothing was built; see docs/ARCHITECTURE.md on what the browser loads"
            }
        );
        tally += Tally::of([is_within]);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

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
    fn asset_over_its_budget_fails_and_so_does_a_missing_one() {
        let sound = [
            ("t.wasm", 300_000),
            ("t.wasm.br", 80_000),
            ("t.js", 6_000),
            ("t.css", 8_000),
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
