//! Dice as text, and the way from the roll to the result, step by step, as the host recorded it.

use super::words::{plain, position};
use crate::id::LineupId;
use crate::rules::dice::{Roll, RollDice};
use crate::rules::resolution::{CardRead, CardReading, Check, Resolution, XCheckAudit};

/// Names by line-up entry.
pub type NameOf<'a> = &'a dyn Fn(LineupId) -> String;

/// One roll on one line.
pub fn roll(roll: &Roll, name: NameOf) -> String {
    let dice = match &roll.dice {
        RollDice::Ab { d6_one, d6_two_a, d6_two_b, chaos_d20, resolution_d20 } => format!(
            "column {d6_one} | row {d6_two_a}+{d6_two_b}={} | chaos d20 {chaos_d20} | split d20 {resolution_d20}",
            d6_two_a + d6_two_b
        ),
        RollDice::Jump { check_d20, jump_a, jump_b, resolution_d20 } => {
            format!("check d20 {check_d20} | jump {jump_a},{jump_b} | resolution d20 {resolution_d20}")
        }
        RollDice::Fielding { position, d20, d6_a, d6_b, d6_c, d100 } => {
            format!("{position}: d20 {d20} | error {d6_a}+{d6_b}+{d6_c}={} | d100 {d100}", d6_a + d6_b + d6_c)
        }
        RollDice::D20 { d20 } => format!("d20 {d20}"),
        RollDice::Injury { d6_a, d6_b, d6_c } => format!("{d6_a}+{d6_b}+{d6_c}={}", d6_a + d6_b + d6_c),
    };
    let about = roll.player_id.map(|player| format!(" ({})", name(player))).unwrap_or_default();
    format!("{}{about}: {dice}", plain(&roll.purpose))
}

/// Every step that was taken, in order.
pub fn steps(trail: &Resolution, name: NameOf) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(jump) = &trail.jump {
        let who = jump.player_id.map_or_else(|| "the runner".to_owned(), name);
        let needed = if jump.is_automatic {
            "he gets the lead anyway".to_owned()
        } else {
            format!("the lead at {} or below", jump.at_or_below)
        };
        let lead = if jump.has_lead { "he has the lead" } else { "no lead" };
        steps.push(format!("Jump of {who}: {} of 36, {needed}: {lead}.", jump.jump));
    }
    if let Some(reading) = &trail.card {
        steps.extend(card(reading));
    }
    if let Some(grade) = &trail.grade {
        let (table, result) = (plain(grade.table.as_str()), plain(&grade.result));
        steps.push(format!("Table {table}: grade {}, total {}: {result}.", grade.grade, grade.total));
    }
    if let Some(audit) = &trail.x_check {
        steps.extend(x_check(audit, name));
    }
    steps.extend(trail.checks.iter().map(|one| check(one, name)));
    if let Some(reading) = &trail.groundball {
        let depth = if reading.infield_in { ", infield in" } else { "" };
        let (kind, code, result) = (&reading.ball_type, reading.chart_code, reading.result);
        steps.push(format!("Ground-ball chart{depth}: type {kind}, bases code {code}, result {result}."));
    }
    steps
}

fn card(reading: &CardReading) -> [String; 2] {
    let whose = if reading.card == CardRead::Batting { "the batter's card" } else { "the pitcher's card" };
    [
        format!("Column {} is {whose}, the line versus {}.", reading.column, reading.versus),
        format!(
            "Row {} and split {}: chance {} of 2160, {}. The card says {}.",
            reading.row,
            reading.split,
            reading.index + 1,
            plain(&reading.field),
            plain(reading.outcome.as_str())
        ),
    ]
}

/// The steps of an X-Check, one a line.
fn x_check(audit: &XCheckAudit, name: NameOf) -> Vec<String> {
    let why: Vec<_> = [(audit.playing_in, "plays in"), (audit.holding, "holds a runner")]
        .into_iter()
        .filter_map(|(holds, why)| holds.then_some(why))
        .collect();
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(" ({}; range {})", why.join(", "), audit.adjusted_range)
    };
    let row: Vec<_> = (1..)
        .zip(&audit.chart_row)
        .map(|(column, code)| if column == audit.adjusted_range { format!("[{code}]") } else { code.clone() })
        .collect();
    let mut steps = vec![
        format!(
            "X-Check of the {}, {}: range {}, error rating {}{why}.",
            position(audit.position),
            name(audit.defender_lineup_id),
            audit.range_rating,
            audit.error_rating
        ),
        format!("Range table, row {}: {} gives {}.", audit.d20, row.join(" "), audit.base_code),
    ];
    if let (Some(d20), Some(chance)) = (audit.spd_d20, audit.spd_chance) {
        let safe = if audit.spd_safe == Some(true) { "safe" } else { "out" };
        steps.push(format!("Speed check: {d20} against {chance}, {safe}."));
    }
    if audit.converted_code != audit.base_code {
        steps.push(format!("That becomes {}.", audit.converted_code));
    }
    steps.push(match audit.error_result.as_str() {
        _ if audit.rare_play => format!("The hundred-sided die shows {}: a rare play.", audit.d100),
        "no" => format!("Error dice {}, rare-play die {}: no error.", audit.error_total, audit.d100),
        error => format!("Error dice {}: {error}.", audit.error_total),
    });
    steps.push(format!("The result: {}.", plain(&audit.hit_type)));
    steps
}

fn check(check: &Check, name: NameOf) -> String {
    let about = check.player_id.map(|player| format!(" ({})", name(player))).unwrap_or_default();
    let purpose = match check.purpose.strip_prefix("nudge:") {
        Some(sign) => format!("sign {}", plain(sign)),
        None => plain(&check.purpose),
    };
    let passed = if check.success { "yes" } else { "no" };
    format!("Check {purpose}{about}: {} against {}, {passed}.", check.d20, check.chance)
}
