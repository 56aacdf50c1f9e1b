//! Why a field may differ from the reference's: the short list of what is no rule but somebody's judgement.
//!
//! An exception is a field of one play (or the winner of one game). The sums over plays are compared with the
//! excepted plays taken out, so that nothing else can hide behind them.

use super::compare::{Difference, Place};
use super::file::Game;

/// Why a difference cannot be avoided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    EarnedByJudgement,
    NotBattedIn,
    MostEffective,
}

impl Reason {
    pub const ALL: [Self; 3] = [Self::EarnedByJudgement, Self::NotBattedIn, Self::MostEffective];

    /// The reason, for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::EarnedByJudgement => {
                "run.earned: in a half inning with an error or a passed ball the scorer imagines how far \
                 each runner would have come without it (OBR 9.16); the facts do not say"
            }
            Self::NotBattedIn => {
                "play.rbi: the scorer denied a run batted in on a hit, out or fly without an error, because \
                 the runner came home on the throw (OBR 9.04(b)); the facts do not say"
            }
            Self::MostEffective => {
                "game.win: which of several relievers was the most effective is the scorer's judgement \
                 (OBR 9.17(b), (c))"
            }
        }
    }

    /// How many there are in the file that comes with the specification.
    pub fn known_count(self) -> usize {
        match self {
            Self::EarnedByJudgement => 4,
            Self::NotBattedIn => 2,
            Self::MostEffective => 0,
        }
    }

    /// How many another file may have at most, given the runs in it that are open to judgement and its games.
    pub fn bound(self, runs: usize, unclean_runs: usize, games: usize) -> usize {
        match self {
            Self::EarnedByJudgement => 2 + unclean_runs / 10,
            Self::NotBattedIn => 2 + runs / 100,
            Self::MostEffective => 2 + games / 50,
        }
    }

    /// Why a difference cannot be avoided, if so.
    pub fn of(game: &Game, difference: &Difference) -> Option<Self> {
        match (&difference.place, difference.field) {
            (Place::Play(at), "run.earned") => {
                let play = &game.plays[*at];
                let half = game.halves.iter().find(|half| (half.i, half.h) == (play.i, play.h))?;
                (!half.clean).then_some(Self::EarnedByJudgement)
            }
            (Place::Play(at), "play.rbi") => {
                let play = &game.plays[*at];
                let is_in_play = play.gidp == 0
                    && matches!(play.ev.as_str(), "single" | "double" | "triple" | "out" | "fielders_choice");
                let is_denied = play.err.is_empty() && play.rbi < play.runs && difference.surplus > 0;
                (is_in_play && is_denied).then_some(Self::NotBattedIn)
            }
            (Place::Game, "game.win") | (Place::Player(..), "pitching.w") => {
                is_between_relievers(game, difference).then_some(Self::MostEffective)
            }
            _ => None,
        }
    }
}

/// Whether the reference's winner came in relief with others, and nobody is said to have won who did not.
fn is_between_relievers(game: &Game, difference: &Difference) -> bool {
    let [away, home] = game.result.score;
    let pitching = &game.totals.sides()[usize::from(home > away)].pitching;
    let relievers = || pitching.iter().skip(1).map(|line| line.id.as_str());
    let is_reliever = relievers().any(|id| game.result.win.as_deref() == Some(id));
    let place_fits = match &difference.place {
        Place::Player(_, id) => relievers().any(|reliever| reliever == id),
        _ => relievers().any(|reliever| difference.ours.contains(reliever)),
    };
    is_reliever && place_fits && relievers().count() > 1
}
