//! The addresses of the stylesheet, the script and the WASM.

use std::sync::Arc;

use super::HYDRATE;

/// The folder of these files, in addresses.
const FOLDER: &str = "/pkg";
/// Their name, without hash and extension.
const NAME: &str = "ticketing";

/// The addresses of the files that each page loads, with a hash of the content in each name if the build made one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The stylesheet.
    pub css: Arc<str>,
    /// The inline script that loads the others.
    pub(super) start: Arc<str>,
}

impl Assets {
    /// The addresses with these hashes, as a build writes them into `hash.txt`: a line for each file, as in `css: 3Fb…`. Names have
    /// no hash without such a line.
    #[must_use]
    pub fn named(hashes: &str) -> Self {
        let address = |extension: &str| match hash(hashes, extension) {
            Some(hash) => format!("{FOLDER}/{NAME}.{hash}.{extension}"),
            None => format!("{FOLDER}/{NAME}.{extension}"),
        };
        let (script, wasm) = (address("js"), address("wasm"));
        Self {
            css: address("css").into(),
            start: format!("const script = {script:?}, wasm = {wasm:?};\n{HYDRATE}").into(),
        }
    }
}

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
        let hashed = Assets::named("js: Ab_1\nwasm: Cd-2\ncss: Ef3\n");
        assert_eq!(&*hashed.css, "/pkg/ticketing.Ef3.css");
        let start = r#"const script = "/pkg/ticketing.Ab_1.js", wasm = "/pkg/ticketing.Cd-2.wasm";"#;
        assert!(hashed.start.starts_with(start), "{}", hashed.start);
        assert_eq!(&*Assets::named("").css, "/pkg/ticketing.css");
    }
}
