//! What a situation is worth: run expectancy and win expectancy from the real seasons 2015 to 2019
//! (RULES 6.5; `data/`, derived from Retrosheet: see the NOTICE).
//!
//! Looks values up; what a play adds is the scorer's subtraction.

use crate::rules::vocabulary::Half;
use serde::Deserialize;
use std::sync::LazyLock;

/// Score differences beyond this are valued like it.
const DIFFERENCE_MAX: i32 = 10;
/// The inning of the table that stands for every extra inning.
const EXTRA_INNING: i32 = 10;
/// Scheduled innings of the games behind the table.
const SCHEDULED: i32 = 9;
/// One row for each half, number of outs and set of occupied bases.
const ROWS_PER_INNING: usize = 2 * 3 * 8;

/// A situation between two plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Situation {
    /// The inning, from 1.
    pub inning: u8,
    /// The half.
    pub half: Half,
    /// Outs, 0 to 2.
    pub outs: u8,
    /// Occupied bases: 1 = first, 2 = second, 4 = third.
    pub on_base_code: u8,
    /// The home team's runs minus the visitors'.
    pub home_lead: i32,
    /// Innings the game is scheduled for.
    pub scheduled_innings: u8,
    /// Extra innings start with a runner on second.
    pub extra_inning_runner: bool,
}

impl Situation {
    /// The situation that a play leads to, with so many runs and outs made on it and these bases occupied
    /// after it; after the third out the start of the next half inning. Whether the game is over is not its
    /// question.
    #[must_use]
    pub fn after(&self, runs: u8, outs_made: u8, on_base_code: u8) -> Self {
        let for_home = if self.half == Half::Bottom { 1 } else { -1 };
        let end = Self { home_lead: self.home_lead + for_home * i32::from(runs), ..*self };
        match self.outs + outs_made {
            outs @ 0..3 => Self { outs, on_base_code, ..end },
            _ => end.next_half(),
        }
    }

    /// The start of the half inning after this one.
    fn next_half(&self) -> Self {
        let (inning, half) = match self.half {
            Half::Top => (self.inning, Half::Bottom),
            Half::Bottom => (self.inning.saturating_add(1), Half::Top),
        };
        let placed = self.extra_inning_runner && inning > self.scheduled_innings;
        Self { inning, half, outs: 0, on_base_code: if placed { 2 } else { 0 }, ..*self }
    }
}

/// Runs that the batting team scores on average in the rest of the half inning.
///
/// # Panics
/// When `on_base_code` is over 7 or `outs` over 2.
#[must_use]
pub fn run_expectancy(on_base_code: u8, outs: u8) -> f64 {
    RUNS[usize::from(on_base_code)][usize::from(outs)]
}

/// Chance that the home team wins, with equal teams.
///
/// # Panics
/// When `on_base_code` is over 7 or `outs` over 2.
#[must_use]
pub fn home_win_expectancy(situation: &Situation) -> f64 {
    let is_extra = situation.inning > situation.scheduled_innings;
    let inning = if is_extra {
        EXTRA_INNING
    } else {
        // A game of seven innings is valued like the last seven of nine.
        (i32::from(situation.inning) + SCHEDULED - i32::from(situation.scheduled_innings)).clamp(1, SCHEDULED)
    };
    let (table, first_inning) = if is_extra && situation.extra_inning_runner {
        (&*WINS_WITH_RUNNER, EXTRA_INNING)
    } else {
        (&*WINS, 1)
    };
    let inning = usize::try_from(inning - first_inning).expect("both tables reach the extra innings");
    let half = usize::from(situation.half == Half::Bottom);
    let (outs, bases) = (usize::from(situation.outs), usize::from(situation.on_base_code));
    assert!(outs < 3 && bases < 8, "no such situation: {situation:?}");
    let lead = situation.home_lead.clamp(-DIFFERENCE_MAX, DIFFERENCE_MAX) + DIFFERENCE_MAX;
    let column = usize::try_from(lead).expect("clamped to the table");
    table[inning * ROWS_PER_INNING + (half * 3 + outs) * 8 + bases][column]
}

type WinRow = [f64; 2 * DIFFERENCE_MAX as usize + 1];

/// A line of the file: inning, half (`top`, `bot`), outs, bases and the values.
type WinLine = (i32, String, usize, usize, WinRow);

static RUNS: LazyLock<[[f64; 3]; 8]> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        run_expectancy: Table,
    }
    #[derive(Deserialize)]
    struct Table {
        values: [[f64; 3]; 8],
    }
    let file: File = toml::from_str(include_str!("data/run_expectancy.toml"))
        .expect("the table is part of the program and a test reads it");
    file.run_expectancy.values
});

static WINS: LazyLock<Vec<WinRow>> = LazyLock::new(|| read_wins(include_str!("data/win_expectancy.csv"), 1));

static WINS_WITH_RUNNER: LazyLock<Vec<WinRow>> =
    LazyLock::new(|| read_wins(include_str!("data/win_expectancy_auto_runner.csv"), EXTRA_INNING));

/// Reads a table whose rows go through innings from `first_inning` to 10, halves, outs and bases in order.
fn read_wins(text: &str, first_inning: i32) -> Vec<WinRow> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows: Result<Vec<WinLine>, _> = reader.deserialize().collect();
    let rows = rows.expect("the table is part of the program and a test reads it");
    let in_order = rows.iter().enumerate().all(|(at, (inning, half, outs, bases, _))| {
        let half = usize::from(half == "bot");
        let row = usize::try_from(inning - first_inning).unwrap_or(usize::MAX);
        at == row * ROWS_PER_INNING + (half * 3 + outs) * 8 + bases
    });
    assert!(in_order, "the rows of the table are in order");
    rows.into_iter().map(|(.., values)| values).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Situation = Situation {
        inning: 1,
        half: Half::Top,
        outs: 0,
        on_base_code: 0,
        home_lead: 0,
        scheduled_innings: 9,
        extra_inning_runner: false,
    };

    fn assert_close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} is not {right}");
    }

    #[test]
    fn the_tables_say_what_the_files_say() {
        assert_close(run_expectancy(0, 0), 0.5134);
        assert_close(run_expectancy(7, 2), 0.7847);
        assert_close(home_win_expectancy(&START), 0.5);
        let second_and_third = Situation { half: Half::Bottom, outs: 1, on_base_code: 6, ..START };
        assert_close(home_win_expectancy(&Situation { home_lead: -1, ..second_and_third }), 0.53738);
        assert_close(home_win_expectancy(&Situation { home_lead: 30, ..START }), 0.9851);
    }

    #[test]
    fn extra_innings_have_a_table_of_their_own_where_a_runner_is_placed() {
        let tenth = Situation { inning: 13, home_lead: 0, on_base_code: 2, ..START };
        assert_close(home_win_expectancy(&Situation { extra_inning_runner: true, ..tenth }), 0.5);
        assert!(home_win_expectancy(&tenth) < 0.45, "a runner on second helps the visitors");
        let bottom = Situation { half: Half::Bottom, home_lead: 1, ..tenth };
        assert_close(home_win_expectancy(&bottom), 1.0);
    }

    #[test]
    fn a_shorter_game_is_the_end_of_a_longer_one() {
        let sixth_of_seven = Situation { inning: 6, scheduled_innings: 7, home_lead: 2, ..START };
        let eighth_of_nine = Situation { inning: 8, home_lead: 2, ..START };
        assert_close(home_win_expectancy(&sixth_of_seven), home_win_expectancy(&eighth_of_nine));
    }
}
