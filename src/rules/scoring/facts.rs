//! The facts of a play as the official scorer sees them: who stood where, what was done, who ended up where.
//!
//! He needs no more, however they came about: the engine's plays ([`Facts::of`]) and real games are scored by
//! the same code. A play of the engine is about one runner and has one error at most; facts are not so limited.

use super::clean::clean_play;
use crate::id::{LineupId, PlayNumber};
use crate::rules::event::{CleanPlay, Play, Reached, Sacrifice};
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::Runner;
use crate::rules::vocabulary::Half;

/// One play.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Its number: 1, 2, 3 … through the game.
    pub play_number: PlayNumber,
    /// The inning, from 1.
    pub inning: u8,
    /// The half.
    pub half: Half,
    /// Outs before it.
    pub outs_before: u8,
    /// Runs of the visitors before it.
    pub away_score: u16,
    /// Runs of the home team before it.
    pub home_score: u16,
    /// Who stands at bat.
    pub batter_id: LineupId,
    /// Who is charged with the strikeout, where the batter came in with two strikes on him (OBR 9.15(b)).
    pub charged_batter_id: Option<LineupId>,
    /// Who pitches.
    pub pitcher_id: LineupId,
    /// Who is charged with the walk, where the pitcher came in when the batter was ahead (OBR 9.16(h)).
    pub charged_pitcher_id: Option<LineupId>,
    /// Runners on first, second and third before it.
    pub runners: [Option<Runner>; 3],
    /// How the plate appearance ended; none when it goes on.
    pub plate_appearance: Option<PlateAppearance>,
    /// What each runner was credited or charged with; advancing on the play is none of it.
    pub running: [Option<Running>; 3],
    /// The pitch that got away, or the balk.
    pub pitch: Option<Pitch>,
    /// Errors charged.
    pub errors: u8,
    /// How many bases the errors gave to those who advanced on them. Read where `clean` is none.
    pub error_bases: u8,
    /// Where everyone would have been without the errors, by the scorer's judgement or by the rules that made
    /// the play; where it is none he assumes what is usual.
    pub clean: Option<CleanPlay>,
    /// The batter's foul fly was dropped, and he goes on batting.
    pub dropped_foul: bool,
    /// A sacrifice.
    pub sacrifice: Option<Sacrifice>,
    /// A ground ball double play by force.
    pub gidp: bool,
    /// Where the batter ended up; none when he stays at bat.
    pub batter_to: Option<Reached>,
    /// Where each runner ended up; none for an empty base.
    pub runners_to: [Option<Reached>; 3],
    /// Outs made.
    pub outs_recorded: u8,
    /// Runs that count.
    pub runs_scored: u8,
}

/// How a plate appearance ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlateAppearance {
    /// A hit worth so many bases, 1 to 4; errors do not add to it.
    Hit(u8),
    /// Base on balls.
    Walk,
    /// Intentional base on balls.
    IntentionalWalk,
    /// Hit by pitch.
    HitByPitch,
    /// The catcher interfered: the batter is given first base.
    Interference,
    /// Strikeout, also where he reached first on it.
    Strikeout,
    /// The ball was in play, and somebody was put out or could have been: an out or a fielder's choice.
    InPlay,
    /// The ball was in play, and the batter would have been out without an error.
    ReachedOnError,
}

/// What a runner did by himself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    /// Stole a base (OBR 9.07).
    Stole,
    /// Caught stealing, also where an error saved him.
    Caught,
    /// Picked off.
    PickedOff,
    /// Picked off while he set out to steal: charged as caught stealing too (OBR 9.07(h)(2)).
    PickedOffStealing,
}

/// What the pitcher or the catcher let happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pitch {
    /// Wild pitch.
    Wild,
    /// Passed ball.
    PassedBall,
    /// Balk.
    Balk,
}

impl Facts {
    /// The facts of one of the engine's plays.
    #[must_use]
    pub fn of(play: &Play) -> Self {
        Self {
            play_number: play.play_number,
            inning: play.inning,
            half: play.half,
            outs_before: play.outs_before,
            away_score: play.away_score,
            home_score: play.home_score,
            batter_id: play.batter_id,
            charged_batter_id: None, // nobody comes in with a count
            pitcher_id: play.pitcher_id,
            charged_pitcher_id: None,
            runners: play.runners,
            plate_appearance: PlateAppearance::of(play),
            running: running(play),
            pitch: Pitch::of(play.outcome),
            errors: u8::from(play.error.is_some()),
            error_bases: play.error.map_or(0, |error| error.bases),
            clean: play.clean,
            dropped_foul: is_dropped_foul(play),
            sacrifice: play.sacrifice,
            gidp: play.gidp,
            batter_to: play.batter_to,
            runners_to: play.runners_to,
            outs_recorded: play.outs_recorded,
            runs_scored: play.runs_scored,
        }
    }

