//! `GET /games`, `POST /games`: the list, and a new one.

use super::game::{GameItem, viewer};
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::refused::Refused;
use crate::gateway::request::{Caller, JsonBody, Params, SignedIn, page_limit, too_often};
use crate::protocol::{NewGame, Page};
use crate::store::read::GameFilter;
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;

/// Games that the caller may see, newest first.
pub async fn list(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    uri: Uri,
) -> Result<Json<Page<GameItem>>, Refusal> {
    let params = Params::read(&uri, &["status", "league_id", "team_id", "user_id", "cursor", "limit"])?;
    let filter = GameFilter {
        viewer: viewer(caller.as_ref()),
        status: params.get("status")?,
        league_id: params.get("league_id")?,
        team_id: params.get("team_id")?,
        user_id: params.get("user_id")?,
    };
    let page = gateway.store().games(filter, params.get("cursor")?, page_limit(&params)?).await?;
    let items = page.items.into_iter().map(GameItem::new).collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// Creates a game; the creator gets the first seat that is not the AI's.
pub async fn create(
    State(gateway): State<Gateway>,
    SignedIn(user): SignedIn,
    JsonBody(body): JsonBody,
) -> Result<impl IntoResponse, Refusal> {
    let request = NewGame::parse(body)?;
    gateway.rates().new_games.check(&user.id).map_err(|wait| {
        Refused::NewGames.count();
        too_often("you create games too fast", wait)
    })?;
    let created = gateway.host().create_game(request, &user).await?;
    let row = gateway.store().game(created.game_id, viewer(Some(&user))).await?;
    let location = format!("/api/v1/games/{}", created.game_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(GameItem::new(row))))
}
