//! The starters of a team whose source names none: everybody where he plays best, the best bats first. Pure.

use crate::id::CardId;
use crate::rules::card::{BattingCard, PlayerCard, RatingLine};
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::Position;
use std::sync::Arc;

/// The places of a defence beside the pitcher, the hardest to fill first.
const PLACES: [Position; 8] = [
    Position::Catcher,
    Position::Shortstop,
    Position::CenterField,
    Position::SecondBase,
    Position::ThirdBase,
    Position::RightField,
    Position::LeftField,
    Position::FirstBase,
];

/// Who may be put where.
struct Bench<'a> {
    batters: Vec<&'a PlayerCard>,
    /// By place, who stands there: an index into `batters`.
    chosen: [Option<usize>; PLACES.len()],
}

/// Nine batters with a designated hitter, and a pitcher. Everybody plays a position that his card names. Where the team
/// has rated cards, all of the starters have.
///
/// None where the players cannot be lined up so.
#[must_use]
pub fn propose(players: &[Arc<PlayerCard>]) -> Option<SetLineup> {
    let is_rated = players.iter().any(|player| player.batting.is_some() || player.pitching.is_some());
    let pitches = |player: &&Arc<PlayerCard>| {
        player.positions.contains(&Position::Pitcher) && (!is_rated || player.pitching.is_some())
    };
    let endurance =
        |player: &Arc<PlayerCard>| player.pitching.as_ref().map_or(0, |pitching| pitching.starter_rating);
    // The first of those who last longest: the source's order is the team's.
    let pitcher = players.iter().filter(pitches).rev().max_by_key(|player| endurance(player))?;
    let mut batters: Vec<&PlayerCard> = players
        .iter()
        .map(Arc::as_ref)
        .filter(|player| player.card_id != pitcher.card_id && player.positions.iter().any(|at| bats_at(*at)))
        .filter(|player| !is_rated || player.batting.is_some())
        .collect();
    batters.sort_by(|one, other| strength(other).total_cmp(&strength(one)));
    let mut bench = Bench { batters, chosen: [None; PLACES.len()] };
    for place in 0..PLACES.len() {
        bench.fill(place, &mut vec![false; bench.batters.len()]).then_some(())?;
    }
    let in_the_field = |index: &usize| bench.chosen.contains(&Some(*index));
    let hitter = (0..bench.batters.len()).find(|index| !in_the_field(index))?;
    let mut order: Vec<(usize, Position)> = bench
        .chosen
        .iter()
        .flatten()
        .copied()
        .zip(PLACES)
        .chain([(hitter, Position::DesignatedHitter)])
        .collect();
    order.sort_unstable();
    let slot = |card_id: CardId, position, batting_order| LineupSlot { card_id, position, batting_order };
    let batters = order.into_iter().zip(1_u8..);
    let batters = batters.map(|((index, at), order)| slot(bench.batters[index].card_id, at, Some(order)));
    Some(SetLineup { players: batters.chain([slot(pitcher.card_id, Position::Pitcher, None)]).collect() })
}

fn bats_at(position: Position) -> bool {
    position != Position::Pitcher
}

impl Bench<'_> {
    /// Finds somebody for a place; whoever stands elsewhere may be moved, if somebody else can stand there.
    fn fill(&mut self, place: usize, asked: &mut [bool]) -> bool {
        let mut willing: Vec<(usize, usize)> = (0..self.batters.len())
            .filter_map(|index| {
                let rank = self.batters[index].positions.iter().position(|at| *at == PLACES[place])?;
                Some((rank, index))
            })
            .collect();
        willing.sort_unstable();
        for (_, index) in willing {
            if std::mem::replace(&mut asked[index], true) {
                continue;
            }
            let elsewhere = self.chosen.iter().position(|chosen| *chosen == Some(index));
            if elsewhere.is_none_or(|elsewhere| self.fill(elsewhere, asked)) {
                self.chosen[place] = Some(index);
                return true;
            }
        }
        false
    }
}

/// How often he reaches base and how far, out of 216; players without ratings are all alike.
fn strength(player: &PlayerCard) -> f64 {
    let line = |line: &RatingLine| {
        let weight = |field: &str| match field {
            "homerun" => 5.0,
            "bp_homerun" => 3.0,
            "triple" => 4.0,
            "double_three" | "double_two" | "double_pull" => 3.0,
            "single_two" | "single_one" | "single_center" => 2.0,
            "bp_single" | "walk" | "hbp" => 1.0,
            _ => 0.0,
        };
        line.0.iter().map(|(field, chances)| weight(field) * chances).sum::<f64>()
    };
    let card = |card: &BattingCard| line(&card.ratings.left) + 2.0 * line(&card.ratings.right);
    player.batting.as_ref().map_or(0.0, card)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TeamId;
    use crate::league::bundled;
    use crate::rules::vocabulary::LeagueId;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn assert_legal(players: &[Arc<PlayerCard>], lineup: &SetLineup) {
        let places: BTreeSet<_> = lineup.players.iter().map(|slot| slot.position).collect();
        assert_eq!(places, Position::ALL.iter().copied().collect());
        let people: BTreeSet<_> = lineup.players.iter().map(|slot| slot.card_id).collect();
        assert_eq!(people.len(), 10);
        let order: Vec<_> = lineup.players.iter().filter_map(|slot| slot.batting_order).collect();
        assert_eq!(order, (1..=9).collect::<Vec<_>>());
        for slot in &lineup.players {
            let player = players.iter().find(|player| player.card_id == slot.card_id).expect("of the team");
            let plays = player.positions.contains(&slot.position);
            assert!(
                plays || slot.position == Position::DesignatedHitter,
                "{} as {}",
                player.name,
                slot.position
            );
        }
    }

    #[test]
    fn the_bundled_teams_can_be_lined_up_with_and_without_ratings() {
        for (league, id) in [(LeagueId::Pd, 1), (LeagueId::Pd, 2), (LeagueId::Sba, 1), (LeagueId::Sba, 2)] {
            let players = bundled::team(league, TeamId(id)).expect("bundled").players;
            let lineup = propose(&players).expect("a line-up");
            assert_legal(&players, &lineup);
        }
    }

    #[test]
    fn nobody_is_lined_up_without_a_pitcher_or_a_catcher() {
        for missing in [Position::Pitcher, Position::Catcher] {
            let players = bundled::team(LeagueId::Pd, TeamId(1)).expect("bundled").players;
            let rest: Vec<_> =
                players.into_iter().filter(|player| !player.positions.contains(&missing)).collect();
            assert_eq!(propose(&rest), None, "without {missing}");
        }
    }

    proptest! {
        #[test]
        fn whoever_is_missing_what_is_proposed_is_legal(left_out in proptest::collection::vec(any::<bool>(), 26)) {
            let players = bundled::team(LeagueId::Pd, TeamId(2)).expect("bundled").players;
            let rest: Vec<_> =
                players.into_iter().zip(left_out).filter(|(_, out)| !out).map(|(player, _)| player).collect();
            if let Some(lineup) = propose(&rest) {
                assert_legal(&rest, &lineup);
            }
        }
    }
}
