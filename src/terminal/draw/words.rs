//! The host's words in the words of people.

use crate::rules::decision::{
    Alignment, Approach, Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth,
};
use crate::rules::moment::Moment;
use crate::rules::pending::{RunnerQuestion, RunnerTry};
use crate::rules::vocabulary::{Half, Position};
use crate::terminal::board::Table;

/// Any word of the wire, readable.
pub fn plain(word: &str) -> String {
    let word = word.replace('_', " ");
    match word.strip_prefix("bp ") {
        Some(rest) => format!("ballpark {rest}"),
        None => word,
    }
}

/// `Top 3`.
pub fn half(inning: u8, half: Half) -> String {
    format!("{} {inning}", if half == Half::Top { "Top" } else { "Bot" })
}

/// `1 out`.
pub fn outs(outs: u8) -> String {
    format!("{outs} {}", if outs == 1 { "out" } else { "outs" })
}

/// The bases that are taken.
pub fn bases(code: u8) -> String {
    let taken: Vec<_> = [(1, "first"), (2, "second"), (4, "third")]
        .into_iter()
        .filter_map(|(bit, name)| (code & bit != 0).then_some(name))
        .collect();
    match taken.as_slice() {
        [] => "bases empty".to_owned(),
        [one] => format!("runner on {one}"),
        [_, _, _] => "bases loaded".to_owned(),
        several => format!("runners on {}", several.join(" and ")),
    }
}

/// What a base is called.
pub const fn base(base: Base) -> &'static str {
    match base {
        Base::First => "first",
        Base::Second => "second",
        Base::Third => "third",
        Base::Home => "home",
    }
}

/// By when it is asked, as an appendix: ` by 2026-04-01 18:05:30 UTC`; nothing where no clock runs.
pub fn by(deadline: Option<Moment>) -> String {
    deadline.map(|deadline| format!(" by {}", moment(deadline))).unwrap_or_default()
}

/// `2026-04-01 18:05:30 UTC`.
pub fn moment(moment: Moment) -> String {
    let text = moment.to_string().replace('T', " ");
    format!("{} UTC", text.get(..19).unwrap_or(&text))
}

/// What differs from the defaults in a defence; nothing where nothing does.
pub fn defence(decision: &DefensiveDecision) -> String {
    let mut parts = Vec::new();
    if decision.infield_depth != InfieldDepth::Normal {
        parts.push(plain(decision.infield_depth.as_str()));
    }
    if decision.outfield_depth != OutfieldDepth::Normal {
        parts.push("outfield in".to_owned());
    }
    if decision.alignment != Alignment::Normal {
        parts.push(plain(decision.alignment.as_str()));
    }
    if !decision.hold_runners.is_empty() {
        let held: Vec<_> = decision.hold_runners.iter().map(|held| base(*held)).collect();
        parts.push(format!("runner held on {}", held.join(" and ")));
    }
    if decision.intentional_walk {
        parts.push("intentional walk".to_owned());
    }
    parts.join(", ")
}

/// What differs from the defaults in an offence; nothing where nothing does.
pub fn offence(decision: &OffensiveDecision) -> String {
    let mut parts = Vec::new();
    if decision.approach != Approach::Normal {
        parts.push(format!("{} approach", decision.approach));
    }
    if !decision.steal_attempts.is_empty() {
        let targets: Vec<_> = decision.steal_attempts.iter().map(|target| base(*target)).collect();
        parts.push(format!("steal of {}", targets.join(" and ")));
    }
    if decision.hit_and_run {
        parts.push("hit and run".to_owned());
    }
    if decision.bunt_attempt {
        parts.push("bunt".to_owned());
    }
    parts.join(", ")
}

/// What is asked about a runner, with names.
pub fn question(
    table: &Table,
    question: RunnerQuestion,
    lead: RunnerTry,
    trail: Option<RunnerTry>,
) -> String {
    let view = table.view.as_ref();
    let name = |runner: RunnerTry| {
        let player = view.and_then(|view| match runner.from {
            None => view.current_batter.as_ref(),
            Some(Base::First) => view.on_first.as_ref(),
            Some(Base::Second) => view.on_second.as_ref(),
            _ => view.on_third.as_ref(),
        });
        let name = player.and_then(|player| player.name.clone());
        let from = runner
            .from
            .map_or_else(|| "the batter".to_owned(), |from| format!("the runner on {}", base(from)));
        format!("{} (to {})", name.unwrap_or(from), base(runner.to))
    };
    let (first, second) = (name(lead), trail.map_or_else(|| "the runner behind".to_owned(), name));
    match question {
        RunnerQuestion::StealWithoutLead => format!("No lead for {first}. Does he still go?"),
        RunnerQuestion::LeadRunner => format!("Does {first} try for it?"),
        RunnerQuestion::Throw => format!("{first} goes. Do you throw after him?"),
        RunnerQuestion::TrailRunner => format!("Does {second} move up on the throw?"),
        RunnerQuestion::ThrowAt => format!("At whom is the ball thrown: {first} or {second}?"),
        RunnerQuestion::TagUp => format!("Does {first} tag up?"),
        RunnerQuestion::SendRunner => format!("Is {first} sent?"),
        RunnerQuestion::ThrowTo => format!("{first} runs. Where is the ball thrown?"),
    }
}

/// What a position is called.
pub const fn position(position: Position) -> &'static str {
    match position {
        Position::Pitcher => "pitcher",
        Position::Catcher => "catcher",
        Position::FirstBase => "first baseman",
        Position::SecondBase => "second baseman",
        Position::ThirdBase => "third baseman",
        Position::Shortstop => "shortstop",
        Position::LeftField => "left fielder",
        Position::CenterField => "center fielder",
        Position::RightField => "right fielder",
        Position::DesignatedHitter => "designated hitter",
    }
}
