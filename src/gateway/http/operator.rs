//! What operators do to a game, and the record of it: `POST /games/{id}/pause` and the like, `GET /operator/acts`.

use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{JsonBody, Operator, Params, Path, page_limit, parse};
use crate::host::{Denied, NotCommitted};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{
    ForfeitAct, FreeSeatAct, GiveSeatAct, Page, PlainAct, QuarantineAct, RollbackAct, User, parse_act,
};
use crate::rules::command::{Command, Forfeit, ProposeRollback};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::store::acts::{ActFilter, OperatorAct};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;

/// An act that had its effect.
#[derive(Serialize, JsonSchema)]
pub struct Acted {
    /// The act's id: the same again gets the same answer.
    id: CommandId,
    game: GameId,
    /// The entry of the journal, where it is a change of the game.
    seq: Option<Seq>,
}

type Answer = Result<Json<Acted>, Refusal>;

/// Suspends a game.
pub async fn pause(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let PlainAct { id: act } = parse_act(body)?;
    command(&gateway, &user, &id, act, Command::Pause {}).await
}

/// Takes a game up again, a paused one as one that was set aside.
pub async fn resume(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let game: GameId = parse("id", &id)?;
    let PlainAct { id } = parse_act(body)?;
    let seq = gateway.host().take_up(game, &user, id).await?;
    Ok(Json(Acted { id, game, seq }))
}

/// Declares a game forfeited.
pub async fn forfeit(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let ForfeitAct { id: act, side, reason } = parse_act(body)?;
    command(&gateway, &user, &id, act, Command::Forfeit(Forfeit { reason, side })).await
}

/// Takes a game back to an earlier play.
pub async fn rollback(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let RollbackAct { id: act, to_play } = parse_act(body)?;
    command(&gateway, &user, &id, act, Command::ProposeRollback(ProposeRollback { to_play })).await
}

/// Sets a game aside.
pub async fn quarantine(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let game: GameId = parse("id", &id)?;
    let QuarantineAct { id, reason } = QuarantineAct::parse(body)?;
    gateway.host().set_aside(game, &user, id, reason).await?;
    Ok(Json(Acted { id, game, seq: None }))
}

/// Gives a seat to a user, whoever had it before.
pub async fn give_seat(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let game: GameId = parse("id", &id)?;
    let GiveSeatAct { id, side, user_id, user_name } = GiveSeatAct::parse(body)?;
    gateway.host().set_seat(game, &user, id, side, Some((user_id, user_name))).await?;
    Ok(Json(Acted { id, game, seq: None }))
}

/// Takes a seat from whoever has it, so that anybody may claim it.
pub async fn free_seat(
    State(gateway): State<Gateway>,
    Operator(user): Operator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Answer {
    let game: GameId = parse("id", &id)?;
    let FreeSeatAct { id, side } = parse_act(body)?;
    gateway.host().set_seat(game, &user, id, side, None).await?;
    Ok(Json(Acted { id, game, seq: None }))
}

/// What operators did, newest first.
pub async fn acts(
    State(gateway): State<Gateway>,
    Operator(_): Operator,
    uri: Uri,
) -> Result<Json<Page<OperatorAct>>, Refusal> {
    let params = Params::read(&uri, &["game_id", "user_id", "cursor", "limit"])?;
    let filter = ActFilter { game_id: params.get("game_id")?, user_id: params.get("user_id")? };
    let page = gateway.store().acts(filter, params.get("cursor")?, page_limit(&params)?).await?;
    Ok(Json(Page { items: page.items, next: page.next.map(|cursor| cursor.to_string()) }))
}

async fn command(gateway: &Gateway, user: &User, game: &str, id: CommandId, command: Command) -> Answer {
    let game: GameId = parse("id", game)?;
    let seq = gateway.host().command(game, user, id, None, command).await?;
    Ok(Json(Acted { id, game, seq: Some(seq) }))
}

impl From<NotCommitted> for Refusal {
    fn from(not_committed: NotCommitted) -> Self {
        const RETRY_AFTER_MS: u64 = 1_000;
        match not_committed {
            NotCommitted::Refused(refused) => refused.rejection.into(),
            NotCommitted::Elsewhere(address) => Denied::Elsewhere(address).into(),
            NotCommitted::Unknown => {
                let message = "nobody knows whether this had its effect; ask again with the same id";
                Rejection::later(RejectionCode::Unavailable, message, RETRY_AFTER_MS).into()
            }
        }
    }
}
