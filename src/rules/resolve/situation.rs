//! A play as it starts: who faces whom, with which cards, under which decisions.

use crate::id::{CardId, LineupId};
use crate::rules::bases::Bases;
use crate::rules::card::{BattingCard, CardBook, PlayerCard};
use crate::rules::charts::CHARTS;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Hand, Position};

/// Speed of a player without a batting card: printed cards run from 8 to 17 (RULES 5, `running.toml`).
const RUNNING_UNRATED: i8 = 10;

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
            bats: batter_card.bats.against(pitcher_card.throws),
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

    /// The speed of a runner, or of the batter; without a batting card, an average player's.
    pub(crate) fn running(&self, from: Option<Base>) -> i8 {
        self.batting_card(from).map_or(RUNNING_UNRATED, |batting| batting.running)
    }

    /// The batting card of a runner, or of the batter.
    pub(crate) fn batting_card(&self, from: Option<Base>) -> Option<&'a BattingCard> {
        let card = match from {
            None => self.batter_card,
            Some(base) => self.cards.get(self.runner(base)?.card_id)?,
        };
        card.batting.as_ref()
    }

    /// Who stands on a base.
    pub(crate) fn runner(&self, base: Base) -> Option<&'a LineupPlayerState> {
        let runner = self.state.runners.get(usize::from(u8::from(base)) - 1)?.as_ref()?;
        self.state.lineups[self.state.batting_side()].player(runner.lineup_id)
    }

    /// The base of the runner nearest home.
    pub(crate) fn lead(&self) -> Option<Base> {
        [Base::Third, Base::Second, Base::First].into_iter().find(|base| self.bases.has(*base))
    }

    /// Where the runners of a hit and run go, the lead runner's base first: R1 to second, and R2 to third
    /// before him. R3 does not run.
    pub(crate) fn hit_and_run_targets(&self) -> Vec<Base> {
        let third = self.bases.has(Base::Second).then_some(Base::Third);
        third.into_iter().chain([Base::Second]).collect()
    }

    /// Whether the runner on `base` is held.
    pub(crate) fn is_held(&self, base: Base) -> bool {
        self.defence.hold_runners.contains(&base)
    }

    /// How well the pitcher holds runners; negative is good.
    pub(crate) fn hold_rating(&self) -> i8 {
        self.pitcher_card.pitching.as_ref().map_or(0, |pitching| pitching.hold)
    }

    pub(crate) fn balk_rating(&self) -> i8 {
        self.pitcher_card.pitching.as_ref().map_or(0, |pitching| pitching.balk)
    }

    /// The arm of whoever fields a position; negative is strong, and no rating is 0.
    pub(crate) fn arm(&self, position: Position) -> i8 {
        let rating = self.fielder(position).and_then(|fielder| fielder.position_rating);
        rating.map_or(0, |rating| rating.arm)
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
