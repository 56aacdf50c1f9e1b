//! Where everybody ends up on a play: the bases before it, and a rule, to the bases after it (RULES 3, 7.1).

use super::bases::Bases;
use super::charts::xcheck::{Effect, RunnerMove};
use super::event::{CleanPlay, Reached};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where everybody ends up: 1 to 3 a base, 4 home, 0 out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Advance {
    /// The batter; none when his plate appearance goes on.
    pub batter: Option<Reached>,
    /// Runners from first, second and third; none for an empty base.
    pub runners: [Option<Reached>; 3],
    /// Outs made.
    pub outs: u8,
}

impl Advance {
    /// Everybody stays where he is.
    #[must_use]
    pub fn hold(bases: Bases) -> Self {
        Self { batter: None, runners: held(bases), outs: 0 }
    }

    /// The batter is out and the runners stay.
    #[must_use]
    pub fn batter_out(bases: Bases) -> Self {
        Self { batter: Some(0), runners: held(bases), outs: 1 }
    }

    /// The batter ends up there, and every runner so many bases on.
    #[must_use]
    pub fn all_move(batter: Option<Reached>, bases: Bases, count: u8) -> Self {
        let mut advance = Self { batter, runners: moved(RunnerMove::Bases(count), bases), outs: 0 };
        advance.outs = advance.count(0);
        advance
    }

    /// How many ended up at `end`: 4 counts the runs, 0 the outs.
    #[must_use]
    pub fn count(&self, end: Reached) -> u8 {
        let runners = self.runners.iter().filter(|reached| **reached == Some(end)).count();
        u8::from(self.batter == Some(end)) + u8::try_from(runners).expect("there are three runners at most")
    }

    /// An effect of the X-Check tables. A batter who is out before he reached first, with two outs already,
    /// ends the half inning: nobody else moves (OBR 5.08(a)).
    #[must_use]
    pub fn by_effect(effect: &Effect, bases: Bases, outs_before: u8) -> Self {
        if effect.batter == Some(0) && !effect.hit && outs_before == 2 {
            return Self::batter_out(bases);
        }
        let mut advance = Self { batter: effect.batter, runners: moved(effect.runners, bases), outs: 0 };
        advance.outs = advance.count(0);
        advance
    }

    /// The play as a walk-off, where `needed` runs win the game (OBR 9.06(f)): only they count, and nobody
    /// behind the winning run advances farther than it did. None if the play does not win the game.
    #[must_use]
    pub fn walk_off(&self, needed: u8, is_hit: bool) -> Option<Self> {
        let winner = self.scorers().nth(usize::from(needed.checked_sub(1)?))?;
        let bases_won = 4 - winner;
        let mut cut = *self;
        for base in (0..winner).rev() {
            let reached = if base == 0 { &mut cut.batter } else { &mut cut.runners[usize::from(base) - 1] };
            *reached = reached.map(|end| match end {
                // The game was over before he could be put out stretching the hit.
                0 if is_hit => base + bases_won,
                end => end.min(base + bases_won),
            });
        }
        cut.outs = cut.count(0);
        Some(cut)
    }

    /// The bases from which runs scored, in the order in which they crossed; 0 is the batter.
    fn scorers(&self) -> impl Iterator<Item = u8> {
        let runners = (1..=3_u8).rev().filter(|base| self.runners[usize::from(*base) - 1] == Some(4));
        runners.chain((self.batter == Some(4)).then_some(0))
    }
}

impl From<Advance> for CleanPlay {
    fn from(advance: Advance) -> Self {
        Self { batter_to: advance.batter, runners_to: advance.runners, outs: advance.outs }
    }
}

fn held(bases: Bases) -> [Option<Reached>; 3] {
    each(bases, |base| base)
}

fn each(bases: Bases, to: impl Fn(u8) -> Reached) -> [Option<Reached>; 3] {
    std::array::from_fn(|index| {
        let base = [1, 2, 3][index];
        (bases.bits() & 1 << index != 0).then(|| to(base))
    })
}

