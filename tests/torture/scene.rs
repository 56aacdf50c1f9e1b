//! The host under torture and the database under the host, with what is needed to hurt them.

use super::client::Orders;
use crate::support::disk::Disk;
use crate::support::postgres::Cluster;
use crate::support::proxy::Proxy;
use crate::support::server::{Home, Server, signal};
use diesel::connection::SimpleConnection;
use dugout::store::{Store, StoreSettings};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// The name of the first database of a cluster.
const DATABASE: &str = "test_0";
/// The size of the file system that may be filled.
const DISK_BYTES: u64 = 1 << 30;

/// The database of the host.
enum Database {
    Sqlite(PathBuf),
    Postgres { cluster: Cluster, wire: Proxy, url: String },
}

/// Everything that is hurt.
pub struct Scene {
    pub home: Home,
    server: Option<Server>,
    database: Database,
    // Last, so that it is unmounted after everything on it has ended.
    disk: Option<Disk>,
    pub orders: watch::Sender<Orders>,
}

impl Scene {
    /// A running host on SQLite.
    pub async fn sqlite(orders: Orders) -> Self {
        let disk = Disk::mount(DISK_BYTES);
        let home = match &disk {
            Some(disk) => Home::sqlite_in(disk.path()),
            None => Home::sqlite(),
        };
        let path = home.data_dir().join("dugout.sqlite");
        Self::begin(home, Database::Sqlite(path), disk, orders).await
    }

    /// A running host on a PostgreSQL server of its own, with a wire between them; none where there is no server.
    pub async fn postgres(orders: Orders) -> Option<Self> {
        let disk = Disk::mount(DISK_BYTES);
        let cluster = match &disk {
            Some(disk) => Cluster::start_in(disk.path())?,
            None => Cluster::start()?,
        };
        let url = cluster.database().await;
        let wire = Proxy::to(cluster.port()).await;
        let over_the_wire = url.replace(&format!(":{}/", cluster.port()), &format!(":{}/", wire.port()));
        let home = Home::with_database(over_the_wire);
        let database = Database::Postgres { cluster, wire, url };
        Some(Self::begin(home, database, disk, orders).await)
    }

    async fn begin(home: Home, database: Database, disk: Option<Disk>, orders: Orders) -> Self {
        let home = home
            .brisk()
            .with("DUGOUT__DATABASE__ACQUIRE_TIMEOUT_MS", "2000")
            .with("DUGOUT__DATABASE__STATEMENT_TIMEOUT_MS", "2000")
            .with("DUGOUT__GATEWAY__DRAIN_RETRY_AFTER_MS", "50")
            .with("DUGOUT__HOST__AI_PAUSE_MS", "100");
        let server = Some(home.start().await);
        Self { home, server, database, disk, orders: watch::Sender::new(orders) }
    }

    pub const fn is_postgres(&self) -> bool {
        matches!(self.database, Database::Postgres { .. })
    }

    pub const fn has_disk(&self) -> bool {
        self.disk.is_some()
    }

    /// A connection to the database that nobody disturbs but by stopping the server.
    pub async fn open_store(&self) -> Store {
        let url = match &self.database {
            Database::Sqlite(path) => format!("sqlite:{}", path.display()),
            Database::Postgres { url, .. } => url.clone(),
        };
        let settings = StoreSettings { pool_size: 1, pool_max_overflow: 3, ..StoreSettings::default() };
        let url = url.parse().expect("a database URL");
        Store::open(&url, &settings).await.expect("the database opens")
    }

    pub fn host(&self) -> &Server {
        self.server.as_ref().expect("a host is running")
    }

    pub fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("a disk that can be filled")
    }

    pub fn cluster(&self) -> &Cluster {
        let Database::Postgres { cluster, .. } = &self.database else { panic!("no PostgreSQL here") };
        cluster
    }

    pub fn wire(&self) -> &Proxy {
        let Database::Postgres { wire, .. } = &self.database else { panic!("no wire here") };
        wire
    }

    pub fn kill_host(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts the host and kills it while it is recovering, or just after.
    pub async fn start_and_kill(&self, after: Duration) {
        let unfinished = self.home.launch();
        tokio::time::sleep(after).await;
        unfinished.kill();
    }

    /// Stops the host in order; what was accepted is committed and answered.
    pub async fn stop_host(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        server.terminate();
        let status = server.ended().await;
        assert!(status.success(), "an orderly stop ended with {status}\n{}", server.log());
    }

    /// Takes SQLite's write lock, as a backup or a curious operator might.
    pub async fn lock_for(&self, a_while: Duration) {
        let Database::Sqlite(path) = &self.database else { panic!("no SQLite here") };
        let path = path.to_str().expect("a path in UTF-8");
        let mut other = <diesel::SqliteConnection as diesel::Connection>::establish(path).expect("it opens");
        other
            .batch_execute("PRAGMA busy_timeout = 30000; BEGIN IMMEDIATE")
            .expect("the lock is free at times");
        tokio::time::sleep(a_while).await;
        other.batch_execute("ROLLBACK").expect("a transaction without changes can be taken back");
    }

    pub async fn terminate_sessions(&self) {
        self.cluster().terminate_backends(DATABASE).await;
    }

    /// Stops the server processes of the host's sessions in mid-air. Some may end meanwhile.
    pub async fn pause_database_for(&self, a_while: Duration) {
        let pids = self.cluster().backends(DATABASE).await;
        for pid in &pids {
            signal("STOP", &[*pid]);
        }
        tokio::time::sleep(a_while).await;
        for pid in &pids {
            signal("CONT", &[*pid]);
        }
    }

    /// Sees to it that the database and the host run, whatever was done to them.
    pub async fn see_that_all_runs(&mut self) {
        if let Database::Postgres { cluster, .. } = &self.database {
            cluster.revive().await;
        }
        match &mut self.server {
            Some(server) => assert!(server.is_running(), "the host has ended by itself\n{}", server.log()),
            None => self.server = Some(self.home.start_at_last().await),
        }
    }
}
