//! `GET /teams`, `GET /teams/{id}/players`: the configured card source.

use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Params, Path, page_limit_or, parse};
use crate::id::{CardId, TeamId};
use crate::league::PLAYERS_MAX;
use crate::protocol::Page;
use crate::rules::card::PlayerCard;
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::LeagueId;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A team, as a list shows it.
#[derive(Serialize, JsonSchema)]
pub struct TeamItem {
    id: TeamId,
    league_id: LeagueId,
    name: String,
    abbreviation: String,
    /// When the league's source listed it; absent for the bundled league, which does not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
}

/// A player with his card.
#[derive(Serialize, JsonSchema)]
pub struct PlayerItem {
    id: CardId,
    #[serde(flatten)]
    card: Arc<PlayerCard>,
    /// When the league's source said so, at the earliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
}

/// The teams of a league.
pub async fn list(State(gateway): State<Gateway>, uri: Uri) -> Result<Json<Page<TeamItem>>, Refusal> {
    let league_id = league_of(&Params::read(&uri, &["league_id"])?)?;
    let teams = gateway.league().teams(league_id).await?;
    let items = teams.into_iter().map(|(team, as_of)| TeamItem {
        id: team.team_id,
        league_id,
        name: team.name,
        abbreviation: team.abbreviation,
        as_of,
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// The players of a team, in its own order. Those whose cards cannot be played with are left out.
pub async fn players(
    State(gateway): State<Gateway>,
    Path(team): Path<String>,
    uri: Uri,
) -> Result<Json<Page<PlayerItem>>, Refusal> {
    let params = Params::read(&uri, &["league_id", "cursor", "limit"])?;
    let (league_id, team_id) = (league_of(&params)?, parse("id", &team)?);
    let limit = usize::from(page_limit_or(&params, PLAYERS_MAX as u16)?).min(PLAYERS_MAX);
    let roster = gateway.league().roster(league_id, team_id).await?;
    let from = match params.get::<CardId>("cursor")? {
        None => 0,
        Some(last) => {
            1 + roster.iter().position(|id| *id == last).ok_or_else(|| {
                Rejection::invalid("cursor", "cursor: this is none; pass on `next` of the page before")
            })?
        }
    };
    let shown = &roster[from..roster.len().min(from + limit)];
    let next = shown.last().filter(|_| from + shown.len() < roster.len()).map(ToString::to_string);
    let team = gateway.league().players(league_id, team_id, shown).await?;
    let as_of = team.as_of;
    let items = team.players.into_iter().map(|card| PlayerItem { id: card.card_id, card, as_of });
    Ok(Json(Page { items: items.collect(), next }))
}

fn league_of(params: &Params) -> Result<LeagueId, Refusal> {
    Ok(params.get("league_id")?.unwrap_or(LeagueId::Pd))
}
