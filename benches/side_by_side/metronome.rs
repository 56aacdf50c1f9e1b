//! One row and one commit after the other, as a yardstick: what the database asks of anybody who wants a row to be safe.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Between two commits: they are to wait for the disk, not for each other.
const PAUSE: Duration = Duration::from_millis(40);
/// As long as the entry of a roll.
const NOTE_BYTES: usize = 1_000;
const TABLE: &str = "CREATE TABLE beside (note text)";

/// Commits beside a host that is measured.
pub struct Metronome {
    stopped: Arc<AtomicBool>,
    ticks: JoinHandle<Vec<Duration>>,
}

impl Metronome {
    /// Begins to commit to a table of its own: in the host's database on PostgreSQL, beside it in another file on SQLite,
    /// where two would wait for each other.
    pub fn start(database: &str) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let (until, database) = (Arc::clone(&stopped), database.to_owned());
        let ticks = std::thread::spawn(move || match database.starts_with("sqlite:") {
            true => in_a_file(&until),
            false => in_postgres(&database, &until),
        });
        Self { stopped, ticks }
    }

    /// Ends it; how long half of the commits took at most, and 99 of 100, in milliseconds.
    pub fn stop(self) -> (f64, f64) {
        self.stopped.store(true, Ordering::Release);
        let mut ticks = self.ticks.join().expect("commits");
        ticks.sort_unstable();
        let at =
            |percent: usize| ticks[(ticks.len() * percent / 100).min(ticks.len() - 1)].as_secs_f64() * 1e3;
        (at(50), at(99))
    }
}

fn tick(until: &AtomicBool, mut commit: impl FnMut()) -> Vec<Duration> {
    let mut ticks = Vec::new();
    while !until.load(Ordering::Acquire) {
        let began = Instant::now();
        commit();
        ticks.push(began.elapsed());
        std::thread::park_timeout(PAUSE);
    }
    ticks
}

fn insert() -> String {
    format!("INSERT INTO beside VALUES ('{}')", "x".repeat(NOTE_BYTES))
}

fn in_a_file(until: &AtomicBool) -> Vec<Duration> {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("beside.sqlite");
    let mut connection = SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("a file");
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
    connection.batch_execute(settings).expect("settings");
    connection.batch_execute(TABLE).expect("a table");
    tick(until, || connection.batch_execute(&insert()).expect("committed"))
}

fn in_postgres(url: &str, until: &AtomicBool) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a server");
        tokio::spawn(connection);
        client.batch_execute(TABLE).await.expect("a table");
        client
    });
    tick(until, || runtime.block_on(client.batch_execute(&insert())).expect("committed"))
}
