//! The box score as text, the way newspapers print it.

use super::{BattingLine, BoxScore, PitchingLine, TeamBox};
use crate::id::{CardId, LineupId};
use crate::rules::vocabulary::Side;
use std::fmt::Write;

/// Characters for a name; longer ones are cut.
const NAME_WIDTH: usize = 20;

impl BoxScore {
    /// The box score as lines of text in a fixed-width type; `name` tells the name on a card.
    pub fn render(&self, name: impl Fn(CardId) -> String) -> String {
        let mut text = self.render_line_score();
        for (_, team) in self.teams.iter() {
            text.push('\n');
            render_batting(&mut text, team, &name);
        }
        for (_, team) in self.teams.iter() {
            text.push('\n');
            self.render_pitching(&mut text, team, &name);
        }
        text
    }

    /// The line score: runs by inning, then runs, hits and errors. An `x` stands for a last half inning that
    /// was not needed.
    #[must_use]
    pub fn render_line_score(&self) -> String {
        let innings = self.teams.away.line.len().max(self.teams.home.line.len());
        let mut text = format!("{:NAME_WIDTH$}", "");
        for inning in 1..=innings {
            append(&mut text, format_args!("{inning:>3}"));
        }
        text.push_str("     R   H   E\n");
        for (side, team) in self.teams.iter() {
            append(&mut text, format_args!("{}", fitted(&team.name)));
            for inning in 0..innings {
                let blank = if side == Side::Home && self.winning_pitcher.is_some() { "x" } else { "" };
                let runs = team.line.get(inning).map_or_else(|| blank.to_owned(), u16::to_string);
                append(&mut text, format_args!("{runs:>3}"));
            }
            append(&mut text, format_args!("  {:>4}{:>4}{:>4}\n", team.runs, team.hits, team.errors));
        }
        text
    }

    fn render_pitching(&self, text: &mut String, team: &TeamBox, name: &impl Fn(CardId) -> String) {
        append(text, format_args!("{}", fitted(&team.name)));
        text.push_str("       IP   H   R  ER  BB  SO  HR  BF\n");
        for line in &team.pitching {
            let PitchingLine { h, r, er, bb, so, hr, bf, .. } = line;
            append(text, format_args!("{}{:>4}", fitted(&name(line.card_id)), self.letter(line.lineup_id)));
            let innings = format!("{}.{}", line.outs / 3, line.outs % 3);
            append(text, format_args!("{innings:>5}{h:>4}{r:>4}{er:>4}{bb:>4}{so:>4}{hr:>4}{bf:>4}\n"));
        }
    }

    /// W, L or S.
    fn letter(&self, pitcher: LineupId) -> &'static str {
        match Some(pitcher) {
            of if of == self.winning_pitcher => "W",
            of if of == self.losing_pitcher => "L",
            of if of == self.save => "S",
            _ => "",
        }
    }
}

fn render_batting(text: &mut String, team: &TeamBox, name: &impl Fn(CardId) -> String) {
    append(text, format_args!("{}", fitted(&team.name)));
    text.push_str("      AB   R   H RBI  BB  SO\n");
    for line in &team.batting {
        let BattingLine { ab, r, h, rbi, bb, so, .. } = line;
        append(text, format_args!("{}{:>4}", fitted(&name(line.card_id)), line.position.as_str()));
        append(text, format_args!("{ab:>4}{r:>4}{h:>4}{rbi:>4}{bb:>4}{so:>4}\n"));
    }
    for (what, count) in
        [("2B", extra(|line| line.double)), ("3B", extra(|line| line.triple)), ("HR", extra(|line| line.hr))]
    {
        let hitters: Vec<_> = team.batting.iter().filter_map(|line| count(line, name)).collect();
        if !hitters.is_empty() {
            append(text, format_args!("{what}: {}\n", hitters.join(", ")));
        }
    }
    append(text, format_args!("LOB: {}\n", team.left_on_base));
}

/// How one of the extra-base hits is listed: the name, and how many where it was more than one.
fn extra<N: Fn(CardId) -> String>(
    count: fn(&BattingLine) -> u16,
) -> impl Fn(&BattingLine, &N) -> Option<String> {
    move |line, name| match count(line) {
        0 => None,
        1 => Some(name(line.card_id)),
        more => Some(format!("{} {more}", name(line.card_id))),
    }
}

/// The name in a column of fixed width.
fn fitted(name: &str) -> String {
    let cut: String = name.chars().take(NAME_WIDTH).collect();
    format!("{cut:NAME_WIDTH$}")
}

fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string does not fail");
}
