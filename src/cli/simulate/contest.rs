//! Whole games between AI managers, one after the other: rules, managers and dice, nothing else.

use super::tally::Tally;
use crate::fairness::{Seed, SeededDice};
use crate::id::{CardId, GameId};
use crate::league::Team;
use crate::manager;
use crate::rules::card::CardBook;
use crate::rules::command::{Command, Issuer, SetLineup};
use crate::rules::moment::Moment;
use crate::rules::rejection::Rejection;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{AiDifficulty, BySide, DecisionPhase, Position, Side};
use crate::rules::{create, decide};
use crate::store::export;
use anyhow::{Result, anyhow, bail};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Builder;

/// Commands after which a game is given up as endless; the longest real one took 33 innings, about 1,000.
const COMMANDS_MAX: usize = 50_000;
/// From this rating on a pitcher starts games.
const STARTER_RATING: i8 = 4;

/// Two teams with their managers, who meet as often as one likes.
pub(super) struct Contest {
    pub(super) teams: BySide<Team>,
    pub(super) difficulty: BySide<AiDifficulty>,
    cards: CardBook,
    cards_digest: String,
    /// The starting pitchers, who take turns.
    rotation: BySide<Vec<CardId>>,
}

impl Contest {
    pub(super) fn new(teams: BySide<Team>, difficulty: BySide<AiDifficulty>) -> Self {
        let players = || teams.away.players.iter().chain(&teams.home.players);
        let cards = CardBook::new(players().cloned());
        let cards_digest = export::cards_digest(players().map(Arc::as_ref));
        let rotation = BySide::from_fn(|side| rotation(&teams[side]));
        Self { teams, difficulty, cards, cards_digest, rotation }
    }

    /// Whether a side's players are all average.
    pub(super) fn is_average(&self, side: Side) -> bool {
        self.teams[side].abbreviation == "AVG"
    }

    /// Plays game `number` of the simulation with this seed and adds it to the tally. Only `seed` and
    /// `number` decide how it goes.
    pub(super) fn play(&self, seed: u64, number: u32, tally: &mut Tally) -> Result<()> {
        let refused = |rejection: Rejection| anyhow!("game {number}: {rejection}");
        let bytes = game_seed(seed, number);
        let setup = self.setup(&Seed::new(bytes), bytes);
        let lineups = self.lineups(number).map(Some);
        let events = create(setup, lineups, &self.cards).map_err(refused)?;
        let mut state = GameState::begin(&events).ok_or_else(|| anyhow!("game {number} did not begin"))?;
        let mut dice = SeededDice::new(Seed::new(bytes), &state.entropy, 0);
        for _ in 0..COMMANDS_MAX {
            if state.is_over() {
                return Ok(());
            }
            let (issuer, command) = self.next_command(&state)?;
            let events =
                decide(&state, &self.cards, issuer, &command, Moment::EPOCH, &mut dice).map_err(refused)?;
            for event in &events {
                tally.note(&state, event);
                state.apply(event);
            }
            state.seq = state.seq.next();
        }
        bail!("game {number} of seed {seed} did not end within {COMMANDS_MAX} commands")
    }

    fn next_command(&self, state: &GameState) -> Result<(Issuer, Command)> {
        if state.decision_phase == DecisionPhase::AwaitingStart {
            return Ok((Issuer::Host, Command::Start {}));
        }
        let side = state.pending_decision.as_ref().map_or(Side::Home, |pending| pending.side);
        let command = manager::choose_as(self.difficulty[side], state, &self.cards, side);
        let command = command.ok_or_else(|| {
            anyhow!("the {side} manager has no answer to {} at entry {}", state.decision_phase, state.seq)
        })?;
        Ok((Issuer::Manager(side), command))
    }

    fn setup(&self, seed: &Seed, bytes: [u8; 32]) -> GameSetup {
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[..16]);
        let game_id = GameId(Builder::from_custom_bytes(id).into_uuid());
        let teams = BySide::from_fn(|side| self.teams[side].setup(&self.teams[side].players, true));
        GameSetup {
            ai_difficulty: self.difficulty.home,
            ..GameSetup::plain(game_id, teams, seed.commitment(), self.cards_digest.clone())
        }
    }

    /// The line-ups that the managers name for game `number`.
    fn lineups(&self, number: u32) -> BySide<SetLineup> {
        let proposed = BySide::from_fn(|side| self.proposed(side, number));
        BySide::from_fn(|side| {
            let players = &self.teams[side].players;
            let other = side.opponent();
            let opposing = manager::pitching_hand(&self.teams[other].players, &proposed[other]);
            manager::lineup(self.difficulty[side], players, &proposed[side], opposing)
        })
    }

    /// The proposed line-up with the starting pitcher whose turn it is.
    fn proposed(&self, side: Side, number: u32) -> SetLineup {
        let mut lineup = self.teams[side].lineup.clone();
        let rotation = &self.rotation[side];
        let turn = usize::try_from(number).unwrap_or_default() % rotation.len().max(1);
        let pitcher = lineup.players.iter_mut().find(|slot| slot.position == Position::Pitcher);
        if let (Some(slot), Some(card_id)) = (pitcher, rotation.get(turn)) {
            slot.card_id = *card_id;
        }
        lineup
    }
}

fn rotation(team: &Team) -> Vec<CardId> {
    let starts = |player: &&std::sync::Arc<crate::rules::card::PlayerCard>| {
        player.pitching.as_ref().is_some_and(|card| card.starter_rating >= STARTER_RATING)
    };
    team.players.iter().filter(starts).map(|player| player.card_id).collect()
}

/// The secret of one game's dice: the simulation's seed and the game's number, hashed.
fn game_seed(seed: u64, number: u32) -> [u8; 32] {
    let digest = Sha256::new()
        .chain_update(b"dugout/simulate/v1")
        .chain_update(seed.to_be_bytes())
        .chain_update(number.to_be_bytes())
        .finalize();
    digest.into()
}
