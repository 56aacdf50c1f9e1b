//! The situation: line score, diamond, who faces whom, who owes what, chances to win.

use super::card::matchup;
use super::field::diamond;
use super::words::{bases, by, defence, half, offence, outs, plain, question};
use super::{columns, fit, wrap};
use crate::protocol::{GameView, RunnerTryView};
use crate::rules::pending::RunnerTry;
use crate::rules::scoring::{Situation, home_win_expectancy};
use crate::rules::vocabulary::{Side, Status};
use crate::terminal::board::{Table, asks};
use crate::terminal::screen::Style;

/// The whole situation.
pub fn status(table: &Table, style: Style) -> Vec<String> {
    let Some(view) = &table.view else { return vec!["No game is followed.".to_owned()] };
    let mut lines = line_score(view);
    lines.push(String::new());
    if view.status == Status::Pending {
        lines.push(format!("The game has not started: {}.", waiting(table, view)));
        return lines;
    }
    if view.status == Status::Completed {
        lines.push(style.strong("The game is over; `box_score` has the lines, `journal` the proof."));
        return lines;
    }
    let situation = format!(
        "{}, {}, {}",
        half(view.inning, view.half),
        outs(view.outs),
        bases(view.current_on_base_code)
    );
    lines.push(format!("{}   {}", style.strong(&situation), style.faint(&chances(view))));
    lines.extend(diamond(view, style));
    lines.extend(matchup(table, view, style));
    let signs = [
        ("defense", view.pending_defensive_decision.as_ref().map(defence)),
        ("offense", view.pending_offensive_decision.as_ref().map(offence)),
    ];
    for (whose, sign) in signs {
        if let Some(sign) = sign {
            lines.push(format!("{whose}: {}", if sign.is_empty() { "normal" } else { &sign }));
        }
    }
    let missed =
        [(Side::Away, view.pending.away_missed_deadlines), (Side::Home, view.pending.home_missed_deadlines)];
    for (side, count) in missed.into_iter().filter(|(_, count)| *count > 0) {
        lines.push(style.bad(&format!("{}: deadlines missed in a row: {count}", table.team(side))));
    }
    lines.extend(wrap(&style.asked(&format!("> {}", waiting(table, view))), 2));
    lines
}

/// Runs by inning, and the totals.
pub fn line_score(view: &GameView) -> Vec<String> {
    let away =
        (&view.away_team_name, &view.away_line_score, [view.away_score, view.away_hits, view.away_errors]);
    let home =
        (&view.home_team_name, &view.home_line_score, [view.home_score, view.home_hits, view.home_errors]);
    scoreboard(&[away, home], view.settings.innings)
}

/// A scoreboard of these rows: name, runs by inning, totals. Long games show their last innings.
pub fn scoreboard(rows: &[(&String, &Vec<u16>, [u16; 3]); 2], scheduled: u8) -> Vec<String> {
    const INNINGS_SHOWN: usize = 15;
    let innings =
        rows.iter().map(|(_, line, _)| line.len()).max().unwrap_or_default().max(usize::from(scheduled));
    let first = innings.saturating_sub(INNINGS_SHOWN);
    let mut heading = vec![String::new()];
    heading.extend((first..innings).map(|inning| (inning + 1).to_string()));
    heading.extend(["R", "H", "E"].map(String::from));
    let mut table = vec![heading];
    for (name, line, totals) in rows {
        let mut row = vec![fit(name, 14)];
        row.extend(
            (first..innings).map(|inning| line.get(inning).map_or_else(|| "-".to_owned(), u16::to_string)),
        );
        row.extend(totals.map(|total| total.to_string()));
        table.push(row);
    }
    columns(&table)
}

/// What each side's chances are, with equal teams.
fn chances(view: &GameView) -> String {
    let home = (home_chance(view) * 100.0).round();
    format!("{} {home:.0}% to win, {} {:.0}%", view.home_team_name, view.away_team_name, 100.0 - home)
}

/// The home team's chance to win, with equal teams.
pub fn home_chance(view: &GameView) -> f64 {
    home_win_expectancy(&Situation {
        inning: view.inning.max(1),
        half: view.half,
        outs: view.outs.min(2),
        on_base_code: view.current_on_base_code & 7,
        home_lead: i32::from(view.home_score) - i32::from(view.away_score),
        scheduled_innings: view.settings.innings,
        extra_inning_runner: view.settings.extra_inning_runner,
    })
}

/// What the game waits for, of whom, and how it is answered.
pub fn waiting(table: &Table, view: &GameView) -> String {
    if view.status == Status::Paused {
        return "the game is paused; `resume` goes on".to_owned();
    }
    if let Some(proposal) =
        view.pending.pending_rollback.filter(|proposal| table.mine[proposal.side.opponent()])
    {
        return format!(
            "{} proposes to go back to play {}: `accept` or `decline`",
            table.team(proposal.side),
            proposal.to_play
        );
    }
    let Some(pending) = &view.pending_decision else {
        if view.status == Status::Pending {
            return "`start_game` begins it, once both line-ups are set".to_owned();
        }
        return "nothing".to_owned();
    };
    let (what, command) = asks(pending.phase);
    let team = table.team(pending.side);
    let a_try = |runner: &RunnerTryView| RunnerTry { from: runner.from, to: runner.to };
    let asked =
        view.pending.pending_runner.as_ref().map(|asked| {
            question(table, asked.question, a_try(&asked.lead), asked.trail.as_ref().map(a_try))
        });
    let asked = asked.map(|asked| format!("{asked} ")).unwrap_or_default();
    let choices = if pending.choices.is_empty() {
        command.to_owned()
    } else {
        format!("runner {}", pending.choices.join("|"))
    };
    let who = match pending.side {
        side if table.mine[side] => format!("your turn, {team}"),
        side if table.is_ai(side) => format!("{team} (AI)"),
        Side::Away | Side::Home => team,
    };
    let by = by(pending.deadline);
    let mut text = format!("{asked}{who}: {what}{by} (`{choices}`)");
    if let Some(roll) = &view.pending.pending_x_check {
        let row: Vec<_> = roll.chart_row.iter().map(|code| code.as_str()).collect();
        text.push_str(&format!(
            "; X-Check of {}, ranges 1 to 5: {}; errors by rating: {}; answer `x_check CODE ERROR`",
            roll.position,
            row.join(" "),
            roll.error_text
        ));
    }
    text
}

/// The last play in a line.
pub fn last_play(view: &GameView) -> Option<String> {
    let last = view.last_play_result.as_ref()?;
    Some(format!("#{} {} ({})", last.play_number, last.description, plain(&last.hit_type)))
}
