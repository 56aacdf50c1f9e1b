//! What a journal entry changes in the read models: a pure function of the state before it and its
//! events. It decides nothing; the plays' statistics come from the scorer.

mod undo;
mod whole;

pub use undo::rollback;
pub use whole::{Whole, whole};

use super::change::{ClockChange, GameColumns, LinkChange, RollRow, RosterChange, Rows};
use super::export::link_of;
use crate::id::{PlayNumber, Seq};
use crate::rules::dice::{Roll, RollType};
use crate::rules::event::{Event, Play};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::scoring;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{Position, Side};
use serde_json::{Value, json};
use std::sync::Arc;

/// The rows of a game's first entry, given the state that it leads to.
#[must_use]
pub fn created(state: &GameState) -> Rows {
    let lineups = Side::ALL.iter().flat_map(|side| {
        let lineup = &state.lineups[*side];
        let team_id = state.setup.teams[*side].team_id;
        lineup.players.iter().map(move |player| (team_id, player.clone()))
    });
    Rows { lineups: lineups.collect(), ..Rows::default() }
}

/// The rows that an entry adds or changes, given the states before and after it. What a rollback takes away
/// is not among them: that needs the whole journal ([`rollback`]).
#[must_use]
pub fn rows(before: &GameState, events: &[Event], after: &GameState) -> Rows {
    let columns = GameColumns::of(after);
    let mut rows = Rows { game: (columns != GameColumns::of(before)).then_some(columns), ..Rows::default() };
    rows.clock = clock(before, after);
    rows.ended = (after.is_over() && !before.is_over()).then(|| Arc::new(after.clone()));
    lineups(before, after, &mut rows);
    let mut state = before.clone();
    let mut at_bat_roll = None;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::DiceRolled { roll } => {
                rows.rolls.push(roll_row(&state, roll));
                if roll.dice.roll_type() == RollType::Ab {
                    at_bat_roll = Some(roll);
                }
            }
            Event::PlayResolved(play) => {
                let later =
                    events[index + 1..].iter().take_while(|next| !matches!(next, Event::PlayResolved(_)));
                let mut played = state.clone();
                played.apply(event);
                later.for_each(|next| played.apply(next));
                add_play(&state, play, &played, at_bat_roll.or(before.at_bat_roll()), &mut rows);
            }
            Event::RosterAdded { .. } | Event::RosterRemoved { .. } => {
                rows.roster = roster_change(&state, event, after.seq);
            }
            _ => {}
        }
        state.apply(event);
    }
    rows
}

/// A card is pinned once: who comes back finds his.
fn roster_change(before: &GameState, event: &Event, seq: Seq) -> Option<RosterChange> {
    let (side, card_id, link) = match event {
        Event::RosterAdded { side, card_id, cards_digest } if *cards_digest == before.setup.cards_digest => {
            (side, card_id, LinkChange::Restored)
        }
        Event::RosterAdded { side, card_id, .. } => (side, card_id, LinkChange::Made(link_of(seq))),
        Event::RosterRemoved { side, card_id } => (side, card_id, LinkChange::Dropped),
        _ => return None,
    };
    Some(RosterChange { team_id: before.setup.teams[*side].team_id, card_id: *card_id, link })
}

fn clock(before: &GameState, after: &GameState) -> Option<ClockChange> {
    let deadline = |state: &GameState| state.pending_decision.as_ref().and_then(|pending| pending.deadline);
    match (deadline(before), deadline(after)) {
        (old, new) if old == new => None,
        (_, Some(moment)) => Some(ClockChange::Due(moment)),
        (_, None) => Some(ClockChange::Stopped),
    }
}

fn add_play(before: &GameState, play: &Play, after: &GameState, roll: Option<&Roll>, rows: &mut Rows) {
    let scored = scoring::record(before, play, after, roll);
    match rows.plays.last_mut() {
        Some(previous) => previous.locked = true,
        None => rows.locked = Some(PlayNumber(play.play_number.0 - 1)).filter(|previous| previous.0 > 0),
    }
    rows.plays.push(scored.record);
    rows.credits.extend(scored.credits);
}

/// Line-up entries that are new, changed or gone.
fn lineups(before: &GameState, after: &GameState, rows: &mut Rows) {
    for side in Side::ALL {
        let (old, new) = (&before.lineups[*side], &after.lineups[*side]);
        let team_id = after.setup.teams[*side].team_id;
        let changed = |player: &&LineupPlayerState| old.player(player.lineup_id) != Some(player);
        rows.lineups.extend(new.players.iter().filter(changed).map(|player| (team_id, player.clone())));
        let gone = old.players.iter().filter(|player| new.player(player.lineup_id).is_none());
        rows.lineups_removed.extend(gone.map(|player| player.lineup_id));
    }
}

fn roll_row(state: &GameState, roll: &Roll) -> RollRow {
    // The fielder's dice are thrown for the fielding team, an injured player's for his own, all others for the
    // side that bats.
    let fielding = state.fielding_side();
    let fields = |player| state.lineups[fielding].player(player).is_some();
    let side = match roll.dice.roll_type() {
        RollType::Fielding => fielding,
        RollType::Injury if roll.player_id.is_some_and(fields) => fielding,
        RollType::Ab | RollType::Jump | RollType::D20 | RollType::Injury => state.batting_side(),
    };
    RollRow {
        roll: roll.clone(),
        team_id: state.setup.teams[side].team_id,
        play_number: state.play_count.next(),
        context: context(state, roll),
    }
}

/// The situation in which dice were thrown (`dice.toml [roll_record] context_keys`).
fn context(state: &GameState, roll: &Roll) -> Value {
    let batting = state.batting_side();
    json!({
        "play_number": state.play_count.next(),
        "inning": state.inning,
        "half": state.half,
        "outs": state.outs,
        "on_base_code": state.on_base_code(),
        "batter_lineup_id": state.lineups[batting].batter(state.batter_idx[batting]).map(|b| b.lineup_id),
        "pitcher_lineup_id": state.lineups[state.fielding_side()].at(Position::Pitcher).map(|p| p.lineup_id),
        "purpose": roll.purpose,
    })
}

impl GameColumns {
    /// The columns of this state.
    #[must_use]
    pub fn of(state: &GameState) -> Self {
        Self {
            status: state.status,
            current_inning: state.inning,
            current_half: state.half,
            home_score: state.score.home,
            away_score: state.score.away,
            winner_team_id: state.winner.map(|side| state.setup.teams[side].team_id),
            game_metadata: state.is_over().then(|| game_metadata(&state.setup, Some(state))),
        }
    }
}

/// What the row of a game says that has no column: what was agreed and, once it is over, how it ended.
#[must_use]
pub fn game_metadata(setup: &GameSetup, ended: Option<&GameState>) -> Value {
    let mut metadata = json!({
        "home_team_name": setup.teams.home.name,
        "away_team_name": setup.teams.away.name,
        "auto_mode": setup.auto_mode,
        "settings": setup.settings,
        "seed_commitment": setup.seed_commitment,
        "rules_version": setup.rules_version,
    });
    if let Some(state) = ended {
        metadata["ending"] = json!(state.ended_by);
        metadata["statistics_count"] = json!(state.statistics_count());
        if let Some(forfeit) = &state.forfeit {
            metadata["forfeit"] = json!(forfeit);
        }
    }
    metadata
}
