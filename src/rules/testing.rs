//! What the tests of the rules share: two teams of baseline cards, and a game played with defaults.

use super::card::{
    BattingCard, ByHand, CardBook, FieldingAt, FieldingRating, PitchingCard, PlayerCard, RatingLine,
    ReadyLines,
};
use super::charts::error_charts::ErrorSize;
use super::command::{Command, Issuer, ManualOutcomeSubmission, RunnerDecision, SetLineup};
use super::decision::{DefensiveDecision, OffensiveDecision};
use super::dice::RollType;
use super::event::Event;
use super::lineup::LineupSlot;
use super::moment::Moment;
use super::outcome::PlayOutcome;
use super::rejection::Rejection;
use super::state::{GameSettings, GameSetup, GameState, TeamSetup};
use super::vocabulary::{AiDifficulty, Bats, BySide, DecisionPhase, Hand, Position, Side, Status};
use super::x_check::XCheckSubmission;
use super::{create, decide, decide_rollback, owed_substitution, rollback_target, state_after_play};
use crate::fairness::{Seed, SeededDice};
use crate::id::{CardId, GameId, Seq, TeamId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

#[derive(Deserialize)]
struct Baseline {
    batter: Batter,
    pitcher: Pitcher,
    fielders: BTreeMap<String, [u8; 2]>,
    catcher: Catcher,
}

#[derive(Deserialize)]
struct Batter {
    running: i8,
    steal_low: i8,
    steal_high: i8,
    steal_auto: bool,
    steal_jump: f64,
    bunting: String,
    hit_and_run: String,
    pull_rate: u8,
    center_rate: u8,
    slap_rate: u8,
    ratings: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Pitcher {
    hold: i8,
    balk: i8,
    wild_pitch: i8,
    starter_rating: i8,
    relief_rating: i8,
    ratings: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Catcher {
    arm: i8,
    passed_ball: u8,
    t_rating: u8,
}

fn line(ratings: &BTreeMap<String, toml::Value>) -> RatingLine {
    let number = |value: &toml::Value| match value {
        toml::Value::Integer(whole) => *whole as f64,
        other => other.as_float().expect("a number"),
    };
    RatingLine(ratings.iter().map(|(name, value)| (name.clone(), number(value))).collect())
}

fn both(line: RatingLine) -> ByHand<RatingLine> {
    ByHand { left: line.clone(), right: line }
}

/// An average player for every position, twenty a side: cards 1 to 20 visit, 101 to 120 are at home.
/// Numbers 1 to 9 in scorer's order, 10 the DH, the rest the bench; 11 to 15 pitch too.
pub(crate) static CARDS: LazyLock<CardBook> = LazyLock::new(|| {
    let baseline: Baseline =
        toml::from_str(include_str!("charts/data/baseline_cards.toml")).expect("baseline cards");
    let numbers = (1..=20).chain(101..=120);
    CardBook::new(numbers.map(|number| Arc::new(player(&baseline, number))))
});

fn player(baseline: &Baseline, number: i32) -> PlayerCard {
    let place = number % 100;
    let batter = &baseline.batter;
    let pitcher = &baseline.pitcher;
    let pitches = place == 1 || (11..=15).contains(&place);
    let fielding = |&position: &Position| {
        let [range, error] = baseline.fielders[position.as_str()];
        let catcher = position == Position::Catcher;
        let rating = FieldingRating {
            range,
            error,
            arm: if catcher { baseline.catcher.arm } else { 0 },
            passed_ball: if catcher { baseline.catcher.passed_ball } else { 0 },
            t_rating: if catcher { baseline.catcher.t_rating } else { 0 },
        };
        FieldingAt { position, rating }
    };
    PlayerCard {
        card_id: CardId(number),
        name: format!("Player {number}"),
        team_id: TeamId(if number > 100 { 2 } else { 1 }),
        cardset_id: None,
        positions: Position::FIELD.to_vec(),
        bats: [Bats::Right, Bats::Left, Bats::Switch][place as usize % 3],
        throws: if place % 4 == 0 { Hand::Left } else { Hand::Right },
        batting: Some(BattingCard {
            ratings: both(line(&batter.ratings)),
            running: batter.running,
            steal_low: batter.steal_low,
            steal_high: batter.steal_high,
            steal_auto: batter.steal_auto,
            steal_jump_36ths: (batter.steal_jump * 36.0).round() as u8,
            bunting: batter.bunting.clone(),
            hit_and_run: batter.hit_and_run.clone(),
            pull_rate: batter.pull_rate,
            center_rate: batter.center_rate,
            slap_rate: batter.slap_rate,
        }),
        pitching: pitches.then(|| PitchingCard {
            ratings: both(line(&pitcher.ratings)),
            hold: pitcher.hold,
            balk: pitcher.balk,
            wild_pitch: pitcher.wild_pitch,
            starter_rating: pitcher.starter_rating,
            relief_rating: pitcher.relief_rating,
            closer_rating: 0,
        }),
        fielding: Position::FIELD.iter().map(fielding).collect(),
        injury_rating: Some(["1p70", "2p40", "3p30", "1p20"][place as usize % 4].to_owned()),
        ready: ReadyLines::default(),
    }
}

/// Nine in scorer's order behind a DH.
pub(crate) fn lineup(side: Side) -> SetLineup {
    let base = if side == Side::Home { 100 } else { 0 };
    let slot = |number: i32, position, batting_order| LineupSlot {
        card_id: CardId(base + number),
        position,
        batting_order,
    };
    let mut players = vec![slot(1, Position::Pitcher, None)];
    for (position, order) in Position::FIELD[1..].iter().zip(1_u8..) {
        players.push(slot(i32::from(order) + 1, *position, Some(order)));
    }
    players.push(slot(10, Position::DesignatedHitter, Some(9)));
    SetLineup { players }
}

pub(crate) fn setup(seed: &Seed, settings: GameSettings) -> GameSetup {
    let team = |side: Side| TeamSetup {
        team_id: TeamId(if side == Side::Home { 2 } else { 1 }),
        name: side.to_string(),
        is_ai: false,
        roster: CARDS
            .iter()
            .map(|card| card.card_id)
            .filter(|id| (id.0 > 100) == (side == Side::Home))
            .collect(),
    };
    let game_id = GameId(Uuid::from_u128(1));
    GameSetup {
        ai_difficulty: AiDifficulty::Easy,
        settings,
        ..GameSetup::plain(game_id, BySide::from_fn(team), seed.commitment(), "00".repeat(32))
    }
}

/// A game with its journal: what each command led to.
pub(crate) struct Game {
    pub(crate) state: GameState,
    pub(crate) journal: Vec<Vec<Event>>,
    /// What led to the entries after the first.
    pub(crate) commands: Vec<Command>,
    pub(crate) dice: SeededDice,
    /// What time it is: it stands still unless a test moves it.
    pub(crate) at: Moment,
    _seed: ToldSeed,
}

/// Says the seed where a test fails.
struct ToldSeed(u64);

impl Drop for ToldSeed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the game of seed {}", self.0);
        }
    }
}

