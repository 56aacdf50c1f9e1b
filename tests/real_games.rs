//! Real games, scored again: the facts of each play go in, and the reference's result has to come out, for every
//! play, every line, the line score and the pitchers' decisions.
//!
//! What cannot match has a reason in `exceptions`, is counted there, and is taken out of the sums before they are
//! compared. Two things are taken from the reference's result because no fact tells them: on a play with an error
//! the number of runs that would have scored without it (told by the runs batted in, which are not compared on
//! such a play), and that a game was shortened. The reference's column of inherited runners who scored
//! contradicts the plays of its own file: ours is compared with the plays, and the column with what it was
//! computed from (`compare`).

mod compare;
mod exceptions;
mod file;
mod score;
mod translate;

use compare::Comparison;
use exceptions::Reason;
use file::Game;
use std::collections::BTreeMap;

/// Plays with an error on which a run scored, in the file that comes with the specification.
const JUDGED_KNOWN: u64 = 41;

#[test]
fn real_games_score_as_the_reference_scored_them() {
    let Some((games, is_known)) = file::games() else { return };
    let mut compared: BTreeMap<&str, u64> = BTreeMap::new();
    let mut excepted: BTreeMap<Reason, usize> = BTreeMap::new();
    let (mut unexplained, mut judged) = (Vec::new(), 0);
    let mut differing: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for game in &games {
        let comparison = Comparison::of(game, &score::score_game(game));
        for (field, count) in comparison.compared {
            *compared.entry(field).or_default() += count;
        }
        for (reason, difference) in comparison.excepted {
            println!("excepted: {} {difference}", game.game_id);
            *excepted.entry(reason).or_default() += usize::from(difference.field != "pitching.w");
            differing.entry(difference.field).or_default().0 += 1;
        }
        for difference in comparison.differences {
            differing.entry(difference.field).or_default().1 += 1;
            unexplained.push(format!("{} {difference}", game.game_id));
        }
        judged += comparison.judged;
    }
    print_summary(&games, &compared, &differing, judged);
    assert!(unexplained.is_empty(), "{} differences:\n{}", unexplained.len(), unexplained.join("\n"));
    for reason in Reason::ALL {
        let count = excepted.get(&reason).copied().unwrap_or_default();
        println!("{count} times {}", reason.text());
        if is_known {
            assert_eq!(count, reason.known_count(), "{}", reason.text());
        } else {
            let bound = reason.bound(runs(&games, false), runs(&games, true), games.len());
            assert!(count <= bound, "{count}, at most {bound}: {}", reason.text());
        }
    }
    assert!(!is_known || judged == JUDGED_KNOWN, "{judged} judged plays");
}

/// The runs of the games, or those of half innings in which the scorer had to judge.
fn runs(games: &[Game], unclean_only: bool) -> usize {
    let halves = games.iter().flat_map(|game| &game.halves);
    halves.filter(|half| !(unclean_only && half.clean)).map(|half| usize::from(half.r)).sum()
}

fn print_summary(
    games: &[Game],
    compared: &BTreeMap<&str, u64>,
    differing: &BTreeMap<&str, (u64, u64)>,
    judged: u64,
) {
    let plays: usize = games.iter().map(|game| game.plays.len()).sum();
    println!("{} games, {plays} plays", games.len());
    println!("{:20}{:>10}{:>10}{:>10}{:>12}", "field", "compared", "equal", "excepted", "different");
    let mut totals = [0; 4];
    for (field, count) in compared {
        let (excepted, different) = differing.get(field).copied().unwrap_or_default();
        let row = [*count, count - excepted - different, excepted, different];
        println!("{field:20}{:>10}{:>10}{:>10}{:>12}", row[0], row[1], row[2], row[3]);
        totals = [0, 1, 2, 3].map(|at| totals[at] + row[at]);
    }
    println!("{:20}{:>10}{:>10}{:>10}{:>12}", "all", totals[0], totals[1], totals[2], totals[3]);
    println!(
        "not compared: play.rbi of {judged} plays on which a run scored and an error was made. Only the scorer's own \
         number says how such a play would have gone without the error (OBR 9.04(a)(3)), so it is what the facts of \
         these plays are made from, and would be compared with itself"
    );
}
