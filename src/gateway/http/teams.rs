//! `GET /teams`, `GET /teams/{id}/players`: the configured card source.

use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Params, parse};
use crate::id::{CardId, TeamId};
use crate::protocol::Page;
use crate::rules::card::PlayerCard;
use crate::rules::vocabulary::LeagueId;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde::Serialize;
use std::sync::Arc;

/// A team, as a list shows it.
#[derive(Serialize)]
pub struct TeamItem {
    id: TeamId,
    league_id: LeagueId,
    name: String,
    abbreviation: String,
}

/// A player with his card.
#[derive(Serialize)]
pub struct PlayerItem {
    id: CardId,
    #[serde(flatten)]
    card: Arc<PlayerCard>,
}

/// The teams of a league.
pub async fn list(State(gateway): State<Gateway>, uri: Uri) -> Result<Json<Page<TeamItem>>, Refusal> {
    let league_id = league_of(&uri)?;
    let teams = gateway.league().teams(league_id).await?;
    let items = teams.into_iter().map(|team| TeamItem {
        id: team.team_id,
        league_id,
        name: team.name,
        abbreviation: team.abbreviation,
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// The players of a team.
pub async fn players(
    State(gateway): State<Gateway>,
    Path(team): Path<String>,
    uri: Uri,
) -> Result<Json<Page<PlayerItem>>, Refusal> {
    let team = gateway.league().team(league_of(&uri)?, parse("id", &team)?).await?;
    let items = team.players.into_iter().map(|card| PlayerItem { id: card.card_id, card });
    Ok(Json(Page { items: items.collect(), next: None }))
}

fn league_of(uri: &Uri) -> Result<LeagueId, Refusal> {
    Ok(Params::read(uri, &["league_id"])?.get("league_id")?.unwrap_or(LeagueId::Pd))
}
