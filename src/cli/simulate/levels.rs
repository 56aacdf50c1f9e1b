//! The AI difficulties measured against each other.

use super::contest::Contest;
use super::table::Table;
use super::tally::{Tally, interval, share};
use super::{SimulateArgs, play_all, progress};
use crate::league::Team;
use crate::rules::vocabulary::{AiDifficulty, BySide};
use anyhow::Result;
use serde::Serialize;

/// Every pairing, the stronger manager first.
const PAIRINGS: [(AiDifficulty, AiDifficulty); 3] = [
    (AiDifficulty::Medium, AiDifficulty::Easy),
    (AiDifficulty::Hard, AiDifficulty::Medium),
    (AiDifficulty::Hard, AiDifficulty::Easy),
];

/// How one manager did against another.
#[derive(Debug, Serialize)]
pub(super) struct Pairing {
    pub(super) stronger: AiDifficulty,
    pub(super) weaker: AiDifficulty,
    pub(super) games: u64,
    /// Games the stronger one won.
    pub(super) wins: u64,
    pub(super) win_share: f64,
    /// The 95 % interval of his share.
    pub(super) interval: (f64, f64),
    /// His runs a game, and the other's.
    pub(super) runs: (f64, f64),
}

/// Plays every pairing. Games come in pairs with the same dice, in which the managers swap seats, so that neither
/// the teams nor the home field favour one of them.
pub(super) fn measure(args: &SimulateArgs, teams: &BySide<Team>) -> Result<Vec<Pairing>> {
    PAIRINGS.iter().map(|(stronger, weaker)| pair(args, teams, *stronger, *weaker)).collect()
}

pub(super) fn pair(
    args: &SimulateArgs,
    teams: &BySide<Team>,
    stronger: AiDifficulty,
    weaker: AiDifficulty,
) -> Result<Pairing> {
    let visiting = Contest::new(teams.clone(), BySide { away: stronger, home: weaker });
    let at_home = Contest::new(teams.clone(), BySide { away: weaker, home: stronger });
    let bar = progress(u64::from(args.games));
    let tally = play_all(args, &bar, |number, tally| {
        if number % 2 == 0 {
            return visiting.play(args.seed, number / 2, tally);
        }
        // Swapped, so that `away` is the stronger manager's side in the sum.
        let mut swapped = Tally::default();
        at_home.play(args.seed, number / 2, &mut swapped)?;
        swapped.teams = BySide { away: swapped.teams.home, home: swapped.teams.away };
        tally.add(&swapped);
        Ok(())
    })?;
    bar.finish_and_clear();
    let wins = tally.teams.away.wins;
    Ok(Pairing {
        stronger,
        weaker,
        games: tally.games,
        wins,
        win_share: share(wins, tally.games),
        interval: interval(wins, tally.games),
        runs: (share(tally.teams.away.runs, tally.games), share(tally.teams.home.runs, tally.games)),
    })
}

pub(super) fn table(pairings: &[Pairing]) -> String {
    let mut table = Table::new(&["pairing", "games", "won", "share", "95 % interval", "runs", "allowed"]);
    for pairing in pairings {
        let (low, high) = pairing.interval;
        table.row([
            format!("{} against {}", pairing.stronger, pairing.weaker),
            pairing.games.to_string(),
            pairing.wins.to_string(),
            format!("{:.3}", pairing.win_share),
            format!("{low:.3} to {high:.3}"),
            format!("{:.2}", pairing.runs.0),
            format!("{:.2}", pairing.runs.1),
        ]);
    }
    table.to_string()
}
