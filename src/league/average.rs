//! Teams of average players: every batter, pitcher and fielder is the league's average of 2019. Games between
//! them show what the rules by themselves make of the game.

use super::Team;
use crate::id::{CardId, TeamId};
use crate::rules::card::{
    BattingCard, ByHand, FieldingAt, FieldingRating, PitchingCard, PlayerCard, RatingLine, ReadyLines,
};
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::{Bats, Hand, Position};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// `average.json`: what the average batter of either side of the plate and the average pitcher of either hand do
/// to each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AverageFile {
    /// Retrosheet's condition for using its data; it travels with them.
    #[serde(rename = "notice")]
    _notice: String,
    batting: Hands,
    pitching: Hands,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hands {
    #[serde(rename = "L")]
    left: ByHand<RatingLine>,
    #[serde(rename = "R")]
    right: ByHand<RatingLine>,
}

impl Hands {
    fn of(&self, hand: Hand) -> ByHand<RatingLine> {
        match hand {
            Hand::Left => self.left.clone(),
            Hand::Right => self.right.clone(),
        }
    }
}

static AVERAGE: LazyLock<AverageFile> = LazyLock::new(|| {
    serde_json::from_str(include_str!("bundled/average.json"))
        .expect("the average cards are part of the program and a test reads them")
});

/// Which of nine batters bat left-handed: four, as 41 % of the plate appearances of 2019.
const LEFT_HANDED_BATTERS: [bool; 9] = [true, false, true, false, false, true, false, true, false];
/// Which of seven pitchers throw left-handed: two, as 28 % of the batters faced in 2019.
const LEFT_HANDED_PITCHERS: [bool; 7] = [false, true, false, false, false, true, false];
/// Error ratings of average fielders in scorer's order (`baseline_cards.toml`).
const ERRORS: [u8; 9] = [15, 5, 10, 16, 18, 20, 5, 4, 5];
/// Passed-ball number of the average catcher (`baseline_cards.toml`).
const PASSED_BALL: u8 = 2;
/// Throwing number of the average catcher (`baseline_cards.toml`).
const THROWING: u8 = 5;
/// Wild pitches in 400 rolls with a runner on: those of 2019, .0215 a plate appearance.
const WILD_PITCH: i8 = 9;

/// A team of average players whose cards are numbered from `first_card`: nine batters, then seven pitchers.
#[must_use]
pub fn average_team(team_id: TeamId, first_card: CardId) -> Team {
    let mut players = Vec::with_capacity(16);
    let mut slots = Vec::with_capacity(10);
    let places = Position::FIELD[1..].iter().chain(&[Position::DesignatedHitter]);
    for ((place, order), is_left) in places.zip(1_u8..).zip(LEFT_HANDED_BATTERS) {
        let card_id = CardId(first_card.0 + i32::from(order) - 1);
        players.push(Arc::new(batter(team_id, card_id, *place, is_left)));
        slots.push(LineupSlot { card_id, position: *place, batting_order: Some(order) });
    }
    for (number, is_left) in (9..).zip(LEFT_HANDED_PITCHERS) {
        players.push(Arc::new(pitcher(team_id, CardId(first_card.0 + number), is_left)));
    }
    let starter =
        LineupSlot { card_id: CardId(first_card.0 + 9), position: Position::Pitcher, batting_order: None };
    slots.push(starter);
    Team {
        team_id,
        name: "Average".to_owned(),
        abbreviation: "AVG".to_owned(),
        players,
        lineup: SetLineup { players: slots },
        as_of: None,
    }
}

fn batter(team_id: TeamId, card_id: CardId, place: Position, is_left: bool) -> PlayerCard {
    let hand = if is_left { Hand::Left } else { Hand::Right };
    PlayerCard {
        card_id,
        name: format!("Average {place}"),
        team_id,
        cardset_id: None,
        positions: vec![place],
        bats: if is_left { Bats::Left } else { Bats::Right },
        throws: Hand::Right,
        batting: Some(batting(hand)),
        pitching: None,
        fielding: fielding(place).into_iter().collect(),
        injury_rating: None,
        ready: ReadyLines::default(),
    }
}

fn pitcher(team_id: TeamId, card_id: CardId, is_left: bool) -> PlayerCard {
    let throws = if is_left { Hand::Left } else { Hand::Right };
    PlayerCard {
        card_id,
        name: format!("Average {throws} pitcher"),
        team_id,
        cardset_id: None,
        positions: vec![Position::Pitcher],
        bats: if is_left { Bats::Left } else { Bats::Right },
        throws,
        batting: Some(batting(throws)),
        pitching: Some(PitchingCard {
            ratings: AVERAGE.pitching.of(throws),
            hold: 0,
            balk: 2,
            wild_pitch: WILD_PITCH,
            starter_rating: 5,
            relief_rating: 2,
            closer_rating: 0,
        }),
        fielding: fielding(Position::Pitcher).into_iter().collect(),
        injury_rating: None,
        ready: ReadyLines::default(),
    }
}

/// The average batter's card (`baseline_cards.toml` but for the chances).
fn batting(hand: Hand) -> BattingCard {
    BattingCard {
        ratings: AVERAGE.batting.of(hand),
        running: 12,
        steal_low: 8,
        steal_high: 15,
        steal_auto: false,
        steal_jump_36ths: 5,
        bunting: "C".to_owned(),
        hit_and_run: "C".to_owned(),
        pull_rate: 45,
        center_rate: 35,
        slap_rate: 20,
    }
}

/// Range 3 and the average error rating; none for a designated hitter.
fn fielding(place: Position) -> Option<FieldingAt> {
    let error = *ERRORS.get(Position::FIELD.iter().position(|position| *position == place)?)?;
    let is_catcher = place == Position::Catcher;
    let rating = FieldingRating {
        range: 3,
        error,
        arm: 0,
        passed_ball: if is_catcher { PASSED_BALL } else { 0 },
        t_rating: if is_catcher { THROWING } else { 0 },
    };
    Some(FieldingAt { position: place, rating })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_average_player_has_a_card_that_can_be_played_with() {
        let team = average_team(TeamId(3), CardId(301));
        assert_eq!(team.players.len(), 16);
        for player in &team.players {
            assert_eq!(player.check(), Ok(()));
        }
        let pitchers = team.players.iter().filter(|player| player.pitching.is_some()).count();
        assert_eq!((team.lineup.players.len(), pitchers), (10, 7));
    }
}
