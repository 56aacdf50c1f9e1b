//! Writing and reading the journal, without a database: sealing, encoding, replay.
//!
//! `cargo bench --bench journal`.

mod support;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use dugout::id::HostId;
use dugout::protocol;
use dugout::rules::event::Event;
use dugout::rules::state::GameState;
use dugout::store::change::Append;
use dugout::store::entry::EntryHash;
use dugout::store::snapshot::Snapshot;
use std::sync::LazyLock;
use support::{Managers, Recorded, Scribe};

fn main() {
    divan::main();
}

static GAME: LazyLock<Recorded> = LazyLock::new(|| Recorded::play(1, Managers::Plain));
static ENTRIES: LazyLock<Vec<Append>> = LazyLock::new(|| {
    let (mut scribe, _) = Scribe::new(&GAME, HostId::generate());
    std::iter::from_fn(|| scribe.next()).collect()
});

fn bytes() -> usize {
    ENTRIES.iter().map(|append| append.entry.events_json.len()).sum()
}

/// Encoding and sealing all entries of a game, its snapshots included.
#[divan::bench]
fn seal(bencher: Bencher) {
    let entries = ENTRIES.len();
    bencher.counter(ItemsCount::new(entries)).counter(BytesCount::new(bytes())).bench(|| {
        let (mut scribe, new) = Scribe::new(&GAME, HostId::generate());
        black_box(new);
        while let Some(append) = scribe.next() {
            black_box(append);
        }
    });
}

/// The frames that everybody at a game is sent.
#[divan::bench]
fn frames(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ENTRIES.len())).counter(BytesCount::new(bytes())).bench(|| {
        for append in &*ENTRIES {
            black_box(protocol::events(append.game_id, append.entry.seq, &append.entry.events_json));
        }
    });
}

/// Reading the events of all entries.
#[divan::bench]
fn read(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ENTRIES.len())).counter(BytesCount::new(bytes())).bench(|| {
        for append in &*ENTRIES {
            black_box(serde_json::from_str::<Vec<Event>>(&append.entry.events_json).expect("events"));
        }
    });
}

/// A whole game from its journal to its last state.
#[divan::bench]
fn replay(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ENTRIES.len())).bench(|| {
        let mut state = GameState::begin(&GAME.created).expect("created");
        for append in &*ENTRIES {
            let events: Vec<Event> = serde_json::from_str(&append.entry.events_json).expect("events");
            state.apply_entry(append.entry.seq, &events);
        }
        state
    });
}

/// Keeping a state beside the journal.
#[divan::bench]
fn snapshot(bencher: Bencher) {
    bencher.bench(|| Snapshot::of(black_box(&GAME.end), EntryHash::GENESIS));
}

/// Taking it back.
#[divan::bench]
fn snapshot_open(bencher: Bencher) {
    let snapshot = Snapshot::of(&GAME.end, EntryHash::GENESIS);
    bencher.bench(|| black_box(&snapshot).open().expect("a state"));
}
