//! Teams and players of the leagues, and tokens.

use super::operation::{Operation, Parameter, in_path, in_query};
use crate::gateway::http::teams::{PlayerItem, TeamItem};
use crate::id::{CardId, TeamId};
use crate::protocol::{Granted, NewToken, Page};
use crate::rules::rejection::RejectionCode as Code;
use crate::rules::vocabulary::LeagueId;
use serde_json::json;

pub fn operations() -> Vec<Operation> {
    let all = [teams(), players(), token()];
    all.into_iter().map(|operation| operation.tag("league").bounded()).collect()
}

fn league() -> Parameter {
    in_query::<LeagueId>("league_id", "Which league; `pd` where left out.")
}

fn teams() -> Operation {
    Operation::get("/api/v1/teams", "listTeams", "The teams of a league")
        .takes(league())
        .refuses(&[Code::Unavailable, Code::NotFound])
        .answers::<Page<TeamItem>>(200, "All of them; `next` is null.")
}

fn players() -> Operation {
    let most = crate::league::PLAYERS_MAX;
    let limit = in_query::<u16>(
        "limit",
        "How many players a page shall have; more than a roster has are not needed.",
    );
    Operation::get("/api/v1/teams/{id}/players", "listPlayers", "The players of a team, with their cards")
        .about("In the team's own order. Players whose cards cannot be played with are left out.")
        .takes(in_path::<TeamId>("id", "The team."))
        .takes(league())
        .takes(in_query::<CardId>("cursor", "`next` of the page before, unchanged."))
        .takes(limit.with(json!({"minimum": 1, "maximum": crate::store::PAGE_MAX, "default": most})))
        .refuses(&[Code::Unavailable, Code::NotFound])
        .answers::<Page<PlayerItem>>(200, "A page of players.")
}

fn token() -> Operation {
    Operation::post("/api/v1/tokens", "createToken", "Gives a guest a token, where guests are allowed")
        .about("By default only to who asks from the host's own machine.")
        .body::<NewToken>(false)
        .refuses(&[Code::Busy])
        .answers::<Granted>(200, "The token, and whom it names.")
}
