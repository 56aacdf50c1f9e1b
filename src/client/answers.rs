//! What a host answers over HTTP, as a client reads it; fields of a newer host are passed over. The states, the box score
//! and the events are [`crate::protocol`]'s and [`crate::rules`]'.

use super::refusal::Refusal;
use crate::id::{CardId, GameId, TeamId, UserId};
use crate::rules::card::PlayerCard;
use crate::rules::vocabulary::{AiDifficulty, BySide, GameMode, Half, LeagueId, Status, Visibility};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A game, as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct GameSummary {
    /// The game.
    pub id: GameId,
    /// Its league.
    pub league_id: LeagueId,
    /// The home team.
    pub home_team_id: TeamId,
    /// The visitors.
    pub away_team_id: TeamId,
    /// Where it stands in its life.
    pub status: Status,
    /// What it is played for.
    pub game_mode: GameMode,
    /// Who may follow it.
    pub visibility: Visibility,
    /// The inning; 0 before the first pitch.
    pub current_inning: u8,
    /// The half.
    pub current_half: Half,
    /// Runs of the home team.
    pub home_score: u16,
    /// Runs of the visitors.
    pub away_score: u16,
    /// The home team is managed by the host.
    pub home_team_is_ai: bool,
    /// The visitors are managed by the host.
    pub away_team_is_ai: bool,
    /// How well the AI plays.
    pub ai_difficulty: AiDifficulty,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who won.
    pub winner_team_id: Option<TeamId>,
    /// When it was set aside, if it is.
    pub quarantined_at: Option<DateTime<Utc>>,
    /// Who holds which seat.
    pub seats: BySide<Option<SeatHolder>>,
    /// SHA-256 of the dice seed, in hexadecimal, published before the first pitch.
    pub seed_commitment: Option<String>,
}

/// Who holds a seat.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct SeatHolder {
    /// The user.
    pub user_id: UserId,
    /// His name, for people.
    pub user_name: String,
    /// When he took it.
    pub claimed_at: DateTime<Utc>,
}

/// A team of a league.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// Its league.
    pub league_id: LeagueId,
    /// Its name.
    pub name: String,
    /// The name in a few letters.
    pub abbreviation: String,
}

/// A player of a team.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Player {
    /// His card's number.
    pub id: CardId,
    /// His card.
    #[serde(flatten)]
    pub card: PlayerCard,
}

/// Why the host refuses (RFC 9457), as far as we read it.
#[derive(Clone, Debug, Deserialize)]
pub struct Problem {
    detail: String,
    /// A newer host may know more codes than we do.
    code: String,
    field: Option<String>,
    retry_after_ms: Option<u64>,
    /// Where to ask instead.
    pub url: Option<String>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let Problem { detail, code, field, retry_after_ms, .. } = problem;
        Self { code: code.parse().ok(), field, message: detail, retry_after_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{self, BoxScoreView, GameView, Granted, Page};
    use crate::rules::rejection::{Rejection, RejectionCode};
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    /// Reads the answer that a host gave when the examples of its API were recorded.
    fn read<T: DeserializeOwned>(operation: &str, answer: &str) -> T {
        let all: Value = serde_json::from_str(include_str!("../gateway/http/openapi/examples.json"))
            .expect("the examples are JSON");
        let recorded = all[operation][answer].clone();
        assert!(!recorded.is_null(), "{operation} {answer} is not recorded");
        serde_json::from_value(recorded).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[test]
    fn what_hosts_answer_is_read() {
        let seated: GameSummary = read("claimSeat", "200 application/json");
        assert!(seated.seats.home.is_some() && seated.seed_commitment.is_some());
        read::<GameSummary>("createGame", "201 application/json");
        read::<GameSummary>("getGame", "200 application/json");
        assert!(!read::<Page<GameSummary>>("listGames", "200 application/json").items.is_empty());
        assert!(!read::<Page<Team>>("listTeams", "200 application/json").items.is_empty());
        let players: Page<Player> = read("listPlayers", "200 application/json");
        assert!(players.items.iter().all(|player| player.card.card_id == player.id));
        read::<Granted>("createToken", "200 application/json");
        read::<GameView>("getState", "200 application/json");
        read::<BoxScoreView>("getBoxScore", "200 application/json");
    }

    #[test]
    fn what_a_newer_host_adds_is_passed_over() {
        let team: Team = serde_json::from_str(
            r#"{"id": 1, "league_id": "pd", "name": "Washington", "abbreviation": "WAS", "mascot": "eagle"}"#,
        )
        .expect("readable");
        assert_eq!(team.id, TeamId(1));
        let problem = protocol::Problem::new(Rejection::invalid("name", "…"));
        let mut problem = serde_json::to_value(problem).expect("serializable");
        problem["trace"] = "00-1".into();
        let read = |problem: &Value| {
            Refusal::from(serde_json::from_value::<Problem>(problem.clone()).expect("readable"))
        };
        assert_eq!(read(&problem).code, Some(RejectionCode::Invalid));
        problem["code"] = "rained_out".into();
        assert_eq!((read(&problem).code, read(&problem).message.as_str()), (None, "…"));
    }
}
