//! The half inning as it would have gone with clean fielding, seen by one pitcher (OBR 9.16, RULES 6.4).
//!
//! A [`CleanInning`] replays every play on bases of its own, on which nobody stands because of an error or a
//! passed ball. Where its bases differ from the real ones the pitcher gets the benefit of the doubt:
//! runners take the bases the hit was worth, or those they are forced to.
//! It knows runners only by the play with which they came up, and nothing of the score.

use crate::id::{LineupId, PlayNumber};
use crate::rules::event::{CleanPlay, Play, Reached};
use crate::rules::outcome::PlayOutcome;
use serde::{Deserialize, Serialize};

/// Home plate, as a place where a runner ends up.
const HOME: Reached = 4;

/// A half inning without misplays, from the moment one pitcher came in: errors before that are no
/// help to him (OBR 9.16(i)).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    pub(super) play: &'a Play,
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
        let clean = clean_play(real.play);
        let batter_to = self.batter_to(real, &clean);
        let mut runners_to = [None; 3];
        for (base, runner) in self.bases.iter().enumerate() {
            runners_to[base] = runner.map(|runner| destination(runner, base, real, &clean, batter_to));
        }
        push_ahead(batter_to, &mut runners_to);
        self.settle(real, batter_to, runners_to);
    }

    /// Where the batter ends up; none when he stays at bat.
    fn batter_to(&self, real: &RealPlay, clean: &CleanPlay) -> Option<Reached> {
        if !real.play.plate_appearance {
            return None;
        }
        let put_out_unknown = (0..3).any(|base| {
            clean.runners_to[base] == Some(0)
                && real.on_base[base].is_some_and(|runner| !self.bases.contains(&Some(runner)))
        });
        // A fielder's choice on a runner who would not be there: the batter is the one put out.
        if real.prolonged || (put_out_unknown && is_fielders_choice(real.play)) {
            return Some(0);
        }
        clean.batter_to
    }

    /// Moves everyone and counts the outs and runs.
    fn settle(&mut self, real: &RealPlay, batter_to: Option<Reached>, runners_to: [Option<Reached>; 3]) {
        let play = real.play;
        let batter = (play.play_number, batter_to);
        let runners = (0..3).filter_map(|base| Some((self.bases[base]?, runners_to[base])));
        let everyone: Vec<_> = runners.chain([batter]).collect();
        let outs = everyone.iter().filter(|(_, to)| *to == Some(0)).count();
        self.outs += u8::try_from(outs).expect("at most four players move");
        let half_ends_both_ways = play.outs_before + play.outs_recorded >= 3;
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
    if real.prolonged && batter_to == Some(0) && real.play.batter_to != Some(0) {
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
    let play = real.play;
    let bases_gained = match play.outcome {
        PlayOutcome::WildPitch | PlayOutcome::Balk => 1,
        PlayOutcome::StolenBase => really_on
            .zip(really_to)
            .map_or(0, |(on, to)| to.saturating_sub(Reached::try_from(on + 1).unwrap_or(HOME))),
        _ => play.hit_bases,
    };
    (here + bases_gained).min(HOME)
}

/// Nobody may stand where another stands or pass him: whoever comes from behind pushes those ahead.
fn push_ahead(batter_to: Option<Reached>, runners_to: &mut [Option<Reached>; 3]) {
    let mut behind = batter_to.unwrap_or(0);
    for to in runners_to.iter_mut().flatten().filter(|to| **to != 0) {
        if *to <= behind {
            *to = (behind + 1).min(HOME);
        }
        behind = *to;
    }
}

/// A ball in play that was no hit and on which the batter is safe because somebody else was put out.
pub(super) fn is_fielders_choice(play: &Play) -> bool {
    play.plate_appearance
        && play.hit_bases == 0
        && matches!(play.batter_to, Some(1..=3))
        && play.runners_to.contains(&Some(0))
        && !is_award(play)
        && play.outcome != PlayOutcome::Strikeout
}

/// The batter was awarded first base.
pub(super) const fn is_award(play: &Play) -> bool {
    play.interference
        || matches!(play.outcome, PlayOutcome::Walk | PlayOutcome::IntentionalWalk | PlayOutcome::Hbp)
}

/// The batter's foul fly was dropped, and he goes on batting (RULES 2.4, code FO).
pub(super) const fn is_dropped_foul(play: &Play) -> bool {
    !play.plate_appearance
        && play.error.is_some()
        && matches!(play.outcome, PlayOutcome::XCheck | PlayOutcome::Error | PlayOutcome::Popout)
}

/// The play as it would have gone without its misplay; the play itself where there was none.
pub(super) fn clean_play(play: &Play) -> CleanPlay {
    let stay = [0, 1, 2].map(|base: usize| {
        play.runners_to[base].map(|_| Reached::try_from(base + 1).expect("a base is 1 to 3"))
    });
    if play.outcome == PlayOutcome::PassedBall || is_dropped_foul(play) {
        return CleanPlay { batter_to: None, runners_to: stay, outs: 0 };
    }
    let as_it_was =
        CleanPlay { batter_to: play.batter_to, runners_to: play.runners_to, outs: play.outs_recorded };
    if play.interference {
        return as_it_was; // nobody may assume that the batter would have been out
    }
    if let Some(clean) = play.clean {
        return clean;
    }
    let Some(error) = play.error else { return as_it_was };
    if play.plate_appearance && play.hit_bases == 0 {
        return CleanPlay { batter_to: Some(0), runners_to: stay, outs: 1 };
    }
    // The error gave everyone who advanced so many bases on top of what was his.
    let gained = |base: usize, to: Reached| {
        let here = Reached::try_from(base + 1).expect("a base is 1 to 3");
        if to == 0 {
            0
        } else {
            to.saturating_sub(error.bases).max((here + play.hit_bases).min(HOME)).min(to)
        }
    };
    let runners_to = [0, 1, 2].map(|base| play.runners_to[base].map(|to| gained(base, to)));
    let batter_to = play.batter_to.map(|to| if play.hit_bases > 0 { to.min(play.hit_bases) } else { to });
    CleanPlay { batter_to, runners_to, outs: play.outs_recorded }
}
