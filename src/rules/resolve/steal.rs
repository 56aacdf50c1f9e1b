//! Steals: the jump, the throw, and the plays they make (RULES 1.2, 5.3).
//!
//! The throw goes after the lead runner. A double steal is one play a runner, the lead runner's first; where
//! he is put out the others move up behind the throw, on the same play.

use super::bunt::before;
use super::{Draft, Resolver, Situation, play};
use crate::id::LineupId;
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::decision::Base;
use crate::rules::dice::roller::Roller;
use crate::rules::event::{FieldingError, Play};
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::{PendingPlay, RunnerQuestion, RunnerTry};
use crate::rules::resolution::{JumpReading, Resolution};
use crate::rules::vocabulary::Position;

/// The lowest and highest number of a pick-off check, and what the hold rating is taken from (RULES 1.2).
const PICK_OFF: (i8, i8, i8) = (1, 12, 6);

/// What the jump roll led to.
pub(crate) enum Jump {
    /// A pick-off or a balk: the steal is over before it began.
    Play(Box<Play>),
    /// The runner goes with the lead; the trail so far.
    Goes(Box<Resolution>),
    /// No lead, and none is needed: the offence may call it off.
    Asks(Box<PendingPlay>),
    /// No lead, and one is needed: it is called off.
    Off,
}

/// An attempt: the targets of the runners who go, the lead runner's first.
pub(crate) struct Steal {
    targets: Vec<Base>,
}

impl Steal {
    /// The attempt at these bases; none where nobody goes.
    pub(crate) fn new(targets: &[Base]) -> Option<Self> {
        let mut targets = targets.to_vec();
        targets.sort_unstable_by(|a, b| b.cmp(a));
        (!targets.is_empty()).then_some(Self { targets })
    }

    fn lead(&self) -> RunnerTry {
        let to = self.targets[0];
        RunnerTry { from: before(to), to }
    }

    /// The runner the throw goes after.
    pub(crate) fn lead_runner(&self, situation: &Situation) -> Option<LineupId> {
        self.lead().from.and_then(|base| situation.runner(base)).map(|runner| runner.lineup_id)
    }

    /// The jump roll with its checks (RULES 1.2, 5.3).
    pub(crate) fn jump(&self, situation: &Situation, roller: &mut Roller) -> Jump {
        let mut resolver = Resolver::new(situation, roller, Resolution::default());
        let lead = self.lead();
        let runner = self.lead_runner(situation);
        let pitcher = situation.pitcher.lineup_id;
        let dice = resolver.roller.jump(runner);
        if CHARTS.triggers.pickoff.contains(&dice.check_d20) {
            let chance = pick_off_chance(situation);
            if resolver.check("pick_off", runner, chance, dice.resolution_d20) {
                return Jump::Play(Box::new(self.picked_off(situation, resolver.resolution)));
            }
        } else if CHARTS.triggers.balk.contains(&dice.check_d20)
            && resolver.check("balk", Some(pitcher), situation.balk_rating(), dice.resolution_d20)
        {
            let draft = resolver.fixed(PlayOutcome::Balk, None);
            return Jump::Play(Box::new(play::finish(situation, draft, resolver.resolution)));
        }
        let card = lead.from.and_then(|base| situation.batting_card(Some(base)));
        let is_held = lead.from.is_some_and(|base| situation.is_held(base));
        let is_automatic = card.is_some_and(|card| card.steal_auto) && !is_held;
        let jump = (dice.jump_a - 1) * 6 + dice.jump_b;
        let at_or_below = card.map_or(0, |card| card.steal_jump_36ths);
        let has_lead = is_automatic || jump <= at_or_below;
        let reading = JumpReading { player_id: runner, jump, at_or_below, is_automatic, has_lead };
        resolver.resolution.jump = Some(reading);
        let resolution = resolver.resolution;
        if has_lead {
            return Jump::Goes(Box::new(resolution));
        }
        if lead.to != Base::Second {
            return Jump::Off;
        }
        let draft = Draft::plain(PlayOutcome::StolenBase, None, Advance::hold(situation.bases));
        let question = RunnerQuestion::StealWithoutLead;
        Jump::Asks(Box::new(PendingPlay { question, lead, trail: None, draft, resolution, roll: None }))
    }

