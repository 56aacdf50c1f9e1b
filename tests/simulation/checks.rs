//! What must hold, whatever goes wrong: of every entry when it is written, of every frame when it leaves a
//! host, of every answer when it is given, and of every game at the end.

use super::absences::Absences;
use super::database::{Database, Game, Written};
use dugout::host::game::{fold, restore};
use dugout::id::{GameId, Seq};
use dugout::protocol::{self, GameView, SeatOrSpectator};
use dugout::rules::command::Issuer;
use dugout::rules::event::Event;
use dugout::rules::state::GameState;
use dugout::store::change::{Append, NewGame, Rows};
use dugout::store::entry::{self, EntryHash};
use dugout::store::projection;
use dugout::store::snapshot::Snapshot;
use dugout::store::stored::StoredGame;
use tokio::time::Instant;

/// The first entry of a game.
pub fn first(new: &NewGame) -> Result<Written, String> {
    let entry = &new.entry;
    ensure(entry.seq == Seq(1), || format!("its number is {}", entry.seq))?;
    ensure(entry.chained_to(&EntryHash::GENESIS) == entry.hash, || "its hash is wrong".into())?;
    let events = entry.events().map_err(|error| error.to_string())?;
    let state = GameState::begin(&events).ok_or("it creates no game")?;
    ensure(new.rows == projection::created(&state), || "its rows are not what follows from it".into())?;
    Ok(Written { entry: entry.clone(), events, state, at: Instant::now() })
}

/// An entry that the verdict let pass: number, owner, chain, dice, rows and snapshot.
pub fn append(game: &Game, append: &Append) -> Result<Written, String> {
    let (entry, before) = (&append.entry, game.state());
    let last = &game.journal.last().ok_or("the game has no first entry")?.entry;
    ensure(entry.seq == last.seq.next(), || format!("it follows entry {}", last.seq))?;
    ensure(entry.epoch == game.epoch, || format!("epoch {} writes in epoch {}", entry.epoch, game.epoch))?;
    ensure(entry.chained_to(&last.hash) == entry.hash, || "its hash does not follow".into())?;
    let events = entry.events().map_err(|error| error.to_string())?;
    let mut state = before.clone();
    state.apply_entry(entry.seq, &events);
    dice(before, &events, &state)?;
    ensure(append.rows == rows(game, &events, &state), || "its rows are not what follows from it".into())?;
    if let Some(snapshot) = &append.snapshot {
        ensure(*snapshot == Snapshot::of(&state, entry.hash), || "its snapshot is not the state".into())?;
    }
    Ok(Written { entry: entry.clone(), events, state, at: Instant::now() })
}

/// A default is taken by the host alone, after the deadline, and after the side that owed the decision had all the time
/// that it was promised, whatever was away meanwhile.
pub fn clock(game: &Game, written: &Written, absences: &Absences) -> Result<(), String> {
    if !written.events.iter().any(|event| matches!(event, Event::DeadlineMissed { .. })) {
        return Ok(());
    }
    ensure(written.entry.issuer == Issuer::Host, || "somebody else than the host acts for the clock".into())?;
    let deadline = game.deadline().ok_or("a deadline is missed where none was set")?;
    let taken = written.entry.recorded_at;
    ensure(taken >= entry::time(deadline), || format!("the deadline {deadline} is taken at {taken}"))?;
    let pending = game.state().pending_decision.as_ref().ok_or("nobody owed anything")?;
    let clock_began = |earlier: &&Written| {
        earlier.entry.seq == pending.seq
            || earlier.events.iter().any(|event| matches!(event, Event::Resumed {}))
    };
    let asked = game.journal.iter().rev().find(clock_began).ok_or("nobody was asked")?;
    let seconds = game.state().setup.settings.decision_seconds.ok_or("the game has no clock")?;
    absences.had(seconds, asked.entry.recorded_at, taken)
}

