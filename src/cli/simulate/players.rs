//! The bundled teams' players beside their real seasons.
//!
//! Cards reproduce a season against average opponents (`league/bundled/README.md`), so that against those a
//! player's figures can be held to an error bound: what chance may do in so many plate appearances, and what a card
//! can't say.

use super::contest::Contest;
use super::figures::{FIGURES, Measure};
use super::gauge::gauge;
use super::table::Table;
use super::tally::Tally;
use crate::league::{PlayerSeason, SeasonLine, season_2019};
use serde::Serialize;

/// Plate appearances from which a player is held to his bounds.
const JUDGED_FROM: u64 = 150;

/// One player.
#[derive(Debug, Serialize)]
pub(super) struct PlayerReport {
    pub(super) name: String,
    pub(super) pitches: bool,
    simulated: SeasonLine,
    real: SeasonLine,
    pub(super) figures: Vec<Figure>,
}

/// One of his figures.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) name: &'static str,
    simulated: f64,
    real: f64,
    /// How far apart the two may be; none where he had too few plate appearances, or no average opponents.
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within: Option<bool>,
}

impl Figure {
    fn new(measure: &Measure, (simulated, real): (&SeasonLine, &SeasonLine), bound: Option<f64>) -> Self {
        let (seen, meant) = (measure.value(simulated), measure.value(real));
        let within = bound.map(|bound| (seen - meant).abs() <= bound);
        Self { name: measure.name, simulated: seen, real: meant, bound, within }
    }
}

/// Everybody of a bundled team who took part: batters first, then pitchers with what was done against them.
pub(super) fn compare_players(contest: &Contest, tally: &Tally) -> Vec<PlayerReport> {
    let season = season_2019();
    let mut reports = Vec::new();
    for (side, team) in contest.teams.iter() {
        let seen = &tally.teams[side];
        for (pitches, lines, real) in
            [(false, &seen.batters, &season.batters), (true, &seen.pitchers, &season.pitchers)]
        {
            let of_2019 = |card_id| real.iter().find(|player: &&PlayerSeason| player.card_id == card_id);
            for (card_id, line) in lines {
                let player = team.players.iter().find(|player| player.card_id == *card_id);
                if let (Some(player), Some(real)) = (player, of_2019(*card_id)) {
                    let is_judged = contest.is_average(side.opponent()) && line.pa >= JUDGED_FROM;
                    let figure = |measure: &Measure| {
                        let bound = is_judged.then(|| measure.bound(line, &real.line, pitches));
                        Figure::new(measure, (line, &real.line), bound)
                    };
                    reports.push(PlayerReport {
                        name: player.name.clone(),
                        pitches,
                        simulated: *line,
                        real: real.line,
                        figures: FIGURES.iter().map(figure).collect(),
                    });
                }
            }
        }
    }
    reports
}

/// The figures that are held to a bound.
fn judged(players: &[PlayerReport]) -> impl Iterator<Item = &Figure> {
    players.iter().flat_map(|player| &player.figures).filter(|figure| figure.within.is_some())
}

/// The table, and below it the picture where somebody is judged.
pub(super) fn text(players: &[PlayerReport]) -> String {
    let mut text = table(players).to_string();
    let count = judged(players).count();
    let off = judged(players).filter(|figure| figure.within == Some(false)).count();
    if count > 0 {
        text.push_str(&format!("\n\n{}\n\n{count} figures, {off} outside of their bounds", picture(players)));
    }
    text
}

fn table(players: &[PlayerReport]) -> Table {
    let names = FIGURES.iter().map(|measure| measure.name);
    let heading: Vec<&str> = ["player (simulated/real)", "PA"].into_iter().chain(names).collect();
    let mut table = Table::new(&heading);
    for player in players {
        let (simulated, real) = (&player.simulated, &player.real);
        let mut cells = vec![player.label(), format!("{}/{}", simulated.pa, real.pa)];
        for (measure, figure) in FIGURES.iter().zip(&player.figures) {
            let mark = if figure.within == Some(false) { "!" } else { "" };
            cells.push(format!("{}/{}{mark}", measure.shown(figure.simulated), measure.shown(figure.real)));
        }
        table.row(cells);
    }
    table
}

impl PlayerReport {
    fn label(&self) -> String {
        format!("{}{}", self.name, if self.pitches { " (pitching)" } else { "" })
    }

    /// How far each figure is from the real one, as a part of its bound; none where he is not judged.
    fn off(&self) -> Option<Vec<(char, f64)>> {
        let figures = FIGURES.iter().zip(&self.figures);
        let part = |figure: &Figure| Some((figure.simulated - figure.real) / figure.bound?);
        figures.map(|(measure, figure)| Some((measure.letter, part(figure)?))).collect()
    }
}

/// A gauge for each judged player.
fn picture(players: &[PlayerReport]) -> Table {
    let letters = FIGURES.iter().map(|measure| format!("{} {}", measure.letter, measure.name));
    let scale = format!("lower than real [ bounds ] higher: {}", letters.collect::<Vec<_>>().join(", "));
    let mut table = Table::new(&["player", &scale]);
    for player in players {
        if let Some(off) = player.off() {
            table.row([player.label(), gauge(&off)]);
        }
    }
    table
}
