//! The addresses of the stylesheet, the script and the WASM.

use std::path::PathBuf;
use std::sync::OnceLock;

use leptos::config::LeptosOptions;

/// The addresses, with a hash of the content in each name if the build made one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assets {
    pub(super) css: String,
    pub(super) script: String,
    pub(super) wasm: String,
}

impl Assets {
    /// Read once: the files next to a binary do not change while it runs.
    pub(super) fn of(options: &LeptosOptions) -> Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS
            .get_or_init(|| Self::named(options, &hashes(options)))
            .clone()
    }

    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let address = |extension: &str| {
            let (folder, name) = (&options.site_pkg_dir, &options.output_name);
            match hash(hashes, extension) {
                Some(hash) => format!("/{folder}/{name}.{hash}.{extension}"),
                None => format!("/{folder}/{name}.{extension}"),
            }
        };
        Self {
            css: address("css"),
            script: address("js"),
            wasm: address("wasm"),
        }
    }
}

/// The build leaves the hashes next to the binary.
fn hashes(options: &LeptosOptions) -> String {
    if !options.hash_files {
        return String::new();
    }
    let folder = std::env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(PathBuf::from));
    let path = folder.unwrap_or_default().join(options.hash_file.as_ref());
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        tracing::error!(path = %path.display(), %error, "the hashes of the site's files cannot be read");
        String::new()
    })
}

/// A line for each file: `css: 3Fb…`.
fn hash<'t>(hashes: &'t str, extension: &str) -> Option<&'t str> {
    let mut pairs = hashes.lines().filter_map(|line| line.split_once(':'));
    pairs
        .find(|(name, _)| name.trim() == extension)
        .map(|(_, hash)| hash.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_hashes_where_there_are_any() {
        let options = LeptosOptions::builder().output_name("ticketing").build();
        let hashed = Assets::named(&options, "js: Ab_1\nwasm: Cd-2\ncss: Ef3\n");
        assert_eq!(hashed.script, "/pkg/ticketing.Ab_1.js");
        assert_eq!(hashed.wasm, "/pkg/ticketing.Cd-2.wasm");
        assert_eq!(hashed.css, "/pkg/ticketing.Ef3.css");
        assert_eq!(Assets::named(&options, "").css, "/pkg/ticketing.css");
    }
}
