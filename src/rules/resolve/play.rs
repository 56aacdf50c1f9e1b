//! From what the rules say to the facts of a play: cut to the end of the game, counted, told in a sentence.

use super::{Draft, Situation};
use crate::rules::describe;
use crate::rules::event::Play;
use crate::rules::resolution::Resolution;
use crate::rules::vocabulary::Position;
use crate::rules::workload;

/// Writes a play down.
pub(super) fn finish(situation: &Situation, mut draft: Draft, resolution: Resolution) -> Play {
    cut_walk_off(situation, &mut draft);
    let state = situation.state;
    let description = describe::play(situation, &draft.facts(situation));
    Play {
        play_number: state.play_count.next(),
        inning: state.inning,
        half: state.half,
        outs_before: state.outs,
        on_base_code: situation.bases.bits(),
        away_score: state.score.away,
        home_score: state.score.home,
        batting_order: state.batter_idx[state.batting_side()] + 1,
        batter_id: situation.batter.lineup_id,
        pitcher_id: situation.pitcher.lineup_id,
        catcher_id: situation.fielder(Position::Catcher).map(|catcher| catcher.lineup_id),
        defender_id: draft.defender,
        runner_id: draft.runner,
        runners: state.runners,
        outcome: draft.outcome,
        hit_location: draft.location,
        batter_to: draft.advance.batter,
        runners_to: draft.advance.runners,
        outs_recorded: draft.advance.outs,
        runs_scored: draft.advance.count(4),
        hit_bases: draft.hit_bases,
        plate_appearance: draft.plate_appearance,
        gidp: draft.gidp,
        sacrifice: draft.sacrifice,
        error: draft.error,
        interference: draft.interference,
        in_pow: workload::in_pow(state, situation.cards, situation.pitcher),
        clean: draft.clean.map(Into::into),
        hit_type: draft.hit_type,
        description,
        resolution,
    }
}

/// The run that wins the game in the bottom of the last inning ends it at once: nothing after it counts,
/// unless the ball left the park (OBR 9.06(f), (g)).
fn cut_walk_off(situation: &Situation, draft: &mut Draft) {
    let Some(needed) = situation.state.runs_to_walk_off() else { return };
    if draft.left_the_park {
        return;
    }
    let is_hit = draft.hit_bases > 0;
    let Some(cut) = draft.advance.walk_off(needed, is_hit) else { return };
    if is_hit && let Some(reached) = cut.batter {
        draft.hit_bases = draft.hit_bases.min(reached);
    }
    draft.advance = cut;
}

impl Draft {
    fn facts<'a>(&self, situation: &Situation<'a>) -> describe::Facts<'a> {
        let lineup = &situation.state.lineups[situation.state.batting_side()];
        let runner = self.runner.and_then(|runner| lineup.player(runner));
        let runner = runner.and_then(|runner| situation.cards.get(runner.card_id));
        describe::Facts {
            runner: runner.map(|card| card.name.as_str()),
            outcome: self.outcome,
            location: self.location,
            runs: self.advance.count(4),
            outs: self.advance.outs,
            hit_bases: self.hit_bases,
            gidp: self.gidp,
            batter_out: self.advance.batter == Some(0),
            error: self.error,
        }
    }
}
