//! Games: the list, a new one, one, its seats, its state, trials in it.

use super::operation::{Operation, Who, in_path, in_query};
use crate::gateway::http::game::{GameDetail, GameItem};
use crate::id::{GameId, TeamId, UserId};
use crate::protocol::{GameView, NewGame, Page};
use crate::rules::rejection::RejectionCode as Code;
use crate::rules::trials::{Trial, TrialReport};
use crate::rules::vocabulary::{LeagueId, Side, Status};
use schemars::JsonSchema;

/// A body that says nothing.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Nothing {}

/// What every path about one game has: its id, and how it refuses where there is no such game.
pub fn of_a_game(operation: Operation) -> Operation {
    operation
        .bounded()
        .takes(in_path::<GameId>("id", "The game."))
        .refuses(&[Code::NotFound, Code::Unavailable])
}

/// The same for what only the host can answer on which the game lives.
pub fn of_a_live_game(operation: Operation) -> Operation {
    of_a_game(operation).refuses(&[Code::Quarantined, Code::Busy, Code::Elsewhere])
}

pub fn operations() -> Vec<Operation> {
    let all = [list(), create(), row(), claim_seat(), state(), trial()];
    all.into_iter().map(|operation| operation.tag("games")).collect()
}

fn list() -> Operation {
    Operation::get("/api/v1/games", "listGames", "Games that the caller may see, newest first")
        .bounded()
        .who(Who::Token)
        .takes(in_query::<Status>("status", "Only games in this status."))
        .takes(in_query::<LeagueId>("league_id", "Only games of this league."))
        .takes(in_query::<TeamId>("team_id", "Only games of this team, at home or away."))
        .takes(in_query::<UserId>("user_id", "Only games in which this user holds a seat."))
        .paged(crate::gateway::request::PAGE_DEFAULT)
        .refuses(&[Code::Unavailable])
        .answers::<Page<GameItem>>(200, "A page of games.")
}

fn create() -> Operation {
    Operation::post("/api/v1/games", "createGame", "Creates a game")
        .about(
            "The creator gets the first seat that is not the AI's, the home team's before the visitors'. What is left \
             out takes its default: the teams' own rosters and usual line-ups, the league's settings.",
        )
        .bounded()
        .who(Who::SignedIn)
        .body::<NewGame>(false)
        .refuses(&[Code::NotFound, Code::Busy, Code::Unavailable, Code::IllegalSubstitution])
        .answers::<GameItem>(201, "The game.")
        .header("Location", "The game's path.")
}

fn row() -> Operation {
    of_a_game(Operation::get("/api/v1/games/{id}", "getGame", "A game's row, its seats, who is connected"))
        .who(Who::Token)
        .answers::<GameDetail>(200, "The game.")
}

fn claim_seat() -> Operation {
    let operation = Operation::post("/api/v1/games/{id}/seats/{side}", "claimSeat", "Claims a free seat");
    of_a_live_game(operation)
        .about("Claiming the seat that one has already succeeds. The body is empty.")
        .who(Who::SignedIn)
        .takes(in_path::<Side>("side", "Whose seat."))
        .body::<Nothing>(true)
        .refuses(&[Code::GameOver])
        .answers::<GameDetail>(200, "The game with the caller in the seat.")
}

fn state() -> Operation {
    let operation = Operation::get("/api/v1/games/{id}/state", "getState", "The state, as on the socket");
    of_a_live_game(operation).who(Who::Token).answers::<GameView>(200, "The state after the last entry.")
}

fn trial() -> Operation {
    let summary = "Tries a part of the engine in the situation of a game, and changes nothing";
    of_a_live_game(Operation::post("/api/v1/games/{id}/trials", "tryOut", summary))
        .about("The dice are not the game's: nothing can be learned about them, and the game goes on as it would have.")
        .who(Who::Token)
        .body::<Trial>(false)
        .refuses(&[Code::WrongPhase])
        .answers::<TrialReport>(200, "What came up, beside what the cards and tables say should.")
}
