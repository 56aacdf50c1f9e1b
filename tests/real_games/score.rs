//! A real game scored by the program: every play's row, every run's fate, the box score.

use super::file::{Game, Play};
use super::translate::{Players, facts, half};
use dugout::id::{CardId, GameId, LineupId, PlayNumber, TeamId};
use dugout::rules::event::{Ending, Event};
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::record::PlayRecord;
use dugout::rules::scoring::{
    BoxScore, Facts, HalfInningLedger, PlayMetadata, Scorebook, ScoredRun, box_score, score,
};
use dugout::rules::state::{GameSettings, GameSetup, GameState, Runner, TeamSetup};
use dugout::rules::vocabulary::{BySide, LeagueId, Position, Side, Status};
use std::collections::BTreeMap;

/// A scored game.
pub struct ScoredGame {
    pub players: Players,
    /// What the scorer was told of each play.
    pub facts: Vec<Facts>,
    /// What he made of it.
    pub plays: Vec<ScoredPlay>,
    /// The rows with everything booked.
    pub rows: Vec<PlayRecord>,
    pub box_score: BoxScore,
}

/// What a play came to.
pub struct ScoredPlay {
    /// How the game ends with it, if it does.
    pub ending: Option<Ending>,
    /// The runs, in order, and whether each came to be earned for the pitcher.
    pub runs: Vec<(ScoredRun, bool)>,
    /// Who answers for the runners on base before it.
    pub responsible: [Option<LineupId>; 3],
    pub metadata: PlayMetadata,
}

/// Scores a game from its plays' facts.
pub fn score_game(game: &Game) -> ScoredGame {
    let players = Players::of(game);
    let mut state = new_state(game, &players);
    let settings = state.setup.settings.clone();
    let mut inning = Inning::default();
    let mut scorebook = Scorebook::default();
    let (mut all_facts, mut plays): (Vec<Facts>, Vec<ScoredPlay>) = Default::default();
    for (at, play) in game.plays.iter().enumerate() {
        let previous = at.checked_sub(1).map(|at| &game.plays[at]);
        if previous.is_none_or(|previous| (previous.i, previous.h) != (play.i, play.h)) {
            inning = Inning::default();
        }
        let runners = inning.runners(play, &players);
        let number = i32::try_from(at).expect("some hundred") + 1;
        let facts = facts(play, number, &players, runners);
        let ending = ending(&mut state, &facts);
        let is_last = at + 1 == game.plays.len();
        scorebook.enter(score(&facts, &inning.ledger, &settings, is_last));
        let observed = inning.ledger.observe(&facts);
        let responsible = inning.answerable(&facts);
        let mut runs: Vec<(ScoredRun, bool)> = observed.runs.iter().map(|run| (*run, false)).collect();
        let mut scorers = 0..runs.len();
        for credit in &observed.credits {
            if credit.run == 1 {
                let run = scorers.next().expect("one credit a run");
                inning.runs.insert(credit.play_number, (at, run));
                runs[run].1 = credit.e_run == 1;
            } else if let Some((play, run)) = inning.runs.get(&credit.play_number) {
                let late: &mut ScoredPlay = &mut plays[*play];
                late.runs[*run].1 = true;
            }
        }
        inning.move_on(&facts);
        let row = scorebook.plays().last().expect("just entered");
        plays.push(ScoredPlay { ending, runs, responsible, metadata: PlayMetadata::of(row) });
        all_facts.push(facts);
    }
    finish(game, &mut state);
    let rows = scorebook.plays().to_vec();
    let box_score = box_score(&state, &rows);
    ScoredGame { players, facts: all_facts, plays, rows, box_score }
}

/// The half inning that is being scored.
#[derive(Default)]
struct Inning {
    ledger: HalfInningLedger,
    on_base: [Option<Runner>; 3],
    before: [Option<Runner>; 3],
    /// Which run was booked on which play's row.
    runs: BTreeMap<PlayNumber, (usize, usize)>,
}

