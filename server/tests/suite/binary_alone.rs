//! The binary with the site inside: alone on a machine, it serves pages and their files.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::command::stderr;
use crate::support::process::Process;

const HASH: &str = "Pmeszff7V6uztAQH8Zd2Jw";
const FILES: [(&str, &str); 4] = [
    (
        "pkg/ticketing.Pmeszff7V6uztAQH8Zd2Jw.css",
        "body { color: black }",
    ),
    (
        "pkg/ticketing.Pmeszff7V6uztAQH8Zd2Jw.js",
        "export default () => {}",
    ),
    ("pkg/ticketing.Pmeszff7V6uztAQH8Zd2Jw.wasm", "\0asm"),
    ("page.js", "export const follow = () => {}"),
];
/// The stylesheet in a coding, which has no address of its own.
const CODED: &str = "pkg/ticketing.Pmeszff7V6uztAQH8Zd2Jw.css.br";

/// Copies the program into a folder, and appends the site to it as a build does.
fn place(folder: &Path) -> std::path::PathBuf {
    let program = folder.join("ticketing");
    std::fs::copy(env!("CARGO_BIN_EXE_ticketing"), &program).unwrap();
    let mut binary = std::fs::OpenOptions::new().write(true).open(&program).unwrap();
    binary.seek(SeekFrom::End(0)).unwrap();
    let mut archive = ZipWriter::new(binary);
    let hashes = ["css", "js", "wasm"]
        .map(|extension| format!("{extension}: {HASH}\n"))
        .concat();
    let names = FILES.map(|(name, content)| (format!("site/{name}"), content));
    for (name, content) in names
        .iter()
        .map(|(name, content)| (&**name, *content))
        .chain([("hash.txt", &*hashes), (&format!("site/{CODED}"), "in Brotli")])
    {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn binary_alone_serves_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let program = place(folder.path());
    let server = Process::start_alone(&program, &folder.path().join("data")).await;
    let page = reqwest::get(&server.base).await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    for (name, content) in FILES {
        if name.starts_with("pkg/") {
            assert!(page.contains(&format!("/{name}")), "{name} is not in the page");
        }
        let file = reqwest::get(format!("{}/{name}", server.base)).await.unwrap();
        assert_eq!(file.status(), 200, "{name}");
        assert_eq!(file.text().await.unwrap(), content, "{name}");
    }
    let coded = reqwest::get(format!("{}/{CODED}", server.base)).await.unwrap();
    assert_eq!(coded.status(), 404);
    server.terminate().await;
}

/// The control: what the build did not pack is not there.
#[tokio::test]
async fn binary_without_a_site_does_not_start_alone() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("inner/ticketing");
    std::fs::create_dir_all(folder.path().join("inner")).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_ticketing"), &program).unwrap();
    let running = tokio::process::Command::new(&program)
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .env_remove("LEPTOS_SITE_ROOT")
        .kill_on_drop(true)
        .output();
    let ended = tokio::time::timeout(std::time::Duration::from_mins(1), running).await;
    let output = ended.expect("it serves all the same").unwrap();
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains("site files not found"),
        "{}",
        stderr(&output)
    );
}
