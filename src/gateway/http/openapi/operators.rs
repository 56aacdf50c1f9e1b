//! What operators do to a game, and the record of it.

use super::games::of_a_live_game;
use super::operation::{Operation, Who, in_query};
use crate::gateway::http::operator::Acted;
use crate::id::{GameId, UserId};
use crate::protocol::{ForfeitAct, Page, PlainAct, QuarantineAct, RollbackAct};
use crate::rules::rejection::RejectionCode as Code;
use crate::store::acts::OperatorAct;
use schemars::JsonSchema;

pub fn operations() -> Vec<Operation> {
    let all = [
        act::<PlainAct>("/api/v1/games/{id}/pause", "pauseGame", "Suspends a game", true),
        act::<PlainAct>(
            "/api/v1/games/{id}/resume",
            "resumeGame",
            "Takes a game up again, a paused one as one that was set aside",
            true,
        ),
        act::<ForfeitAct>("/api/v1/games/{id}/forfeit", "forfeitGame", "Declares a game forfeited", true),
        act::<RollbackAct>(
            "/api/v1/games/{id}/rollback",
            "rollBackGame",
            "Takes a game back to an earlier play, without anybody's consent",
            false,
        ),
        act::<QuarantineAct>("/api/v1/games/{id}/quarantine", "quarantineGame", "Sets a game aside", false),
        acts(),
    ];
    all.into_iter().map(|operation| operation.tag("operators").who(Who::Operator)).collect()
}

/// An act. The same with the same id has its effect once, and gets the same answer.
fn act<T: JsonSchema>(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    is_optional: bool,
) -> Operation {
    of_a_live_game(Operation::post(path, id, summary))
        .about("An act with an `id` can be asked again: it has its effect once. Every act is put on record.")
        .body::<T>(is_optional)
        .refuses(&[Code::WrongPhase, Code::GameOver, Code::Stale, Code::Busy])
        .answers::<Acted>(200, "Done.")
}

fn acts() -> Operation {
    Operation::get("/api/v1/operator/acts", "listActs", "What operators did, newest first")
        .bounded()
        .takes(in_query::<GameId>("game_id", "Only acts about this game."))
        .takes(in_query::<UserId>("user_id", "Only acts of this operator."))
        .paged(crate::gateway::request::PAGE_DEFAULT)
        .refuses(&[Code::Unavailable])
        .answers::<Page<OperatorAct>>(200, "A page of acts.")
}