/// Every die is used once, in order, and is on record; so is every roll.
fn dice(before: &GameState, events: &[Event], after: &GameState) -> Result<(), String> {
    let (mut die, mut roll_id) = (before.dice_position, before.next_roll_id);
    for event in events {
        let Event::DiceRolled { roll } = event else { continue };
        ensure(roll.first_die == die, || format!("die {} is thrown, {die} is next", roll.first_die))?;
        ensure(roll.roll_id == roll_id, || format!("roll {} is made, {roll_id} is next", roll.roll_id))?;
        die += roll.dice.dice_count();
        roll_id = roll_id.next();
    }
    ensure(after.dice_position == die, || format!("the dice go on at {}, not {die}", after.dice_position))
}

fn rows(game: &Game, events: &[Event], after: &GameState) -> Rows {
    let rollback = events.iter().find_map(|event| match event {
        Event::RolledBack { to_play, .. } => Some(*to_play),
        _ => None,
    });
    let journal = || game.journal.iter().map(|written| (written.entry.seq, written.events.as_slice()));
    let rollback = rollback.map(|to_play| projection::rollback(journal(), to_play));
    Rows { rollback, ..projection::rows(game.state(), events, after) }
}

/// What a frame shows its reader.
pub enum Shown {
    /// The game as of this entry, or its seat only: then the entries since the reader's last one follow.
    Joined {
        seq: Seq,
        whole: bool,
    },
    Entry(Seq),
    /// Nothing that is in the journal.
    Nothing,
}

/// A frame that leaves a host: what it shows is committed, and is exactly what is committed.
pub fn frame(database: &Database, game_id: GameId, frame: &[u8]) -> Result<Shown, String> {
    let Some((shown_game, seq)) = protocol::shown_seq(frame) else { return Ok(Shown::Nothing) };
    ensure(shown_game == game_id, || format!("a frame of another game, {shown_game}"))?;
    database.look(game_id, |game| {
        let written =
            game.written(seq).ok_or_else(|| format!("entry {seq} is shown and is not committed"))?;
        if frame.starts_with(br#"{"type":"events""#) {
            let expected = protocol::events(game_id, seq, &written.entry.events_json);
            ensure(frame == expected, || format!("entry {seq} is shown as something else"))?;
            return Ok(Shown::Entry(seq));
        }
        let (epoch, seat) = epoch_and_seat(frame)?;
        ensure(epoch <= game.epoch.0, || format!("epoch {epoch} is shown in epoch {}", game.epoch))?;
        let whole = !frame.ends_with(br#""state":null}"#);
        let view = whole.then(|| GameView::new(&written.state, &game.cards));
        let epoch = dugout::id::Epoch(epoch);
        let expected = protocol::joined(game_id, seat, epoch, seq, view.as_ref());
        ensure(frame == expected, || format!("the state at entry {seq} is shown as another one"))?;
        Ok(Shown::Joined { seq, whole })
    })
}

fn epoch_and_seat(joined: &[u8]) -> Result<(i64, SeatOrSpectator), String> {
    let head = String::from_utf8_lossy(&joined[..joined.len().min(200)]).into_owned();
    let value = |key: &str| {
        let rest = head.split_once(&format!(r#""{key}":"#)).map(|(_, rest)| rest)?;
        Some(rest.split(',').next()?.trim_matches('"').to_owned())
    };
    let epoch = value("epoch").and_then(|epoch| epoch.parse().ok());
    let seat = value("seat").and_then(|seat| seat.parse().ok());
    epoch.zip(seat).ok_or_else(|| format!("a joined frame without epoch or seat: {head}"))
}

/// A game at the end: recovery leads to the folded state, byte for byte, with and without the snapshot.
pub fn game(game: &Game) -> Result<(), String> {
    let entries = game.journal.iter().map(|written| (written.entry.seq, written.events.as_slice()));
    let folded = fold(entries).ok_or("the journal folds to nothing")?;
    for stored in [game.stored(), whole(game)] {
        let recovered = restore(stored).map_err(|error| error.to_string())?;
        ensure(recovered.state == folded, || "it is recovered as another state".into())?;
    }
    Ok(())
}

/// As if there were no snapshot.
fn whole(game: &Game) -> StoredGame {
    let entries = game.journal.iter().map(|written| written.entry.clone()).collect();
    StoredGame { snapshot: None, previous: EntryHash::GENESIS, entries, ..game.stored() }
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
