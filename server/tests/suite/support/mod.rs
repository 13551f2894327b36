//! A whole server in the process of the test: the real router on a real socket, real SQLite files, a clock that the
//! test moves. Relays run only when the test delivers.

pub mod command;
pub mod person;
pub mod prepared;
pub mod process;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use app::Assets;
use auth::AuthConfig;
use contracts::TicketId;
use event_log::sql::unchecked;
use event_log::{Clock, Database, DatabaseError, IdSource, ManualClock, SharedClock};
use leptos::config::{Env, LeptosOptions};
use orders::OrdersConfig;
use payments::PaymentsConfig;
use server::connections::{ConnectionLimits, StreamSlots};
use server::files::{self, Files};
use server::live::Feed;
use server::marketplace::{Dependencies, Marketplace, ProviderChoice};
use server::metrics::{EdgeMetrics, Metrics};
use server::overload::Backlog;
use server::site::Site;
use service::{Databases, PostgresStorage, Storage};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::{SessionConfig, Sessions, SigningKey, TrustedProxies};

pub use person::Person;

/// 2026-01-31T18:00:00Z, when every test begins.
pub const START_MS: i64 = 1_769_882_400_000;
/// A file of the site, with a hash in its name.
pub const FILE: &str = "/pkg/there.Pmeszff7V6uztAQH8Zd2Jw.txt";
pub const HOLD: Duration = Duration::from_mins(15);
/// How long a payment with the delayed card takes.
pub const PAYMENT_DELAY: Duration = Duration::from_secs(5);

