//! A play in one sentence, for people. The facts are elsewhere; nothing reads this back.

use super::event::FieldingError;
use super::outcome::PlayOutcome;
use super::resolve::Situation;
use super::vocabulary::Position;

/// What the sentence tells.
pub(super) struct Facts<'a> {
    /// The runner the play is about.
    pub(super) runner: Option<&'a str>,
    pub(super) outcome: PlayOutcome,
    pub(super) location: Option<Position>,
    pub(super) runs: u8,
    pub(super) outs: u8,
    pub(super) hit_bases: u8,
    pub(super) gidp: bool,
    pub(super) batter_out: bool,
    pub(super) error: Option<FieldingError>,
}

/// The sentence: who did what, where to, and what came of it.
pub(super) fn play(situation: &Situation, facts: &Facts<'_>) -> String {
    let mut text = String::with_capacity(80);
    match facts.outcome {
        PlayOutcome::WildPitch => push(&mut text, &[&situation.pitcher_card.name, " throws a wild pitch"]),
        PlayOutcome::PassedBall => {
            push(&mut text, &["Passed ball, with ", &situation.batter_card.name, " at bat"])
        }
        PlayOutcome::Balk => push(&mut text, &[&situation.pitcher_card.name, " balks"]),
        PlayOutcome::StolenBase | PlayOutcome::CaughtStealing | PlayOutcome::PickOff => {
            push(&mut text, &[facts.runner.unwrap_or("The runner"), " ", verb(facts.outcome, facts)]);
        }
        outcome => push(&mut text, &[&situation.batter_card.name, " ", verb(outcome, facts)]),
    }
    if let Some(location) = facts.location {
        push(&mut text, &[" to ", location.as_str()]);
    }
    match facts.error {
        Some(error) if facts.hit_bases > 0 || facts.runner.is_some() => {
            push(&mut text, &["; error by ", error.position.as_str()])
        }
        _ => {}
    }
    match facts.outs {
        2 if facts.gidp => push(&mut text, &[" into a double play"]),
        2 => push(&mut text, &[", two out on the play"]),
        3 => push(&mut text, &[", three out on the play"]),
        1 if facts.runner.is_some() => {}
        1 if !facts.batter_out => push(&mut text, &[", a runner is out"]),
        1 if facts.hit_bases > 0 => push(&mut text, &[", out stretching the hit"]),
        _ => {}
    }
    match facts.runs {
        0 => {}
        1 => push(&mut text, &[", one run scores"]),
        runs => push(&mut text, &[", ", &runs.to_string(), " runs score"]),
    }
    text.push('.');
    text
}

fn push(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

const fn verb(outcome: PlayOutcome, facts: &Facts<'_>) -> &'static str {
    match outcome {
        PlayOutcome::Strikeout => "strikes out",
        PlayOutcome::GroundballA | PlayOutcome::GroundballB | PlayOutcome::GroundballC
            if facts.batter_out =>
        {
            "grounds out"
        }
        PlayOutcome::GroundballA | PlayOutcome::GroundballB | PlayOutcome::GroundballC => {
            "reaches on a fielder's choice"
        }
        PlayOutcome::FlyoutA
        | PlayOutcome::FlyoutB
        | PlayOutcome::FlyoutBq
        | PlayOutcome::FlyoutC
        | PlayOutcome::BpFlyout => "flies out",
        PlayOutcome::Lineout | PlayOutcome::LineoutMax | PlayOutcome::BpLineout => "lines out",
        PlayOutcome::Popout => "pops out",
        PlayOutcome::Single1 | PlayOutcome::Single2 | PlayOutcome::SingleUncapped | PlayOutcome::BpSingle => {
            "singles"
        }
        PlayOutcome::Double2 | PlayOutcome::Double3 | PlayOutcome::DoubleUncapped => "doubles",
        PlayOutcome::Triple => "triples",
        PlayOutcome::Homerun | PlayOutcome::BpHomerun => "homers",
        PlayOutcome::Walk => "walks",
        PlayOutcome::IntentionalWalk => "is walked intentionally",
        PlayOutcome::Hbp => "is hit by a pitch",
        PlayOutcome::Error => "gets a ball that is not fielded cleanly",
        PlayOutcome::XCheck => "hits the ball",
        PlayOutcome::SacBunt if facts.hit_bases > 0 => "bunts safely",
        PlayOutcome::SacBunt => "bunts",
        PlayOutcome::Squeeze => "squeezes",
        PlayOutcome::HitAndRun if facts.hit_bases > 0 => "singles on the hit and run",
        PlayOutcome::HitAndRun => "is out on the hit and run",
        PlayOutcome::WildPitch | PlayOutcome::PassedBall => "watches the ball get away",
        PlayOutcome::Balk => "balks",
        PlayOutcome::PickOff => "is picked off",
        PlayOutcome::StolenBase => "steals a base",
        PlayOutcome::CaughtStealing => "is caught stealing",
    }
}
