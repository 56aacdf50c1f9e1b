//! A new game: teams and cards are pinned, the dice seed is drawn and committed to, the first entry is
//! written. From then on nothing outside the database is needed to play the game.

use super::persistence::PersistError;
use super::shared::Shared;
use crate::fairness::Seed;
use crate::id::{CommandId, Epoch, GameId, Seq, TeamId};
use crate::league::{League, LeagueError, Team};
use crate::manager;
use crate::protocol::{NewGame, User};
use crate::rules;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::charts::RULES_VERSION;
use crate::rules::command::{Issuer, SetLineup};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{BySide, Hand, Side};
use crate::store::change::{self, Change};
use crate::store::entry::{Entry, EntryHash, EntryParts};
use crate::store::export;
use crate::store::projection;
use crate::store::stored::{DiceSeed, SeatHolder};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// When whoever could not create a game may try again.
const RETRY_AFTER_MS: u64 = 1_000;

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
    let rosters = BySide::from_fn(|side| teams[side].players.clone());
    let cards = CardBook::new(rosters.away.iter().chain(&rosters.home).cloned());
    let lineups = lineups(&teams, &rosters, &request)?;
    let now = shared.clock.now();
    let seed = shared.chance.seed().map_err(|error| internal(&error.to_string()))?;
    let game_id = GameId(new_id(shared, now)?);
    let setup = setup(game_id, &request, &teams, &rosters, &seed);
    let needs_host = setup.teams.away.is_ai && setup.teams.home.is_ai;
    let seat = request.creator_seat();
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
        cardsets: cards.cardsets(&state.setup.settings),
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
        away: team(league, request, ids.away, Side::Away).await?,
        home: team(league, request, ids.home, Side::Home).await?,
    })
}

/// A side's team with those who are eligible: those asked for, else all it has.
async fn team(league: &League, request: &NewGame, team: TeamId, side: Side) -> Result<Team, Rejection> {
    let chosen = request.rosters()[side];
    league.team_of(request.league_id, team, chosen).await.map_err(|error| match error {
        LeagueError::NotFound { .. } => {
            let field = format!("{side}_team_id");
            let message = format!("{field}: {error}; GET /api/v1/teams lists the teams");
            Rejection::invalid(field, message)
        }
        LeagueError::NotOfTeam { .. } | LeagueError::BadCard { .. } | LeagueError::TooMany { .. } => {
            let field = format!("{side}_roster");
            let message = format!("{field}: {error}");
            Rejection::invalid(field, message)
        }
        LeagueError::Unavailable { .. } => {
            tracing::warn!(%error, team.id = %team, "a team could not be read from its league");
            Rejection::later(
                RejectionCode::Unavailable,
                format!("{error}; no game was created"),
                RETRY_AFTER_MS,
            )
        }
    })
}

/// The line-ups asked for; else an AI manager's own, and what the team proposes for a person to change. A person may
/// also name his starters later, an AI manager cannot.
fn lineups(
    teams: &BySide<Team>,
    rosters: &BySide<Vec<Arc<PlayerCard>>>,
    request: &NewGame,
) -> Result<BySide<Option<SetLineup>>, Rejection> {
    let asked = request.lineups();
    let proposed = BySide::from_fn(|side| {
        let own = || Some(teams[side].lineup.clone()).filter(|lineup| !lineup.players.is_empty());
        asked[side].clone().or_else(own)
    });
    if let Some(side) = Side::ALL.iter().find(|side| proposed[**side].is_none() && request.is_ai()[**side]) {
        let field = format!("{side}_lineup");
        let message = format!(
            "{field}: the players of {} cannot be lined up with a designated hitter, each where his card says; \
             name the starters",
            teams[*side].name
        );
        return Err(Rejection::invalid(field, message));
    }
    Ok(BySide::from_fn(|side| {
        let lineup = proposed[side].as_ref()?;
        if asked[side].is_some() || !request.is_ai()[side] {
            return Some(lineup.clone());
        }
        let opponents = side.opponent();
        let opposing = proposed[opponents]
            .as_ref()
            .map_or(Hand::Right, |lineup| manager::pitching_hand(&rosters[opponents], lineup));
        Some(manager::lineup(request.ai_difficulty, &rosters[side], lineup, opposing))
    }))
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
    Rejection::later(
        RejectionCode::Unavailable,
        "no game can be created now; nothing was changed",
        RETRY_AFTER_MS,
    )
}
