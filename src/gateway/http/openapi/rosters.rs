//! Who is eligible in a game.

use super::games::{of_a_game, of_a_live_game};
use super::operation::{Operation, Who, in_path};
use crate::gateway::http::rosters::RosterLink;
use crate::protocol::{Page, RosterBody};
use crate::rules::rejection::RejectionCode as Code;

pub fn operations() -> Vec<Operation> {
    [list(), add(), remove()].into_iter().map(|operation| operation.tag("games")).collect()
}

fn list() -> Operation {
    let summary = "Who is eligible: cards in a PD game, players in an SBA game";
    of_a_game(Operation::get("/api/v1/games/{id}/rosters", "listRosters", summary))
        .who(Who::Token)
        .answers::<Page<RosterLink>>(200, "All of them; `next` is null.")
}

/// What a roster's change may meet: it is a manager's own, and over with the first pitch.
fn change(operation: Operation) -> Operation {
    of_a_live_game(operation).who(Who::SignedIn).refuses(&[
        Code::NotYourSeat,
        Code::Forbidden,
        Code::WrongPhase,
        Code::GameOver,
        Code::Invalid,
    ])
}

fn add() -> Operation {
    let summary = "Before the game: a player of one of its teams becomes eligible";
    change(Operation::post("/api/v1/games/{id}/rosters", "addToRoster", summary))
        .about("His card is pinned as his league has it then. Exactly one of `card_id` (PD) and `player_id` (SBA) is named.")
        .body::<RosterBody>(false)
        .answers::<RosterLink>(201, "His entry.")
}

fn remove() -> Operation {
    let summary = "Before the game: a player who is in no line-up is eligible no more";
    change(Operation::delete("/api/v1/games/{id}/rosters/{link}", "removeFromRoster", summary))
        .takes(in_path::<i32>("link", "The entry's `id`."))
        .answers_empty(204, "Done.")
}
