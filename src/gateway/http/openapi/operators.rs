//! What operators do to a game, and the record of it.

use super::games::{of_a_game, of_a_live_game};
use super::operation::{Operation, Who, in_query};
use crate::gateway::http::operator::Acted;
use crate::gateway::http::watch::{QUIET_S_MAX, WatchedGame, WatchedGameDetail, WatchedHosts};
use crate::id::{GameId, HostId, UserId};
use crate::protocol::{ForfeitAct, FreeSeatAct, GiveSeatAct, Page, PlainAct, QuarantineAct, RollbackAct};
use crate::rules::rejection::RejectionCode as Code;
use crate::rules::vocabulary::Status;
use crate::store::acts::OperatorAct;
use schemars::JsonSchema;
use serde_json::json;

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
        act::<GiveSeatAct>(
            "/api/v1/games/{id}/give_seat",
            "giveSeat",
            "Gives a seat to a user, whoever had it before",
            false,
        ),
        act::<FreeSeatAct>(
            "/api/v1/games/{id}/free_seat",
            "freeSeat",
            "Takes a seat from whoever has it, so that anybody may claim it",
            false,
        ),
        acts(),
        watched(),
        watched_game(),
        hosts(),
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

fn watched() -> Operation {
    let statuses: Vec<_> =
        ["live", "all"].into_iter().chain(Status::ALL.iter().map(|status| status.as_str())).collect();
    let status = in_query::<String>("status", "Games in which status; `live` are those that are not over.");
    Operation::get("/api/v1/operator/games", "watchGames", "Games and what is wrong with them, newest first")
        .bounded()
        .takes(status.with(json!({"enum": statuses, "default": "live"})))
        .takes(in_query::<bool>("trouble", "Only games with which something is wrong."))
        .takes(
            in_query::<u32>("quiet_s", "Only games without an entry for so many seconds.")
                .with(json!({"maximum": QUIET_S_MAX})),
        )
        .takes(in_query::<UserId>("user_id", "Only games in which this user holds a seat."))
        .takes(in_query::<HostId>("host_id", "Only games that this host owns."))
        .paged(crate::gateway::request::PAGE_DEFAULT)
        .refuses(&[Code::Unavailable])
        .answers::<Page<WatchedGame>>(200, "A page of games.")
}

fn watched_game() -> Operation {
    let summary = "One game: what it waits for, and the end of its journal";
    of_a_game(Operation::get("/api/v1/operator/games/{id}", "watchGame", summary))
        .answers::<WatchedGameDetail>(200, "The game.")
}

fn hosts() -> Operation {
    let summary = "The hosts of the database, and how the one that answers does";
    Operation::get("/api/v1/operator/hosts", "listHosts", summary)
        .bounded()
        .refuses(&[Code::Unavailable])
        .answers::<WatchedHosts>(200, "The hosts.")
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
