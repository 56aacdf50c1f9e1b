//! The bundled teams' players beside their real seasons.

use super::contest::Contest;
use super::table::Table;
use super::tally::Tally;
use crate::league::{PlayerSeason, SeasonLine, season_2019};
use serde::Serialize;

/// One player. Cards reproduce a season against average opponents: only against those are the two columns meant
/// to agree, within what the numbers of plate appearances allow.
#[derive(Debug, Serialize)]
pub(super) struct PlayerReport {
    name: String,
    pitches: bool,
    simulated: SeasonLine,
    real: SeasonLine,
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
                    reports.push(PlayerReport {
                        name: player.name.clone(),
                        pitches,
                        simulated: *line,
                        real: real.line,
                    });
                }
            }
        }
    }
    reports
}

pub(super) fn table(players: &[PlayerReport]) -> Table {
    let mut table = Table::new(&["player (simulated/real)", "PA", "AVG", "OBP", "SLG", "HR%", "BB%", "K%"]);
    for player in players {
        let (simulated, real) = (&player.simulated, &player.real);
        let rate = |rate: fn(&SeasonLine) -> f64| format!("{:.3}/{:.3}", rate(simulated), rate(real));
        let per_cent = |count: fn(&SeasonLine) -> u64| {
            let of = |line: &SeasonLine| line.per_pa(count(line)) * 100.0;
            format!("{:.1}/{:.1}", of(simulated), of(real))
        };
        table.row([
            format!("{}{}", player.name, if player.pitches { " (pitching)" } else { "" }),
            format!("{}/{}", simulated.pa, real.pa),
            rate(SeasonLine::avg),
            rate(SeasonLine::obp),
            rate(SeasonLine::slg),
            per_cent(|line| line.hr),
            per_cent(|line| line.bb - line.ibb),
            per_cent(|line| line.so),
        ]);
    }
    table
}
