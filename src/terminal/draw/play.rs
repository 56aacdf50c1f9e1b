//! The play-by-play: what each event says to somebody who follows the game.

use super::steps::{roll, steps};
use super::words::{by, defence, half, moment, offence, outs, plain, question};
use super::wrap;
use crate::rules::event::{Event, Play};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::vocabulary::{Half, Side};
use crate::rules::x_check::XCheckRoll;
use crate::terminal::board::{Detail, Table, asks};
use crate::terminal::screen::Style;

/// The lines of an event; none where it says nothing to people.
pub fn event(table: &Table, event: &Event, style: Style) -> Vec<String> {
    let full = table.detail == Detail::Full;
    let team = |side: Side| table.team(side);
    match event {
        Event::GameStarted {} => {
            vec![style.strong(&format!("Play ball: {} at {}.", team(Side::Away), team(Side::Home)))]
        }
        Event::LineupSet { side, .. } => vec![format!("{} has set its line-up.", team(*side))],
        Event::RosterAdded { .. } | Event::RosterRemoved { .. } => roster(table, event),
        Event::EntropyContributed { side, .. } => {
            vec![format!("{} has put its own randomness into the dice.", team(*side))]
        }
        Event::DecisionRequested { .. } => asked(table, event, style),
        Event::DeadlineMissed { .. } | Event::ManagerReturned { .. } | Event::DeadlineMoved { .. } => {
            clock(table, event, style)
        }
        Event::DefensiveDecisionMade { side, decision } => signs(&team(*side), &defence(decision)),
        Event::OffensiveDecisionMade { side, decision } => signs(&team(*side), &offence(decision)),
        Event::DiceRolled { roll: thrown } if full => {
            wrap(&format!("  dice  {}", roll(thrown, &|id| table.name(id))), 8)
        }
        Event::CheckAnnounced { .. } | Event::InjuryCheckAnnounced { .. } => announced(table, event),
        Event::PlayerInjured { lineup_id, rating, total, injury, .. } => {
            vec![format!("  {} (injury rating {rating}, total {total}): {injury}.", table.name(*lineup_id))]
        }
        Event::OutcomeForced { side, outcome } => {
            vec![format!("{} asks for: {}.", team(*side), plain(outcome.as_str()))]
        }
        Event::XCheckRolled(roll) => x_check(table, roll),
        Event::PlayUnresolved(waiting) => {
            vec![style.asked(&question(table, waiting.question, waiting.lead, waiting.trail))]
        }
        Event::RunnerDecided { side, choice, .. } => {
            vec![format!("{} says: {}.", team(*side), plain(choice))]
        }
        Event::PlayResolved(play) => resolved(table, play, style),
        Event::PitcherTired { lineup_id, .. } => vec![format!("{} is tired.", table.name(*lineup_id))],
        Event::HalfInningEnded { inning, half: which, away_score, home_score } => {
            let score = score(table, *away_score, *home_score);
            vec![style.faint(&format!("-- End of {}: {score} --", half(*inning, *which).to_lowercase()))]
        }
        Event::SubstitutionMade { side, players } => entered(table, *side, players),
        Event::RollbackProposed { side, to_play } => {
            let text = format!(
                "{} proposes to go back to the state after play {to_play}; `accept` or `decline`.",
                team(*side)
            );
            wrap(&style.asked(&text), 0)
        }
        Event::RollbackDeclined { side } => vec![format!("{} declines to go back.", team(*side))],
        Event::RolledBack { to_play, .. } => {
            vec![style.strong(&format!("The game is back at the state after play {to_play}."))]
        }
        Event::Paused {} => vec!["The game is paused; `resume` goes on.".to_owned()],
        Event::Resumed {} => vec!["The game goes on.".to_owned()],
        Event::GameCompleted { away_score, home_score, ending, dice_seed, .. } => vec![
            style.strong(&format!(
                "Final: {} ({}).",
                score(table, *away_score, *home_score),
                plain(ending.as_str())
            )),
            style.faint(&format!("dice seed {dice_seed}")),
            style.faint("`journal` says how to check every die; `box_score` has the lines."),
        ],
        Event::GameCreated(_) | Event::DiceRolled { .. } => Vec::new(),
    }
}

/// What the roll that waits asks of who reads the card.
fn announced(table: &Table, event: &Event) -> Vec<String> {
    let text = match event {
        Event::CheckAnnounced { check } => {
            let check = plain(check.as_str());
            format!(
                "  The chaos die asks for a {check} check: answer `resolve {}` if it happens, else what stands on the card.",
                check.replace(' ', "_")
            )
        }
        Event::InjuryCheckAnnounced { lineup_id, number } => format!(
            "  Injury check of {}: if {number} is the injury number on his card, add `injury` to the outcome.",
            table.name(*lineup_id)
        ),
        _ => return Vec::new(),
    };
    wrap(&text, 2)
}

