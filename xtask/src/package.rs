//! Puts the site into the binary, so that one file is the whole release.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The entry with the hashes.
const HASHES: &str = "hash.txt";

/// The files of a release that go into its binary.
pub(crate) struct Package<'p> {
    /// The binary.
    pub(crate) binary: &'p Path,
    /// The folder with the files of the site.
    pub(crate) site: &'p Path,
    /// The file with the hashes in their names.
    pub(crate) hashes: &'p Path,
}

impl Package<'_> {
    /// Appends the site to the binary, as a zip archive. One that is there already, of an earlier build, is replaced.
    ///
    /// The binary is replaced as a whole: cargo keeps another link to the one that it has built.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(crate) fn write(&self) -> Result<()> {
        let folder = self.binary.parent().context("the binary is in no folder")?;
        let mut packed = tempfile::NamedTempFile::new_in(folder).context("cannot write beside the binary")?;
        copy_program(self.binary, packed.as_file_mut())
            .with_context(|| format!("cannot copy {}", self.binary.display()))?;
        let mut archive = ZipWriter::new(packed.as_file_mut());
        add(&mut archive, HASHES, self.hashes)?;
        let files = files_below(self.site)?;
        ensure!(!files.is_empty(), "{} is empty", self.site.display());
        for file in files {
            let name = file.strip_prefix(self.site)?.to_string_lossy().replace('\\', "/");
            add(&mut archive, &format!("site/{name}"), &file)?;
        }
        archive.finish().context("cannot finish the archive")?;
        let permissions = fs::metadata(self.binary)?.permissions();
        packed.as_file().set_permissions(permissions)?;
        packed.persist(self.binary).context("cannot replace the binary")?;
        Ok(())
    }
}

/// Copies a binary without the archive at its end.
fn copy_program(binary: &Path, copy: &mut File) -> io::Result<()> {
    let mut program = File::open(binary)?;
    let length = match ZipArchive::new(&program) {
        // Bytes of the program can look like the end of an archive, but not like one of ours.
        Ok(mut archive) if archive.index_for_name(HASHES).is_some() => start(&mut archive)?,
        _ => program.metadata()?.len(),
    };
    program.rewind()?;
    io::copy(&mut io::Read::take(&program, length), copy)?;
    Ok(())
}

/// Where an archive starts: at its first entry.
fn start(archive: &mut ZipArchive<&File>) -> io::Result<u64> {
    let mut start = archive.central_directory_start();
    for index in 0..archive.len() {
        start = start.min(archive.by_index(index)?.header_start());
    }
    Ok(start)
}

/// Adds a file. What compresses well was compressed by the build, beside the original.
fn add(archive: &mut ZipWriter<&mut File>, name: &str, file: &Path) -> Result<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file(name, options)?;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    archive.write_all(&bytes)?;
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    // Two builds of the same sources are the same file.
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In it are bytes that look like the end of an empty archive.
    const PROGRAM: &[u8] = b"a program PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0 and more";

    #[test]
    fn packing_again_replaces_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("site/pkg")).unwrap();
        fs::write(path("ticketing"), PROGRAM).unwrap();
        fs::write(path("hash.txt"), "css: x").unwrap();
        fs::write(path("site/pkg/ticketing.x.css"), "body {}").unwrap();
        let (binary, site, hashes) = (path("ticketing"), path("site"), path("hash.txt"));
        let package = Package {
            binary: &binary,
            site: &site,
            hashes: &hashes,
        };
        package.write().unwrap();
        let once = fs::read(&binary).unwrap();
        assert!(once.starts_with(PROGRAM));
        let archive = ZipArchive::new(File::open(&binary).unwrap()).unwrap();
        let mut names: Vec<_> = archive.file_names().collect();
        names.sort_unstable();
        assert_eq!(names, ["hash.txt", "site/pkg/ticketing.x.css"]);
        package.write().unwrap();
        assert_eq!(fs::read(&binary).unwrap().len(), once.len());
    }
}
