//! Group commit: entries of many games in one transaction, beside the fastest raw insertion of the same rows.
//!
//! `cargo bench --bench commit`. Each entry belongs to a game of its own and comes with what the host writes for
//! it: the journal, the play, the rolls, changed line-up entries, the game's row, now and then a snapshot. `raw` writes
//! the same journal columns, and the other rows as JSON, into tables without indexes or foreign keys: a multi-row
//! `INSERT` on SQLite, `COPY` on PostgreSQL. PostgreSQL is left out, loudly, where it is not installed.

mod support;

use bytes::Bytes;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use divan::Bencher;
use divan::counter::ItemsCount;
use dugout::id::HostId;
use dugout::store::change::{Append, Change};
use dugout::store::{Store, StoreSettings};
use futures_util::SinkExt;
use std::cell::RefCell;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use support::postgres::Cluster;
use support::{Managers, Recorded, Scribe};
use tables::{raw_journal, raw_rows};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const SIZES: [usize; 5] = [1, 8, 64, 256, 1024];
/// Games whose creation one transaction takes.
const CREATED_AT_ONCE: usize = 64;

fn main() {
    divan::main();
}

static GAME: LazyLock<Recorded> = LazyLock::new(|| Recorded::play(1, Managers::Plain));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// So many games in a store, and the next entry of each.
struct Games {
    store: Store,
    owner: HostId,
    scribes: Vec<Scribe<'static>>,
}

impl Games {
    fn new(url: &str, count: usize) -> Self {
        let url = url.parse().expect("a URL");
        let store = RUNTIME.block_on(Store::open(&url, &StoreSettings::default())).expect("a store");
        let mut games = Self { store, owner: HostId::generate(), scribes: Vec::new() };
        games.begin(count);
        games
    }

    fn begin(&mut self, count: usize) {
        self.scribes.clear();
        for first in (0..count).step_by(CREATED_AT_ONCE) {
            let made = (first..count.min(first + CREATED_AT_ONCE)).map(|_| Scribe::new(&GAME, self.owner));
            let (scribes, games): (Vec<_>, Vec<_>) = made.unzip();
            let creations = games.into_iter().map(|new| Change::CreateGame(Box::new(new))).collect();
            self.commit(creations);
            self.scribes.extend(scribes);
        }
    }

    /// The next entry of every game; of new games, when these are over.
    fn next(&mut self) -> Vec<Append> {
        let appends: Vec<_> = self.scribes.iter_mut().filter_map(Scribe::next).collect();
        if appends.len() == self.scribes.len() {
            return appends;
        }
        self.begin(self.scribes.len());
        self.next()
    }

    fn commit(&self, changes: Arc<[Change]>) {
        let outcomes = RUNTIME.block_on(self.store.commit(changes)).expect("the database answers");
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    }

    fn bench(self, bencher: Bencher) {
        let entries = self.scribes.len();
        let games = RefCell::new(self);
        bencher
            .counter(ItemsCount::new(entries))
            .with_inputs(|| {
                let appends = games.borrow_mut().next();
                appends.into_iter().map(|append| Change::Append(Arc::new(append))).collect::<Arc<[_]>>()
            })
            .bench_local_values(|changes| games.borrow().commit(changes));
    }
}

fn sqlite_file() -> (TempDir, String) {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("bench.sqlite").to_string_lossy().into_owned();
    (directory, path)
}

#[divan::bench(args = SIZES, max_time = 3)]
fn sqlite(bencher: Bencher, entries: usize) {
    let (_directory, path) = sqlite_file();
    Games::new(&format!("sqlite:{path}"), entries).bench(bencher);
}

#[divan::bench(args = SIZES, max_time = 3)]
fn postgres(bencher: Bencher, entries: usize) {
    let Some(cluster) = Cluster::shared() else { return };
    let url = RUNTIME.block_on(cluster.database());
    Games::new(&url, entries).bench(bencher);
}

/// The tables of the raw insertion.
mod tables {
    diesel::table! {
        raw_journal (game_id, seq) {
            game_id -> Binary,
            seq -> BigInt,
            epoch -> BigInt,
            command_id -> Binary,
            issuer -> Text,
            command -> Text,
            events -> Text,
            recorded_at -> Text,
            hash -> Binary,
        }
    }

    diesel::table! {
        raw_rows (id) {
            id -> BigInt,
            game_id -> Binary,
            body -> Text,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = raw_journal)]
struct RawEntry {
    game_id: Vec<u8>,
    seq: i64,
    epoch: i64,
    command_id: Vec<u8>,
    issuer: String,
    command: String,
    events: String,
    recorded_at: String,
    hash: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = raw_rows)]
struct RawRow {
    game_id: Vec<u8>,
    body: String,
}