impl Game {
    /// A game with both line-ups set, waiting for its start.
    pub(crate) fn new(seed: u64, settings: GameSettings) -> Self {
        Self::created(seed, settings, |_| ())
    }

    /// The same in manual mode.
    pub(crate) fn manual(seed: u64, settings: GameSettings) -> Self {
        Self::created(seed, settings, |setup| setup.auto_mode = false)
    }

    /// The same, with something else agreed.
    pub(crate) fn created(seed: u64, settings: GameSettings, change: impl FnOnce(&mut GameSetup)) -> Self {
        let told = ToldSeed(seed);
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let seed = Seed::new(bytes);
        let lineups = BySide::from_fn(|side| Some(lineup(side)));
        let mut setup = setup(&seed, settings);
        change(&mut setup);
        let events = create(setup, lineups, &CARDS).expect("a legal game");
        let state = GameState::begin(&events).expect("game_created comes first");
        let dice = SeededDice::new(seed, &state.entropy, 0);
        Self { state, journal: vec![events], commands: Vec::new(), dice, at: Moment::EPOCH, _seed: told }
    }

    /// Decides a command as the operator, and applies what it leads to.
    pub(crate) fn order(&mut self, command: &Command) -> Result<(), Rejection> {
        self.order_as(Issuer::Operator, command)
    }

