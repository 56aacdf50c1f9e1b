//! Holds what was shown against the journal: nothing shown is missing, nothing is there twice, no number was skipped, no
//! die was rolled again, and what the host would recover is what the entries fold to.

use super::record::{Answer, Record, Shown};
use super::tables;
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::journal::{Journal, assert_same_state};
use dugout::host::game::restore;
use dugout::id::GameId;
use dugout::rules::event::Event;
use dugout::rules::state::GameState;
use dugout::rules::vocabulary::DecisionPhase;
use dugout::store::Store;
use dugout::store::stored::StoredGame;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const RETRY: Duration = Duration::from_millis(100);

/// Compares a game that is being played with all that was shown of it.
pub async fn check_live(http: &Http, record: &Record, store: &Store, game: &str) {
    // In this order: each read is at least as new as the one before.
    let shown = record.take(game);
    let id: GameId = game.parse().expect("a game has an id");
    let stored = read(store, id).await;
    let served = http.game(game, "/state").await;
    let journal = Journal::fetch(http, game).await;

    let mut fold = Fold::of(&journal);
    compare(&shown, &journal, &mut fold, game);
    assert_same_state(&served, fold.at(seq_of(&served)));
    let recovered = restore(stored).expect("the stored game can be read").state;
    let folded = fold.at(recovered.seq.0);
    assert_eq!(text(&recovered), text(folded), "{game}: what is recovered is not what the entries fold to");
    count_states(record, folded);
}

/// The violence strikes the test's own sessions as well as the host's: they are opened anew.
async fn read(store: &Store, game: GameId) -> StoredGame {
    let began = Instant::now();
    loop {
        match store.load_game_state(game).await {
            Ok(stored) => return stored,
            Err(error) if error.is_transient() && began.elapsed() < PATIENCE => sleep(RETRY).await,
            Err(error) => panic!("{game} cannot be read: {error}"),
        }
    }
}

/// The same at the end of the torture, when nobody writes any more: the tables too.
pub async fn check_final(http: &Http, record: &Record, store: &Store, game: &str) {
    check_live(http, record, store, game).await;
    let journal = Journal::fetch(http, game).await;
    dice_are_used_once(&journal, game);
    tables::assert_equal_projection(&journal, store, game).await;
    record.count("games checked to the last row");
}

fn compare(shown: &Shown, journal: &Journal, fold: &mut Fold<'_>, game: &str) {
    let last = journal.entries.len() as i64;
    for (seq, events) in &shown.entries {
        assert!(*seq <= last, "entry {seq} of {game} was shown and is lost: the journal ends with {last}");
        assert_eq!(journal.events(*seq).to_string(), *events, "entry {seq} of {game} is not what was shown");
    }
    let commands: BTreeMap<&str, i64> = journal
        .entries
        .iter()
        .filter_map(|entry| Some((entry["command_id"].as_str()?, entry["seq"].as_i64()?)))
        .collect();
    for (id, answer) in &shown.answers {
        let stored = commands.get(id.to_string().as_str()).copied();
        match answer {
            Answer::Committed(seq) => {
                assert_eq!(stored, Some(*seq), "command {id} of {game} was said to be committed");
            }
            Answer::Rejected(code) => {
                assert_eq!(
                    stored, None,
                    "command {id} of {game} was rejected ({code}) and is in the journal"
                );
            }
        }
    }
    let mut states: Vec<_> = shown.states.iter().collect();
    states.sort_by_key(|(seq, _)| *seq);
    for (seq, state) in states {
        assert!(*seq <= last, "a state of {game} after entry {seq} was shown; the journal ends with {last}");
        assert_same_state(state, fold.at(*seq));
    }
}

/// Every roll and every die of a game has a number of its own, and none was left out.
fn dice_are_used_once(journal: &Journal, game: &str) {
    let mut next_roll = None;
    let mut next_die = 0;
    for rolled in journal.of_kind("dice_rolled") {
        let event: Event = serde_json::from_value(rolled.clone()).expect("an event");
        let Event::DiceRolled { roll } = event else { panic!("not a roll: {rolled}") };
        let number = roll.roll_id.0;
        assert_eq!(number, next_roll.unwrap_or(number), "{game}: rolls are numbered without holes: {rolled}");
        assert_eq!(roll.first_die, next_die, "{game}: dice are numbered without holes: {rolled}");
        next_roll = Some(number + 1);
        next_die += roll.dice.dice_count();
    }
    let last = Fold::of(journal).at(journal.entries.len() as i64).clone();
    assert_eq!(last.dice_position, next_die, "{game}: the next die is the one after the last");
}

/// States by entry, folded from the first on; asked for in any order, cheap in ascending order.
struct Fold<'a> {
    journal: &'a Journal,
    state: GameState,
}

impl<'a> Fold<'a> {
    fn of(journal: &'a Journal) -> Self {
        Self { journal, state: journal.fold(1) }
    }

    fn at(&mut self, seq: i64) -> &GameState {
        if seq < self.state.seq.0 {
            self.state = self.journal.fold(1);
        }
        for entry in self.state.seq.0 + 1..=seq {
            let events: Vec<Event> =
                serde_json::from_value(self.journal.events(entry).clone()).expect("events");
            self.state.apply_entry(dugout::id::Seq(entry), &events);
        }
        &self.state
    }
}

/// What kind of half-made things were recovered.
fn count_states(record: &Record, state: &GameState) {
    record.count("recovered states compared");
    if state.pending_rollback.is_some() {
        record.count("recovered with an open rollback proposal");
    }
    match state.decision_phase {
        DecisionPhase::AwaitingOffensive => record.count("recovered with one decision of two"),
        DecisionPhase::AwaitingOutcome => record.count("recovered with a manual roll that waits"),
        DecisionPhase::AwaitingRunner => record.count("recovered with a question about a runner"),
        _ => {}
    }
}

fn seq_of(state: &Value) -> i64 {
    state["seq"].as_i64().expect("a state has a seq")
}

fn text(state: &GameState) -> String {
    serde_json::to_value(state).expect("a state is JSON").to_string()
}
