//! The rows that a whole journal leads to, as writing them entry by entry would have left them.

use super::{rollback, rows};
use crate::id::{PlayNumber, Seq};
use crate::rules::event::Event;
use crate::rules::record::PlayRecord;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::Status;
use crate::store::change::{RollRow, RollbackRows, RosterChange, Rows};
use std::sync::Arc;

/// What the tables say of a game after its last entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Whole {
    /// The state: line-ups, score and how it ended are its.
    pub state: GameState,
    /// What was agreed in entry 1, before any roster changed.
    pub agreed: Arc<GameSetup>,
    /// What became of the rosters since.
    pub roster: Vec<RosterChange>,
    /// The plays that stand.
    pub plays: Vec<PlayRecord>,
    /// The rolls that belong to them, each with the entry that has it.
    pub rolls: Vec<(Seq, RollRow)>,
    /// The entry with which the game started.
    pub started: Option<Seq>,
    /// The entry with which it ended.
    pub completed: Option<Seq>,
}

/// The rows after the last of these entries, which begin with entry 1. None where that does not create a game.
#[must_use]
pub fn whole(journal: &[(Seq, Vec<Event>)]) -> Option<Whole> {
    let (_, created) = journal.first()?;
    let state = GameState::begin(created)?;
    let mut whole = Whole {
        agreed: Arc::clone(&state.setup),
        roster: Vec::new(),
        state,
        plays: Vec::new(),
        rolls: Vec::new(),
        started: None,
        completed: None,
    };
    for (at, (seq, events)) in journal.iter().enumerate().skip(1) {
        let mut next = whole.state.clone();
        next.apply_entry(*seq, events);
        if let Some(to_play) = events.iter().find_map(gone_back) {
            let before = journal[..at].iter().map(|(seq, events)| (*seq, events.as_slice()));
            whole.take_back(&rollback(before, to_play));
        }
        let written = rows(&whole.state, events, &next);
        whole.add(*seq, written);
        whole.state = next;
        if whole.state.status != Status::Pending {
            whole.started.get_or_insert(*seq);
        }
        if whole.state.is_over() {
            whole.completed.get_or_insert(*seq);
        }
    }
    Some(whole)
}

const fn gone_back(event: &Event) -> Option<PlayNumber> {
    match event {
        Event::RolledBack { to_play, .. } => Some(*to_play),
        _ => None,
    }
}

impl Whole {
    fn take_back(&mut self, back: &RollbackRows) {
        self.plays.retain(|play| play.play_number <= back.to_play);
        self.rolls.retain(|(_, roll)| roll.play_number <= back.to_play);
        for runs in &back.runs {
            if let Some(play) = self.play(runs.play_number) {
                (play.run, play.e_run) = (runs.run, runs.e_run);
            }
        }
        if let Some(last) = self.plays.last_mut() {
            last.locked = false;
        }
    }

    fn add(&mut self, seq: Seq, rows: Rows) {
        if let Some(play) = rows.locked.and_then(|locked| self.play(locked)) {
            play.locked = true;
        }
        self.plays.extend(rows.plays);
        for credit in &rows.credits {
            if let Some(play) = self.play(credit.play_number) {
                play.run += credit.run;
                play.e_run += credit.e_run;
            }
        }
        self.roster.extend(rows.roster);
        self.rolls.extend(rows.rolls.into_iter().map(|roll| (seq, roll)));
    }

