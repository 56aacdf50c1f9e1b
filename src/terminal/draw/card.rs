//! Cards: who faces whom with which ratings, and one card in full.

use super::{columns, fit, wrap};
use crate::id::CardId;
use crate::protocol::GameView;
use crate::rules::card::{BattingCard, ByHand, FieldingAt, PitchingCard, PlayerCard, RatingLine};
use crate::rules::vocabulary::{Bats, Hand, Position};
use crate::terminal::board::Table;
use crate::terminal::screen::Style;

/// Chances of a whole line.
const CHANCES: f64 = 108.0;

/// Batter and pitcher with what matters of their cards, and the line each is read against.
pub fn matchup(table: &Table, view: &GameView, style: Style) -> Vec<String> {
    let card = |id: Option<CardId>| id.and_then(|id| table.cards.get(&id));
    let batter = card(view.current_batter.as_ref().map(|player| player.player.card_id));
    let pitcher = card(view.current_pitcher.as_ref().map(|player| player.player.card_id));
    let throws = pitcher.map_or(Hand::Right, |card| card.throws);
    let mut lines = Vec::new();
    if let Some(card) = batter {
        let order = view.current_batter.as_ref().and_then(|player| player.player.batting_order).unwrap_or(0);
        let position = view.current_batter.as_ref().map_or("", |player| player.player.position.as_str());
        lines.push(format!(
            "at bat   {} ({order}. {position}, bats {})",
            style.strong(&card.name),
            card.bats
        ));
        let batting = card.batting.as_ref().map(|batting| batting_summary(batting, throws));
        lines.extend(batting.iter().flat_map(|text| wrap(&format!("         {text}"), 9)));
    }
    if let Some(card) = pitcher {
        let tired = view.current_pitcher.as_ref().is_some_and(|player| player.player.is_fatigued);
        let tired = if tired { ", tired" } else { "" };
        let bats = batter.map_or(Hand::Right, |batter| side_of_the_plate(batter.bats, throws));
        lines.push(format!("pitching {} (throws {}{tired})", style.strong(&card.name), card.throws));
        let pitching = card.pitching.as_ref().map(|pitching| pitching_summary(pitching, bats));
        lines.extend(pitching.iter().flat_map(|text| wrap(&format!("         {text}"), 9)));
    }
    lines
}

/// A switch hitter bats opposite to the pitcher's hand.
const fn side_of_the_plate(bats: Bats, throws: Hand) -> Hand {
    match (bats, throws) {
        (Bats::Left, _) | (Bats::Switch, Hand::Right) => Hand::Left,
        (Bats::Right, _) | (Bats::Switch, Hand::Left) => Hand::Right,
    }
}

fn versus<T>(lines: &ByHand<T>, hand: Hand) -> &T {
    match hand {
        Hand::Left => &lines.left,
        Hand::Right => &lines.right,
    }
}

/// Chances by kind of result, out of 108: `1B 14.2 2B 5.1 …`.
fn chances(line: &RatingLine) -> String {
    let sum = |names: &[&str]| {
        let is_one = |name: &str| {
            names.iter().any(|wanted| name == *wanted || (wanted.ends_with('_') && name.starts_with(*wanted)))
        };
        line.0.iter().filter(|(name, _)| is_one(name)).map(|(_, chances)| chances).sum::<f64>()
    };
    let kinds = [
        ("1B", sum(&["single_", "bp_single"])),
        ("2B", sum(&["double_"])),
        ("3B", sum(&["triple"])),
        ("HR", sum(&["homerun", "bp_homerun"])),
        ("BB", sum(&["walk", "hbp"])),
        ("K", sum(&["strikeout"])),
        ("X", sum(&["xcheck_"])),
    ];
    let shown: Vec<_> = kinds
        .iter()
        .filter(|(_, chances)| *chances > 0.0)
        .map(|(kind, chances)| format!("{kind} {chances:.1}"))
        .collect();
    format!("{} of {CHANCES:.0}", shown.join(" "))
}

fn batting_summary(card: &BattingCard, throws: Hand) -> String {
    format!(
        "vs {throws}: {}; run {}, steal {}/{}{}",
        chances(versus(&card.ratings, throws)),
        card.running,
        card.steal_high,
        card.steal_low,
        if card.steal_auto { "*" } else { "" }
    )
}

fn pitching_summary(card: &PitchingCard, bats: Hand) -> String {
    format!(
        "vs {bats}: {}; hold {:+}, wp {}, balk {}",
        chances(versus(&card.ratings, bats)),
        card.hold,
        card.wild_pitch,
        card.balk
    )
}

