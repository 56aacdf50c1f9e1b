//! What the benchmarks share: whole games, recorded once from a fixed seed, and a server to write them to.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

#[path = "../../tests/support/postgres.rs"]
pub mod postgres;

use dugout::fairness::{Seed, SeededDice};
use dugout::id::{CommandId, Epoch, GameId, HostId, Seq, TeamId};
use dugout::league::{League, Team};
use dugout::manager;
use dugout::rules::card::CardBook;
use dugout::rules::command::{Command, Issuer, RunnerDecision};
use dugout::rules::decision::{DefensiveDecision, OffensiveDecision};
use dugout::rules::event::Event;
use dugout::rules::moment::Moment;
use dugout::rules::state::{GameSetup, GameState, PendingDecision};
use dugout::rules::vocabulary::{BySide, DecisionPhase, LeagueId, Side};
use dugout::rules::{create, decide};
use dugout::store::change::{Append, NewGame, Rows};
use dugout::store::entry::{Entry, EntryHash, EntryParts};
use dugout::store::snapshot::Snapshot;
use dugout::store::stored::DiceSeed;
use dugout::store::{export, projection};
use futures_util::FutureExt;
use std::time::Duration;

/// How long a server may take to start.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Who decides in a recorded game.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Managers {
    /// The plain decision every time.
    Plain,
    /// AI managers of medium level.
    Ai,
}

/// One command of a recorded game.
pub struct Step {
    pub before: GameState,
    pub issuer: Issuer,
    pub command: Command,
    pub events: Vec<Event>,
    pub rows: Rows,
    pub snapshot_due: bool,
}

/// A whole game.
pub struct Recorded {
    pub seed: Seed,
    pub cards: CardBook,
    pub created: Vec<Event>,
    pub steps: Vec<Step>,
    pub end: GameState,
}

fn team(id: i32) -> Team {
    let team = League::bundled().team(LeagueId::Pd, TeamId(id)).now_or_never();
    team.expect("the bundled league answers at once").expect("a bundled team")
}

/// The answer to what is asked.
pub fn answer(managers: Managers, state: &GameState, cards: &CardBook, pending: &PendingDecision) -> Command {
    if managers == Managers::Ai {
        return manager::choose(state, cards, pending.side).expect("an answer");
    }
    match pending.phase {
        DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(DefensiveDecision::default()),
        DecisionPhase::AwaitingOffensive => Command::OffensiveDecision(OffensiveDecision::default()),
        DecisionPhase::AwaitingRunner => {
            Command::RunnerDecision(RunnerDecision { choice: pending.choices[0].clone() })
        }
        _ => Command::Roll {},
    }
}

impl Recorded {
    /// Plays the game that this number makes, nine innings.
    pub fn play(number: u8, managers: Managers) -> Self {
        Self::play_long(number, managers, 9)
    }

    /// The same with so many innings; no host creates games of more than 18.
    pub fn play_long(number: u8, managers: Managers, innings: u8) -> Self {
        let seed = Seed::new([number; 32]);
        let teams = BySide { away: team(2), home: team(1) };
        let cards = CardBook::new(teams.iter().flat_map(|(_, team)| team.players.iter().cloned()));
        let mut created =
            create(setup(&teams, &seed), BySide::from_fn(|side| Some(teams[side].lineup.clone())), &cards)
                .expect("a legal game");
        for event in &mut created {
            if let Event::GameCreated(setup) = event {
                setup.settings.innings = innings;
            }
        }
        let mut state = GameState::begin(&created).expect("created");
        let mut steps = Vec::new();
        while !state.is_over() {
            let (side, command) = match &state.pending_decision {
                None => (Side::Home, Command::Start {}),
                Some(pending) => (pending.side, answer(managers, &state, &cards, pending)),
            };
            let issuer = Issuer::Manager(side);
            let before = state.clone();
            let mut dice = SeededDice::new(seed.clone(), &state.entropy, state.dice_position);
            let events =
                decide(&state, &cards, issuer, &command, Moment::EPOCH, &mut dice).expect("a legal command");
            state.apply_entry(state.seq.next(), &events);
            let rows = projection::rows(&before, &events, &state);
            let snapshot_due = before.half != state.half || before.status != state.status;
            steps.push(Step { before, issuer, command, events, rows, snapshot_due });
        }
        Self { seed, cards, created, steps, end: state }
    }