    /// Occupied bases before the play: 1 = first, 2 = second, 4 = third.
    #[must_use]
    pub fn on_base_code(&self) -> u8 {
        self.runners.iter().enumerate().map(|(base, runner)| u8::from(runner.is_some()) << base).sum()
    }

    /// The bases the hit was worth, 0 for no hit.
    #[must_use]
    pub const fn hit_bases(&self) -> u8 {
        match self.plate_appearance {
            Some(PlateAppearance::Hit(bases)) => bases,
            _ => 0,
        }
    }

    /// How the play would have gone without its errors and passed balls: as the scorer judged, else as usual.
    #[must_use]
    pub fn without_errors(&self) -> CleanPlay {
        clean_play(self)
    }

    /// Who answers for the batter if he reaches base.
    #[must_use]
    pub fn answerable_pitcher(&self) -> LineupId {
        self.charged_pitcher_id.unwrap_or(self.pitcher_id)
    }

    /// The batter was awarded first base.
    pub(super) const fn is_award(&self) -> bool {
        use PlateAppearance::{HitByPitch, IntentionalWalk, Interference, Walk};
        matches!(self.plate_appearance, Some(Walk | IntentionalWalk | HitByPitch | Interference))
    }

    /// The batter was given first base because the catcher interfered.
    pub(super) fn interference(&self) -> bool {
        self.plate_appearance == Some(PlateAppearance::Interference)
    }

    /// A ball in play that was no hit, on which a runner was put out instead of the batter or, on a double play
    /// by force, before him.
    pub(super) fn is_fielders_choice(&self) -> bool {
        use PlateAppearance::{InPlay, ReachedOnError};
        matches!(self.plate_appearance, Some(InPlay | ReachedOnError))
            && (matches!(self.batter_to, Some(1..=3)) || self.gidp)
            && self.runners_to.contains(&Some(0))
    }
}

impl PlateAppearance {
    fn of(play: &Play) -> Option<Self> {
        if !play.plate_appearance {
            return None;
        }
        if play.interference {
            return Some(Self::Interference);
        }
        if play.hit_bases > 0 {
            return Some(Self::Hit(play.hit_bases));
        }
        Some(match play.outcome {
            PlayOutcome::Walk => Self::Walk,
            PlayOutcome::IntentionalWalk => Self::IntentionalWalk,
            PlayOutcome::Hbp => Self::HitByPitch,
            PlayOutcome::Strikeout => Self::Strikeout,
            _ if play.error.is_some() && play.batter_to != Some(0) => Self::ReachedOnError,
            _ => Self::InPlay,
        })
    }
}

impl Pitch {
    const fn of(outcome: PlayOutcome) -> Option<Self> {
        match outcome {
            PlayOutcome::WildPitch => Some(Self::Wild),
            PlayOutcome::PassedBall => Some(Self::PassedBall),
            PlayOutcome::Balk => Some(Self::Balk),
            _ => None,
        }
    }
}

/// What the runner whom the play is about did.
fn running(play: &Play) -> [Option<Running>; 3] {
    let mut running = [None; 3];
    let is_he = |runner: &Option<Runner>| runner.map(|runner| runner.lineup_id) == play.runner_id;
    let Some(base) = play.runner_id.and_then(|_| play.runners.iter().position(is_he)) else { return running };
    let here = Reached::try_from(base + 1).expect("a base is 1 to 3");
    running[base] = match (play.outcome, play.runners_to[base]) {
        (PlayOutcome::StolenBase, Some(to)) if to > here => Some(Running::Stole),
        (PlayOutcome::CaughtStealing, _) => Some(Running::Caught),
        (PlayOutcome::PickOff, Some(0)) => Some(Running::PickedOff),
        _ => None,
    };
    running
}

/// The foul fly of RULES 2.4, code FO.
const fn is_dropped_foul(play: &Play) -> bool {
    !play.plate_appearance
        && play.error.is_some()
        && matches!(play.outcome, PlayOutcome::XCheck | PlayOutcome::Error | PlayOutcome::Popout)
}
