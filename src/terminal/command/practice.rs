//! Trying the engine by hand: forced outcomes in practice games, and trials that change nothing.

use super::play::{give, outcome};
use crate::client::{Done, Refusal};
use crate::protocol::GameView;
use crate::rules::command::{Command, ForceOutcome};
use crate::rules::decision::{Base, DefensiveDecision, OffensiveDecision};
use crate::rules::outcome::PlayOutcome;
use crate::rules::trials::TrialReport;
use crate::rules::vocabulary::{DecisionPhase, GameMode};
use crate::terminal::args::{Args, numbers};
use crate::terminal::draw::records;
use crate::terminal::session::{Reply, Session};
use serde_json::{Value, json};

/// Throws of a test where nothing else is said.
const THROWS: u32 = 1_000;
/// Decisions that may be owed before a roll.
const DECISIONS_MAX: usize = 4;

pub(super) async fn resolve_with(session: &Session, args: &mut Args) -> Done<Reply> {
    let submission = outcome(args)?;
    let forced = ForceOutcome {
        outcome: submission.outcome,
        hit_location: submission.hit_location,
        error_bases: submission.error_bases,
    };
    force_outcome(session, forced).await
}

pub(super) async fn force(session: &Session, args: &Args, word: &str) -> Done<Reply> {
    args.end()?;
    let outcome = word.parse().map_err(Refusal::new)?;
    force_outcome(session, ForceOutcome { outcome, hit_location: None, error_bases: None }).await
}

/// Makes what our seats owe before the roll with defaults, then the play.
async fn force_outcome(session: &Session, forced: ForceOutcome) -> Done<Reply> {
    let view = session.view().await?;
    if view.game_mode != GameMode::Practice {
        let text = format!(
            "outcomes are forced in practice games only, this is a game of mode {}; \
             `new_game mode=practice me=both` makes one",
            view.game_mode
        );
        return Err(Refusal::new(text));
    }
    let before_roll =
        [DecisionPhase::AwaitingDefensive, DecisionPhase::AwaitingOffensive, DecisionPhase::AwaitingRoll];
    for _ in 0..DECISIONS_MAX {
        let owed = session.owed(&before_roll).await?;
        let command = match owed.phase {
            DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(DefensiveDecision::default()),
            DecisionPhase::AwaitingOffensive => {
                let steal_attempts = steals_for(forced.outcome, &session.view().await?);
                Command::OffensiveDecision(OffensiveDecision {
                    steal_attempts,
                    ..OffensiveDecision::default()
                })
            }
            _ => return give(session, &owed, &Command::ForceOutcome(forced)).await,
        };
        give(session, &owed, &command).await?;
    }
    Err(Refusal::new("the roll does not come; `status` says what is waited for"))
}

/// The lead runner's steal, where the outcome comes of one.
fn steals_for(outcome: PlayOutcome, view: &GameView) -> Vec<Base> {
    let of_a_steal = [PlayOutcome::StolenBase, PlayOutcome::CaughtStealing, PlayOutcome::PickOff];
    if !of_a_steal.contains(&outcome) {
        return Vec::new();
    }
    let lead = [(&view.on_third, Base::Home), (&view.on_second, Base::Third), (&view.on_first, Base::Second)];
    lead.into_iter().find(|(runner, _)| runner.is_some()).map(|(_, target)| target).into_iter().collect()
}

/// How many throws, and a player, among the words that are left.
fn throws_and_player(session: &Session, args: &mut Args, is_test: bool) -> Done<(u32, Option<Value>)> {
    let throws = if is_test { args.find::<u32>().unwrap_or(THROWS) } else { 1 };
    let named = args.rest().join(" ");
    args.end()?;
    let player = if named.is_empty() { None } else { Some(json!(session.card(&named)?.card_id)) };
    Ok((throws, player))
}

pub(super) async fn jump(session: &Session, args: &mut Args, is_test: bool) -> Done<Reply> {
    session.game()?;
    let mut body = json!({ "kind": "jump", "held": args.flag("held") });
    if let Some(base) = args.named("base") {
        body["base"] = json!(numbers("base", &base)?.first());
    }
    let (throws, player) = throws_and_player(session, args, is_test)?;
    body["throws"] = json!(throws);
    body["runner"] = json!(player);
    run(session, &body).await
}

pub(super) async fn fielding(session: &Session, args: &mut Args, is_test: bool) -> Done<Reply> {
    session.game()?;
    let position = args.need("a position")?.to_uppercase();
    let throws = if is_test { args.find::<u32>().unwrap_or(THROWS) } else { 1 };
    let mut body =
        json!({ "kind": "fielding", "position": position, "playing_in": args.flag("in"), "throws": throws });
    for rating in ["range", "error"] {
        if let Some(number) = args.named_as::<u8>(rating)? {
            body[rating] = json!(number);
        }
    }
    args.end()?;
    run(session, &body).await
}

pub(super) async fn location(session: &Session, args: &mut Args) -> Done<Reply> {
    session.game()?;
    let outcome = args.need("an outcome")?.to_lowercase();
    let (throws, batter) = throws_and_player(session, args, true)?;
    run(session, &json!({ "kind": "location", "outcome": outcome, "throws": throws, "batter": batter })).await
}

async fn run(session: &Session, body: &Value) -> Done<Reply> {
    let game = session.game()?;
    let report: TrialReport = session.api().post(&format!("/games/{game}/trials"), body).await?;
    let table = session.board.table();
    let lines = records::trial(&report, &|id| table.name(id), session.style());
    Ok(Reply { lines, data: json!(report) })
}
