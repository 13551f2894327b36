//! nginx in front of the servers.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::ports::free_address;

const PAUSE: Duration = Duration::from_millis(20);
const TRIES: usize = 1_500;

/// What follows the settings of the deployment (`deploy/kubernetes/base/ingress.yaml`), and what is repeated at another server:
///
/// - A request that did not reach a server, because connecting to it failed, always is. Nothing can have happened.
/// - One that was sent, and whose connection broke before an answer, may have had its effect. By itself nginx repeats it if its method
///   is idempotent (GET, PUT and DELETE are, here too), and no POST.
/// - A POST with an `Idempotency-Key` is repeated as well: the key makes it have one effect, whichever servers it reaches, and
///   whether nginx or the client repeats it. Without one it is not: that could list a ticket twice.
///
/// A server's own answer is never repeated here, not even 503: it may mean that a commit is in doubt, and to repeat it is the client's
/// decision.
fn settings(listen: SocketAddr, servers: &[SocketAddr], folder: &Path) -> String {
    let folder = folder.display();
    let mut upstream = String::new();
    for address in servers {
        // A killed server is back within a second, so that it is left out no longer than that.
        upstream += &format!("server {address} max_fails=1 fail_timeout=1s;\n");
    }
    format!(
        "daemon off;
        master_process off;
        pid {folder}/nginx.pid;
        events {{ worker_connections 1024; }}
        http {{
            access_log off;
            client_body_temp_path {folder}/body;
            proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi;
            uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            upstream ticketing {{
                {upstream}
                keepalive 32;
                keepalive_timeout 60s;
            }}
            server {{
                listen {listen};
                client_max_body_size 1m;
                proxy_http_version 1.1;
                proxy_set_header Connection '';
                proxy_set_header Host $host;
                proxy_read_timeout 40s;
                proxy_send_timeout 40s;
                proxy_connect_timeout 5s;
                location / {{
                    error_page 418 = @repeatable;
                    if ($http_idempotency_key) {{ return 418; }}
                    proxy_pass http://ticketing;
                    proxy_next_upstream error timeout;
                }}
                location @repeatable {{
                    proxy_pass http://ticketing;
                    proxy_next_upstream error timeout non_idempotent;
                }}
            }}
        }}"
    )
}

/// nginx, which ends when it is dropped.
pub(crate) struct Balancer {
    /// Where it is, such as `http://127.0.0.1:20000`.
    pub(crate) base: String,
    _process: Child,
}

impl Balancer {
    /// Starts it, with its files in this folder, and waits until it can be connected to.
    pub(crate) async fn start(servers: &[SocketAddr], folder: &Path) -> Self {
        let program = match xtask_setup::find_nginx() {
            Ok(program) => program,
            Err(error) => panic!("{error:#}"),
        };
        let listen = free_address();
        let (file, log) = (folder.join("nginx.conf"), folder.join("nginx.log"));
        std::fs::write(&file, settings(listen, servers, folder)).unwrap();
        let mut process = Command::new(program)
            .arg("-p")
            .arg(folder)
            .arg("-e")
            .arg(&log)
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        for _ in 0..TRIES {
            if TcpStream::connect(listen).await.is_ok() {
                return Self {
                    base: format!("http://{listen}"),
                    _process: process,
                };
            }
            let ended = process.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "nginx has ended: {}",
                std::fs::read_to_string(&log).unwrap_or_default()
            );
            tokio::time::sleep(PAUSE).await;
        }
        panic!("nginx does not listen on {listen}");
    }
}
