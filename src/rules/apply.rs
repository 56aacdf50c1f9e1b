//! Facts to state: every event changes the state in one known way, and none can fail (HOUSE "apply").

use super::charts::injuries::Injury;
use super::dice::{Roll, RollDice, RollType, WEATHER};
use super::event::{Event, Play, PlaySummary, Reached};
use super::lineup::{LineupPlayerState, TeamLineupState};
use super::moment::Moment;
use super::scoring::{Facts, HalfInningLedger};
use super::state::{GameSetup, GameState, PendingDecision, RollbackProposal, Runner};
use super::vocabulary::{BySide, DecisionPhase, Half, Position, Side, Status};
use super::workload::Workload;
use crate::id::{LineupId, PlayNumber, RollNumber, Seq, TeamId};
use std::sync::Arc;

impl GameState {
    /// The state after entry 1, whose first event must be `game_created`; none if it is not.
    #[must_use]
    pub fn begin(events: &[Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let Event::GameCreated(setup) = first else { return None };
        let mut state = Self::created(setup);
        for event in rest {
            state.apply(event);
        }
        Some(state)
    }

    /// Applies a later entry, whole.
    pub fn apply_entry(&mut self, seq: Seq, events: &[Event]) {
        for event in events {
            self.apply(event);
        }
        self.seq = seq;
    }

    /// Applies one fact. Total: an event that makes no sense here changes as much as it can, and no more.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::GameCreated(_) => {} // only entry 1 has it, and `begin` reads it there
            Event::LineupSet { side, players } => self.set_lineup(*side, players),
            Event::RosterAdded { .. } | Event::RosterRemoved { .. } => self.change_roster(event),
            Event::EntropyContributed { side, entropy } => self.entropy[*side] = Some(entropy.clone()),
            Event::GameStarted {} => self.start(),
            Event::DecisionRequested { phase, side, seq, deadline, choices } => self.ask(PendingDecision {
                phase: *phase,
                side: *side,
                seq: *seq,
                deadline: *deadline,
                choices: choices.clone(),
            }),
            Event::DeadlineMissed { side, in_a_row, .. } => self.missed_deadlines[*side] = *in_a_row,
            Event::ManagerReturned { side } => self.missed_deadlines[*side] = 0,
            Event::DeadlineMoved { deadline, .. } => self.set_deadline(Some(*deadline)),
            Event::DefensiveDecisionMade { decision, .. } => {
                self.pending_defensive_decision = Some(decision.clone());
            }
            Event::OffensiveDecisionMade { decision, .. } => {
                self.pending_offensive_decision = Some(decision.clone());
            }
            Event::DiceRolled { roll } => self.take_roll(roll),
            // Said for people, of the roll that waits (the state has it) or of the play that follows.
            Event::CheckAnnounced { .. }
            | Event::InjuryCheckAnnounced { .. }
            | Event::OutcomeForced { .. } => {}
            Event::PlayerInjured { side, lineup_id, injury, .. } => self.hurt(*side, *lineup_id, *injury),
            Event::XCheckRolled(roll) => self.pending_x_check = Some(roll.clone()),
            Event::PitcherTired { side, lineup_id } => {
                if let Some(pitcher) = self.entry(*side, *lineup_id) {
                    pitcher.is_fatigued = true;
                }
            }
            Event::PlayUnresolved(play) => self.pending_play = Some(play.clone()),
            // The choice is spent in the play that follows, or in the next question.
            Event::RunnerDecided { .. } => {}
            Event::PlayResolved(play) => self.play(play),
            Event::HalfInningEnded { half, .. } => {
                self.workloads[half.batting().opponent()].half_inning_ended = true;
                if self.ending().is_none() {
                    self.next_half();
                }
            }
            Event::SubstitutionMade { side, players } => self.substitute(*side, players),
            Event::Paused {} => {
                self.status = Status::Paused;
                self.set_deadline(None);
            }
            Event::Resumed {} => self.status = Status::Active,
            Event::GameCompleted { winner_team_id, away_score, home_score, ending, forfeit, .. } => {
                self.ended_by = Some(*ending);
                self.forfeit.clone_from(forfeit);
                self.score = BySide { away: *away_score, home: *home_score };
                self.complete(*winner_team_id);
            }
            Event::RollbackProposed { side, to_play } => {
                self.pending_rollback = Some(RollbackProposal { side: *side, to_play: *to_play });
            }
            Event::RollbackDeclined { .. } => self.pending_rollback = None,
            Event::RolledBack { state, .. } => self.roll_back(state),
        }
    }

    /// Before the game: who is eligible, and what seals the pinned cards.
    fn change_roster(&mut self, event: &Event) {
        let setup = Arc::make_mut(&mut self.setup);
        match event {
            Event::RosterAdded { side, card_id, cards_digest } => {
                setup.teams[*side].roster.push(*card_id);
                setup.cards_digest.clone_from(cards_digest);
            }
            Event::RosterRemoved { side, card_id } => setup.teams[*side].roster.retain(|id| id != card_id),
            _ => {}
        }
    }

    fn created(setup: &GameSetup) -> Self {
        Self {
            seq: Seq(1),
            status: Status::Pending,
            decision_phase: DecisionPhase::AwaitingStart,
            pending_decision: None,
            pending_defensive_decision: None,
            pending_offensive_decision: None,
            pending_manual_roll: None,
            pending_x_check: None,
            pending_play: None,
            workloads: BySide::default(),
            earlier_workloads: BySide::default(),
            pending_rollback: None,
            missed_deadlines: BySide::default(),
            inning: 0,
            half: Half::Top,
            outs: 0,
            score: BySide::default(),
            line_score: BySide::default(),
            hits: BySide::default(),
            errors: BySide::default(),
            runners: [None; 3],
            batter_idx: BySide::default(),
            lineups: BySide::from_fn(|side| TeamLineupState {
                team_id: setup.teams[side].team_id,
                players: Arc::default(),
            }),
            play_count: PlayNumber(0),
            last_play_result: None,
            next_lineup_id: LineupId(1),
            next_roll_id: RollNumber(1),
            dice_position: 0,
            entropy: BySide::default(),
            winner: None,
            ended_by: None,
            forfeit: None,
            weather: None,
            ledger: HalfInningLedger::default(),
            setup: Arc::new(setup.clone()),
        }
    }

    fn set_lineup(&mut self, side: Side, players: &[LineupPlayerState]) {
        self.lineups[side].players = Arc::new(players.to_vec());
        self.number_after(players);
    }

    fn substitute(&mut self, side: Side, players: &[LineupPlayerState]) {
        for player in players {
            let entries = Arc::make_mut(&mut self.lineups[side].players);
            match entries.iter_mut().find(|entry| entry.lineup_id == player.lineup_id) {
                Some(entry) => *entry = player.clone(),
                None => entries.push(player.clone()),
            }
        }
        self.number_after(players);
        if side == self.batting_side() {
            self.run_for_those_who_left();
        } else if let Some(pitcher) = self.lineups[side].at(Position::Pitcher).map(|entry| entry.lineup_id)
            && self.workloads[side].pitcher != Some(pitcher)
        {
            self.change_pitcher(side, pitcher);
        }
    }

    /// A pitcher who comes back to the mound from another place in the field is as tired as he was.
    fn change_pitcher(&mut self, side: Side, pitcher: LineupId) {
        let earlier = &mut self.earlier_workloads[side];
        let returning = earlier.iter().position(|work| work.pitcher == Some(pitcher));
        let work = returning.map_or_else(|| Workload::of(Some(pitcher)), |at| earlier.remove(at));
        earlier.push(std::mem::replace(&mut self.workloads[side], work));
        let lineup = &self.lineups[side];
        let is_active = |id| lineup.player(id).is_some_and(|player| player.is_active);
        earlier.retain(|work| work.pitcher.is_some_and(is_active));
    }

    fn ask(&mut self, asked: PendingDecision) {
        self.decision_phase = asked.phase;
        if asked.phase == DecisionPhase::AwaitingDefensive {
            self.clear_decisions(); // a play starts, or a pinch hitter starts it over
        }
        self.pending_decision = Some(asked);
    }

    fn hurt(&mut self, side: Side, lineup_id: LineupId, injury: Injury) {
        if let Some(player) = self.entry(side, lineup_id)
            && injury != Injury::None
        {
            player.injury = Some(injury);
        }
    }

    fn set_deadline(&mut self, deadline: Option<Moment>) {
        if let Some(pending) = &mut self.pending_decision {
            pending.deadline = deadline;
        }
    }

    fn entry(&mut self, side: Side, lineup_id: LineupId) -> Option<&mut LineupPlayerState> {
        let players = Arc::make_mut(&mut self.lineups[side].players);
        players.iter_mut().find(|player| player.lineup_id == lineup_id)
    }

    /// Whoever has a runner's place in the batting order now stands on his base.
    fn run_for_those_who_left(&mut self) {
        let lineup = &self.lineups[self.half.batting()];
        for runner in self.runners.iter_mut().flatten() {
            let left = lineup.player(runner.lineup_id).filter(|entry| !entry.is_active);
            let successor =
                left.and_then(|left| lineup.active().find(|entry| entry.batting_order == left.batting_order));
            if let Some(successor) = successor {
                runner.lineup_id = successor.lineup_id;
            }
        }
    }

    fn number_after(&mut self, players: &[LineupPlayerState]) {
        for player in players {
            self.next_lineup_id = self.next_lineup_id.max(player.lineup_id.next());
        }
    }

    fn start(&mut self) {
        self.status = Status::Active;
        self.inning = 1;
        self.half = Half::Top;
        self.line_score.away.push(0);
        self.workloads = BySide::from_fn(|side| {
            Workload::of(self.lineups[side].at(Position::Pitcher).map(|entry| entry.lineup_id))
        });
    }

    fn take_roll(&mut self, roll: &Roll) {
        self.dice_position = roll.first_die + roll.dice.dice_count();
        self.next_roll_id = roll.roll_id.next();
        if let (WEATHER, RollDice::D20 { d20 }) = (roll.purpose.as_str(), &roll.dice) {
            self.weather = Some(*d20);
        }
        if !self.setup.auto_mode && matches!(roll.dice.roll_type(), RollType::Ab | RollType::Jump) {
            self.pending_manual_roll = Some(roll.clone());
        }
    }

    fn complete(&mut self, winner: Option<TeamId>) {
        let won = |side: &Side| Some(self.setup.teams[*side].team_id) == winner;
        self.winner = Side::ALL.iter().copied().find(won);
        self.status = Status::Completed;
        self.decision_phase = DecisionPhase::Completed;
        self.pending_rollback = None;
        self.clear_decisions();
    }

    fn clear_decisions(&mut self) {
        self.pending_decision = None;
        self.pending_defensive_decision = None;
        self.pending_offensive_decision = None;
        self.pending_manual_roll = None;
        self.pending_x_check = None;
        self.pending_play = None;
    }

    /// Takes up an earlier state, except for what is used once in a game: the numbers of entries, rolls, dice
    /// and line-up entries go on from here.
    fn roll_back(&mut self, earlier: &Self) {
        *self = Self {
            seq: self.seq,
            dice_position: self.dice_position,
            next_roll_id: self.next_roll_id,
            next_lineup_id: self.next_lineup_id,
            status: self.status,
            pending_rollback: None,
            missed_deadlines: self.missed_deadlines,
            ..earlier.clone()
        };
    }

    fn play(&mut self, play: &Play) {
        let batting = play.half.batting();
        let runs = u16::from(play.runs_scored);
        self.score[batting] = self.score[batting].saturating_add(runs);
        if let Some(inning) = self.line_score[batting].last_mut() {
            *inning = inning.saturating_add(runs);
        }
        self.hits[batting] += u16::from(play.hit_bases > 0);
        self.errors[batting.opponent()] += u16::from(play.error.is_some());
        self.outs = self.outs.saturating_add(play.outs_recorded).min(3);
        self.runners = runners_after(play);
        let _ = self.ledger.observe(&Facts::of(play));
        self.ledger.settle(&mut self.runners);
        self.workloads[batting.opponent()].observe(play);
        self.pending_rollback = None;
        if play.plate_appearance {
            self.batter_idx[batting] = (self.batter_idx[batting] + 1) % 9;
        }
        self.play_count = play.play_number;
        self.last_play_result = Some(PlaySummary {
            play_number: play.play_number,
            outcome: play.outcome,
            hit_type: play.hit_type.clone(),
            runs_scored: play.runs_scored,
            outs_recorded: play.outs_recorded,
            description: play.description.clone(),
        });
        self.clear_decisions();
    }
}

/// Who stands where after a play.
fn runners_after(play: &Play) -> [Option<Runner>; 3] {
    let mut after = [None; 3];
    let mut put = |reached: Option<Reached>, runner: Runner| {
        if let Some(base @ 1..=3) = reached {
            after[usize::from(base) - 1] = Some(runner);
        }
    };
    for (runner, reached) in play.runners.iter().zip(play.runners_to) {
        if let Some(runner) = runner {
            put(reached, *runner);
        }
    }
    put(play.batter_to, batter_as_runner(play));
    after
}

/// The batter, once he is on base. Who answers for him is the scorer's to say ([`HalfInningLedger::settle`]).
fn batter_as_runner(play: &Play) -> Runner {
    Runner {
        lineup_id: play.batter_id,
        responsible_pitcher: Some(play.pitcher_id),
        reached_on: Some(play.play_number),
        unearned: false,
    }
}