impl Inning {
    /// The runners of the file, with who answers for them by our own reckoning. Who is not known was placed
    /// there by the rules.
    fn runners(&mut self, play: &Play, players: &Players) -> [Option<Runner>; 3] {
        self.before = [0, 1, 2].map(|base| {
            let lineup_id = players.number(play.on[base].as_deref()?);
            let placed = Runner { lineup_id, responsible_pitcher: None, reached_on: None, unearned: true };
            Some(Runner { lineup_id, ..self.on_base[base].unwrap_or(placed) })
        });
        self.before
    }

    /// Who answers for those who were on base before the play.
    fn answerable(&self, facts: &Facts) -> [Option<LineupId>; 3] {
        self.before.map(|runner| Some(runner?.responsible_pitcher.unwrap_or(facts.pitcher_id)))
    }

    fn move_on(&mut self, facts: &Facts) {
        let batter = Runner {
            lineup_id: facts.batter_id,
            responsible_pitcher: None,
            reached_on: None,
            unearned: false,
        };
        let mut after = [None; 3];
        let everyone = facts.runners.into_iter().zip(facts.runners_to);
        for (runner, to) in everyone.chain([(Some(batter), facts.batter_to)]) {
            if let Some(base @ 1..=3) = to {
                after[usize::from(base) - 1] = runner;
            }
        }
        self.ledger.settle(&mut after);
        self.on_base = after;
    }
}

/// How the game ends with the play, by the rules of the engine.
fn ending(state: &mut GameState, facts: &Facts) -> Option<Ending> {
    state.inning = facts.inning;
    state.half = facts.half;
    state.outs = facts.outs_before + facts.outs_recorded;
    state.score = BySide { away: facts.away_score, home: facts.home_score };
    state.score[facts.half.batting()] += u16::from(facts.runs_scored);
    state.ending()
}

fn new_state(game: &Game, players: &Players) -> GameState {
    let settings = GameSettings {
        innings: game.scheduled_innings,
        extra_inning_runner: game.auto_runner_base == 2,
        ..GameSettings::default()
    };
    let team = |side: Side| TeamSetup {
        team_id: TeamId(if side == Side::Away { 1 } else { 2 }),
        name: side.to_string(),
        is_ai: false,
        roster: Vec::new(),
    };
    let setup = GameSetup {
        league_id: LeagueId::Sba,
        auto_mode: false,
        settings,
        ..GameSetup::plain(GameId::generate(), BySide::from_fn(team), String::new(), String::new())
    };
    let mut events = vec![Event::GameCreated(Box::new(setup))];
    for (side, totals) in [Side::Away, Side::Home].into_iter().zip(game.totals.sides()) {
        let batters = totals.batting.iter().map(|line| (line, line.numbers.get("slot").copied()));
        let pitchers = totals.pitching.iter().map(|line| (line, None));
        let mut entries: Vec<LineupPlayerState> = Vec::new();
        for (line, slot) in batters.chain(pitchers) {
            let lineup_id = players.number(&line.id);
            if entries.iter().all(|entry| entry.lineup_id != lineup_id) {
                entries.push(entry(lineup_id, slot));
            }
        }
        events.push(Event::LineupSet { side, players: entries });
    }
    GameState::begin(&events).expect("the first event creates the game")
}

fn entry(lineup_id: LineupId, slot: Option<u16>) -> LineupPlayerState {
    let batting_order = slot.and_then(|slot| u8::try_from(slot).ok());
    LineupPlayerState::starter(lineup_id, CardId(lineup_id.0), Position::DesignatedHitter, batting_order)
}

/// The game is over, also where rain ended it.
fn finish(game: &Game, state: &mut GameState) {
    let [away, home] = game.result.score;
    state.score = BySide { away, home };
    state.status = Status::Completed;
    state.half = half(game.result.last_half);
    state.winner = match home.cmp(&away) {
        std::cmp::Ordering::Greater => Some(Side::Home),
        std::cmp::Ordering::Less => Some(Side::Away),
        std::cmp::Ordering::Equal => None,
    };
}