/// A card in full.
pub fn full(card: &PlayerCard, style: Style) -> Vec<String> {
    let positions: Vec<_> = card.positions.iter().map(|position| position.as_str()).collect();
    let mut lines = vec![
        style.strong(&format!("{} (card {})", card.name, card.card_id)),
        format!("plays {}; bats {}, throws {}", positions.join(" "), card.bats, card.throws),
    ];
    lines.extend(card.fielding.iter().map(fielding));
    if let Some(batting) = &card.batting {
        lines.push(format!(
            "batting: run {}, steal {}/{}{}, jump {}/36, bunt {}, hit and run {}, pull {}% center {}% opposite {}%",
            batting.running,
            batting.steal_high,
            batting.steal_low,
            if batting.steal_auto { " with the lead unless held" } else { "" },
            batting.steal_jump_36ths,
            batting.bunting,
            batting.hit_and_run,
            batting.pull_rate,
            batting.center_rate,
            batting.slap_rate
        ));
        lines.extend(both_lines(&batting.ratings));
    }
    if let Some(pitching) = &card.pitching {
        lines.push(format!(
            "pitching: hold {:+}, wild pitch {}, balk {}; tires after innings {} starting, {} relieving, {} closing",
            pitching.hold,
            pitching.wild_pitch,
            pitching.balk,
            pitching.starter_rating,
            pitching.relief_rating,
            pitching.closer_rating
        ));
        lines.extend(both_lines(&pitching.ratings));
    }
    if card.batting.is_none() && card.pitching.is_none() {
        lines.push("no ratings: his printed card is its manager's".to_owned());
    }
    lines.iter().flat_map(|line| super::wrap(line, 4)).collect()
}

fn fielding(at: &FieldingAt) -> String {
    let rating = at.rating;
    let arm = if rating.arm != 0 || at.position.is_outfield() {
        format!(", arm {:+}", rating.arm)
    } else {
        String::new()
    };
    let catcher = if at.position == Position::Catcher {
        format!(", passed ball {}, throwing {}", rating.passed_ball, rating.t_rating)
    } else {
        String::new()
    };
    format!("{}: range {}, error {}{arm}{catcher}", at.position, rating.range, rating.error)
}

/// The chances of both lines side by side.
fn both_lines(ratings: &ByHand<RatingLine>) -> Vec<String> {
    let mut rows = vec![["result", "vs L", "vs R"].map(String::from).to_vec()];
    let names: std::collections::BTreeSet<_> = ratings.left.0.keys().chain(ratings.right.0.keys()).collect();
    for name in names {
        let of = |line: &RatingLine| format!("{:.2}", line.0.get(name).copied().unwrap_or_default());
        let row = vec![name.replace('_', " "), of(&ratings.left), of(&ratings.right)];
        if row[1] != "0.00" || row[2] != "0.00" {
            rows.push(row);
        }
    }
    // Two blocks beside each other: a card fits a screen.
    let lines = columns(&rows);
    let (left, right) = lines.split_at(lines.len().div_ceil(2));
    let paired = left.iter().enumerate().map(|(at, line)| {
        let beside = right.get(at).map_or("", String::as_str);
        format!("  {}   {beside}", fit(line, 34)).trim_end().to_owned()
    });
    paired.collect()
}

/// Players in a table: ids, names, positions, hands, the main ratings.
pub fn players<'a>(cards: impl Iterator<Item = &'a PlayerCard>) -> Vec<String> {
    let mut rows = vec![
        ["card", "name", "positions", "b/t", "run", "steal", "hold", "tires"].map(String::from).to_vec(),
    ];
    for card in cards {
        let positions: Vec<_> = card.positions.iter().map(|position| position.as_str()).collect();
        let batting = card.batting.as_ref();
        let pitching = card.pitching.as_ref();
        rows.push(vec![
            card.card_id.to_string(),
            fit(&card.name, 22).trim_end().to_owned(),
            positions.join(" "),
            format!("{}/{}", card.bats, card.throws),
            batting.map(|batting| batting.running.to_string()).unwrap_or_default(),
            batting
                .map(|batting| format!("{}/{}", batting.steal_high, batting.steal_low))
                .unwrap_or_default(),
            pitching.map(|pitching| format!("{:+}", pitching.hold)).unwrap_or_default(),
            pitching
                .map(|pitching| format!("{}/{}", pitching.starter_rating, pitching.relief_rating))
                .unwrap_or_default(),
        ]);
    }
    columns(&rows)
}