    /// Decides a command, with the state to go back to where it needs one, and applies what it leads to.
    pub(crate) fn order_as(&mut self, issuer: Issuer, command: &Command) -> Result<(), Rejection> {
        let state = &self.state;
        let events = match rollback_target(state, issuer, command) {
            Some(to_play) => {
                let past = state_after_play(self.entries(), to_play).expect("the journal has the play");
                decide_rollback(state, &past, issuer, command, self.at)?
            }
            None => decide(state, &CARDS, issuer, command, self.at, &mut self.dice)?,
        };
        self.state.apply_entry(self.state.seq.next(), &events);
        self.journal.push(events);
        self.commands.push(command.clone());
        Ok(())
    }

    /// The journal's entries with their numbers.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Seq, &[Event])> {
        (1..).map(Seq).zip(self.journal.iter().map(Vec::as_slice))
    }

    /// Orders what must be legal.
    pub(crate) fn must(&mut self, command: &Command) {
        self.order(command).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
    }

    /// Plays with defaults until the game waits in `phase` and `when` holds.
    pub(crate) fn play_until(&mut self, phase: DecisionPhase, when: impl Fn(&GameState) -> bool) {
        while self.state.decision_phase != phase || !when(&self.state) {
            assert!(!self.state.is_over(), "the game ended before it came to that");
            self.must(&self.next_command());
        }
    }

    /// The command that the game waits for, with defaults.
    pub(crate) fn next_command(&self) -> Command {
        if self.state.status == Status::Paused {
            return Command::Resume {};
        }
        let side = self.state.pending_decision.as_ref().map(|pending| pending.side);
        let owed = side.and_then(|side| owed_substitution(&self.state, &CARDS, side));
        if let (DecisionPhase::AwaitingDefensive | DecisionPhase::AwaitingOffensive, Some(change)) =
            (self.state.decision_phase, owed)
        {
            return Command::Substitute(change);
        }
        match self.state.decision_phase {
            DecisionPhase::AwaitingStart => Command::Start {},
            DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(DefensiveDecision::default()),
            DecisionPhase::AwaitingOffensive => Command::OffensiveDecision(OffensiveDecision::default()),
            DecisionPhase::AwaitingRunner => {
                let offered = &self.state.pending_decision.as_ref().expect("a choice is owed").choices;
                Command::RunnerDecision(RunnerDecision { choice: offered[0].clone() })
            }
            DecisionPhase::AwaitingOutcome => self.default_outcome(),
            _ => Command::Roll {},
        }
    }

    /// A strikeout; for a jump roll, that the steal is off; for an X-Check, what range 3 reads.
    fn default_outcome(&self) -> Command {
        let waiting = self.state.pending_manual_roll.as_ref().expect("a roll waits");
        if waiting.dice.roll_type() == RollType::Jump {
            return Command::Roll {};
        }
        let x_check = self.state.pending_x_check.as_ref();
        let reading = x_check.map(|roll| XCheckSubmission { code: roll.chart_row[2], error: ErrorSize::No });
        let outcome = if reading.is_some() { PlayOutcome::XCheck } else { PlayOutcome::Strikeout };
        let submission = ManualOutcomeSubmission::of(outcome, None);
        Command::ManualOutcome(ManualOutcomeSubmission { x_check: reading, ..submission })
    }

    /// All events so far, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.journal.iter().flatten()
    }
}
