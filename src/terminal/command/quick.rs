//! Playing by itself, and waiting.

use super::play::give;
use crate::client::{Done, Refusal};
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::command::{Command, ManualOutcomeSubmission, RunnerDecision};
use crate::rules::decision::{DefensiveDecision, OffensiveDecision};
use crate::rules::dice::RollDice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::PendingDecision;
use crate::rules::vocabulary::{DecisionPhase, Half, Position};
use crate::rules::x_check::XCheckSubmission;
use crate::terminal::args::{Args, parse};
use crate::terminal::board::{Detail, Table};
use crate::terminal::draw::status;
use crate::terminal::session::{Reply, Session};
use serde_json::json;
use std::time::Duration;

/// How long the other side may take while the game plays by itself.
const OTHERS_TIMEOUT: Duration = Duration::from_secs(60);
/// How long `wait` waits where nothing else is said, in seconds.
const WAIT_S: u64 = 60;

/// When quick play stops.
enum Goal {
    Plays(u32),
    Half(u8, Half),
    Inning(u8),
    End,
}

pub(super) async fn quick_play(session: &Session, args: &mut Args) -> Done<Reply> {
    let view = session.view().await?;
    let begun = session.board.table().plays;
    let goal = match args.next().as_deref() {
        None => Goal::Plays(begun + 1),
        Some("half") => Goal::Half(view.inning, view.half),
        Some("inning") => Goal::Inning(view.inning),
        Some("game") => Goal::End,
        Some(word) => {
            let number: u32 = word.parse().map_err(|_| {
                Refusal::new(format!("`{word}`: allowed are a number of plays, half, inning and game"))
            })?;
            Goal::Plays(begun + number.clamp(1, 1_000))
        }
    };
    args.end()?;
    if session.board.table().status == Some(crate::rules::vocabulary::Status::Pending) {
        session.order(None, None, &Command::Start {}).await?;
    }
    let detail = std::mem::replace(&mut session.board.table().detail, Detail::Brief);
    let played = play_on(session, &goal).await;
    session.board.table().detail = detail;
    played?;
    let view = session.view().await?;
    let table = session.board.table();
    let mut lines = Vec::new();
    if !table.is_over() {
        lines.push(session.style().asked(&format!("> {}", status::waiting(&table, &view))));
    }
    Ok(Reply { lines, data: json!({ "plays": table.plays - begun, "state": view }) })
}

async fn play_on(session: &Session, goal: &Goal) -> Done<()> {
    loop {
        let settled = |table: &Table| (table.is_over() || table.owed().is_some()).then_some(());
        let waited = session.board.until(OTHERS_TIMEOUT, settled).await;
        if session.board.table().is_over() || reached(session, goal).await? {
            return Ok(());
        }
        let owed = session.board.table().owed().cloned();
        let Some(owed) = owed.filter(|_| waited.is_some()) else {
            return session.owed(&[]).await.map(|_| ());
        };
        let command = plain_answer(session, &owed).await?;
        give(session, &owed, &command).await?;
    }
}

async fn reached(session: &Session, goal: &Goal) -> Done<bool> {
    match *goal {
        Goal::End => Ok(false),
        Goal::Plays(count) => Ok(session.board.table().plays >= count),
        Goal::Half(inning, half) => {
            session.view().await.map(|view| (view.inning, view.half) != (inning, half))
        }
        Goal::Inning(inning) => session.view().await.map(|view| view.inning != inning),
    }
}

/// The default answer to what is owed.
async fn plain_answer(session: &Session, owed: &PendingDecision) -> Done<Command> {
    Ok(match owed.phase {
        DecisionPhase::AwaitingDefensive => Command::DefensiveDecision(DefensiveDecision::default()),
        DecisionPhase::AwaitingOffensive => Command::OffensiveDecision(OffensiveDecision::default()),
        DecisionPhase::AwaitingRunner => {
            let choice = owed.choices.first().cloned().unwrap_or_default();
            Command::RunnerDecision(RunnerDecision { choice })
        }
        DecisionPhase::AwaitingOutcome => made_up_reading(session).await?,
        DecisionPhase::AwaitingStart | DecisionPhase::AwaitingRoll | DecisionPhase::Completed => {
            Command::Roll {}
        }
    })
}

/// Manual games: nobody here has the printed cards, so a made-up card is read that has the usual things on it.
async fn made_up_reading(session: &Session) -> Done<Command> {
    let view = session.view().await?;
    if let Some(x_check) = &view.pending.pending_x_check {
        let code = x_check.chart_row[2]; // of an average fielder
        return Ok(submitted(
            PlayOutcome::XCheck,
            None,
            Some(XCheckSubmission { code, error: ErrorSize::No }),
        ));
    }
    let Some(RollDice::Ab { d6_one, d6_two_a, d6_two_b, .. }) =
        view.pending_manual_roll.map(|roll| roll.dice)
    else {
        return Ok(Command::Roll {}); // a jump: the steal is called off
    };
    let is_pitchers = d6_one > 3;
    let (outcome, place) = match (d6_two_a + d6_two_b, is_pitchers) {
        (2, _) => (PlayOutcome::Homerun, None),
        (3, _) => (PlayOutcome::Double2, None),
        (4, true) => (PlayOutcome::XCheck, Some(Position::Shortstop)),
        (4 | 9, _) => (PlayOutcome::Single1, None),
        (5, _) => (PlayOutcome::GroundballA, Some(Position::Shortstop)),
        (6, _) => (PlayOutcome::Strikeout, None),
        (7, _) => (PlayOutcome::GroundballB, Some(Position::SecondBase)),
        (8, _) => (PlayOutcome::FlyoutB, Some(Position::CenterField)),
        (10, true) => (PlayOutcome::Walk, None),
        (10, false) => (PlayOutcome::Single2, None),
        (11, _) => (PlayOutcome::FlyoutC, Some(Position::LeftField)),
        _ => (PlayOutcome::Popout, None),
    };
    Ok(submitted(outcome, place, None))
}

fn submitted(
    outcome: PlayOutcome,
    hit_location: Option<Position>,
    x_check: Option<XCheckSubmission>,
) -> Command {
    Command::ManualOutcome(ManualOutcomeSubmission {
        x_check,
        ..ManualOutcomeSubmission::of(outcome, hit_location)
    })
}

pub(super) async fn wait(session: &Session, args: &mut Args) -> Done<Reply> {
    session.game()?;
    let what = args.next().unwrap_or_else(|| "turn".to_owned());
    let seconds = args.next().map(|word| parse::<u64>("seconds", &word)).transpose()?.unwrap_or(WAIT_S);
    args.end()?;
    let begun = session.board.table().plays;
    let is_done = |table: &Table| match what.as_str() {
        "turn" => table.is_over() || table.owed().is_some(),
        "play" => table.is_over() || table.plays > begun,
        _ => table.is_over(),
    };
    if !["turn", "play", "over"].contains(&what.as_str()) {
        return Err(Refusal::new(format!("`{what}`: allowed are turn, play and over")));
    }
    let patience = Duration::from_secs(seconds.min(86_400));
    let waited = session.board.until(patience, |table| is_done(table).then_some(())).await;
    waited.ok_or_else(|| Refusal::new(format!("{seconds} seconds are over and `{what}` has not come")))?;
    Ok(Reply::done())
}
