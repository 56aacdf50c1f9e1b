//! A runner's jump, and the throw after him when he goes.

use super::{TrialGroup, TrialReport, check_throws, d20_share, once, throw};
use crate::id::CardId;
use crate::rules::card::CardBook;
use crate::rules::charts::CHARTS;
use crate::rules::decision::{Base, DefensiveDecision, OffensiveDecision};
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::RunnerTry;
use crate::rules::rejection::Rejection;
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{Jump, Situation, Steal, pick_off_chance, steal_chance};
use crate::rules::state::{GameState, Runner};
use schemars::JsonSchema;
use serde::Deserialize;

/// A runner who goes; without a lead he goes for second anyway, and stays where the rules hold him.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JumpTrial {
    /// The runner: somebody of the line-up at bat; where left out, who stands on the base, else the batter.
    #[serde(default)]
    pub runner: Option<CardId>,
    /// The base he goes from; where left out, the lead runner's, else first.
    #[serde(default)]
    pub base: Option<Base>,
    /// Whether he is held.
    #[serde(default)]
    pub held: bool,
    /// How many times.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = super::THROWS_MAX))]
    pub throws: u32,
}

impl JumpTrial {
    pub(super) fn run(
        &self,
        state: &GameState,
        cards: &CardBook,
        dice: &mut dyn Dice,
    ) -> Result<TrialReport, Rejection> {
        check_throws(self.throws)?;
        let (from, to) = self.bases(state)?;
        let runner = self.find(state, from)?;
        let name = cards.get(runner.card_id).map_or("the runner", |card| card.name.as_str());
        let state = self.stage(state, runner, from, to);
        let situation = Situation::new(&state, cards)?;
        let steal = Steal::new(&[to]).expect("one runner goes");
        let (mut jumps, mut attempts) = expected(&situation, RunnerTry { from: Some(from), to });
        let (rolls, resolution) = throw(self.throws, dice, |roller| {
            let (jump, attempt, resolution) = one(&steal, &situation, roller);
            jumps.count(jump);
            attempts.count(attempt);
            resolution
        });
        let about = format!(
            "{name} goes from {from} to {to}, {}; {} pitches",
            if self.held { "held" } else { "not held" },
            situation.pitcher_card.name
        );
        Ok(TrialReport {
            about,
            throws: self.throws,
            rolls,
            resolution,
            groups: vec![jumps.done(), attempts.done()],
        })
    }

    /// Where he goes from, and to.
    fn bases(&self, state: &GameState) -> Result<(Base, Base), Rejection> {
        let taken = state.bases();
        let lead = [Base::Third, Base::Second, Base::First].into_iter().find(|base| taken.has(*base));
        match self.base.or(lead).unwrap_or(Base::First) {
            Base::First => Ok((Base::First, Base::Second)),
            Base::Second => Ok((Base::Second, Base::Third)),
            Base::Third => Ok((Base::Third, Base::Home)),
            Base::Home => Err(Rejection::invalid("base", "base: a runner goes from 1, 2 or 3")),
        }
    }

    fn find<'a>(&self, state: &'a GameState, from: Base) -> Result<&'a LineupPlayerState, Rejection> {
        let side = state.batting_side();
        let lineup = &state.lineups[side];
        if let Some(card_id) = self.runner {
            return lineup.active().find(|player| player.card_id == card_id).ok_or_else(|| {
                let ids: Vec<_> = lineup.batting_order().iter().map(|p| p.card_id.to_string()).collect();
                let allowed = ids.join(", ");
                Rejection::invalid("runner", format!("runner: {card_id} does not bat; allowed: {allowed}"))
            });
        }
        let on_base = state.runners[usize::from(u8::from(from)) - 1].as_ref();
        let on_base = on_base.and_then(|runner| lineup.player(runner.lineup_id));
        on_base
            .or_else(|| lineup.batter(state.batter_idx[side]))
            .ok_or_else(|| Rejection::invalid("runner", "runner: the side at bat has no batter"))
    }

    /// The state with nobody but this runner on base, and the signs given.
    fn stage(&self, state: &GameState, runner: &LineupPlayerState, from: Base, to: Base) -> GameState {
        let mut state = state.clone();
        state.runners = [None; 3];
        state.runners[usize::from(u8::from(from)) - 1] = Some(Runner {
            lineup_id: runner.lineup_id,
            responsible_pitcher: None,
            reached_on: None,
            unearned: false,
        });
        state.pending_offensive_decision =
            Some(OffensiveDecision { steal_attempts: vec![to], ..OffensiveDecision::default() });
        let hold_runners = if self.held { vec![from] } else { Vec::new() };
        state.pending_defensive_decision =
            Some(DefensiveDecision { hold_runners, ..DefensiveDecision::default() });
        state
    }
}

/// One jump and what comes of it.
fn one(
    steal: &Steal,
    situation: &Situation,
    roller: &mut Roller,
) -> (&'static str, &'static str, Resolution) {
    let (has_lead, mut resolution) = match steal.jump(situation, roller) {
        Jump::Play(play) => {
            let what = if play.outcome == PlayOutcome::Balk { "balk" } else { "picked_off" };
            return (what, what, play.resolution);
        }
        Jump::Off => return ("no_lead", "stays", Resolution::default()),
        Jump::Goes(resolution) => (true, *resolution),
        Jump::Asks(pending) => (false, pending.resolution),
    };
    let thrown = steal.throw(situation, roller, has_lead, &mut resolution);
    let jump = if has_lead { "lead" } else { "no_lead" };
    (jump, if thrown.is_safe { "safe" } else { "out" }, resolution)
}

/// What should come up, by the cards alone.
fn expected(situation: &Situation, lead: RunnerTry) -> (TrialGroup, TrialGroup) {
    let face = |faces: &[u8]| faces.len() as f64 / 20.0;
    let triggers = &CHARTS.triggers;
    let picked_off = face(&triggers.pickoff) * d20_share(pick_off_chance(situation));
    let balk = face(&triggers.balk) * d20_share(situation.balk_rating());
    let goes = 1.0 - picked_off - balk;
    let from = lead.from.unwrap_or(Base::First);
    let card = situation.batting_card(lead.from);
    let is_automatic = card.is_some_and(|card| card.steal_auto) && !situation.is_held(from);
    let jump = card.map_or(0.0, |card| f64::from(card.steal_jump_36ths) / 36.0);
    let lead_share = goes * if is_automatic { 1.0 } else { jump };
    let no_lead = goes - lead_share;
    let goes_anyway = if lead.to == Base::Second { no_lead } else { 0.0 };

    let mut jumps = TrialGroup::new("jump");
    let mut attempts = TrialGroup::new("attempt");
    let safe = lead_share * d20_share(steal_chance(situation, lead, true))
        + goes_anyway * d20_share(steal_chance(situation, lead, false));
    for (what, share) in
        [("picked_off", picked_off), ("balk", balk), ("lead", lead_share), ("no_lead", no_lead)]
    {
        jumps.expect(what, share);
    }
    for (what, share) in [
        ("picked_off", picked_off),
        ("balk", balk),
        ("safe", safe),
        ("out", lead_share + goes_anyway - safe),
        ("stays", no_lead - goes_anyway),
    ] {
        attempts.expect(what, share);
    }
    (jumps, attempts)
}
