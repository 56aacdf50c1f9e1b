//! A new game: teams and cards are pinned, the dice seed is drawn and committed to, the first entry is
//! written. From then on nothing outside the database is needed to play the game.

use super::persistence::PersistError;
use super::shared::Shared;
use crate::fairness::Seed;
use crate::id::{CardsetId, CommandId, Epoch, GameId, Seq, TeamId};
use crate::league::{League, LeagueError, Team};
use crate::manager;
use crate::protocol::{NewGame, User};
use crate::rules;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::charts::RULES_VERSION;
use crate::rules::command::{Issuer, SetLineup};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::{GameSettings, GameSetup, GameState};
use crate::rules::vocabulary::{BySide, LeagueId, Side};
use crate::store::change::{self, Change};
use crate::store::entry::{Entry, EntryHash, EntryParts};
use crate::store::export;
use crate::store::projection;
use crate::store::stored::{DiceSeed, SeatHolder};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A game that has just been created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreatedGame {
    /// The game.
    pub game_id: GameId,
    /// The seat its creator got.
    pub seat: Option<Side>,
    /// SHA-256 of the dice seed, in hexadecimal.
    pub seed_commitment: String,
    /// It starts without anybody's doing: both managers are AIs.
    pub(super) needs_host: bool,
}

/// Creates a game and waits until it is durable.
pub(super) async fn create(
    shared: &Shared,
    league: &League,
    request: NewGame,
    creator: &User,
) -> Result<CreatedGame, Rejection> {
    if shared.persistence.database_away() {
        return Err(unavailable());
    }
    let teams = teams(league, &request).await?;
    let rosters =
        BySide { away: roster(&teams, &request, Side::Away)?, home: roster(&teams, &request, Side::Home)? };
    let cards = CardBook::new(rosters.away.iter().chain(&rosters.home).cloned());
    let lineups = lineups(&teams, &rosters, &request);
    let now = shared.clock.now();
    let seed = shared.chance.seed().map_err(|error| internal(&error.to_string()))?;
    let game_id = GameId(new_id(shared, now)?);
    let setup = setup(game_id, &request, &teams, &rosters, &seed);
    let needs_host = setup.teams.away.is_ai && setup.teams.home.is_ai;
    let seat = [Side::Home, Side::Away].into_iter().find(|side| !setup.teams[*side].is_ai);
    let seed_commitment = setup.seed_commitment.clone();

    let events = rules::create(setup, lineups, &cards)?;
    let state = GameState::begin(&events).ok_or_else(|| internal("the first entry creates no game"))?;
    let holder = SeatHolder { user_id: creator.id, user_name: creator.name.clone(), claimed_at: now };
    let parts = EntryParts {
        seq: Seq(1),
        epoch: Epoch(1),
        command_id: CommandId(new_id(shared, now)?),
        issuer: Issuer::Host,
        command: None,
        events: &events,
        recorded_at: now,
    };
    let change = change::NewGame {
        entry: Entry::seal(&EntryHash::GENESIS, &parts),
        rows: projection::created(&state),
        snapshot: None,
        setup: GameSetup::clone(&state.setup),
        seed: DiceSeed(*seed.as_bytes()),
        cardsets: cardsets(&state.setup.settings, &cards),
        cards: cards.iter().cloned().collect(),
        seats: seat.map(|side| (side, holder)).into_iter().collect(),
        owner: needs_host.then_some(shared.host_id),
    };
    match shared.persistence.write(Change::CreateGame(Box::new(change))).await {
        Ok(()) => Ok(CreatedGame { game_id, seat, seed_commitment, needs_host }),
        Err(error) => Err(not_written(&error)),
    }
}

async fn teams(league: &League, request: &NewGame) -> Result<BySide<Team>, Rejection> {
    let ids = request.team_ids();
    if ids.home == ids.away {
        let message = format!("away_team_id: is {}, the home team itself; a game needs two teams", ids.away);
        return Err(Rejection::invalid("away_team_id", message));
    }
    Ok(BySide {
        away: team(league, request.league_id, ids.away, "away_team_id").await?,
        home: team(league, request.league_id, ids.home, "home_team_id").await?,
    })
}

