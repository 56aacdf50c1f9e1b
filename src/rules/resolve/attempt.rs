//! Runners who try for one base more: uncapped hits, tag-ups, DECIDE (RULES 3.3 to 3.5).
//!
//! Each choice leads to the next question or to the end of the play; one d20 decides for the runner thrown at.

use super::{Draft, Resolved, Resolver, Situation, play};
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::running::Term;
use crate::rules::decision::Base;
use crate::rules::dice::roller::Roller;
use crate::rules::event::Sacrifice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::{PendingPlay, RunnerQuestion, RunnerTry};

/// What DECIDE takes off the speed of a runner who is sent home on a ground ball (RULES 3.3).
const SENT_HOME_PENALTY: i8 = -4;

/// The runner behind the lead runner of an uncapped hit who may move up on the throw: R1 behind R2 on a
/// single, else the batter.
pub(super) fn trail(draft: &Draft, lead: RunnerTry) -> Option<RunnerTry> {
    let double = match draft.outcome {
        PlayOutcome::SingleUncapped => false,
        PlayOutcome::DoubleUncapped => true,
        _ => return None,
    };
    let behind = lead.from == Some(Base::Second) && draft.advance.runners[0].is_some();
    Some(match (double, behind) {
        (false, true) => RunnerTry { from: Some(Base::First), to: Base::Third },
        (false, false) => RunnerTry { from: None, to: Base::Second },
        (true, _) => RunnerTry { from: None, to: Base::Third },
    })
}

/// Goes on with a play after a choice, which must be one of the question's.
pub(crate) fn answer(
    situation: &Situation,
    roller: &mut Roller,
    pending: PendingPlay,
    choice: &str,
) -> Resolved {
    let PendingPlay { question, lead, trail, draft, resolution, roll } = pending;
    let mut resolver = Resolver::new(situation, roller, resolution);
    let ask = |question, trail, draft, resolution| {
        Resolved::Waits(Box::new(PendingPlay { question, lead, trail, draft, resolution, roll }))
    };
    let draft = match (question, choice) {
        (RunnerQuestion::LeadRunner, "go") => {
            return ask(RunnerQuestion::Throw, trail, draft, resolver.resolution);
        }
        (RunnerQuestion::SendRunner, "send") => {
            return ask(RunnerQuestion::ThrowTo, trail, draft, resolver.resolution);
        }
        (RunnerQuestion::Throw, "throw") if trail.is_some() => {
            return ask(RunnerQuestion::TrailRunner, trail, draft, resolver.resolution);
        }
        (RunnerQuestion::TrailRunner, "go") => {
            return ask(RunnerQuestion::ThrowAt, trail, draft, resolver.resolution);
        }
        (RunnerQuestion::Throw, "concede") => safe(draft, lead),
        (RunnerQuestion::ThrowAt, "trail") => {
            let draft = safe(draft, lead);
            resolver.thrown_at(draft, trail.unwrap_or(lead))
        }
        (RunnerQuestion::ThrowAt, _) => {
            let draft = trail.into_iter().fold(draft, safe);
            resolver.thrown_at(draft, lead)
        }
        (RunnerQuestion::Throw | RunnerQuestion::TrailRunner, _) => resolver.thrown_at(draft, lead),
        (RunnerQuestion::TagUp, "go") => resolver.tag_up(draft, lead),
        (RunnerQuestion::ThrowTo, choice) => resolver.sent_home(draft, choice == "home"),
        _ => draft, // he stays
    };
    Resolved::Play(Box::new(play::finish(situation, draft, resolver.resolution)))
}

fn safe(mut draft: Draft, runner: RunnerTry) -> Draft {
    draft.put(runner.from, runner.to.into());
    draft
}

impl Resolver<'_, '_> {
    /// The throw goes after this runner: one d20 decides (RULES 3.5).
    fn thrown_at(&mut self, mut draft: Draft, runner: RunnerTry) -> Draft {
        let running = &CHARTS.running;
        let (term, purpose) = match (draft.outcome, runner.from, runner.to) {
            (PlayOutcome::DoubleUncapped, None, _) => (running.batter_to_third, "batter_to_third"),
            (PlayOutcome::DoubleUncapped, ..) => (running.first_to_home, "first_to_home"),
            (_, None, _) => (running.batter_to_second, "batter_to_second"),
            (_, _, Base::Home) => (running.second_to_home, "second_to_home"),
            _ => (running.first_to_third, "first_to_third"),
        };
        let is_held = purpose == "first_to_third" && self.situation.is_held(Base::First);
        let held = if is_held { running.held_first_to_third } else { 0 };
        let (is_safe, _) = self.race(&draft, runner, term, held, purpose);
        draft.put(runner.from, if is_safe { runner.to.into() } else { 0 });
        draft
    }

    /// A runner leaves his base after the catch (RULES 3.4).
    fn tag_up(&mut self, mut draft: Draft, runner: RunnerTry) -> Draft {
        let running = &CHARTS.running;
        if runner.to == Base::Home {
            let (is_safe, _) = self.race(&draft, runner, running.tag_to_home, 0, "tag_up_home");
            draft.put(runner.from, if is_safe { 4 } else { 0 });
        } else {
            let (is_safe, d20) = self.race(&draft, runner, running.tag_to_third, 0, "tag_up_third");
            if is_safe {
                draft.put(runner.from, runner.to.into());
            } else if d20 == running.tag_to_third_out_on {
                draft.put(runner.from, 0);
            }
        }
        draft.sacrifice = (draft.advance.count(4) > 0).then_some(Sacrifice::Fly);
        draft
    }

    /// DECIDE: R3 is sent on a ground ball. The throw to first concedes the run; the throw home leaves the
    /// batter safe.
    fn sent_home(&mut self, mut draft: Draft, throw_home: bool) -> Draft {
        let bases = self.situation.bases;
        if !throw_home {
            draft.advance = Advance::all_move(Some(0), bases, 1);
            return draft;
        }
        draft.advance = Advance::all_move(Some(1), bases, 1);
        let player = self.situation.runner(Base::Third).map(|runner| runner.lineup_id);
        let speed = i16::from(self.situation.running(Some(Base::Third)));
        let chance = CHARTS.running.clamped(speed + i16::from(SENT_HOME_PENALTY));
        if !self.roll_check("sent_home", player, chance) {
            draft.put(Some(Base::Third), 0);
        }
        draft
    }

    /// A speed check against the outfielder's arm; also the die, for those who need its face.
    fn race(&mut self, draft: &Draft, runner: RunnerTry, term: Term, held: i8, purpose: &str) -> (bool, u8) {
        let situation = self.situation;
        let arm = draft.location.map_or(0, |location| situation.arm(location));
        let modifier = term.modifier(draft.location, situation.state.outs);
        let chance = [situation.running(runner.from), arm, modifier, held].map(i16::from).iter().sum();
        let chance = CHARTS.running.clamped(chance);
        let player = match runner.from {
            Some(base) => situation.runner(base),
            None => Some(situation.batter),
        };
        let player = player.map(|player| player.lineup_id);
        let d20 = self.roller.d20(purpose, player);
        (self.check(purpose, player, chance, d20), d20)
    }
}
