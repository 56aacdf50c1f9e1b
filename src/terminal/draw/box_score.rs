//! The box score: line score, batters, pitchers, decisions.

use super::status::scoreboard;
use super::{columns, fit};
use crate::id::LineupId;
use crate::protocol::BoxScoreView;
use crate::rules::vocabulary::Side;
use crate::terminal::screen::Style;

/// Everything the scorer has.
pub fn box_score(view: &BoxScoreView, style: Style) -> Vec<String> {
    let row = |side: Side| {
        let line = &view.line_score[side];
        (&line.team_name, &line.innings, [line.runs, line.hits, line.errors])
    };
    let mut lines = scoreboard(&[row(Side::Away), row(Side::Home)], 9);
    for &side in Side::ALL {
        let line = &view.line_score[side];
        lines.push(String::new());
        lines.push(style.strong(&line.team_name));
        lines.extend(batters(view, side));
        lines.push(format!("left on base {}", line.left_on_base));
        lines.extend(pitchers(view, side));
    }
    lines
}

fn batters(view: &BoxScoreView, side: Side) -> Vec<String> {
    let heading = ["", "", "ab", "r", "h", "2b", "3b", "hr", "rbi", "bb", "so", "sb"];
    let mut rows = vec![heading.map(String::from).to_vec()];
    for batter in &view.batting[side] {
        let line = &batter.line;
        let name = batter.name.clone().unwrap_or_else(|| format!("card {}", line.card_id));
        let mut row = vec![fit(&name, 22), line.position.to_string()];
        let numbers =
            [line.ab, line.r, line.h, line.double, line.triple, line.hr, line.rbi, line.bb, line.so, line.sb];
        row.extend(numbers.map(|number| number.to_string()));
        rows.push(row);
    }
    columns(&rows)
}

fn pitchers(view: &BoxScoreView, side: Side) -> Vec<String> {
    let heading = ["", "ip", "h", "r", "er", "bb", "so", "hr", "bf"];
    let mut rows = vec![heading.map(String::from).to_vec()];
    for pitcher in &view.pitching[side] {
        let line = &pitcher.line;
        let name = pitcher.name.clone().unwrap_or_else(|| format!("card {}", line.card_id));
        let mut row = vec![fit(&format!("{name}{}", decision(view, line.lineup_id)), 25)];
        row.push(format!("{}.{}", line.outs / 3, line.outs % 3));
        row.extend(
            [line.h, line.r, line.er, line.bb, line.so, line.hr, line.bf].map(|number| number.to_string()),
        );
        rows.push(row);
    }
    columns(&rows)
}

/// ` W`, ` L`, ` S`, or nothing.
fn decision(view: &BoxScoreView, pitcher: LineupId) -> &'static str {
    let is = |of: Option<LineupId>| of == Some(pitcher);
    match () {
        () if is(view.winning_pitcher) => " (W)",
        () if is(view.losing_pitcher) => " (L)",
        () if is(view.save) => " (S)",
        () => "",
    }
}
