//! The half inning as it would have gone with clean fielding, seen by one pitcher (OBR 9.16, RULES 6.4).
//!
//! A [`CleanInning`] replays every play on bases of its own, on which nobody stands because of an error or a
//! passed ball. Where its bases differ from the real ones the pitcher gets the benefit of the doubt:
//! runners take the bases the hit was worth, or those they are forced to.
//! It knows runners only by the play with which they came up, and nothing of the score.

use super::facts::{Facts, Pitch, PlateAppearance, Running};
use crate::id::{LineupId, PlayNumber};
use crate::rules::event::{CleanPlay, Reached, Sacrifice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Home plate, as a place where a runner ends up.
const HOME: Reached = 4;

/// A half inning without misplays, from the moment one pitcher came in: errors before that are no
/// help to him (OBR 9.16(i)).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct CleanInning {
    /// For whom it is kept.
    pub(super) pitcher: LineupId,
    /// Runners on first, second and third.
    bases: [Option<PlayNumber>; 3],
    /// Outs; at three nothing happens any more.
    outs: u8,
    /// Who has scored.
    scored: Vec<PlayNumber>,
}

/// What really happened on a play, for those who replay it without its misplay.
pub(super) struct RealPlay<'a> {
    /// The play.
    pub(super) facts: &'a Facts,
    /// The runners on first, second and third before it.
    pub(super) on_base: [Option<PlayNumber>; 3],
    /// Those whose runs counted.
    pub(super) scored: Vec<PlayNumber>,
    /// The batter had been given another chance by a dropped foul fly.
    pub(super) prolonged: bool,
}

impl CleanInning {
    /// A half inning that `pitcher` takes over with these runners and outs.
    pub(super) const fn taken_over(pitcher: LineupId, bases: [Option<PlayNumber>; 3], outs: u8) -> Self {
        Self { pitcher, bases, outs, scored: Vec::new() }
    }

    /// Whether this runner has scored.
    pub(super) fn has_scored(&self, runner: PlayNumber) -> bool {
        self.scored.contains(&runner)
    }

    /// Whether this runner got as far as being on base.
    pub(super) fn knows(&self, runner: PlayNumber) -> bool {
        self.bases.contains(&Some(runner)) || self.has_scored(runner)
    }

    /// Replays one play.
    pub(super) fn replay(&mut self, real: &RealPlay) {
        if self.outs >= 3 {
            return;
        }
        let clean = clean_play(real.facts);
        let batter_to = self.batter_to(real, &clean);
        let mut runners_to = [None; 3];
        for (base, runner) in self.bases.iter().enumerate() {
            runners_to[base] = runner.map(|runner| destination(runner, base, real, &clean, batter_to));
        }
        keep_apart(batter_to, &mut runners_to);
        self.settle(real, batter_to, runners_to);
    }

    /// Where the batter ends up; none when he stays at bat.
    fn batter_to(&self, real: &RealPlay, clean: &CleanPlay) -> Option<Reached> {
        real.facts.plate_appearance?;
        let put_out_unknown = (0..3).any(|base| {
            clean.runners_to[base] == Some(0)
                && real.on_base[base].is_some_and(|runner| !self.bases.contains(&Some(runner)))
        });
        // A fielder's choice on a runner who would not be there: the batter is the one put out.
        if real.prolonged || (put_out_unknown && real.facts.is_fielders_choice()) {
            return Some(0);
        }
        clean.batter_to
    }

    /// Moves everyone and counts the outs and runs.
    fn settle(&mut self, real: &RealPlay, batter_to: Option<Reached>, runners_to: [Option<Reached>; 3]) {
        let facts = real.facts;
        let batter = (facts.play_number, batter_to);
        let runners = (0..3).filter_map(|base| Some((self.bases[base]?, runners_to[base])));
        let everyone: Vec<_> = runners.chain([batter]).collect();
        let outs = everyone.iter().filter(|(_, to)| *to == Some(0)).count();
        self.outs += u8::try_from(outs).expect("at most four players move");
        let half_ends_both_ways = facts.outs_before + facts.outs_recorded >= 3;
        self.bases = [None; 3];
        for (player, to) in everyone {
            match to {
                Some(base @ 1..=3) => self.bases[usize::from(base) - 1] = Some(player),
                // On the third out a run counts only where it really counted.
                Some(HOME) if self.outs < 3 || (half_ends_both_ways && real.scored.contains(&player)) => {
                    self.scored.push(player);
                }
                _ => {}
            }
        }
    }
}

