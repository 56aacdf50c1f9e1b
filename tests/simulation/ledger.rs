//! Who asked what how often, and what he was told: exactly once, and no answer that is not true.

use super::hosts::World;
use dugout::id::{CommandId, GameId, Seq};
use dugout::rules::rejection::Rejection;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::time::Instant;

/// One sending of a command, as it reached a host.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    number: usize,
    at: Instant,
}

#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<BTreeMap<CommandId, Copies>>>);

#[derive(Default)]
struct Copies {
    begun: usize,
    /// Those that nobody has answered (yet), and whether another one was under way at the same time.
    open: BTreeMap<usize, bool>,
    committed: Option<Seq>,
}

impl Ledger {
    fn copies(&self) -> MutexGuard<'_, BTreeMap<CommandId, Copies>> {
        self.0.lock().expect("nobody panics while writing the ledger")
    }

    pub fn begin(&self, id: CommandId) -> Copy {
        let mut ledger = self.copies();
        let copies = ledger.entry(id).or_default();
        copies.begun += 1;
        let overlaps = !copies.open.is_empty();
        copies.open.values_mut().for_each(|overlapped| *overlapped = true);
        copies.open.insert(copies.begun, overlaps);
        Copy { number: copies.begun, at: Instant::now() }
    }

    /// True when it was the only one under way from its beginning to its end.
    fn end(&self, id: CommandId, copy: Copy) -> bool {
        let mut ledger = self.copies();
        ledger.entry(id).or_default().open.remove(&copy.number) == Some(false)
    }

    /// The host says that the command is entry `seq`.
    pub fn committed(&self, world: &World, game_id: GameId, id: CommandId, copy: Copy, seq: Seq) {
        let _ = self.end(id, copy);
        let stored = world.database.look(game_id, |game| game.seq_of(id));
        if stored != Some(seq) {
            world.trace.broken(format_args!("told that the command is entry {seq}; it is {stored:?}"));
        }
        let before = self.copies().entry(id).or_default().committed.replace(seq);
        if before.is_some_and(|before| before != seq) {
            world.trace.broken(format_args!("told entry {before:?} first, entry {seq} now"));
        }
    }

    /// The host says that nothing changed. `busy` and `unavailable` say no more than that it is to be asked
    /// again.
    pub fn refused(&self, world: &World, game_id: GameId, id: CommandId, copy: Copy, rejection: &Rejection) {
        let alone = self.end(id, copy);
        if rejection.retry_after_ms.is_some() {
            return;
        }
        let written = world.database.look(game_id, |game| {
            game.seq_of(id).and_then(|seq| game.written(seq)).map(|written| (written.entry.seq, written.at))
        });
        if let Some((seq, at)) = written
            && (alone || at < copy.at)
        {
            world.trace.broken(format_args!("told `{rejection}` of a command that is entry {seq}"));
        }
    }
}