    /// The throw: whether the lead runner is safe, and whether it got away.
    pub(crate) fn throw(
        &self,
        situation: &Situation,
        roller: &mut Roller,
        has_lead: bool,
        resolution: &mut Resolution,
    ) -> Thrown {
        let mut resolver = Resolver::new(situation, roller, std::mem::take(resolution));
        let lead = self.lead();
        let runner = self.lead_runner(situation);
        let chance = steal_chance(situation, lead, has_lead);
        let d20 = resolver.roller.d20("steal", runner);
        let is_safe = resolver.check("steal", runner, chance, d20);
        let mut is_error = false;
        if is_safe && d20 <= CHARTS.running.steal.throw_error_at_or_below {
            let catcher = situation.fielder(Position::Catcher);
            let rating =
                catcher.and_then(|catcher| catcher.position_rating).map_or(0, |rating| rating.t_rating);
            let chance = i8::try_from(rating).unwrap_or(i8::MAX);
            is_error = resolver.roll_check("throw_error", catcher.map(|catcher| catcher.lineup_id), chance);
        }
        *resolution = resolver.resolution;
        Thrown { is_safe, is_error }
    }

    /// How many plays the attempt makes.
    pub(crate) fn plays(&self, thrown: Thrown) -> usize {
        if thrown.is_safe { self.targets.len() } else { 1 }
    }

    /// Play `index` of the attempt, in the situation that the plays before it led to.
    pub(crate) fn play(
        &self,
        index: usize,
        situation: &Situation,
        thrown: Thrown,
        resolution: Resolution,
    ) -> Play {
        let target = self.targets[index];
        let from = before(target);
        let outcome = if thrown.is_safe { PlayOutcome::StolenBase } else { PlayOutcome::CaughtStealing };
        let mut draft = Draft::plain(outcome, None, Advance::hold(situation.bases));
        draft.runner = from.and_then(|base| situation.runner(base)).map(|runner| runner.lineup_id);
        if !thrown.is_safe {
            draft.put(from, 0);
            if situation.state.outs < 2 {
                self.targets[1..].iter().for_each(|&other| draft.put(before(other), other.into()));
            }
            return play::finish(situation, draft, resolution);
        }
        draft.put(from, target.into());
        if thrown.is_error && index + 1 == self.targets.len() {
            let clean = draft.advance;
            let catcher = situation.fielder(Position::Catcher);
            let on = |reached: Option<u8>| reached.map(|base| (base + 1).min(4));
            draft.advance.runners = clean.runners.map(on);
            draft.defender = catcher.map(|catcher| catcher.lineup_id);
            draft.error = Some(FieldingError { position: Position::Catcher, bases: 1 });
            draft.clean = Some(clean);
            draft.hit_type = format!("{outcome}_plus_error_1");
        }
        play::finish(situation, draft, resolution)
    }

    fn picked_off(&self, situation: &Situation, resolution: Resolution) -> Play {
        play::finish(situation, self.pick_off(situation), resolution)
    }

    /// The lead runner of the attempt is out before he goes; the others stay.
    pub(super) fn pick_off(&self, situation: &Situation) -> Draft {
        let lead = self.lead();
        let mut draft = Draft::plain(PlayOutcome::PickOff, None, Advance::hold(situation.bases));
        draft.put(lead.from, 0);
        draft.runner = self.lead_runner(situation);
        draft
    }
}

/// The number to stay at or below when a pick-off is checked (RULES 1.2).
pub(crate) fn pick_off_chance(situation: &Situation) -> i8 {
    let (low, high, from) = PICK_OFF;
    from.saturating_sub(situation.hold_rating()).clamp(low, high)
}

/// How the throw ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thrown {
    /// The lead runner is safe.
    pub(crate) is_safe: bool,
    /// The catcher's throw got away: everyone takes another base.
    pub(crate) is_error: bool,
}

/// The number to stay at or below when the throw goes after the lead runner (RULES 5.3).
pub(crate) fn steal_chance(situation: &Situation, lead: RunnerTry, has_lead: bool) -> i8 {
    let terms = &CHARTS.running.steal;
    let card = lead.from.and_then(|base| situation.batting_card(Some(base)));
    let own = card.map_or(0, |card| if has_lead { card.steal_high } else { card.steal_low });
    let is_held = lead.from.is_some_and(|base| situation.is_held(base)) && lead.to != Base::Home;
    let held = if is_held { i16::from(situation.hold_rating()) + i16::from(terms.held) } else { 0 };
    let to = match lead.to {
        Base::Third => terms.third,
        Base::Home => terms.home,
        Base::First | Base::Second => 0,
    };
    let arm = situation.arm(Position::Catcher);
    CHARTS.running.clamped(i16::from(own) + i16::from(arm) + held + i16::from(to))
}
