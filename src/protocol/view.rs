//! `state` on the wire: a game as SYSTEM 1 names its fields, built from the engine's state. The dice seed is in
//! neither, so it cannot be sent.

mod pending;

pub use pending::{PendingView, RecordView, RunnerQuestionView, RunnerTryView};

use crate::id::{GameId, PlayNumber, Seq, TeamId};
use crate::rules::card::CardBook;
use crate::rules::decision::{DefensiveDecision, OffensiveDecision};
use crate::rules::dice::Roll;
use crate::rules::event::PlaySummary;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::state::{GameSettings, GameState, PendingDecision};
use crate::rules::vocabulary::{
    AiDifficulty, DecisionPhase, GameMode, Half, LeagueId, Position, Side, Status, Visibility,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A game as its managers and spectators see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GameView {
    /// The game.
    pub game_id: GameId,
    /// The last journal entry that is in this view.
    pub seq: Seq,
    /// Its league.
    pub league_id: LeagueId,
    /// The home team.
    pub home_team_id: TeamId,
    /// The visitors.
    pub away_team_id: TeamId,
    /// The home team's name.
    pub home_team_name: String,
    /// The visitors' name.
    pub away_team_name: String,
    /// The host manages the home team.
    pub home_team_is_ai: bool,
    /// The host manages the visitors.
    pub away_team_is_ai: bool,
    /// How well the AI managers play.
    pub ai_difficulty: AiDifficulty,
    /// The host resolves rolls off the cards.
    pub auto_mode: bool,
    /// What the game is played for.
    pub game_mode: GameMode,
    /// Who may follow it.
    pub visibility: Visibility,
    /// The league's settings.
    pub settings: GameSettings,
    /// The version of the rules it is played by.
    pub rules_version: u16,
    /// SHA-256 of the dice seed, in hexadecimal.
    pub seed_commitment: String,
    /// Where it stands in its life.
    pub status: Status,
    /// The inning, from 1; 0 before the game.
    pub inning: u8,
    /// The half being played.
    pub half: Half,
    /// Outs in this half.
    pub outs: u8,
    /// Runs of the home team.
    pub home_score: u16,
    /// Runs of the visitors.
    pub away_score: u16,
    /// Runs of the home team by inning.
    pub home_line_score: Vec<u16>,
    /// Runs of the visitors by inning.
    pub away_line_score: Vec<u16>,
    /// Hits of the home team.
    pub home_hits: u16,
    /// Hits of the visitors.
    pub away_hits: u16,
    /// Errors of the home team.
    pub home_errors: u16,
    /// Errors of the visitors.
    pub away_errors: u16,
    /// The runner on first.
    pub on_first: Option<PlayerView>,
    /// The runner on second.
    pub on_second: Option<PlayerView>,
    /// The runner on third.
    pub on_third: Option<PlayerView>,
    /// Whose turn it is in the visitors' batting order, 0 to 8.
    pub away_team_batter_idx: u8,
    /// Whose turn it is in the home team's batting order, 0 to 8.
    pub home_team_batter_idx: u8,
    /// Who bats; none before the line-ups are set.
    pub current_batter: Option<PlayerView>,
    /// Who pitches.
    pub current_pitcher: Option<PlayerView>,
    /// Who catches.
    pub current_catcher: Option<PlayerView>,
    /// Occupied bases: 1 = first, 2 = second, 4 = third.
    pub current_on_base_code: u8,
    /// What the game waits for.
    pub decision_phase: DecisionPhase,
    /// Who owes it.
    pub pending_decision: Option<PendingDecision>,
    /// The decisions that were made for the play that comes.
    pub decisions_this_play: DecisionsThisPlay,
    /// The fielding side's decision for the play that comes.
    pub pending_defensive_decision: Option<DefensiveDecision>,
    /// The batting side's decision for the play that comes.
    pub pending_offensive_decision: Option<OffensiveDecision>,
    /// Manual mode: the roll that waits for its outcome.
    pub pending_manual_roll: Option<Roll>,
    /// What else somebody has to answer.
    #[serde(flatten)]
    pub pending: PendingView,
    /// Plays completed.
    pub play_count: PlayNumber,
    /// The last play.
    pub last_play_result: Option<PlaySummary>,
    /// Who won.
    pub winner_team_id: Option<TeamId>,
    /// What else is on record.
    #[serde(flatten)]
    pub record: RecordView,
    /// The home team's line-up, those who left included.
    pub home_lineup: LineupView,
    /// The visitors' line-up, those who left included.
    pub away_lineup: LineupView,
}

/// The decisions that were made for one play; what is not there is not made yet.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct DecisionsThisPlay {
    /// The fielding side's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defensive: Option<DefensiveDecision>,
    /// The batting side's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offensive: Option<OffensiveDecision>,
}