    /// Completed plays.
    pub fn plays(&self) -> usize {
        usize::try_from(self.end.play_count.0).expect("a count")
    }

    /// The state after the creation.
    pub fn begin(&self) -> GameState {
        GameState::begin(&self.created).expect("created")
    }

    /// The steps that resolve a play.
    pub fn play_steps(&self) -> impl Iterator<Item = &Step> {
        let resolves = |step: &&Step| step.events.iter().any(|event| matches!(event, Event::PlayResolved(_)));
        self.steps.iter().filter(resolves)
    }

    /// The state that a step leads to.
    pub fn after(&self, step: usize) -> &GameState {
        self.steps.get(step + 1).map_or(&self.end, |next| &next.before)
    }
}

fn setup(teams: &BySide<Team>, seed: &Seed) -> GameSetup {
    let cards = teams.iter().flat_map(|(_, team)| &team.players).map(AsRef::as_ref);
    let digest = export::cards_digest(cards);
    let teams = BySide::from_fn(|side| teams[side].setup(&teams[side].players, false));
    GameSetup::plain(GameId::generate(), teams, seed.commitment(), digest)
}

/// Writes a recorded game again, as another game.
pub struct Scribe<'a> {
    game: &'a Recorded,
    game_id: GameId,
    hash: EntryHash,
    next: usize,
}

impl<'a> Scribe<'a> {
    /// A game of its own, and what creates it.
    pub fn new(game: &'a Recorded, owner: HostId) -> (Self, NewGame) {
        let mut events = game.created.clone();
        let Some(Event::GameCreated(setup)) = events.first_mut() else {
            panic!("the first event creates the game")
        };
        setup.game_id = GameId::generate();
        let setup = (**setup).clone();
        let state = GameState::begin(&events).expect("created");
        let entry = Entry::seal(&EntryHash::GENESIS, &parts(Seq(1), Issuer::Host, None, &events));
        let scribe = Self { game, game_id: setup.game_id, hash: entry.hash, next: 0 };
        let new = NewGame {
            setup,
            seed: DiceSeed([7; 32]),
            cards: game.cards.iter().cloned().collect(),
            cardsets: Vec::new(),
            seats: Vec::new(),
            owner: Some(owner),
            snapshot: Some(Snapshot::of(&state, entry.hash)),
            entry,
            rows: projection::created(&state),
        };
        (scribe, new)
    }

    pub const fn game_id(&self) -> GameId {
        self.game_id
    }

    /// The next entry with its rows, as the host would commit it; none when the game is over.
    pub fn next(&mut self) -> Option<Append> {
        let step = self.game.steps.get(self.next)?;
        let seq = step.before.seq.next();
        let entry = Entry::seal(&self.hash, &parts(seq, step.issuer, Some(&step.command), &step.events));
        let snapshot = step.snapshot_due.then(|| Snapshot::of(self.game.after(self.next), entry.hash));
        let append = Append {
            game_id: self.game_id,
            previous: self.hash,
            rows: step.rows.clone(),
            card: None,
            snapshot,
            entry,
        };
        self.hash = append.entry.hash;
        self.next += 1;
        Some(append)
    }
}

fn parts<'a>(seq: Seq, issuer: Issuer, command: Option<&'a Command>, events: &'a [Event]) -> EntryParts<'a> {
    let recorded_at = chrono::DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
    EntryParts {
        seq,
        epoch: Epoch(1),
        command_id: CommandId::generate(),
        issuer,
        command,
        events,
        recorded_at,
    }
}