fn moved(how: RunnerMove, bases: Bases) -> [Option<Reached>; 3] {
    match how {
        RunnerMove::Bases(count) => each(bases, |base| (base + count).min(4)),
        RunnerMove::All => each(bases, |_| 4),
        RunnerMove::Hold => held(bases),
        RunnerMove::Forced => forced(bases),
        RunnerMove::FirstOut => each(bases, |base| if base == 1 { 0 } else { base }),
        RunnerMove::ThirdOut => each(bases, |base| if base == 3 { 0 } else { base }),
        RunnerMove::LeadOut => {
            let lead = 8 - u8::try_from(bases.bits().leading_zeros()).expect("a u8 has eight bits");
            each(bases, |base| if base == lead { 0 } else { base })
        }
    }
}

/// Runners whom a batter on first pushes: those with every base behind them occupied.
fn forced(bases: Bases) -> [Option<Reached>; 3] {
    let pushed = bases.bits().trailing_ones();
    each(bases, |base| if u32::from(base) <= pushed { base + 1 } else { base })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advance(batter: Option<u8>, runners: [Option<u8>; 3]) -> Advance {
        let mut advance = Advance { batter, runners, outs: 0 };
        advance.outs = advance.count(0);
        advance
    }

    #[test]
    fn only_forced_runners_move_on_a_forced_advance() {
        let ends = |bits| forced(Bases::from_bits(bits));
        assert_eq!(ends(0b001), [Some(2), None, None]);
        assert_eq!(ends(0b010), [None, Some(2), None]);
        assert_eq!(ends(0b101), [Some(2), None, Some(3)]);
        assert_eq!(ends(0b111), [Some(2), Some(3), Some(4)]);
    }

    #[test]
    fn the_lead_runner_is_the_one_nearest_home() {
        assert_eq!(moved(RunnerMove::LeadOut, Bases::from_bits(0b011)), [Some(1), Some(0), None]);
        assert_eq!(moved(RunnerMove::LeadOut, Bases::from_bits(0b111)), [Some(1), Some(2), Some(0)]);
        assert_eq!(moved(RunnerMove::LeadOut, Bases::from_bits(0)), [None, None, None]);
    }

    #[test]
    fn a_walk_off_double_with_the_winning_run_on_third_is_a_single() {
        let double = advance(Some(2), [Some(4), None, Some(4)]);
        let cut = double.walk_off(1, true).expect("the run wins");
        assert_eq!(cut, advance(Some(1), [Some(2), None, Some(4)]));
    }

    #[test]
    fn a_walk_off_single_with_two_runs_needed_keeps_the_winning_runners_bases() {
        let single = advance(Some(1), [Some(3), Some(4), Some(4)]);
        assert_eq!(single.walk_off(2, true), Some(single));
        assert_eq!(single.walk_off(3, true), None);
    }

    #[test]
    fn nobody_is_put_out_stretching_a_walk_off_hit() {
        let rounding = advance(Some(0), [None, Some(4), None]);
        assert_eq!(rounding.walk_off(1, true), Some(advance(Some(2), [None, Some(4), None])));
    }

    #[test]
    fn a_walk_off_never_puts_two_on_a_base() {
        for bits in 1..8 {
            for batter in 1..=4 {
                for count in 1..=3 {
                    let play = advance(Some(batter), moved(RunnerMove::Bases(count), Bases::from_bits(bits)));
                    for needed in 1..=play.count(4) {
                        let cut = play.walk_off(needed, true).expect("enough runs score");
                        assert_eq!(cut.count(4), needed, "{play:?} needing {needed}: {cut:?}");
                        assert!(
                            (1..=3).all(|base| cut.count(base) <= 1) || batter > count,
                            "{play:?}: {cut:?}"
                        );
                    }
                }
            }
        }
    }
}