/// A team's line-up, with names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LineupView {
    /// The team.
    pub team_id: TeamId,
    /// All entries, by number.
    pub players: Vec<PlayerView>,
}

/// A player in the game, with his name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlayerView {
    /// The line-up entry.
    #[serde(flatten)]
    pub player: LineupPlayerState,
    /// His name; none where his card is not known.
    pub name: Option<String>,
}

impl PlayerView {
    fn new(player: &LineupPlayerState, cards: &CardBook) -> Self {
        Self { player: player.clone(), name: cards.get(player.card_id).map(|card| card.name.clone()) }
    }
}

impl LineupView {
    /// A side's line-up.
    #[must_use]
    pub fn new(state: &GameState, side: Side, cards: &CardBook) -> Self {
        let lineup = &state.lineups[side];
        Self {
            team_id: state.setup.teams[side].team_id,
            players: lineup.players.iter().map(|player| PlayerView::new(player, cards)).collect(),
        }
    }
}

impl GameView {
    /// The view of `state`, with the names on `cards`.
    #[must_use]
    pub fn new(state: &GameState, cards: &CardBook) -> Self {
        let GameState { setup, .. } = state;
        let (batting, fielding) = (state.batting_side(), state.fielding_side());
        let show = |player: &LineupPlayerState| PlayerView::new(player, cards);
        let runner = |base: usize| {
            let runner = state.runners[base].as_ref()?;
            state.lineups[batting].player(runner.lineup_id).map(show)
        };
        let in_field = |position| state.lineups[fielding].at(position).map(show);
        Self {
            game_id: setup.game_id,
            seq: state.seq,
            league_id: setup.league_id,
            home_team_id: setup.teams.home.team_id,
            away_team_id: setup.teams.away.team_id,
            home_team_name: setup.teams.home.name.clone(),
            away_team_name: setup.teams.away.name.clone(),
            home_team_is_ai: setup.teams.home.is_ai,
            away_team_is_ai: setup.teams.away.is_ai,
            ai_difficulty: setup.ai_difficulty,
            auto_mode: setup.auto_mode,
            game_mode: setup.game_mode,
            visibility: setup.visibility,
            settings: setup.settings.clone(),
            rules_version: setup.rules_version,
            seed_commitment: setup.seed_commitment.clone(),
            status: state.status,
            inning: state.inning,
            half: state.half,
            outs: state.outs,
            home_score: state.score.home,
            away_score: state.score.away,
            home_line_score: state.line_score.home.clone(),
            away_line_score: state.line_score.away.clone(),
            home_hits: state.hits.home,
            away_hits: state.hits.away,
            home_errors: state.errors.home,
            away_errors: state.errors.away,
            on_first: runner(0),
            on_second: runner(1),
            on_third: runner(2),
            away_team_batter_idx: state.batter_idx.away,
            home_team_batter_idx: state.batter_idx.home,
            current_batter: state.lineups[batting].batter(state.batter_idx[batting]).map(show),
            current_pitcher: in_field(Position::Pitcher),
            current_catcher: in_field(Position::Catcher),
            current_on_base_code: state.on_base_code(),
            decision_phase: state.decision_phase,
            pending_decision: state.pending_decision.clone(),
            decisions_this_play: DecisionsThisPlay {
                defensive: state.pending_defensive_decision.clone(),
                offensive: state.pending_offensive_decision.clone(),
            },
            pending_defensive_decision: state.pending_defensive_decision.clone(),
            pending_offensive_decision: state.pending_offensive_decision.clone(),
            pending_manual_roll: state.pending_manual_roll.clone(),
            pending: PendingView::new(state, cards),
            play_count: state.play_count,
            last_play_result: state.last_play_result.clone(),
            winner_team_id: state.winner.map(|side| setup.teams[side].team_id),
            record: RecordView::new(state),
            home_lineup: LineupView::new(state, Side::Home, cards),
            away_lineup: LineupView::new(state, Side::Away, cards),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::league::League;

    use crate::rules::create;
    use crate::rules::state::{GameSetup, Runner};
    use crate::rules::vocabulary::BySide;
    use serde_json::{Value, json};

    /// A game between the bundled teams, before its first pitch.
    async fn new_game() -> (GameState, CardBook) {
        let league = League::bundled();
        let away = league.team(LeagueId::Pd, TeamId(2)).await.expect("a bundled team");
        let home = league.team(LeagueId::Pd, TeamId(1)).await.expect("a bundled team");
        let cards = CardBook::new(away.players.iter().chain(&home.players).cloned());
        let teams = BySide { away, home };
        let setup = GameSetup::plain(
            GameId::generate(),
            BySide::from_fn(|side| teams[side].setup(&teams[side].players, side == Side::Away)),
            "ab".repeat(32),
            "cd".repeat(32),
        );
        let lineups = teams.map(|team| Some(team.lineup));
        let events = create(setup, lineups, &cards).expect("legal line-ups");
        (GameState::begin(&events).expect("created"), cards)
    }

    #[tokio::test]
    async fn the_state_has_the_names_of_the_leagues() {
        let (state, cards) = new_game().await;
        let view = serde_json::to_value(GameView::new(&state, &cards)).expect("serializable");
        for name in "game_id league_id home_team_id away_team_id home_team_is_ai away_team_is_ai ai_difficulty \
                     auto_mode status inning half outs home_score away_score on_first on_second on_third \
                     away_team_batter_idx home_team_batter_idx current_batter current_pitcher current_catcher \
                     current_on_base_code decision_phase pending_decision decisions_this_play \
                     pending_defensive_decision pending_offensive_decision pending_manual_roll play_count \
                     last_play_result home_lineup away_lineup seed_commitment pending_runner \
                     pending_x_check pending_rollback weather home_entropy away_entropy ended_by forfeit \
                     statistics_count"
            .split_whitespace()
        {
            assert!(view.get(name).is_some(), "{name} is missing");
        }
        assert_eq!((&view["away_team_is_ai"], &view["home_team_is_ai"]), (&json!(true), &json!(false)));
        let seeds: Vec<_> =
            view.as_object().into_iter().flatten().filter(|(name, _)| name.contains("seed")).collect();
        assert_eq!(seeds.len(), 1, "only the commitment: {seeds:?}");
    }

    #[tokio::test]
    async fn players_are_shown_whole_and_by_name() {
        let (mut state, cards) = new_game().await;
        let runner = state.lineups.away.players[2].clone();
        state.runners[1] = Some(Runner {
            lineup_id: runner.lineup_id,
            responsible_pitcher: None,
            reached_on: None,
            unearned: false,
        });
        let view = serde_json::to_value(GameView::new(&state, &cards)).expect("serializable");
        let name = &cards.get(runner.card_id).expect("a card").name;
        assert_eq!(view["on_second"]["name"], name.as_str());
        assert_eq!(view["on_second"]["lineup_id"], json!(runner.lineup_id));
        assert_eq!((&view["on_first"], &view["on_third"]), (&Value::Null, &Value::Null));
        assert_eq!(view["current_on_base_code"], 2);
        assert_eq!(view["current_batter"]["batting_order"], 1);
        assert_eq!(view["current_pitcher"]["position"], "P");
        assert_eq!(view["current_catcher"]["position"], "C");
        assert_eq!(
            view["home_lineup"]["players"].as_array().map(Vec::len),
            Some(state.lineups.home.players.len())
        );
        let back: GameView = serde_json::from_value(view).expect("a view can be read back");
        assert_eq!(back, GameView::new(&state, &cards));
    }
}
