//! Bodies of the HTTP API that are not read models: what is asked, pages, problems.

use super::json::from_value;
use super::user::User;
use crate::id::{CardId, TeamId};
use crate::rules;
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameSettings;
use crate::rules::vocabulary::{AiDifficulty, BySide, GameMode, LeagueId, Side, Visibility};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// The most players a roster may have.
const ROSTER_PLAYERS_MAX: usize = 60;
/// The most starters a line-up may have: nine batters and a pitcher who does not bat.
const LINEUP_PLAYERS_MAX: usize = 10;

/// `POST /games`: a game to be created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGame {
    /// The league; PD where left out.
    #[serde(default = "pd")]
    pub league_id: LeagueId,
    /// The home team.
    pub home_team_id: TeamId,
    /// The visitors.
    pub away_team_id: TeamId,
    /// The host manages the home team.
    #[serde(default)]
    pub home_team_is_ai: bool,
    /// The host manages the visitors.
    #[serde(default)]
    pub away_team_is_ai: bool,
    /// The seat of whoever creates the game; where left out the home seat, or the away seat where an AI manages at home.
    #[serde(default)]
    pub seat: Option<Side>,
    /// How well the AI managers play.
    #[serde(default = "medium")]
    pub ai_difficulty: AiDifficulty,
    /// The host resolves rolls off the cards; where left out, as the league plays.
    #[serde(default)]
    pub auto_mode: Option<bool>,
    /// What the game is played for.
    #[serde(default = "exhibition")]
    pub game_mode: GameMode,
    /// Who may follow it.
    #[serde(default = "public")]
    pub visibility: Visibility,
    /// Settings that differ from the league's.
    #[serde(default)]
    pub settings: GameSettings,
    /// Who is eligible for the home team; where left out, its own roster.
    #[serde(default)]
    #[schemars(length(max = ROSTER_PLAYERS_MAX), extend("uniqueItems" = true))]
    pub home_roster: Option<Vec<CardId>>,
    /// Who is eligible for the visitors; where left out, their own roster.
    #[serde(default)]
    #[schemars(length(max = ROSTER_PLAYERS_MAX), extend("uniqueItems" = true))]
    pub away_roster: Option<Vec<CardId>>,
    /// The home team's starters; where left out, its usual ones.
    #[serde(default)]
    #[schemars(length(max = LINEUP_PLAYERS_MAX))]
    pub home_lineup: Option<Vec<LineupSlot>>,
    /// The visitors' starters; where left out, their usual ones.
    #[serde(default)]
    #[schemars(length(max = LINEUP_PLAYERS_MAX))]
    pub away_lineup: Option<Vec<LineupSlot>>,
}

const fn pd() -> LeagueId {
    LeagueId::Pd
}

const fn medium() -> AiDifficulty {
    AiDifficulty::Medium
}

const fn exhibition() -> GameMode {
    GameMode::Exhibition
}

const fn public() -> Visibility {
    Visibility::Public
}

impl NewGame {
    /// A game between these teams, everything else as where it is left out.
    #[must_use]
    pub fn between(away_team_id: TeamId, home_team_id: TeamId) -> Self {
        Self {
            league_id: pd(),
            home_team_id,
            away_team_id,
            home_team_is_ai: false,
            away_team_is_ai: false,
            seat: None,
            ai_difficulty: medium(),
            auto_mode: None,
            game_mode: exhibition(),
            visibility: public(),
            settings: GameSettings::default(),
            home_roster: None,
            away_roster: None,
            home_lineup: None,
            away_lineup: None,
        }
    }

    /// Reads the request's body.
    ///
    /// # Errors
    /// `invalid`, with the field, its problem and what is allowed. Whether teams and cards exist is not known here.
    pub fn parse(body: Value) -> Result<Self, Rejection> {
        if !body.is_object() {
            return Err(Rejection::new(RejectionCode::Malformed, "the body must be a JSON object"));
        }
        let game: Self = from_value(body, RejectionCode::Invalid)?;
        if game.home_team_id == game.away_team_id {
            let message =
                format!("away_team_id: {} is the home team; two teams are needed", game.away_team_id);
            return Err(Rejection::invalid("away_team_id", message));
        }
        if let Some(side) = game.seat.filter(|side| game.is_ai()[*side]) {
            let message = format!("seat: the {side} side is an AI's; take the other, or leave it out");
            return Err(Rejection::invalid("seat", message));
        }
        check_settings(&game.settings)?;
        check_roster("home_roster", game.home_roster.as_deref())?;
        check_roster("away_roster", game.away_roster.as_deref())?;
        check_lineup("home_lineup", game.home_lineup.as_deref())?;
        check_lineup("away_lineup", game.away_lineup.as_deref())?;
        Ok(game)
    }

    /// Whether the host resolves rolls off the cards: as asked, else as the league plays.
    #[must_use]
    pub fn is_auto(&self) -> bool {
        self.auto_mode.unwrap_or(self.league_id == LeagueId::Pd)
    }

