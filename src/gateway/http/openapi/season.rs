//! Sums over the games of a season.

use super::operation::{Operation, Who, in_query};
use crate::id::{CardId, TeamId};
use crate::protocol::Page;
use crate::rules::rejection::RejectionCode as Code;
use crate::rules::vocabulary::{LeagueId, Position};
use crate::store::season::{
    BattingSeason, BattingSort, FieldingSeason, FieldingSort, PitchingSeason, PitchingSort, Standing,
};
use schemars::JsonSchema;
use serde_json::{Value, json};

pub fn operations() -> Vec<Operation> {
    let all = [standings(), batting(), pitching(), fielding()];
    all.into_iter().map(|operation| operation.tag("season")).collect()
}

/// A list of a season.
fn list<T: JsonSchema>(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    let modes = json!({"enum": ["league", "exhibition"], "default": "league"});
    let day = || json!({"format": "date"});
    Operation::get(path, id, summary)
        .about("Sums of the games that are over, that count, and that the caller could look up singly.")
        .bounded()
        .who(Who::Token)
        .takes(in_query::<LeagueId>("league_id", "Which league; `pd` where left out."))
        .takes(in_query::<String>("game_mode", "Which games.").with(modes))
        .takes(in_query::<String>("from", "Games that ended on this day or later (UTC).").with(day()))
        .takes(in_query::<String>("to", "Games that ended on this day or earlier (UTC).").with(day()))
        .paged(crate::gateway::request::PAGE_DEFAULT)
        .refuses(&[Code::Unavailable])
        .answers::<Page<T>>(200, "A page.")
}

/// What lists of players take beside.
fn of_players(operation: Operation, sorts: Value, first: &'static str) -> Operation {
    operation
        .takes(in_query::<TeamId>("team_id", "Only what was done for this team."))
        .takes(in_query::<CardId>("card_id", "Only this card or player."))
        .takes(
            in_query::<String>("sort", "By what; the best first.")
                .with(json!({"enum": sorts, "default": first})),
        )
}

fn standings() -> Operation {
    list::<Standing>("/api/v1/season/standings", "listStandings", "Who stands where")
}

fn batting() -> Operation {
    let operation = list::<BattingSeason>("/api/v1/season/batting", "listBatting", "What batters did");
    of_players(operation, json!(BattingSort::WORDS), "pa")
        .takes(in_query::<u32>("min_pa", "Only who came to the plate so often."))
}

fn pitching() -> Operation {
    let operation = list::<PitchingSeason>("/api/v1/season/pitching", "listPitching", "What pitchers did");
    of_players(operation, json!(PitchingSort::WORDS), "outs")
        .takes(in_query::<u32>("min_outs", "Only who got so many outs."))
}

fn fielding() -> Operation {
    let operation = list::<FieldingSeason>("/api/v1/season/fielding", "listFielding", "What fielders did");
    of_players(operation, json!(FieldingSort::WORDS), "checks")
        .takes(in_query::<Position>("position", "Only what was done at this position."))
}
