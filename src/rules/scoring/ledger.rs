//! What the official scorer has to remember inside a half inning: who answers for which runner, and what
//! the half inning would have been without misplays (OBR 9.16, RULES 6.3, 6.4).
//!
//! Part of the game's state, fed by `apply` with every play and empty again at every new half inning. It knows
//! plays, never statistics.

use super::clean::{CleanInning, RealPlay};
use super::facts::Facts;
use crate::id::{LineupId, PlayNumber};
use crate::rules::event::Reached;
use crate::rules::state::Runner;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The runner whom the rules placed on second in an extra inning: he came up with no play.
const PLACED: PlayNumber = PlayNumber(0);

/// The scorer's memory of one half inning.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct HalfInningLedger {
    /// The half inning's first play; the run of a placed runner is booked there.
    first_play: Option<PlayNumber>,
    /// The runners on first, second and third, with who answers for them.
    on_base: [Option<Charge>; 3],
    /// The batter goes on batting only because his foul fly was dropped.
    prolonged: bool,
    /// The half inning without misplays, as each of its pitchers may claim it.
    clean_innings: Vec<CleanInning>,
    /// Runs that have scored but would not have yet; they may still become earned.
    waiting: Vec<Charge>,
    /// The same for the team, which has the help of every error (OBR 9.16(i)).
    #[serde(default)]
    team_waiting: Vec<Charge>,
}

/// A runner and who answers for him.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
struct Charge {
    /// The play with which he came up: his identity, also for whoever runs for him.
    runner: PlayNumber,
    /// The play whose row is credited when he scores.
    charged_to: PlayNumber,
    /// The pitcher of that play.
    pitcher: LineupId,
    /// He was given his base, by interference or by the rules: his run is unearned.
    unearned: bool,
}

/// What is added to the row of the play with which a runner reached base.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunCredit {
    /// The row.
    pub play_number: PlayNumber,
    /// Added to its `run`: 1, or 0 where the run was booked before.
    pub run: u8,
    /// Added to its `e_run`: 1 once the run is earned, which may turn out later than the run itself.
    pub e_run: u8,
}

/// A run as it crossed the plate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoredRun {
    /// Who scored.
    pub player_id: LineupId,
    /// The pitcher who answers for it.
    pub pitcher_id: LineupId,
}

/// What a play means for the runs of the half inning.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    /// The runs, in the order in which they crossed the plate.
    pub runs: Vec<ScoredRun>,
    /// What is to be booked, the play's own row included.
    pub credits: Vec<RunCredit>,
    /// Runs, of this play or an earlier one, that are earned for the team from now on.
    pub team_earned: u8,
}