    /// The teams.
    #[must_use]
    pub const fn team_ids(&self) -> BySide<TeamId> {
        BySide { away: self.away_team_id, home: self.home_team_id }
    }

    /// Which sides the host manages.
    #[must_use]
    pub const fn is_ai(&self) -> BySide<bool> {
        BySide { away: self.away_team_is_ai, home: self.home_team_is_ai }
    }

    /// The seat that the creator gets; none where the host manages both sides.
    #[must_use]
    pub fn creator_seat(&self) -> Option<Side> {
        self.seat.or_else(|| [Side::Home, Side::Away].into_iter().find(|side| !self.is_ai()[*side]))
    }

    /// The rosters that were given.
    #[must_use]
    pub fn rosters(&self) -> BySide<Option<&[CardId]>> {
        BySide { away: self.away_roster.as_deref(), home: self.home_roster.as_deref() }
    }

    /// The line-ups that were given.
    #[must_use]
    pub fn lineups(&self) -> BySide<Option<SetLineup>> {
        let lineup = |players: &Option<Vec<LineupSlot>>| players.clone().map(|players| SetLineup { players });
        BySide { away: lineup(&self.away_lineup), home: lineup(&self.home_lineup) }
    }
}

fn check_settings(settings: &GameSettings) -> Result<(), Rejection> {
    let bounds = [
        ("settings.innings", settings.innings, 1, 9),
        ("settings.reliever_batters_min", settings.reliever_batters_min, 1, 9),
        ("settings.mercy_runs", settings.mercy_runs.unwrap_or(1), 1, 99),
        ("settings.park_homerun", settings.park_homerun, 0, 20),
        ("settings.park_single", settings.park_single, 0, 20),
        ("settings.park_homerun_left", settings.park_homerun_left.unwrap_or(0), 0, 20),
        ("settings.park_single_left", settings.park_single_left.unwrap_or(0), 0, 20),
    ];
    for (field, value, min, max) in bounds {
        if !(min..=max).contains(&value) {
            return Err(Rejection::invalid(field, format!("{field}: {value} is not in {min} to {max}")));
        }
    }
    rules::check_clock(settings)
}

fn check_roster(field: &str, roster: Option<&[CardId]>) -> Result<(), Rejection> {
    let Some(roster) = roster else { return Ok(()) };
    let players = roster.len();
    if players > ROSTER_PLAYERS_MAX {
        let message = format!("{field}: {players} players are too many; at most {ROSTER_PLAYERS_MAX}");
        return Err(Rejection::invalid(field, message));
    }
    let mut seen = BTreeSet::new();
    match roster.iter().position(|card| !seen.insert(card)) {
        Some(index) => {
            let field = format!("{field}[{index}]");
            let message = format!("{field}: {} is listed twice; each card once", roster[index]);
            Err(Rejection::invalid(field, message))
        }
        None => Ok(()),
    }
}

fn check_lineup(field: &str, lineup: Option<&[LineupSlot]>) -> Result<(), Rejection> {
    let players = lineup.map_or(0, <[_]>::len);
    if players > LINEUP_PLAYERS_MAX {
        let message = format!("{field}: {players} starters are too many; at most {LINEUP_PLAYERS_MAX}");
        return Err(Rejection::invalid(field, message));
    }
    Ok(())
}

/// `POST /tokens`: a guest's token is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The name shown to others: up to 40 letters, digits, spaces, or `.`, `-`, `_`, `'`.
    #[schemars(length(min = 1))]
    pub name: String,
}

/// The answer: the token, which only its user may know, and whom it names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Granted {
    /// The token.
    pub token: String,
    /// Whom it names.
    pub user: User,
}

impl fmt::Debug for Granted {
    /// Without the token, which must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("user", &self.user).finish_non_exhaustive()
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// What to ask the next page with; none on the last.
    pub next: Option<String>,
}

/// A refusal over HTTP: RFC 9457 problem details, with the code of the refusal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Identifies the kind of problem.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what is allowed.
    pub detail: String,
    /// The stable code, the same as on the socket.
    pub code: RejectionCode,
    /// The field that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// `elsewhere`: the beginning of the URLs of the host where the game lives, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Problem {
    /// A refusal with the HTTP status its code stands for.
    #[must_use]
    pub fn new(rejection: Rejection) -> Self {
        let status = status_of(rejection.code);
        Self::with_status(rejection, status)
    }

    /// A refusal with a status of its own, where HTTP tells more apart than the codes do.
    #[must_use]
    pub fn with_status(rejection: Rejection, status: u16) -> Self {
        let Rejection { code, message, field, retry_after_ms } = rejection;
        Self {
            problem_type: format!("urn:dugout:problem:{code}"),
            title: title_of(code).to_owned(),
            status,
            detail: message,
            code,
            field,
            retry_after_ms,
            url: None,
        }
    }

    /// The game lives on another host, at `url` where that is known.
    #[must_use]
    pub fn elsewhere(url: Option<String>) -> Self {
        let message = match &url {
            Some(url) => format!("the game lives on another host; ask {url}"),
            None => "the game lives on another host".to_owned(),
        };
        Self { url, ..Self::new(Rejection::new(RejectionCode::Elsewhere, message)) }
    }
}