/// Where a runner of the clean inning ends up who stands on `base` (0 is first).
fn destination(
    runner: PlayNumber,
    base: usize,
    real: &RealPlay,
    clean: &CleanPlay,
    batter_to: Option<Reached>,
) -> Reached {
    let here = Reached::try_from(base + 1).expect("a base is 1 to 3");
    if real.prolonged && batter_to == Some(0) && real.facts.batter_to != Some(0) {
        return here; // the foul fly would have been caught
    }
    let really_on = real.on_base.iter().position(|on| *on == Some(runner));
    let really_to = really_on.and_then(|on| clean.runners_to[on]);
    if really_on == Some(base) {
        return really_to.unwrap_or(here);
    }
    if really_to == Some(0) {
        return 0;
    }
    let facts = real.facts;
    let stole = really_on.is_some_and(|on| facts.running[on] == Some(Running::Stole));
    let bases_gained = match facts.pitch {
        Some(Pitch::Wild | Pitch::Balk) if facts.plate_appearance.is_none() => 1,
        _ if stole => really_on
            .zip(really_to)
            .map_or(0, |(on, to)| to.saturating_sub(Reached::try_from(on + 1).unwrap_or(HOME))),
        // It is usual to score from second on a single; nobody knows better of one who did score on it.
        _ if facts.hit_bases() == 1 && here == 2 && really_to == Some(HOME) => 2,
        _ => facts.hit_bases(),
    };
    (here + bases_gained).min(HOME)
}

/// Nobody may stand where another stands or pass him. A batter who is safe, and whoever comes behind on his
/// hit, pushes those ahead; otherwise those ahead hold up whoever comes behind.
fn keep_apart(batter_to: Option<Reached>, runners_to: &mut [Option<Reached>; 3]) {
    if let Some(batter_to @ 1..) = batter_to {
        let mut behind = batter_to;
        for to in runners_to.iter_mut().flatten().filter(|to| **to != 0) {
            if *to <= behind {
                *to = (behind + 1).min(HOME);
            }
            behind = *to;
        }
        return;
    }
    let mut ahead = HOME;
    for base in (0..3).rev() {
        if let Some(to) = runners_to[base].as_mut().filter(|to| **to != 0) {
            if ahead < HOME {
                *to = (*to).min(ahead - 1);
            }
            ahead = *to;
        }
    }
}

/// The play as it would have gone without its misplay; the play itself where there was none.
pub(super) fn clean_play(facts: &Facts) -> CleanPlay {
    let here = |base: usize| Reached::try_from(base + 1).expect("a base is 1 to 3");
    let stay = [0, 1, 2].map(|base| facts.runners_to[base].map(|_| here(base)));
    if facts.dropped_foul {
        return CleanPlay { batter_to: None, runners_to: stay, outs: 0 };
    }
    if facts.pitch == Some(Pitch::PassedBall) {
        // A batter who reached first on his third strike would have been out.
        let batter_to = facts.plate_appearance.map(|_| 0);
        return CleanPlay { batter_to, runners_to: stay, outs: u8::from(batter_to.is_some()) };
    }
    let as_it_was =
        CleanPlay { batter_to: facts.batter_to, runners_to: facts.runners_to, outs: facts.outs_recorded };
    if facts.interference() {
        return as_it_was; // nobody may assume that the batter would have been out
    }
    if let Some(clean) = facts.clean {
        return clean;
    }
    if facts.errors == 0 {
        return as_it_was;
    }
    // The errors gave everyone who advanced so many bases on top of what was his.
    let spared = spared_by_error(facts);
    let runners_to = [0, 1, 2].map(|base| {
        let own = (here(base) + bases_of_his_own(facts, base)).min(HOME);
        facts.runners_to[base].map(|to| match (to, facts.running[base]) {
            (_, Some(Running::Caught)) | (0, _) => 0,
            _ if spared == Some(base) => 0,
            _ if facts.plate_appearance == Some(PlateAppearance::ReachedOnError) => own,
            (to, _) => to.saturating_sub(facts.error_bases).max(own).min(to),
        })
    });
    let batter_to = match facts.plate_appearance {
        Some(PlateAppearance::ReachedOnError | PlateAppearance::Strikeout) => Some(0),
        Some(PlateAppearance::Hit(bases)) => facts.batter_to.map(|to| to.min(bases)),
        Some(PlateAppearance::InPlay) => facts.batter_to.map(|to| to.min(1)),
        _ => facts.batter_to,
    };
    let outs = runners_to.iter().chain([&batter_to]).filter(|to| **to == Some(0)).count();
    CleanPlay { batter_to, runners_to, outs: u8::try_from(outs).expect("at most four players") }
}

/// Who was to be put out on a fielder's choice and was not, for the error: the foremost of those forced.
fn spared_by_error(facts: &Facts) -> Option<usize> {
    let is_choice = facts.plate_appearance == Some(PlateAppearance::InPlay)
        && facts.outs_recorded == 0
        && matches!(facts.batter_to, Some(1..=3));
    let forced = usize::try_from(facts.on_base_code().trailing_ones()).expect("three at most");
    forced.checked_sub(1).filter(|_| is_choice)
}

/// The bases that a runner gains on a play whatever the errors on it did: by the hit, the steal, the sacrifice, or
/// because he is forced.
fn bases_of_his_own(facts: &Facts, base: usize) -> u8 {
    let stolen = u8::from(facts.running[base] == Some(Running::Stole));
    let sacrificed = match facts.sacrifice {
        Some(Sacrifice::Bunt) => 1,
        Some(Sacrifice::Fly) => u8::from(base == 2),
        None => 0,
    };
    let forced = u8::from(spared_by_error(facts).is_some_and(|spared| base < spared));
    facts.hit_bases().max(stolen).max(sacrificed).max(forced)
}
