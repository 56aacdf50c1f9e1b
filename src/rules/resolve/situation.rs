//! A play as it starts: who faces whom, with which cards, under which decisions.

use crate::id::{CardId, LineupId};
use crate::rules::bases::Bases;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::charts::CHARTS;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Bats, Hand, Position};

/// Everything a play is resolved from, dice apart.
pub(crate) struct Situation<'a> {
    pub(crate) state: &'a GameState,
    pub(crate) cards: &'a CardBook,
    pub(crate) batter: &'a LineupPlayerState,
    pub(crate) pitcher: &'a LineupPlayerState,
    pub(crate) batter_card: &'a PlayerCard,
    pub(crate) pitcher_card: &'a PlayerCard,
    /// The side of the plate the batter bats from.
    pub(crate) bats: Hand,
    pub(crate) bases: Bases,
    pub(crate) defence: DefensiveDecision,
    pub(crate) offence: OffensiveDecision,
}

impl<'a> Situation<'a> {
    /// The play that comes next.
    ///
    /// # Errors
    /// `internal` where a line-up has no batter or pitcher, or the card book lacks their cards: the host
    /// opened the game with the wrong book.
    pub(crate) fn new(state: &'a GameState, cards: &'a CardBook) -> Result<Self, Rejection> {
        let batting = state.batting_side();
        let missing =
            |what: &str| Rejection::new(RejectionCode::Internal, format!("this game has no {what}"));
        let batter = state.lineups[batting].batter(state.batter_idx[batting]);
        let batter = batter.ok_or_else(|| missing("batter"))?;
        let pitcher = state.lineups[batting.opponent()].at(Position::Pitcher);
        let pitcher = pitcher.ok_or_else(|| missing("pitcher"))?;
        let card = |id: CardId| cards.get(id).ok_or_else(|| missing(&format!("card {id}")));
        let batter_card = card(batter.card_id)?;
        let pitcher_card = card(pitcher.card_id)?;
        Ok(Self {
            state,
            cards,
            batter,
            pitcher,
            batter_card,
            pitcher_card,
            bats: side_of_the_plate(batter_card.bats, pitcher_card.throws),
            bases: state.bases(),
            defence: state.pending_defensive_decision.clone().unwrap_or_default(),
            offence: state.pending_offensive_decision.clone().unwrap_or_default(),
        })
    }

    /// Who fields a position.
    pub(crate) fn fielder(&self, position: Position) -> Option<&'a LineupPlayerState> {
        self.state.lineups[self.state.fielding_side()].at(position)
    }

    pub(crate) fn wild_pitch_rating(&self) -> i8 {
        self.pitcher_card.pitching.as_ref().map_or(0, |pitching| pitching.wild_pitch)
    }

    /// The batter's speed on the bases; without a batting card, the slowest there is.
    pub(crate) fn batter_running(&self) -> i8 {
        self.batter_card.batting.as_ref().map_or(1, |batting| batting.running)
    }

    /// The catcher and his passed-ball number.
    pub(crate) fn passed_ball_rating(&self) -> (Option<LineupId>, i8) {
        let Some(catcher) = self.fielder(Position::Catcher) else { return (None, 0) };
        let rating = catcher.position_rating.map_or(0, |rating| rating.passed_ball);
        (Some(catcher.lineup_id), i8::try_from(rating).unwrap_or(i8::MAX))
    }

    /// Whether the fielder at `position` plays in: his range is worse and his `#` results are singles.
    pub(crate) fn plays_in(&self, position: Position) -> bool {
        let xcheck = &CHARTS.xcheck;
        let infield = match self.defence.infield_depth {
            InfieldDepth::Normal => false,
            InfieldDepth::InfieldIn => xcheck.infield_in.contains(&position),
            InfieldDepth::CornersIn => xcheck.corners_in.contains(&position),
        };
        let outfield = self.defence.outfield_depth == OutfieldDepth::In;
        infield || (outfield && xcheck.outfield_in.contains(&position))
    }

    /// Whether the fielder at `position` holds a runner (RULES 2.1): the first baseman and the man who covers
    /// second for R1, that same man for R2, the third baseman for R3.
    pub(crate) fn holds(&self, position: Position) -> bool {
        let cover = match self.bats {
            Hand::Right => Position::SecondBase,
            Hand::Left => Position::Shortstop,
        };
        self.defence.hold_runners.iter().any(|base| match base {
            Base::First => position == Position::FirstBase || position == cover,
            Base::Second => position == cover,
            Base::Third => position == Position::ThirdBase,
            Base::Home => false,
        })
    }
}

/// A switch hitter bats opposite to the pitcher's hand.
const fn side_of_the_plate(bats: Bats, throws: Hand) -> Hand {
    match (bats, throws) {
        (Bats::Left, _) | (Bats::Switch, Hand::Right) => Hand::Left,
        (Bats::Right, _) | (Bats::Switch, Hand::Left) => Hand::Right,
    }
}
