//! The tables must be what the journal says: every row is computed again from the entries and compared.

use crate::support::journal::Journal;
use dugout::id::{GameId, LineupId, PlayNumber, RollNumber, Seq, TeamId};
use dugout::rules::event::Event;
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::record::PlayRecord;
use dugout::rules::state::GameState;
use dugout::store::Store;
use dugout::store::change::{GameColumns, RollRow, Rows};
use dugout::store::projection;
use dugout::store::read::Viewer;
use std::collections::BTreeMap;

/// The rows of one game.
#[derive(Default)]
struct Tables {
    game: Option<GameColumns>,
    plays: BTreeMap<PlayNumber, PlayRecord>,
    rolls: BTreeMap<RollNumber, RollRow>,
    lineups: BTreeMap<LineupId, (TeamId, LineupPlayerState)>,
}

/// Fails unless the tables of the game hold exactly what its journal leads to.
pub async fn assert_equal_projection(journal: &Journal, store: &Store, game: &str) {
    let expected = Tables::of(journal);
    let id: GameId = game.parse().expect("a game has an id");
    let plays = store.plays(id).await.expect("readable");
    assert_eq!(plays, expected.plays.into_values().collect::<Vec<_>>(), "{game}: plays");

    let rolls = store.rolls(id).await.expect("readable");
    let stored: Vec<_> = rolls
        .iter()
        .map(|roll| (roll.roll_id, roll.team_id, roll.play_number, roll.context.clone()))
        .collect();
    let folded: Vec<_> = expected
        .rolls
        .into_iter()
        .map(|(number, roll)| (number, roll.team_id, roll.play_number, roll.context))
        .collect();
    assert_eq!(stored, folded, "{game}: rolls");

    let stored: Vec<_> = store.lineups(id).await.expect("readable");
    assert_eq!(stored.len(), expected.lineups.len(), "{game}: line-up entries");
    for (row, (lineup_id, (team_id, player))) in stored.iter().zip(expected.lineups) {
        let seen = (row.lineup_id, row.team_id, row.position, row.is_active, row.is_fatigued, row.after_play);
        let wanted =
            (lineup_id, team_id, player.position, player.is_active, player.is_fatigued, player.after_play);
        assert_eq!(seen, wanted, "{game}: line-up entry {lineup_id}");
    }

    let row = store.game(id, Viewer::Operator).await.expect("readable");
    assert_eq!(row.quarantined_at, None, "{game} was set aside: {:?}", row.quarantine_reason);
    if let Some(game_row) = expected.game {
        let seen = (row.status, row.current_inning, row.home_score, row.away_score, row.winner_team_id);
        let wanted = (
            game_row.status,
            i16::from(game_row.current_inning),
            i32::from(game_row.home_score),
            i32::from(game_row.away_score),
            game_row.winner_team_id,
        );
        assert_eq!(seen, wanted, "{game}: its row");
    }
}

impl Tables {
    fn of(journal: &Journal) -> Self {
        let entries: Vec<(Seq, Vec<Event>)> = (1..=journal.entries.len() as i64)
            .map(|seq| (Seq(seq), serde_json::from_value(journal.events(seq).clone()).expect("events")))
            .collect();
        let mut state = GameState::begin(&entries[0].1).expect("the first entry creates the game");
        let mut tables = Self::default();
        tables.write(projection::created(&state));
        for (index, (seq, events)) in entries.iter().enumerate().skip(1) {
            let mut next = state.clone();
            next.apply_entry(*seq, events);
            let back = events.iter().find_map(|event| match event {
                Event::RolledBack { to_play, .. } => Some(*to_play),
                _ => None,
            });
            let rollback = back.map(|to_play| {
                let before = entries[..index].iter().map(|(seq, events)| (*seq, events.as_slice()));
                projection::rollback(before, to_play)
            });
            tables.write(Rows { rollback, ..projection::rows(&state, events, &next) });
            state = next;
        }
        tables
    }

    fn write(&mut self, rows: Rows) {
        if let Some(rollback) = &rows.rollback {
            self.plays.retain(|number, _| *number <= rollback.to_play);
            self.rolls.retain(|_, roll| roll.play_number <= rollback.to_play);
            for runs in &rollback.runs {
                let play = self.plays.get_mut(&runs.play_number).expect("a play that stays");
                (play.run, play.e_run) = (runs.run, runs.e_run);
            }
            if let Some(play) = self.plays.get_mut(&rollback.to_play) {
                play.locked = false;
            }
        }
        for gone in &rows.lineups_removed {
            self.lineups.remove(gone);
        }
        self.lineups
            .extend(rows.lineups.into_iter().map(|(team, player)| (player.lineup_id, (team, player))));
        self.plays.extend(rows.plays.into_iter().map(|play| (play.play_number, play)));
        for credit in &rows.credits {
            let play = self.plays.get_mut(&credit.play_number).expect("a play that stands");
            play.run += credit.run;
            play.e_run += credit.e_run;
        }
        if let Some(play) = rows.locked.and_then(|number| self.plays.get_mut(&number)) {
            play.locked = true;
        }
        self.rolls.extend(rows.rolls.into_iter().map(|roll| (roll.roll.roll_id, roll)));
        self.game = rows.game.or(self.game.take());
    }
}