const fn status_of(code: RejectionCode) -> u16 {
    match code {
        RejectionCode::Malformed => 400,
        RejectionCode::NotYourSeat | RejectionCode::Forbidden => 403,
        RejectionCode::NotFound => 404,
        RejectionCode::NotYourTurn
        | RejectionCode::WrongPhase
        | RejectionCode::Stale
        | RejectionCode::GameOver => 409,
        RejectionCode::Elsewhere => 421,
        RejectionCode::Invalid | RejectionCode::IllegalSubstitution => 422,
        RejectionCode::Busy => 429,
        RejectionCode::Internal => 500,
        RejectionCode::Unavailable | RejectionCode::Quarantined => 503,
    }
}

const fn title_of(code: RejectionCode) -> &'static str {
    match code {
        RejectionCode::Malformed => "The request is not understood",
        RejectionCode::Invalid => "A value is not allowed",
        RejectionCode::NotYourTurn => "It is the other side's turn",
        RejectionCode::NotYourSeat => "The seat is somebody else's",
        RejectionCode::WrongPhase => "The game waits for something else",
        RejectionCode::Stale => "The decision is no longer open",
        RejectionCode::IllegalSubstitution => "The substitution breaks a rule",
        RejectionCode::NotFound => "There is no such thing",
        RejectionCode::Forbidden => "Not allowed",
        RejectionCode::GameOver => "The game has ended",
        RejectionCode::Busy => "Too much at once",
        RejectionCode::Unavailable => "The database is away",
        RejectionCode::Quarantined => "The game waits for the operator",
        RejectionCode::Elsewhere => "The game lives on another host",
        RejectionCode::Internal => "The host failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_left_out_takes_its_default() {
        let game = NewGame::parse(json!({"home_team_id": 1, "away_team_id": 2})).expect("legal");
        assert_eq!(game.league_id, LeagueId::Pd);
        assert!(game.is_auto() && !game.home_team_is_ai);
        assert_eq!(game.settings, GameSettings::default());
        assert_eq!(game.lineups(), BySide::default());
        assert_eq!(game, NewGame::between(TeamId(2), TeamId(1)));
        let written = serde_json::to_value(&game).expect("serializable");
        assert_eq!(NewGame::parse(written), Ok(game), "what a client writes is read back");

        let sba = json!({"league_id": "sba", "home_team_id": 1, "away_team_id": 2});
        assert!(!NewGame::parse(sba).expect("legal").is_auto());
    }

    #[test]
    fn refuses_what_no_game_can_have() {
        for (extra, field) in [
            (json!({"away_team_id": 1}), "away_team_id"),
            (json!({"league_id": "mlb"}), "league_id"),
            (json!({"home_team_id": "one"}), "home_team_id"),
            (json!({"home_team_is_ai": "yes"}), "home_team_is_ai"),
            (json!({"ai_difficulty": "godlike"}), "ai_difficulty"),
            (json!({"visibility": "hidden"}), "visibility"),
            (json!({"dice_seed": "00"}), "dice_seed"),
            (json!({"settings": {"innings": 0}}), "settings.innings"),
            (json!({"settings": {"park_single": 21}}), "settings.park_single"),
            (json!({"settings": {"mercy_runs": 0}}), "settings.mercy_runs"),
            (json!({"seat": "left"}), "seat"),
            (json!({"seat": "away", "away_team_is_ai": true}), "seat"),
            (json!({"home_roster": [4, 5, 4]}), "home_roster[2]"),
            (json!({"home_roster": vec![1; 100]}), "home_roster"),
            (json!({"away_lineup": [{"card_id": 1}]}), "away_lineup[0].position"),
            (json!({"away_lineup": vec![json!({"card_id": 1, "position": "P"}); 11]}), "away_lineup"),
        ] {
            let mut body = json!({"home_team_id": 1, "away_team_id": 2});
            for (name, value) in extra.as_object().expect("an object") {
                body[name] = value.clone();
            }
            let rejection = NewGame::parse(body).expect_err("must be refused");
            assert_eq!(rejection.field.as_deref(), Some(field), "{extra}: {}", rejection.message);
            assert_eq!(rejection.code, RejectionCode::Invalid, "{extra}");
        }
        let missing = NewGame::parse(json!({"home_team_id": 1})).expect_err("a team is missing");
        assert_eq!(missing.field.as_deref(), Some("away_team_id"));
        assert_eq!(NewGame::parse(json!([])).expect_err("a list").code, RejectionCode::Malformed);
    }

    #[test]
    fn every_code_has_an_error_status() {
        for code in RejectionCode::ALL {
            let problem = Problem::new(Rejection::new(*code, "…"));
            assert!((400..600).contains(&problem.status), "{code}");
        }
    }
}