/// The rows of these entries, as bytes.
fn raw(appends: &[Append]) -> (Vec<RawEntry>, Vec<RawRow>) {
    let entries = appends.iter().map(|Append { game_id, entry, .. }| RawEntry {
        game_id: game_id.0.as_bytes().to_vec(),
        seq: entry.seq.0,
        epoch: entry.epoch.0,
        command_id: entry.command_id.0.as_bytes().to_vec(),
        issuer: entry.issuer.to_string(),
        command: entry.command_json.clone(),
        events: entry.events_json.clone(),
        recorded_at: entry.recorded_at.to_rfc3339(),
        hash: entry.hash.0.to_vec(),
    });
    let rows = appends.iter().flat_map(|append| {
        let game_id = append.game_id.0.as_bytes().to_vec();
        let rows = &append.rows;
        let plays = rows.plays.iter().map(|play| serde_json::to_string(play).expect("JSON"));
        let rolls = rows.rolls.iter().map(|roll| format!("{} {}", roll.play_number, roll.context));
        let lineups = rows.lineups.iter().map(|(_, player)| serde_json::to_string(player).expect("JSON"));
        let snapshot = append.snapshot.iter().map(|snapshot| format!("{snapshot:?}"));
        let bodies: Vec<_> = plays.chain(rolls).chain(lineups).chain(snapshot).collect();
        bodies.into_iter().map(move |body| RawRow { game_id: game_id.clone(), body })
    });
    (entries.collect(), rows.collect())
}

/// An endless supply of rows to write.
fn supply(entries: usize) -> (TempDir, RefCell<Games>) {
    let (directory, path) = sqlite_file();
    (directory, RefCell::new(Games::new(&format!("sqlite:{path}"), entries)))
}

#[divan::bench(args = SIZES, max_time = 3)]
fn sqlite_raw(bencher: Bencher, entries: usize) {
    let (_supplied, games) = supply(entries);
    let (_directory, path) = sqlite_file();
    let mut connection = SqliteConnection::establish(&path).expect("a file");
    connection
        .batch_execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             CREATE TABLE raw_journal (game_id blob, seq integer, epoch integer, command_id blob, issuer text, \
             command text, events text, recorded_at text, hash blob); \
             CREATE TABLE raw_rows (id integer PRIMARY KEY, game_id blob, body text)",
        )
        .expect("tables");
    let connection = RefCell::new(connection);
    bencher
        .counter(ItemsCount::new(entries))
        .with_inputs(|| raw(&games.borrow_mut().next()))
        .bench_local_values(|(entries, rows)| {
            let written = connection.borrow_mut().immediate_transaction(|c| {
                for some in entries.chunks(512) {
                    diesel::insert_into(raw_journal::table).values(some).execute(c)?;
                }
                for some in rows.chunks(512) {
                    diesel::insert_into(raw_rows::table).values(some).execute(c)?;
                }
                diesel::QueryResult::Ok(())
            });
            written.expect("written");
        });
}

#[divan::bench(args = SIZES, max_time = 3)]
fn postgres_raw(bencher: Bencher, entries: usize) {
    let Some(cluster) = Cluster::shared() else { return };
    let (_supplied, games) = supply(entries);
    let client = RUNTIME.block_on(async {
        let url = cluster.database().await;
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("a server");
        tokio::spawn(connection);
        let tables = "CREATE TABLE raw_journal (game_id bytea, seq bigint, epoch bigint, command_id bytea, \
                      issuer text, command text, events text, recorded_at text, hash bytea); \
                      CREATE TABLE raw_rows (game_id bytea, body text)";
        client.batch_execute(tables).await.expect("tables");
        client
    });
    bencher
        .counter(ItemsCount::new(entries))
        .with_inputs(|| copies(raw(&games.borrow_mut().next())))
        .bench_local_values(|(entries, rows)| {
            RUNTIME.block_on(async {
                client.batch_execute("BEGIN").await.expect("begun");
                copy(&client, "COPY raw_journal FROM STDIN", entries).await;
                copy(&client, "COPY raw_rows FROM STDIN", rows).await;
                client.batch_execute("COMMIT").await.expect("committed");
            });
        });
}

async fn copy(client: &tokio_postgres::Client, statement: &str, text: Bytes) {
    let sink = client.copy_in(statement).await.expect("COPY");
    let mut sink = std::pin::pin!(sink);
    sink.send(text).await.expect("sent");
    sink.finish().await.expect("copied");
}

/// The rows in COPY's text format.
fn copies((entries, rows): (Vec<RawEntry>, Vec<RawRow>)) -> (Bytes, Bytes) {
    let (mut journal, mut others) = (String::new(), String::new());
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n");
    let bytes = |bytes: &[u8]| format!("\\\\x{}", hex::encode(bytes));
    for RawEntry { game_id, seq, epoch, command_id, issuer, command, events, recorded_at, hash } in entries {
        let (game_id, command_id, hash) = (bytes(&game_id), bytes(&command_id), bytes(&hash));
        let (command, events) = (escaped(&command), escaped(&events));
        // Writing into a String can't fail.
        let _ = writeln!(
            journal,
            "{game_id}\t{seq}\t{epoch}\t{command_id}\t{issuer}\t{command}\t{events}\t{recorded_at}\t{hash}"
        );
    }
    for RawRow { game_id, body } in rows {
        let _ = writeln!(others, "{}\t{}", bytes(&game_id), escaped(&body));
    }
    (journal.into(), others.into())
}
