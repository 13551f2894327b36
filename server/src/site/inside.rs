//! The site that the binary carries inside: a zip archive at its end, as in a self-extracting archive.
//!
//! `cargo xtask` appends it to a release. Its entries are named as the files are beside a binary without it: `hash.txt`, and the
//! files of the site below `site/`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use axum::body::Bytes;
use zip::ZipArchive;
use zip::result::ZipError;

/// What an archive contains.
pub(super) struct Contents {
    /// The files, each with its path in addresses.
    pub(super) files: Vec<(String, Bytes)>,
    /// The text of `hash.txt`, if the names of the files have hashes.
    pub(super) hashes: Option<String>,
}

/// Reads the archive at the end of a binary; `None` if there is none.
///
/// # Errors
/// If it cannot be read.
pub(super) fn read(binary: &Path) -> io::Result<Option<Contents>> {
    let mut archive = match ZipArchive::new(File::open(binary)?) {
        Ok(archive) => archive,
        Err(ZipError::Io(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let mut contents = Contents {
        files: Vec::new(),
        hashes: None,
    };
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        match entry.name() {
            "hash.txt" => contents.hashes = String::from_utf8(bytes).ok(),
            name => {
                if let Some(path) = name.strip_prefix("site/") {
                    contents.files.push((format!("/{path}"), bytes.into()));
                }
            }
        }
    }
    // Bytes of the program can look like the end of an empty archive.
    Ok((!contents.files.is_empty()).then_some(contents))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    #[test]
    fn archive_is_found_behind_a_program() {
        let mut binary = tempfile::NamedTempFile::new().unwrap();
        binary.write_all(&b"\x7fELF PK\x05\x06 ".repeat(10_000)).unwrap();
        binary.write_all(&b"PK\x05\x06\0\0\0\0".repeat(100)).unwrap();
        assert!(read(binary.path()).unwrap().is_none(), "no archive");
        binary.seek(SeekFrom::End(0)).unwrap();
        let mut archive = ZipWriter::new(&mut binary);
        for (name, content) in [
            ("hash.txt", "css: x"),
            ("site/pkg/a.css", "a"),
            ("other.txt", "b"),
        ] {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        let contents = read(binary.path()).unwrap().unwrap();
        assert_eq!(contents.hashes.as_deref(), Some("css: x"));
        assert_eq!(
            contents.files,
            [("/pkg/a.css".to_owned(), Bytes::from_static(b"a"))]
        );
    }
}
