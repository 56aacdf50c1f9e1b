//! What a rollback changes in the rows that stay: later plays had credited runs to them.

use super::rows;
use crate::id::{PlayNumber, Seq};
use crate::rules::event::Event;
use crate::rules::scoring::RunCredit;
use crate::rules::state::GameState;
use crate::store::change::RollbackRows;

/// Runs and earned runs by play, of one line of history.
type Runs = Vec<(u8, u8)>;

/// The rows of going back to `to_play`, given the whole journal so far, from entry 1 on.
#[must_use]
pub fn rollback<'a>(
    journal: impl IntoIterator<Item = (Seq, &'a [Event])>,
    to_play: PlayNumber,
) -> RollbackRows {
    let mut state: Option<GameState> = None;
    // after[n]: the runs as they stood after play n.
    let mut after: Vec<Runs> = vec![Runs::new()];
    for (seq, events) in journal {
        let Some(before) = state.take() else {
            state = GameState::begin(events);
            continue;
        };
        let mut next = before.clone();
        next.apply_entry(seq, events);
        for event in events {
            if let Event::RolledBack { to_play, .. } = event {
                after.truncate(index(*to_play) + 1);
            }
        }
        let written = rows(&before, events, &next);
        for play in &written.plays {
            let mut runs = after.last().cloned().unwrap_or_default();
            for credit in &written.credits {
                if let Some(row) = runs.get_mut(index(credit.play_number).wrapping_sub(1)) {
                    row.0 += credit.run;
                    row.1 += credit.e_run;
                }
            }
            runs.push((play.run, play.e_run));
            after.push(runs);
        }
        state = Some(next);
    }
    let now = after.last().cloned().unwrap_or_default();
    let then = after.get(index(to_play)).cloned().unwrap_or_default();
    let changed = (1..).map(PlayNumber).zip(then.iter().zip(&now)).filter(|(_, (then, now))| then != now);
    let runs = changed.map(|(play_number, (then, _))| RunCredit { play_number, run: then.0, e_run: then.1 });
    RollbackRows { to_play, runs: runs.collect() }
}

fn index(play: PlayNumber) -> usize {
    usize::try_from(play.0).unwrap_or(0)
}
