//! Playing: the two decisions, the roll, what is read off a card, runners.

use crate::client::{Done, Refusal};
use crate::rules::command::{Command, ManualOutcomeSubmission, RunnerDecision};
use crate::rules::decision::{
    Alignment, Approach, Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth,
};
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::PendingDecision;
use crate::rules::vocabulary::{DecisionPhase, Position, Side};
use crate::rules::x_check::XCheckSubmission;
use crate::terminal::args::{Args, numbers, parse};
use crate::terminal::session::{Reply, Session};
use serde_json::json;

/// Questions about runners that one play may ask at most.
const QUESTIONS_MAX: usize = 8;

pub(super) async fn start_game(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let seq = session.order(None, None, &Command::Start {}).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

/// Gives the answer to what is owed.
pub(super) async fn give(session: &Session, owed: &PendingDecision, command: &Command) -> Done<Reply> {
    let seq = session.order(Some(owed.side), Some(owed.seq), command).await?;
    Ok(Reply { lines: Vec::new(), data: json!({ "seq": seq }) })
}

pub(super) async fn defensive(session: &Session, args: &mut Args) -> Done<Reply> {
    let mut decision = DefensiveDecision::default();
    if let Some(bases) = args.named("hold") {
        decision.hold_runners = bases_of("hold", &bases)?;
    }
    for word in args.rest() {
        match word.as_str() {
            "normal" => {}
            "infield_in" => decision.infield_depth = InfieldDepth::InfieldIn,
            "corners_in" => decision.infield_depth = InfieldDepth::CornersIn,
            "outfield_in" => decision.outfield_depth = OutfieldDepth::In,
            "walk" => decision.intentional_walk = true,
            "shifted_left" | "shifted_right" | "extreme_shift" => {
                decision.alignment = parse::<Alignment>("alignment", &word)?;
            }
            _ => {
                return Err(Refusal::new(format!(
                    "`{word}` is no part of a defense; there are infield_in, corners_in, outfield_in, \
                     shifted_left, shifted_right, extreme_shift, hold=BASES, walk"
                )));
            }
        }
    }
    args.end()?;
    let owed = session.owed(&[DecisionPhase::AwaitingDefensive]).await?;
    give(session, &owed, &Command::DefensiveDecision(decision)).await
}

pub(super) async fn offensive(session: &Session, args: &mut Args) -> Done<Reply> {
    let mut decision = OffensiveDecision::default();
    if let Some(bases) = args.named("steal") {
        decision.steal_attempts = bases_of("steal", &bases)?;
    }
    for word in args.rest() {
        match word.as_str() {
            "normal" => {}
            "contact" | "power" | "patient" => decision.approach = parse::<Approach>("approach", &word)?,
            "hit_and_run" => decision.hit_and_run = true,
            "bunt" => decision.bunt_attempt = true,
            _ => {
                return Err(Refusal::new(format!(
                    "`{word}` is no part of an offense; there are contact, power, patient, steal=BASES, \
                     hit_and_run, bunt"
                )));
            }
        }
    }
    args.end()?;
    let owed = session.owed(&[DecisionPhase::AwaitingOffensive]).await?;
    give(session, &owed, &Command::OffensiveDecision(decision)).await
}

fn bases_of(what: &str, text: &str) -> Done<Vec<Base>> {
    let read = |number| Base::try_from(number).map_err(|problem| Refusal::new(format!("{what}: {problem}")));
    numbers(what, text)?.into_iter().map(read).collect()
}

pub(super) async fn roll(session: &Session, args: &Args) -> Done<Reply> {
    args.end()?;
    let owed = session.owed(&[DecisionPhase::AwaitingRoll, DecisionPhase::AwaitingOutcome]).await?;
    give(session, &owed, &Command::Roll {}).await
}

pub(super) async fn resolve(session: &Session, args: &mut Args) -> Done<Reply> {
    if args.is_empty() {
        let reply = roll(session, args).await?;
        settle_runners(session).await?;
        return Ok(reply);
    }
    let (result, injury) = (args.named("result").map(|word| word.to_uppercase()), args.flag("injury"));
    let submission = ManualOutcomeSubmission { result, injury, ..outcome(args)? };
    let owed = session.owed(&[DecisionPhase::AwaitingOutcome]).await?;
    give(session, &owed, &Command::ManualOutcome(submission)).await
}

/// An outcome with its place: `groundball_b SS`, `x-check SS`, `error 3B bases=2`.
pub(super) fn outcome(args: &mut Args) -> Done<ManualOutcomeSubmission> {
    let word = args.need("an outcome")?.to_lowercase().replace('-', "_");
    let outcome: PlayOutcome = parse("outcome", &word)?;
    let hit_location = match args.next() {
        Some(word) => Some(parse::<Position>("position", &word.to_uppercase())?),
        None => None,
    };
    let error_bases = args.named_as("bases")?;
    args.end()?;
    Ok(ManualOutcomeSubmission { error_bases, ..ManualOutcomeSubmission::of(outcome, hit_location) })
}

pub(super) async fn x_check(session: &Session, args: &mut Args) -> Done<Reply> {
    let code = args.need("a code of the row")?.to_uppercase();
    let error = args.need("`no`, `e1`, `e2` or `e3`")?.to_lowercase();
    args.end()?;
    let reading = XCheckSubmission { code: parse("code", &code)?, error: parse("error", &error)? };
    let owed = session.owed(&[DecisionPhase::AwaitingOutcome]).await?;
    let submission = ManualOutcomeSubmission {
        x_check: Some(reading),
        ..ManualOutcomeSubmission::of(PlayOutcome::XCheck, None)
    };
    give(session, &owed, &Command::ManualOutcome(submission)).await
}

pub(super) async fn runner(session: &Session, args: &mut Args) -> Done<Reply> {
    let choice = args.need("a choice")?;
    args.end()?;
    let owed = session.owed(&[DecisionPhase::AwaitingRunner]).await?;
    give(session, &owed, &Command::RunnerDecision(RunnerDecision { choice })).await
}

/// Answers what our seats are asked about runners, with the defaults.
pub(super) async fn settle_runners(session: &Session) -> Done<()> {
    for _ in 0..QUESTIONS_MAX {
        let owed = session.board.table().owed().cloned();
        let Some(owed) = owed.filter(|owed| owed.phase == DecisionPhase::AwaitingRunner) else {
            return Ok(());
        };
        let choice = owed.choices.first().cloned().unwrap_or_default();
        give(session, &owed, &Command::RunnerDecision(RunnerDecision { choice })).await?;
    }
    Ok(())
}

/// The side that a word names, where both are ours; else the one that is.
pub(super) fn own_side(session: &Session, args: &mut Args) -> Done<Side> {
    let named: Option<Side> = args.find();
    let mine = session.board.table().mine;
    match (named, mine.away, mine.home) {
        (Some(side), ..) if mine[side] => Ok(side),
        (Some(side), ..) => Err(Refusal::new(format!("the {side} seat is not yours"))),
        (None, true, true) => Err(Refusal::new("both seats are yours; say which: home or away")),
        (None, true, false) => Ok(Side::Away),
        (None, false, true) => Ok(Side::Home),
        (None, false, false) => {
            Err(Refusal::new("you hold no seat in this game; `claim home` takes a free one"))
        }
    }
}