    fn play(&mut self, number: PlayNumber) -> Option<&mut PlayRecord> {
        self.plays.iter_mut().find(|play| play.play_number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::command::{Command, Forfeit, ProposeRollback};
    use crate::rules::decision::{Base, OffensiveDecision};
    use crate::rules::scoring::{BattingLine, BoxScore, FieldingLine, box_score};
    use crate::rules::state::GameSettings;
    use crate::rules::testing::Game;
    use crate::rules::vocabulary::{DecisionPhase, Position, Side};

    /// Plays on with defaults until `enough`, and tries to steal second where it can.
    fn play(game: &mut Game, enough: impl Fn(&GameState) -> bool) {
        while !enough(&game.state) {
            let asks_batters = game.state.decision_phase == DecisionPhase::AwaitingOffensive;
            let goes =
                OffensiveDecision { steal_attempts: vec![Base::Second], ..OffensiveDecision::default() };
            if !asks_batters || game.order(&Command::OffensiveDecision(goes)).is_err() {
                game.must(&game.next_command());
            }
        }
    }

    fn folded(game: &Game) -> (Whole, BoxScore) {
        let journal: Vec<_> = game.entries().map(|(seq, events)| (seq, events.to_vec())).collect();
        let whole = whole(&journal).expect("entry 1 creates a game");
        let score = box_score(&whole.state, &whole.plays);
        (whole, score)
    }

    #[test]
    fn what_was_taken_back_is_in_no_row_and_every_fielders_line_adds_up() {
        let (mut steals, mut checks) = (0, 0);
        for seed in 1..=6 {
            let mut game = Game::new(seed, GameSettings { innings: 4, ..GameSettings::default() });
            play(&mut game, |state| state.play_count.0 >= 20);
            for to_play in [11, 9] {
                game.must(&Command::ProposeRollback(ProposeRollback { to_play: PlayNumber(to_play) }));
                play(&mut game, |state| state.play_count.0 >= 14);
            }
            play(&mut game, GameState::is_over);
            let (whole, score) = folded(&game);
            assert_eq!(whole.state, game.state);
            assert!(whole.started < whole.completed, "{:?} {:?}", whole.started, whole.completed);
            let numbers: Vec<_> = whole.plays.iter().map(|play| play.play_number.0).collect();
            assert_eq!(numbers, (1..=game.state.play_count.0).collect::<Vec<_>>());
            let open = whole.plays.iter().filter(|play| !play.locked).count();
            assert_eq!(open, 1, "the last play");
            let rolls: Vec<_> = whole.rolls.iter().map(|(_, row)| row.roll.roll_id).collect();
            assert!(rolls.is_sorted() && whole.rolls.iter().map(|(seq, _)| seq).is_sorted());
            score.proves().unwrap_or_else(|unproved| panic!("{unproved}"));
            for (side, team) in score.teams.iter() {
                let batters = &score.teams[side.opponent()].batting;
                let sum = |count: fn(&FieldingLine) -> u16| team.fielding.iter().map(count).sum::<u16>();
                let ran = |count: fn(&BattingLine) -> u16| batters.iter().map(count).sum::<u16>();
                assert_eq!(sum(|line| line.e), team.errors);
                assert_eq!(
                    (sum(|line| line.sb), sum(|line| line.cs)),
                    (ran(|line| line.sb), ran(|line| line.cs))
                );
                let stood = |position: &Position| team.fielding.iter().any(|line| line.position == *position);
                assert!(Position::FIELD.iter().all(stood), "{:?}", team.fielding);
                steals += ran(|line| line.sb + line.cs);
                checks += sum(|line| line.checks);
            }
        }
        assert!(steals > 0 && checks > 0, "somebody ran, somebody was checked");
    }

    #[test]
    fn of_a_game_that_the_leading_side_forfeits_nobody_is_a_pitcher_of_record() {
        for is_leader in [true, false] {
            let mut game = Game::new(3, GameSettings::default());
            play(&mut game, |state| state.inning >= 6 && state.score.away != state.score.home);
            let ahead = if game.state.score.away > game.state.score.home { Side::Away } else { Side::Home };
            let side = if is_leader { ahead } else { ahead.opponent() };
            game.must(&Command::Forfeit(Forfeit { reason: None, side: Some(side) }));
            let (whole, score) = folded(&game);
            assert!(whole.state.statistics_count());
            let of_record = [score.winning_pitcher, score.losing_pitcher];
            assert!(of_record.iter().all(|pitcher| pitcher.is_none() == is_leader), "{of_record:?}");
        }
    }
}