impl HalfInningLedger {
    /// Whether no play of the half inning has been seen.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.first_play.is_none()
    }

    /// Takes a play into account and says what is to be booked for it.
    pub fn observe(&mut self, facts: &Facts) -> Observed {
        self.first_play.get_or_insert(facts.play_number);
        self.meet_runners(facts);
        self.meet_pitcher(facts);
        let scorers = scorers(facts);
        let identity = |place: &usize| self.charge_at(*place, facts).runner;
        let real = RealPlay {
            facts,
            on_base: self.on_base.map(|charge| charge.map(|charge| charge.runner)),
            scored: scorers.iter().map(identity).collect(),
            prolonged: self.prolonged,
        };
        for inning in &mut self.clean_innings {
            inning.replay(&real);
        }
        self.prolonged = facts.dropped_foul || (self.prolonged && facts.plate_appearance.is_none());
        let charges = self.answer_for(facts);
        let observed = self.book(facts, &scorers, &charges);
        self.on_base = moved(facts, &charges);
        observed
    }

    /// Writes into the runners on base who answers for them.
    pub fn settle(&self, runners: &mut [Option<Runner>; 3]) {
        for (runner, charge) in runners.iter_mut().zip(&self.on_base) {
            if let (Some(runner), Some(charge)) = (runner, charge) {
                runner.responsible_pitcher = Some(charge.pitcher);
                runner.reached_on = (charge.runner != PLACED).then_some(charge.charged_to);
                runner.unearned = charge.unearned || !self.is_clean(charge);
            }
        }
    }

    /// Whether the runner would have reached base without misplays, as his pitcher may claim.
    fn is_clean(&self, charge: &Charge) -> bool {
        self.inning_of(charge.pitcher).is_none_or(|inning| inning.knows(charge.runner))
    }

    fn inning_of(&self, pitcher: LineupId) -> Option<&CleanInning> {
        self.clean_innings.iter().find(|inning| inning.pitcher == pitcher)
    }

    /// Makes the runners on base known who came there by no play: those the rules placed.
    fn meet_runners(&mut self, facts: &Facts) {
        let first_play = self.first_play.unwrap_or(facts.play_number);
        for (charge, runner) in self.on_base.iter_mut().zip(&facts.runners) {
            let newcomer = |runner: &Runner| Charge {
                runner: runner.reached_on.unwrap_or(PLACED),
                charged_to: runner.reached_on.unwrap_or(first_play),
                pitcher: runner.responsible_pitcher.unwrap_or(facts.pitcher_id),
                unearned: runner.unearned || runner.reached_on.is_none(),
            };
            *charge = runner.as_ref().map(|runner| charge.unwrap_or_else(|| newcomer(runner)));
        }
    }

    /// A pitcher who comes in starts a reckoning of his own.
    fn meet_pitcher(&mut self, facts: &Facts) {
        if self.inning_of(facts.pitcher_id).is_none() {
            let bases = self.on_base.map(|charge| charge.map(|charge| charge.runner));
            self.clean_innings.push(CleanInning::taken_over(facts.pitcher_id, bases, facts.outs_before));
        }
    }

    /// The charge of a runner (0 to 2) or of the batter (3) as the play starts.
    fn charge_at(&self, place: usize, facts: &Facts) -> Charge {
        self.on_base.get(place).copied().flatten().unwrap_or(Charge {
            runner: facts.play_number,
            charged_to: facts.play_number,
            pitcher: facts.answerable_pitcher(),
            unearned: facts.interference(),
        })
    }

    /// Who answers for the three runners and the batter after the play: where a fielder's choice puts out an
    /// earlier pitcher's runner, the next one takes his place in that pitcher's account (OBR 9.16(g)).
    fn answer_for(&self, facts: &Facts) -> [Charge; 4] {
        let mut charges = [0, 1, 2, 3].map(|place| self.charge_at(place, facts));
        if !facts.is_fielders_choice() {
            return charges;
        }
        for out in (0..3).rev().filter(|base| facts.runners_to[*base] == Some(0)) {
            let mut carried = charges[out];
            let behind = (0..out).rev().filter(|base| self.on_base[*base].is_some()).chain([3]);
            for place in behind {
                let own = charges[place];
                if own.pitcher != carried.pitcher {
                    charges[place] = Charge { runner: own.runner, unearned: own.unearned, ..carried };
                    carried = own;
                }
            }
        }
        charges
    }

    /// Books the runs of the play, and those of earlier plays that have become earned by it.
    fn book(&mut self, facts: &Facts, scorers: &[usize], charges: &[Charge; 4]) -> Observed {
        let mut observed = Observed::default();
        for place in scorers {
            let charge = charges[*place];
            let runner_id = facts.runners.get(*place).copied().flatten().map(|runner| runner.lineup_id);
            let player_id = runner_id.unwrap_or(facts.batter_id);
            observed.runs.push(ScoredRun { player_id, pitcher_id: charge.pitcher });
            let earned = self.is_earned(&charge);
            if !earned && !charge.unearned {
                self.waiting.push(charge);
            }
            observed.credits.push(RunCredit {
                play_number: charge.charged_to,
                run: 1,
                e_run: u8::from(earned),
            });
        }
        self.team_waiting.extend(scorers.iter().map(|place| charges[*place]).filter(|run| !run.unearned));
        let before = self.team_waiting.len();
        // The half inning's first pitcher had the help of all its errors, as the team has.
        if let Some(inning) = self.clean_innings.first() {
            self.team_waiting.retain(|run| !inning.has_scored(run.runner));
        }
        let earned = before - self.team_waiting.len();
        observed.team_earned = u8::try_from(earned).expect("a half inning has fewer runs than a byte holds");
        let (earned, waiting): (Vec<Charge>, Vec<Charge>) =
            self.waiting.iter().partition(|charge| self.is_earned(charge));
        self.waiting = waiting;
        let late = |charge: Charge| RunCredit { play_number: charge.charged_to, run: 0, e_run: 1 };
        observed.credits.extend(earned.into_iter().map(late));
        observed
    }

    fn is_earned(&self, charge: &Charge) -> bool {
        !charge.unearned
            && self.inning_of(charge.pitcher).is_none_or(|inning| inning.has_scored(charge.runner))
    }
}

/// Whose runs count on a play, in the order in which they cross the plate: 2, 1, 0 the runners from third,
/// second and first, 3 the batter.
fn scorers(facts: &Facts) -> Vec<usize> {
    let home = |place: &usize| {
        let to = facts.runners_to.get(*place).copied().unwrap_or(facts.batter_to);
        to == Some(4)
    };
    [2, 1, 0, 3].into_iter().filter(home).take(usize::from(facts.runs_scored)).collect()
}

/// The bases after the play.
fn moved(facts: &Facts, charges: &[Charge; 4]) -> [Option<Charge>; 3] {
    let mut on_base = [None; 3];
    let places: [Option<Reached>; 4] =
        [facts.runners_to[0], facts.runners_to[1], facts.runners_to[2], facts.batter_to];
    for (to, charge) in places.into_iter().zip(charges) {
        if let Some(base @ 1..=3) = to {
            on_base[usize::from(base) - 1] = Some(*charge);
        }
    }
    on_base
}
