//! The real binary: its output, its refusals, and how it stops.

use std::process::{Command, Output};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::command::stderr;
use crate::support::process::Process;

fn ticketing(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .args(arguments)
        .env_remove("TICKETING_LISTEN")
        .output()
        .unwrap()
}

#[test]
fn help_lists_settings_variables_defaults_and_examples() {
    let output = ticketing(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "--listen",
        "TICKETING_LISTEN",
        "127.0.0.1:3000",
        "--hold",
        "15m",
        "--data-dir",
        "--config",
        "--demo",
    ] {
        assert!(help.contains(part), "{part} is not in the help");
    }
}

#[test]
fn wrong_variable_is_named_with_an_example() {
    let output = Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .arg("serve")
        .env("TICKETING_HOLD", "soon")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = stderr(&output);
    assert!(
        text.contains("TICKETING_HOLD: ") && text.contains("Example: TICKETING_HOLD=15m"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn process_with_too_low_an_fd_limit_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args([
            "-c",
            "ulimit -n 256 && exec \"$0\" serve --listen 127.0.0.1:0 --data-dir \"$1\"",
        ])
        .arg(env!("CARGO_BIN_EXE_ticketing"))
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = stderr(&output);
    assert!(
        text.contains("the open-file limit is 256") && text.contains("ulimit -n 4096"),
        "{text}"
    );
}

/// A container or a systemd unit omits a setting by leaving its variable empty.
#[tokio::test]
async fn empty_variable_counts_as_unset() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_ticketing"));
    for setting in server::config::settings::all() {
        command.env(setting.variable(), "");
    }
    command.env("TICKETING_CONFIG", "");
    let server = Process::started(command, folder.path(), "warn", &[]).await;
    assert_eq!(
        reqwest::get(format!("{}/livez", server.base))
            .await
            .unwrap()
            .status(),
        200
    );
    server.terminate().await;

    // Commands that read a directory use the default one, which does not exist.
    let output = Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .arg("check")
        .env("TICKETING_DATA_DIR", "")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(stderr(&output).contains("data"), "{}", stderr(&output));
}

#[test]
fn invalid_origin_is_refused_with_an_example() {
    for origin in [
        "https://a.example#x",
        "https://a.example?q=1",
        "https://me@a.example",
        "https://a.example:99999",
        "https://a.example:",
        "https://a.example/shop",
    ] {
        let output = ticketing(&["serve", "--public-origin", origin]);
        assert!(!output.status.success(), "{origin}");
        let text = stderr(&output);
        assert!(
            text.contains("--public-origin: ")
                && text.contains("Example: --public-origin https://tickets.example.com"),
            "{origin}: {text}"
        );
    }
}

#[test]
fn data_folder_that_cannot_be_made_is_named() {
    let output = ticketing(&["serve", "--listen", "127.0.0.1:0", "--data-dir", "/proc/nowhere"]);
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains("/proc/nowhere") && stderr(&output).contains("--data-dir"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn address_in_use_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let output = ticketing(&["serve", "--listen", &address, "--data-dir", data_dir]);
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains(&address) && stderr(&output).contains("--listen 127.0.0.1:3001"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn files_of_the_site_whose_names_are_not_known_are_not_served() {
    let folder = tempfile::tempdir().unwrap();
    // Alone in a directory, without the `hash.txt` of a build next to it.
    let program = folder.path().join("ticketing");
    std::fs::copy(env!("CARGO_BIN_EXE_ticketing"), &program).unwrap();
    let package = folder.path().join("site/pkg");
    std::fs::create_dir_all(&package).unwrap();
    std::fs::write(package.join("ticketing.Pmeszff7V6uztAQH8Zd2Jw.css"), "").unwrap();
    let running = tokio::process::Command::new(&program)
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .kill_on_drop(true)
        .output();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(20), running).await;
    let output = ended.expect("it serves all the same").unwrap();
    assert!(!output.status.success());
    assert!(stderr(&output).contains("hash.txt"), "{}", stderr(&output));
}

const SIGN_UP: &[u8] = br#"{"email":"late@example.com","password":"a fine password"}"#;

/// A request whose handler runs, and waits for the body.
async fn begin_sign_up(server: &Process) -> TcpStream {
    let mut connection = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /api/users/signup HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\nexpect: 100-continue\r\n\r\n",
        server.address(),
        SIGN_UP.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answer = vec![0; expected.len()];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, expected);
    connection
}

#[tokio::test]
async fn sigterm_drains_a_running_request_and_ends_open_streams() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let client = crate::support::client(reqwest::redirect::Policy::none());
    let stream = client.get(format!("{}/live", server.base)).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let mut running = begin_sign_up(&server).await;
    let address = server.address().to_owned();
    let stopping = tokio::spawn(server.terminate());
    // No connection is accepted any more, and the request still waits for its body.
    while TcpStream::connect(&address).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    running.write_all(SIGN_UP).await.unwrap();
    let mut reply = String::new();
    running.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
    stopping.await.unwrap();
    let wal = folder.path().join("auth.sqlite-wal");
    assert!(
        !wal.exists() || wal.metadata().unwrap().len() == 0,
        "the database was not closed"
    );
}

#[tokio::test]
async fn demo_data_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = Process::start(folder.path(), &["--demo"]).await;
        server.wait_until_delivered().await;
        let tickets: serde_json::Value = reqwest::get(format!("{}/api/tickets", server.base))
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        seen.push(tickets.as_array().unwrap().len());
        server.terminate().await;
    }
    assert!(seen[0] > 3 && seen[0] == seen[1], "{seen:?}");
}