pub struct TestServer {
    pub address: SocketAddr,
    pub marketplace: Marketplace,
    pub metrics: Metrics,
    pub clock: Arc<ManualClock>,
    pub http: reqwest::Client,
    databases: Databases,
    folder: TempDir,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_in(TempDir::new().unwrap()).await
    }

    pub async fn start_in(folder: TempDir) -> Self {
        Self::start_with(folder, ConnectionLimits::for_this_process().unwrap()).await
    }

    /// A server with other connection limits.
    pub async fn start_with(folder: TempDir, limits: ConnectionLimits) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let shared: SharedClock = clock.clone();
        let key = SigningKey::parse(&"c2VjcmV0".repeat(8)).unwrap();
        let sessions = Sessions::new(SessionConfig::new(key), shared.clone());
        let ids = IdSource::system(shared.clone());
        let dependencies = Dependencies {
            orders: OrdersConfig {
                hold: HOLD,
                // Tests make many orders with few users.
                holds_per_buyer: 0,
                ..OrdersConfig::default()
            },
            payments: PaymentsConfig::default(),
            provider: ProviderChoice::Test(PAYMENT_DELAY),
            auth: AuthConfig::fast_for_tests(),
            sessions,
            clock: shared,
            ids,
            expiry_worker: true,
        };
        let mut databases = Databases::of(
            storage(folder.path()),
            dependencies.clock.clone(),
            dependencies.ids.clone(),
        );
        let marketplace = Marketplace::open_in(&mut databases, dependencies).await.unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        for name in ["there.txt", FILE.trim_start_matches("/pkg/")] {
            std::fs::write(site.join("pkg").join(name), "a file of the site").unwrap();
        }
        std::fs::write(folder.path().join("secret.txt"), "outside of the site").unwrap();
        let options = LeptosOptions::builder()
            .output_name("ticketing")
            .env(Env::PROD)
            .site_root(site.to_string_lossy().into_owned())
            .build();
        let files = Files::of(files::read(&site).unwrap());
        let stop = CancellationToken::new();
        let feed = Feed::new(&marketplace, stop.clone());
        let tasks = TaskTracker::new();
        server::live::start(&feed, &marketplace);
        let streams = StreamSlots::new(&limits);
        let edge = EdgeMetrics::default();
        let metrics = Metrics::new(&marketplace, &edge, &streams);
        let trusted = TrustedProxies::default();
        let router = server::router::router(
            marketplace.clone(),
            Site {
                options,
                assets: Assets::named(""),
                files,
            },
            feed,
            None,
            streams,
            Backlog::default(),
            Some(edge.http),
        )
        .layer(server::security::client::identify(trusted.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tasks.spawn(server::connections::serve(
            listener,
            router,
            limits,
            trusted,
            stop.clone(),
            edge.connections,
        ));
        let http = client(reqwest::redirect::Policy::none());
        Self {
            address,
            marketplace,
            metrics,
            clock,
            http,
            databases,
            folder,
            tasks,
            stop,
        }
    }

    /// A data directory with a site in it, to which a file is added.
    pub fn folder_with(file: &str, content: impl AsRef<[u8]>) -> TempDir {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("site").join(file.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        folder
    }

    /// The data directory.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The databases of all services.
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// The database of a service, to get past the service.
    pub fn database(&self, name: &str) -> &Database {
        self.databases.find(name).unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A signed-in user.
    pub fn person(&self, name: &str) -> Person {
        Person::new(self, name)
    }

    /// Lists a ticket and delivers its event.
    pub async fn listed_by(&self, seller: &Person, title: &str, price: &str) -> TicketId {
        let ticket = seller.list(title, price).await;
        self.deliver().await;
        ticket
    }

    /// Delivers every event to its consumers, until nothing is pending.
    pub async fn deliver(&self) {
        let relays = self.marketplace.runtime.relays();
        loop {
            let mut moved = 0;
            for relay in &relays {
                moved += relay.deliver_pending().await.unwrap();
            }
            if moved == 0 {
                return;
            }
        }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Ends the server; fails if an event is undelivered or in a retry queue.
    pub async fn finish(self) -> TempDir {
        self.deliver().await;
        for report in self.marketplace.runtime.relay_reports().await {
            let status = report.status.unwrap();
            assert_eq!(
                (status.lag, status.retrying, status.dead_lettered),
                (0, 0, 0),
                "undelivered events: {status:?}"
            );
        }
        self.stop.cancel();
        self.tasks.close();
        drop(self.http);
        tokio::time::timeout(Duration::from_secs(20), self.tasks.wait())
            .await
            .expect("the server did not stop");
        self.marketplace.runtime.stop().await;
        self.marketplace.runtime.close().await;
        self.folder
    }
}

pub fn client(redirects: reqwest::redirect::Policy) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(redirects)
        .timeout(Duration::from_mins(1))
        .no_proxy()
        .build()
        .unwrap()
}

/// Sends raw bytes, and returns everything received until the server closes the connection.
pub async fn raw(address: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    let mut reply = Vec::new();
    let read = stream.read_to_end(&mut reply);
    let _closed = tokio::time::timeout(Duration::from_secs(30), read)
        .await
        .expect("the connection stays open");
    String::from_utf8_lossy(&reply).into_owned()
}

/// A GET with a raw path: clients normalize paths before they send them.
pub async fn raw_get(address: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

/// The databases that belong to a folder: in it, or the one of PostgreSQL that stands for it.
pub fn storage(folder: &Path) -> Storage {
    match test_support::postgres_of(folder) {
        Some(database) => Storage::Postgres(Box::new(PostgresStorage {
            database,
            of_services: BTreeMap::new(),
            readers: 2,
        })),
        None => folder.into(),
    }
}

/// Sets all cursors of a database back, so that events are delivered again.
pub async fn set_cursors_back(consumer: &Database, by: i64) {
    consumer
        .write(move |tx| {
            Box::pin(async move {
                // Cursors only move forward, so one that has to go back is recreated.
                let cursors: Vec<(String, i64, i64)> =
                    unchecked("SELECT source, position, moved_at FROM cursors")
                        .fetch_all(tx.connection())
                        .await?;
                unchecked("DELETE FROM cursors").execute(tx.connection()).await?;
                for (source, position, moved_at) in cursors {
                    unchecked("INSERT INTO cursors (source, position, moved_at) VALUES ($1, $2, $3)")
                        .bind(source)
                        .bind((position - by).max(1))
                        .bind(moved_at)
                        .execute(tx.connection())
                        .await?;
                }
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .unwrap();
}

/// Writes to the database, bypassing the services.
pub async fn execute(database: &Database, statement: &str) -> u64 {
    let statement = statement.to_owned();
    database
        .write(move |tx| {
            Box::pin(async move {
                let statement = sqlx::AssertSqlSafe(statement);
                let done = unchecked(statement).execute(tx.connection()).await?;
                Ok::<_, DatabaseError>(done)
            })
        })
        .await
        .unwrap()
}
