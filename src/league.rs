//! Where teams and cards come from. A [`League`] answers for one card source; today that is the
//! bundled league, which needs no network.
//!
//! Knows cards and line-ups, nothing of games in progress. Its questions are asynchronous because
//! a league's site may have to be asked.

mod average;
mod bundled;
mod season;

pub use average::average_team;
pub use season::{LeagueSeason, PlayerSeason, Season, SeasonLine, season_2019};

use crate::id::TeamId;
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::state::TeamSetup;
use crate::rules::vocabulary::LeagueId;
use std::sync::Arc;
use thiserror::Error;

/// A source of teams and cards; cheap to clone.
#[derive(Clone, Debug)]
pub struct League {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Bundled,
}

/// A team as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TeamInfo {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub name: String,
    /// Three letters, for line scores.
    pub abbreviation: String,
}

/// A team with everything a game needs of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Team {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub name: String,
    /// Three letters, for line scores.
    pub abbreviation: String,
    /// Who may play for it.
    pub players: Vec<Arc<PlayerCard>>,
    /// The starters it proposes.
    pub lineup: SetLineup,
}

impl Team {
    /// The team as a game takes it, with those of its players who are eligible.
    #[must_use]
    pub fn setup(&self, roster: &[Arc<PlayerCard>], is_ai: bool) -> TeamSetup {
        TeamSetup {
            team_id: self.team_id,
            name: self.name.clone(),
            is_ai,
            roster: roster.iter().map(|card| card.card_id).collect(),
        }
    }
}

/// Why a league could not answer.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LeagueError {
    /// The league has no such team.
    #[error("league {league_id} has no team {team_id}")]
    NotFound {
        /// The league that was asked.
        league_id: LeagueId,
        /// The team it does not have.
        team_id: TeamId,
    },
    /// The card source could not be reached or gave no usable answer; worth trying again.
    #[error("the card source of league {league_id} is unavailable: {reason}")]
    Unavailable {
        /// The league that was asked.
        league_id: LeagueId,
        /// What went wrong.
        reason: String,
    },
}

impl League {
    /// The league that is part of the program: Washington (1) and Houston (2), 2019.
    #[must_use]
    pub const fn bundled() -> Self {
        Self { source: Source::Bundled }
    }

    /// All teams of a league, by id.
    ///
    /// # Errors
    /// [`LeagueError::Unavailable`] when the source does not answer; the bundled league always does.
    pub async fn teams(&self, _league_id: LeagueId) -> Result<Vec<TeamInfo>, LeagueError> {
        match self.source {
            Source::Bundled => Ok(bundled::teams()),
        }
    }

    /// One team with its players and the line-up it proposes. In the SBA league players come
    /// without ratings: their managers own the cards.
    ///
    /// # Errors
    /// [`LeagueError::NotFound`] when the league has no such team, [`LeagueError::Unavailable`] when
    /// the source does not answer.
    pub async fn team(&self, league_id: LeagueId, team_id: TeamId) -> Result<Team, LeagueError> {
        let team = match self.source {
            Source::Bundled => bundled::team(league_id, team_id),
        };
        team.ok_or(LeagueError::NotFound { league_id, team_id })
    }
}
