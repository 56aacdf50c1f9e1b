//! What the targets share: a game between the bundled teams, seen at many of its moments.

use dugout::fairness::{Seed, SeededDice};
use dugout::id::{CommandId, Epoch, GameId, Seq, TeamId};
use dugout::league::{League, Team};
use dugout::manager;
use dugout::rules;
use dugout::rules::card::{CardBook, PlayerCard};
use dugout::rules::command::{Command, ContributeEntropy, Issuer};
use dugout::rules::event::Event;
use dugout::rules::moment::Moment;
use dugout::rules::state::{GameSettings, GameSetup, GameState};
use dugout::rules::vocabulary::{BySide, LeagueId, Side};
use dugout::store::canonical::canonical_json;
use dugout::store::entry::{Entry, EntryHash, EntryParts};
use dugout::store::export;
use futures_util::FutureExt;
use serde_json::json;
use std::sync::{Arc, LazyLock};

/// The game: always the same one, so that an input does the same every time.
pub static PLAYED: LazyLock<Played> = LazyLock::new(Played::new);

/// A finished game.
pub struct Played {
    pub header: String,
    pub cards: CardBook,
    pub entries: Vec<Entry>,
    /// The state after each entry.
    pub states: Vec<GameState>,
}

impl Played {
    /// The moment that a number from an input stands for: how many entries there are by then.
    #[must_use]
    pub fn moment(&self, number: u64) -> usize {
        let moments = self.entries.len() as u64;
        usize::try_from(number % moments).expect("a game is short") + 1
    }

    #[must_use]
    pub fn seed() -> Seed {
        Seed::new([7; 32])
    }

    fn new() -> Self {
        let teams = BySide { away: team(2), home: team(1) };
        let rosters = BySide::from_fn(|side| roster(&teams[side]));
        let list: Vec<_> = rosters.iter().flat_map(|(_, roster)| roster.clone()).collect();
        let cards = CardBook::new(list.iter().cloned());
        let setup = GameSetup {
            settings: GameSettings { innings: 1, ..GameSettings::default() },
            ..GameSetup::plain(
                "0196a000-0000-7000-8000-000000000001".parse::<GameId>().expect("a UUID"),
                BySide::from_fn(|side| teams[side].setup(&rosters[side], side == Side::Away)),
                Self::seed().commitment(),
                export::cards_digest(list.iter().map(Arc::as_ref)),
            )
        };
        let lineups = BySide::from_fn(|side| Some(teams[side].lineup.clone()));
        let created = rules::create(setup, lineups, &cards).expect("a legal game");
        let header = export::header(&created, &json!(list)).expect("a game");
        let state = GameState::begin(&created).expect("a game");
        let first = sealed(EntryHash::GENESIS, Seq(1), Issuer::Host, None, &created);
        let header = canonical_json(&header);
        let mut played = Self { header, cards, entries: vec![first], states: vec![state] };
        while let Some((entry, state)) = played.next() {
            played.entries.push(entry);
            played.states.push(state);
        }
        played
    }

    /// The next entry, while the game goes on.
    fn next(&self) -> Option<(Entry, GameState)> {
        let (state, last) = (self.states.last()?, self.entries.last()?);
        if state.is_over() {
            return None;
        }
        let (side, command) = match &state.pending_decision {
            None if state.entropy.home.is_none() => {
                let share = ContributeEntropy { entropy: "ab".repeat(16) };
                (Side::Home, Command::ContributeEntropy(share))
            }
            None => (Side::Home, Command::Start {}),
            Some(pending) => {
                let command = manager::choose(state, &self.cards, pending.side).expect("an answer");
                (pending.side, command)
            }
        };
        let issuer = Issuer::Manager(side);
        let mut dice = SeededDice::new(Self::seed(), &state.entropy, state.dice_position);
        let events =
            rules::decide(state, &self.cards, issuer, &command, Moment::EPOCH, &mut dice).expect("legal");
        let entry = sealed(last.hash, state.seq.next(), issuer, Some(&command), &events);
        let mut next = state.clone();
        next.apply_entry(entry.seq, &events);
        Some((entry, next))
    }
}

fn sealed(
    previous: EntryHash,
    seq: Seq,
    issuer: Issuer,
    command: Option<&Command>,
    events: &[Event],
) -> Entry {
    let recorded_at = "2026-04-01T18:00:00.000000Z".parse().expect("a time");
    let parts = EntryParts {
        seq,
        epoch: Epoch(1),
        command_id: command_id(seq),
        issuer,
        command,
        events,
        recorded_at,
    };
    Entry::seal(&previous, &parts)
}

/// The same id for the same entry, every time.
#[must_use]
pub fn command_id(seq: Seq) -> CommandId {
    format!("5c1f0000-0000-4000-8000-{:012x}", seq.0).parse().expect("a UUID")
}

fn team(id: i32) -> Team {
    let team = League::bundled().team(LeagueId::Pd, TeamId(id)).now_or_never();
    team.expect("the bundled league answers at once").expect("a bundled team")
}

/// The starters and two more: small cards make small inputs.
fn roster(team: &Team) -> Vec<Arc<PlayerCard>> {
    let starts = |card: &Arc<PlayerCard>| team.lineup.players.iter().any(|slot| slot.card_id == card.card_id);
    let (starters, bench): (Vec<_>, Vec<_>) = team.players.iter().cloned().partition(starts);
    starters.into_iter().chain(bench.into_iter().take(2)).collect()
}
