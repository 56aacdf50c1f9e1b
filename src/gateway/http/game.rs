//! One game: its row, its seats, its state.

use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, JsonBody, Path, SignedIn, parse};
use crate::id::GameId;
use crate::protocol::{ConnectedUser, GameView, User};
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::Side;
use crate::store::read::{GameRow, Viewer};
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A game's row, with what an outside program looks for first.
#[derive(Serialize, JsonSchema)]
pub struct GameItem {
    #[serde(flatten)]
    row: GameRow,
    /// SHA-256 of the dice seed, published before the first pitch.
    seed_commitment: Value,
}

impl GameItem {
    /// The item of a row.
    pub fn new(row: GameRow) -> Self {
        let seed_commitment = row.game_metadata.get("seed_commitment").cloned().unwrap_or_default();
        Self { row, seed_commitment }
    }
}

/// One game with who is there now.
#[derive(Serialize, JsonSchema)]
pub struct GameDetail {
    #[serde(flatten)]
    item: GameItem,
    /// Who follows it on this host, managers first; of a crowd only the first.
    connected_users: Vec<ConnectedUser>,
    /// How many follow it on this host.
    connected_count: usize,
}

impl GameDetail {
    fn new(gateway: &Gateway, row: GameRow) -> Self {
        let (connected_users, connected_count) = gateway.host().connected_users(row.id);
        Self { item: GameItem::new(row), connected_users, connected_count }
    }
}

/// What a caller may see.
pub fn viewer(caller: Option<&User>) -> Viewer {
    match caller {
        None => Viewer::Public,
        Some(user) if user.is_operator() => Viewer::Operator,
        Some(user) => Viewer::User(user.id),
    }
}

/// The row of a game that the caller may see.
///
/// # Errors
/// `not_found`, in the same words whether it does not exist or is not for him.
pub async fn visible(gateway: &Gateway, id: &str, caller: Option<&User>) -> Result<GameRow, Refusal> {
    let id: GameId = parse("id", id)?;
    Ok(gateway.store().game(id, viewer(caller)).await?)
}

/// The game's row, and who is there.
pub async fn row(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<GameDetail>, Refusal> {
    let row = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(Json(GameDetail::new(&gateway, row)))
}

/// The state, as on the socket.
pub async fn state(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<GameView>, Refusal> {
    let row = visible(&gateway, &id, caller.as_ref()).await?;
    let (state, cards, _) = gateway.host().committed_state(row.id).await?;
    Ok(Json(GameView::new(&state, &cards)))
}

/// Takes a free seat.
pub async fn claim_seat(
    State(gateway): State<Gateway>,
    SignedIn(user): SignedIn,
    Path((id, side)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Result<Json<GameDetail>, Refusal> {
    let (id, side): (GameId, Side) = (parse("id", &id)?, parse("side", &side)?);
    if body.as_object().is_none_or(|fields| !fields.is_empty()) {
        return Err(Rejection::invalid("body", "body: must be empty or {}; the path says everything").into());
    }
    gateway.host().claim_seat(id, side, &user).await?;
    let row = gateway.store().game(id, viewer(Some(&user))).await?;
    Ok(Json(GameDetail::new(&gateway, row)))
}