/// What the clock did.
fn clock(table: &Table, event: &Event, style: Style) -> Vec<String> {
    vec![match event {
        Event::DeadlineMissed { side, in_a_row, .. } => {
            let again = if *in_a_row > 1 { format!(", {in_a_row} times in a row") } else { String::new() };
            style.bad(&format!("{} let its deadline pass{again}; the host decides.", table.team(*side)))
        }
        Event::ManagerReturned { side } => format!("{} is back.", table.team(*side)),
        Event::DeadlineMoved { side, deadline } => {
            format!("{} now has until {}.", table.team(*side), moment(*deadline))
        }
        _ => return Vec::new(),
    }]
}

/// Who came into the game, or changed his place in it.
fn entered(table: &Table, side: Side, players: &[LineupPlayerState]) -> Vec<String> {
    let says = |player: &LineupPlayerState| {
        let place = place(player.position.as_str(), player.batting_order);
        format!("{}: {} now {place}.", table.team(side), table.name(player.lineup_id))
    };
    players.iter().filter(|player| player.is_active).map(says).collect()
}

fn roster(table: &Table, event: &Event) -> Vec<String> {
    let (side, card_id, does) = match event {
        Event::RosterAdded { side, card_id, .. } => (side, card_id, "joins"),
        Event::RosterRemoved { side, card_id } => (side, card_id, "leaves"),
        _ => return Vec::new(),
    };
    vec![format!("{} {does} the roster of {}.", table.card_name(*card_id), table.team(*side))]
}

fn signs(team: &str, what: &str) -> Vec<String> {
    if what.is_empty() { Vec::new() } else { vec![format!("{team}: {what}.")] }
}

/// Who is asked, where it is somebody here or another person.
fn asked(table: &Table, event: &Event, style: Style) -> Vec<String> {
    let Event::DecisionRequested { phase, side, deadline, choices, .. } = event else { return Vec::new() };
    let (what, command) = asks(*phase);
    let by = by(*deadline);
    let team = table.team(*side);
    if table.mine[*side] {
        let command =
            if choices.is_empty() { command.to_owned() } else { format!("runner {}", choices.join("|")) };
        return match table.detail {
            Detail::Full => vec![style.asked(&format!("> {team}, your turn: {what}{by} (`{command}`)"))],
            Detail::Brief => Vec::new(),
        };
    }
    let quiet = table.is_ai(*side) || table.detail == Detail::Brief || !(table.mine.away || table.mine.home);
    if quiet { Vec::new() } else { vec![style.faint(&format!("  {team} has to {what}{by}"))] }
}

fn x_check(table: &Table, roll: &XCheckRoll) -> Vec<String> {
    let row: Vec<_> =
        (1..).zip(&roll.chart_row).map(|(range, code)| format!("range {range}: {code}")).collect();
    let rare = if roll.rare_play { "; a rare play, which takes the place of an error" } else { "" };
    let mut lines = vec![format!("X-Check of {} ({}):", roll.position, table.name(roll.defender_lineup_id))];
    lines.push(format!("  {}", row.join(" | ")));
    lines.push(format!("  errors by rating: {}{rare}", roll.error_text));
    lines.push("  Answer `x_check CODE ERROR`: the code of his range, and no, e1, e2 or e3.".to_owned());
    lines
}

/// The play with the way to it.
fn resolved(table: &Table, play: &Play, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    if table.detail == Detail::Full {
        for step in steps(&play.resolution, &|id| table.name(id)) {
            lines.extend(wrap(&format!("  {step}"), 4));
        }
    }
    let runs = u16::from(play.runs_scored);
    let (away, home) = match play.half {
        Half::Top => (play.away_score + runs, play.home_score),
        Half::Bottom => (play.away_score, play.home_score + runs),
    };
    let now = if runs > 0 { format!(" [{}]", score(table, away, home)) } else { String::new() };
    let text = format!(
        "#{} {}, {}: {}{now}",
        play.play_number,
        half(play.inning, play.half),
        outs(play.outs_before),
        play.description
    );
    let text = wrap(&text, 4);
    lines.extend(text.iter().map(|line| match (runs, play.outs_recorded) {
        (0, 0) => line.clone(),
        (0, _) => style.bad(line),
        _ => style.good(line),
    }));
    lines
}

/// `Houston 2, Washington 1`.
pub fn score(table: &Table, away: u16, home: u16) -> String {
    format!("{} {away}, {} {home}", table.team(Side::Away), table.team(Side::Home))
}

/// `SS, batting 2nd`.
fn place(position: &str, order: Option<u8>) -> String {
    order.map_or_else(|| position.to_owned(), |order| format!("{position}, batting {order}"))
}
