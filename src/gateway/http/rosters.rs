//! Who is eligible in a game: `GET`, `POST`, `DELETE /games/{id}/rosters`.

use super::game::visible;
use super::records::whole;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, JsonBody, Path, SignedIn, parse};
use crate::id::{CardId, CommandId, TeamId};
use crate::protocol::{RosterAddition, User};
use crate::rules::command::{Command, RemoveFromRoster};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::{LeagueId, Side};
use crate::store::read::{GameRow, PdRosterLink, SbaRosterLink};
use crate::store::stored::SeatHolder;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// A roster link, of whichever league.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RosterLink {
    /// A card.
    Pd(PdRosterLink),
    /// A player.
    Sba(SbaRosterLink),
}

impl RosterLink {
    const fn id(&self) -> i32 {
        match self {
            Self::Pd(link) => link.id,
            Self::Sba(link) => link.id,
        }
    }

    const fn team_and_card(&self) -> (TeamId, CardId) {
        match self {
            Self::Pd(link) => (link.team_id, link.card_id),
            Self::Sba(link) => (link.team_id, link.player_id),
        }
    }
}

async fn links(gateway: &Gateway, game: &GameRow) -> Result<Vec<RosterLink>, Refusal> {
    let store = gateway.store();
    Ok(match game.league_id {
        LeagueId::Pd => store.pd_roster(game.id).await?.into_iter().map(RosterLink::Pd).collect(),
        LeagueId::Sba => store.sba_roster(game.id).await?.into_iter().map(RosterLink::Sba).collect(),
    })
}

/// Who is eligible: cards in a PD game, players in an SBA game.
pub async fn list(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(whole(links(&gateway, &game).await?).into_response())
}

/// Before the game: a player of one of its teams becomes eligible.
pub async fn add(
    State(gateway): State<Gateway>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<RosterLink>), Refusal> {
    let game = visible(&gateway, &id, Some(&user)).await?;
    let RosterAddition { id, team_id, entry } = RosterAddition::parse(body)?;
    let card_id = entry.for_league(game.league_id)?;
    let side = side_of(&game, team_id)?;
    manages(&game, &user)?;
    let team = gateway.league().team_of(game.league_id, team_id, Some(&[card_id])).await?;
    let card = team.players.into_iter().find(|card| card.card_id == card_id);
    let card = card.ok_or_else(|| Refusal::not_found("player"))?;
    gateway.host().add_to_roster(game.id, &user, id, side, card).await?;
    let link =
        links(&gateway, &game).await?.into_iter().find(|link| link.team_and_card() == (team_id, card_id));
    // The same request again may come after he was taken off.
    Ok((StatusCode::CREATED, Json(link.ok_or_else(|| Refusal::not_found("roster entry"))?)))
}

/// Before the game: a player is eligible no more.
pub async fn remove(
    State(gateway): State<Gateway>,
    SignedIn(user): SignedIn,
    Path((id, link)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let game = visible(&gateway, &id, Some(&user)).await?;
    let number: i32 = parse("link", &link)?;
    manages(&game, &user)?;
    let link = links(&gateway, &game).await?.into_iter().find(|link| link.id() == number);
    let (team_id, card_id) = link.ok_or_else(|| Refusal::not_found("roster entry"))?.team_and_card();
    let command = Command::RemoveFromRoster(RemoveFromRoster { side: side_of(&game, team_id)?, card_id });
    gateway.host().command(game.id, &user, CommandId::generate(), None, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn side_of(game: &GameRow, team_id: TeamId) -> Result<Side, Refusal> {
    let (away, home) = (game.away_team_id, game.home_team_id);
    if team_id == away {
        Ok(Side::Away)
    } else if team_id == home {
        Ok(Side::Home)
    } else {
        let problem = format!("team_id: {team_id} does not play in this game; allowed is {away} or {home}");
        Err(Rejection::invalid("team_id", problem).into())
    }
}

/// A league is not asked for cards in the name of somebody who has no part in the game.
fn manages(game: &GameRow, user: &User) -> Result<(), Refusal> {
    let holds = |seat: &SeatHolder| seat.user_id == user.id;
    if user.is_operator() || game.seats.iter().any(|(_, seat)| seat.as_ref().is_some_and(holds)) {
        return Ok(());
    }
    let text = "you hold no seat in this game; only its managers may change its rosters";
    Err(Rejection::new(RejectionCode::NotYourSeat, text).into())
}
