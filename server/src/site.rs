//! The site: the stylesheet, the script, the WASM and other files that pages load. Found beside the binary or inside of it, without
//! configuration.

mod inside;
pub mod watched;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use app::Assets;
use leptos::config::{Env, LeptosOptions, ReloadWSProtocol};

use crate::files::{self, Files, UnreadableFile};

const PKG_DIR: &str = "pkg";
const NAME: &str = "ticketing";

/// The files that pages load, and what pages are rendered with.
pub struct Site {
    /// The options of the framework.
    pub options: LeptosOptions,
    /// The addresses of the files that each page loads.
    pub assets: Assets,
    /// The files.
    pub files: Files,
}

/// The files that pages load do not exist, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SiteMissing {
    /// The directory with the site's files does not exist.
    #[error(
        "site files not found; the binary has none inside, and looked in {}. Build one that has with `cargo xtask run`, or put the \
         directory `site` next to the binary",
        list(.0)
    )]
    Folder(Vec<PathBuf>),
    /// The files have hashes in their names, which are unknown.
    #[error("the names of the files in {} are unknown. Put `hash.txt` from the same build next to the binary", .0.display())]
    Hashes(PathBuf),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// What is inside of the binary cannot be read.
    #[error("cannot read the site inside of {}: {error}", .binary.display())]
    Inside {
        /// The binary.
        binary: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}

/// Finds the site, and reads its files. A directory beside the binary takes precedence over what is inside, and that over a directory
/// where builds leave one.
///
/// # Errors
/// If the site's files are not found, or cannot be read.
pub fn open(listen: SocketAddr) -> Result<Site, SiteMissing> {
    let binary = std::env::current_exe().unwrap_or_default();
    let folder = binary.parent().unwrap_or(Path::new(""));
    let configured = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
    let mut looked_in: Vec<PathBuf> = configured.into_iter().chain([folder.join("site")]).collect();
    if let Some(root) = looked_in.iter().find(|path| has_package(path)) {
        return from_folder(root, folder, listen);
    }
    let inside = inside::read(&binary).map_err(|error| SiteMissing::Inside {
        binary: binary.clone(),
        error,
    })?;
    if let Some(inside::Contents { files, hashes }) = inside {
        return Ok(Site {
            options: options(folder, listen, Env::PROD),
            assets: Assets::named(&hashes.unwrap_or_default()),
            files: Files::of(files),
        });
    }
    // Cargo puts the binary one directory below the one where cargo-leptos puts the site.
    let above = folder.parent().map(|parent| parent.join("site"));
    match above.as_ref().filter(|path| has_package(path)) {
        Some(root) => from_folder(root, folder, listen),
        None => {
            looked_in.extend(above);
            Err(SiteMissing::Folder(looked_in))
        }
    }
}

fn has_package(root: &Path) -> bool {
    root.join(PKG_DIR).is_dir()
}

/// The site in a folder; a build leaves the hashes of its names next to the binary.
fn from_folder(root: &Path, binary_folder: &Path, listen: SocketAddr) -> Result<Site, SiteMissing> {
    let package = root.join(PKG_DIR);
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let hashes = std::fs::read_to_string(binary_folder.join("hash.txt")).ok();
    if hashes.is_none() && !package.join(NAME).with_extension("css").is_file() {
        return Err(SiteMissing::Hashes(package));
    }
    Ok(if is_watched {
        // The files are about to be rebuilt, without hashes.
        Site {
            options: options(root, listen, Env::DEV),
            assets: Assets::named(""),
            files: Files::default(),
        }
    } else {
        Site {
            options: options(root, listen, Env::PROD),
            assets: Assets::named(&hashes.unwrap_or_default()),
            files: Files::of(files::read(root)?),
        }
    })
}

fn options(root: &Path, listen: SocketAddr, env: Env) -> LeptosOptions {
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    LeptosOptions::builder()
        .output_name(NAME)
        .site_root(root.to_string_lossy().into_owned())
        .site_pkg_dir(PKG_DIR)
        .site_addr(listen)
        .env(env)
        .reload_port(reload_port.unwrap_or(3001))
        .reload_ws_protocol(ReloadWSProtocol::WS)
        .build()
}
