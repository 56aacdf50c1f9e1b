//! `POST /games/{id}/trials`: tries a part of the engine in the situation of a game, and changes nothing.

use super::game::visible;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, JsonBody, Path};
use crate::protocol::parse_trial;
use crate::rules::trials::TrialReport;
use axum::Json;
use axum::extract::State;

/// Throws dice that are not the game's.
pub async fn run(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<TrialReport>, Refusal> {
    let trial = parse_trial(body)?;
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(Json(gateway.host().try_out(game.id, trial).await?))
}
