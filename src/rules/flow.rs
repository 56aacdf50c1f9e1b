//! When a half inning and a game end, and what comes next (RULES 7.1, OBR 5.08, 7.01).

use super::event::Ending;
use super::scoring::HalfInningLedger;
use super::state::{GameState, Runner};
use super::vocabulary::{Half, Side};

/// Innings after which a game may end by the mercy rule.
const MERCY_INNINGS: u8 = 5;

/// Innings that make a regulation game (OBR 7.01(c)).
const REGULATION_INNINGS: u8 = 5;

impl GameState {
    /// How the game has just ended, if it has. True only as a play ends, before the next half begins.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        let lead = i32::from(self.score.home) - i32::from(self.score.away);
        let is_last = self.inning >= self.setup.settings.innings;
        let regulation =
            if self.inning > self.setup.settings.innings { Ending::ExtraInnings } else { Ending::Regulation };
        match self.half {
            Half::Bottom if is_last && lead > 0 => return Some(Ending::WalkOff),
            Half::Bottom if is_last && lead < 0 && self.outs >= 3 => return Some(regulation),
            Half::Top if is_last && lead > 0 && self.outs >= 3 => return Some(regulation),
            _ => {}
        }
        let mercy = i32::from(self.setup.settings.mercy_runs?);
        let decided = match self.half {
            Half::Top => lead >= mercy,
            Half::Bottom => lead.abs() >= mercy,
        };
        (decided && self.outs >= 3 && self.inning >= MERCY_INNINGS).then_some(Ending::Mercy)
    }

    /// Whether the statistics of the game count: always, unless it was forfeited before it was a regulation
    /// game, which is five innings, or four and a half with the home team ahead (OBR 7.01(c), 9.03(e)).
    #[must_use]
    pub fn statistics_count(&self) -> bool {
        if self.ended_by != Some(Ending::Forfeit) {
            return true;
        }
        let regulation = REGULATION_INNINGS.min(self.setup.settings.innings);
        let runs = |side: Side| self.line_score[side].iter().sum::<u16>();
        let home_leads = self.half == Half::Bottom && runs(Side::Home) > runs(Side::Away);
        self.inning > regulation || (self.inning == regulation && home_leads)
    }

    /// Runs that win the game at once for the side at bat, if one more play can.
    pub(crate) fn runs_to_walk_off(&self) -> Option<u8> {
        let is_open = self.half == Half::Bottom && self.inning >= self.setup.settings.innings;
        let behind = self.score.away.checked_sub(self.score.home)?;
        is_open.then(|| u8::try_from(behind).unwrap_or(u8::MAX).saturating_add(1))
    }

    /// Starts the next half inning: bases empty, nobody out, a placed runner where the league has one.
    pub(super) fn next_half(&mut self) {
        self.half = match self.half {
            Half::Top => Half::Bottom,
            Half::Bottom => {
                self.inning = self.inning.saturating_add(1);
                Half::Top
            }
        };
        self.outs = 0;
        self.runners = [None; 3];
        self.ledger = HalfInningLedger::default();
        let batting = self.batting_side();
        self.line_score[batting].push(0);
        if self.setup.settings.extra_inning_runner && self.inning > self.setup.settings.innings {
            self.runners[1] = self.placed_runner(batting);
        }
    }

    /// The batter before the one who leads off; his run is unearned and nobody answers for it.
    fn placed_runner(&self, side: Side) -> Option<Runner> {
        let last = (self.batter_idx[side] + 8) % 9;
        let lineup_id = self.lineups[side].batter(last)?.lineup_id;
        Some(Runner { lineup_id, responsible_pitcher: None, reached_on: None, unearned: true })
    }
}
