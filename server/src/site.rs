//! The site: the stylesheet, the script, the WASM and other files that pages load. Found next to the binary, without configuration.

pub mod watched;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use leptos::config::{Env, LeptosOptions, ReloadWSProtocol};

use crate::files::{self, Files, UnreadableFile};

const PKG_DIR: &str = "pkg";
const NAME: &str = "ticketing";

/// The files that pages load, and the options that pages are rendered with.
pub struct Site {
    /// The options.
    pub options: LeptosOptions,
    /// The files.
    pub files: Files,
}

/// The files that pages load do not exist, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SiteMissing {
    /// The directory with the site's files does not exist.
    #[error("site files not found; looked in {}. Build them with `cargo xtask run`, or put the directory `site` next to the binary", list(.0))]
    Folder(Vec<PathBuf>),
    /// The files have hashes in their names, which are unknown.
    #[error("the names of the files in {} are unknown. Put `hash.txt` from the same build next to the binary", .0.display())]
    Hashes(PathBuf),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}

/// Finds the site, and reads its files.
///
/// # Errors
/// If the site's files are not found, or cannot be read.
pub fn open(listen: SocketAddr) -> Result<Site, SiteMissing> {
    let root = find_root()?;
    let package = root.join(PKG_DIR);
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let has_hashes = hash_file_exists();
    if !has_hashes && !package.join(NAME).with_extension("css").is_file() {
        return Err(SiteMissing::Hashes(package));
    }
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    let options = LeptosOptions::builder()
        .output_name(NAME)
        .site_root(root.to_string_lossy().into_owned())
        .site_pkg_dir(PKG_DIR)
        .site_addr(listen)
        .env(if is_watched { Env::DEV } else { Env::PROD })
        .reload_port(reload_port.unwrap_or(3001))
        .reload_ws_protocol(ReloadWSProtocol::WS)
        .hash_files(has_hashes && !is_watched)
        .build();
    let files = if is_watched {
        // They are about to be rebuilt.
        Files::default()
    } else {
        Files::of(files::read(&root)?)
    };
    Ok(Site { options, files })
}

fn find_root() -> Result<PathBuf, SiteMissing> {
    let configured = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
    let folder = executable_folder();
    let beside = folder.as_deref().map(|folder| folder.join("site"));
    // Cargo puts the binary one directory below the one where cargo-leptos puts the site.
    let above = folder
        .as_deref()
        .and_then(Path::parent)
        .map(|parent| parent.join("site"));
    let looked_in: Vec<PathBuf> = [configured, beside, above].into_iter().flatten().collect();
    let found = looked_in.iter().find(|path| path.join(PKG_DIR).is_dir()).cloned();
    found.ok_or(SiteMissing::Folder(looked_in))
}

fn executable_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_owned)
}

fn hash_file_exists() -> bool {
    executable_folder().is_some_and(|folder| folder.join("hash.txt").is_file())
}