async fn team(league: &League, id: LeagueId, team: TeamId, field: &str) -> Result<Team, Rejection> {
    league.team(id, team).await.map_err(|error| match error {
        LeagueError::NotFound { .. } => {
            Rejection::invalid(field, format!("{field}: {error}; GET /api/v1/teams lists the teams"))
        }
        other => {
            tracing::warn!(error = %other, team.id = %team, "a team could not be read from its league");
            unavailable()
        }
    })
}

/// The cards that are eligible: those asked for, else all of the team's.
fn roster(teams: &BySide<Team>, request: &NewGame, side: Side) -> Result<Vec<Arc<PlayerCard>>, Rejection> {
    let team = &teams[side];
    let Some(wanted) = request.rosters()[side] else { return Ok(team.players.clone()) };
    wanted
        .iter()
        .map(|card_id| {
            team.players.iter().find(|card| card.card_id == *card_id).cloned().ok_or_else(|| {
                let field = format!("{side}_roster");
                let message = format!("{field}: {card_id} is not a player of {}", team.name);
                Rejection::invalid(field, message)
            })
        })
        .collect()
}

/// The line-ups asked for; else an AI manager's own, and what the team proposes for a person to change.
fn lineups(
    teams: &BySide<Team>,
    rosters: &BySide<Vec<Arc<PlayerCard>>>,
    request: &NewGame,
) -> BySide<Option<SetLineup>> {
    let asked = request.lineups();
    let proposed = BySide::from_fn(|side| asked[side].clone().unwrap_or_else(|| teams[side].lineup.clone()));
    BySide::from_fn(|side| {
        if asked[side].is_some() || !request.is_ai()[side] {
            return Some(proposed[side].clone());
        }
        let opposing = manager::pitching_hand(&rosters[side.opponent()], &proposed[side.opponent()]);
        Some(manager::lineup(request.ai_difficulty, &rosters[side], &proposed[side], opposing))
    })
}

fn setup(
    game_id: GameId,
    request: &NewGame,
    teams: &BySide<Team>,
    rosters: &BySide<Vec<Arc<PlayerCard>>>,
    seed: &Seed,
) -> GameSetup {
    let is_ai = request.is_ai();
    GameSetup {
        game_id,
        league_id: request.league_id,
        teams: BySide::from_fn(|side| teams[side].setup(&rosters[side], is_ai[side])),
        ai_difficulty: request.ai_difficulty,
        auto_mode: request.is_auto(),
        game_mode: request.game_mode,
        visibility: request.visibility,
        settings: request.settings.clone(),
        seed_commitment: seed.commitment(),
        cards_digest: export::cards_digest(rosters.iter().flat_map(|(_, roster)| roster).map(Arc::as_ref)),
        rules_version: RULES_VERSION,
    }
}

/// The cardsets of a PD game: those agreed on, else those of the pinned cards, the commonest first.
fn cardsets(settings: &GameSettings, cards: &CardBook) -> Vec<CardsetId> {
    if !settings.cardsets.is_empty() {
        return settings.cardsets.clone();
    }
    let mut counts = BTreeMap::new();
    for cardset in cards.iter().filter_map(|card| card.cardset_id) {
        *counts.entry(cardset).or_insert(0_usize) += 1;
    }
    let mut cardsets: Vec<_> = counts.into_iter().collect();
    cardsets.sort_by_key(|(cardset, count)| (Reverse(*count), *cardset));
    cardsets.into_iter().map(|(cardset, _)| cardset).collect()
}

fn new_id(shared: &Shared, now: DateTime<Utc>) -> Result<Uuid, Rejection> {
    shared.chance.uuid(now).map_err(|error| internal(&error.to_string()))
}

fn not_written(error: &PersistError) -> Rejection {
    tracing::error!(%error, "a new game was not written");
    internal("the game could not be created; try again")
}

fn internal(message: &str) -> Rejection {
    Rejection::new(RejectionCode::Internal, message)
}

fn unavailable() -> Rejection {
    const RETRY_AFTER_MS: u64 = 1_000;
    Rejection::later(
        RejectionCode::Unavailable,
        "no game can be created now; nothing was changed",
        RETRY_AFTER_MS,
    )
}
