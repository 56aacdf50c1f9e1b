//! Where teams and cards come from. A [`League`] answers for both leagues; each has a source of its own: the bundled
//! league, which needs no network, what was imported from files, or the league's site.
//!
//! Knows cards and line-ups, nothing of games in progress. What a site said is kept on a [`shelf::Shelf`] that is handed
//! in, so that games go on being created while the site is away.

mod average;
mod bundled;
pub mod import;
mod proposal;
mod season;
pub mod shelf;
mod site;

pub use average::average_team;
pub use proposal::propose;
pub use season::{LeagueSeason, PlayerSeason, Season, SeasonLine, season_2019};
pub use site::SiteSettings;

use crate::id::{CardId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::state::TeamSetup;
use crate::rules::vocabulary::LeagueId;
use chrono::{DateTime, Utc};
use shelf::{KeptTeam, Said, Shelf};
use site::Site;
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// The most players whose cards are read at once, and that a team may have where none are chosen.
pub const PLAYERS_MAX: usize = 100;

/// A source of teams and cards; cheap to clone.
#[derive(Clone, Debug)]
pub struct League {
    pd: Source,
    sba: Source,
}

/// Where one league's teams and cards come from, as it is configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The league that is part of the program.
    Bundled,
    /// What was imported from files.
    Imported,
    /// The league's site.
    Site(SiteSettings),
}

#[derive(Clone, Debug)]
enum Source {
    Bundled,
    Imported(LeagueId, Arc<dyn Shelf>),
    Site(Arc<Site>),
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
    /// The starters it proposes; empty where its players cannot be lined up.
    pub lineup: SetLineup,
    /// When its source said the oldest of this; none where it cannot become old.
    pub as_of: Option<DateTime<Utc>>,
}

/// Cards that were read, and those that are none.
struct Cards {
    cards: Vec<Said<Arc<PlayerCard>>>,
    refused: Vec<BadCard>,
}

/// A card that cannot be played with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadCard {
    /// Whose.
    pub card_id: CardId,
    /// What is wrong; where chances do not add up, their sums.
    pub reason: String,
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
    /// Somebody who was chosen does not play for the team.
    #[error("{card_id} is not a player of {team}")]
    NotOfTeam {
        /// Who.
        card_id: CardId,
        /// The team's name.
        team: String,
    },
    /// The card of somebody who was chosen cannot be played with.
    #[error("{card_id} cannot be played with: {reason}")]
    BadCard {
        /// Whose.
        card_id: CardId,
        /// What is wrong.
        reason: String,
    },
    /// The team has more players than a game takes; some must be chosen.
    #[error("{team} has {players} players; choose at most {PLAYERS_MAX} of them")]
    TooMany {
        /// The team's name.
        team: String,
        /// How many it has.
        players: usize,
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
        Self { pd: Source::Bundled, sba: Source::Bundled }
    }

    /// The leagues with these origins; what their sources said is kept on `shelf`.
    ///
    /// # Errors
    /// Says what is wrong with a site's settings.
    pub fn new(pd: Origin, sba: Origin, shelf: &Arc<dyn Shelf>) -> Result<Self, String> {
        let source = |league_id, origin| {
            let shelf = Arc::clone(shelf);
            Ok::<_, String>(match origin {
                Origin::Bundled => Source::Bundled,
                Origin::Imported => Source::Imported(league_id, shelf),
                Origin::Site(settings) => Source::Site(Arc::new(Site::new(league_id, settings, shelf)?)),
            })
        };
        Ok(Self { pd: source(LeagueId::Pd, pd)?, sba: source(LeagueId::Sba, sba)? })
    }

    const fn source(&self, league_id: LeagueId) -> &Source {
        match league_id {
            LeagueId::Pd => &self.pd,
            LeagueId::Sba => &self.sba,
        }
    }

    /// All teams of a league, by id, each with the time at which its source listed it; none where that does not matter.
    ///
    /// # Errors
    /// [`LeagueError::Unavailable`] when the source does not answer and nothing is kept; the bundled league always does.
    pub async fn teams(
        &self,
        league_id: LeagueId,
    ) -> Result<Vec<(TeamInfo, Option<DateTime<Utc>>)>, LeagueError> {
        let dated =
            |teams: Vec<Said<TeamInfo>>| teams.into_iter().map(|team| (team.what, Some(team.at))).collect();
        match self.source(league_id) {
            Source::Bundled => Ok(bundled::teams().into_iter().map(|team| (team, None)).collect()),
            Source::Imported(league_id, shelf) => {
                Ok(dated(shelf.teams(*league_id).await?.into_iter().map(|team| team.info).collect()))
            }
            Source::Site(site) => Ok(dated(site.teams(site.deadline()).await?)),
        }
    }

    /// One team with its players and the line-up it proposes. In the SBA league players come
    /// without ratings: their managers own the cards.
    ///
    /// # Errors
    /// As [`League::team_of`].
    pub async fn team(&self, league_id: LeagueId, team_id: TeamId) -> Result<Team, LeagueError> {
        self.team_of(league_id, team_id, None).await
    }

    /// One team with the players that were chosen, in that order, else with all it has. Of all it has, those whose cards
    /// cannot be played with are left out.
    ///
    /// # Errors
    /// [`LeagueError::NotFound`] when the league has no such team; [`LeagueError::NotOfTeam`] and
    /// [`LeagueError::BadCard`] for somebody who was chosen; [`LeagueError::TooMany`]; [`LeagueError::Unavailable`] when
    /// the source does not answer and not all that is needed is kept.
    pub async fn team_of(
        &self,
        league_id: LeagueId,
        team_id: TeamId,
        chosen: Option<&[CardId]>,
    ) -> Result<Team, LeagueError> {
        self.read(league_id, team_id, chosen, chosen.is_some()).await
    }

    /// One team with some of its players, without those whose cards cannot be played with.
    ///
    /// # Errors
    /// As [`League::team_of`], but for bad cards.
    pub async fn players(
        &self,
        league_id: LeagueId,
        team_id: TeamId,
        some: &[CardId],
    ) -> Result<Team, LeagueError> {
        self.read(league_id, team_id, Some(some), false).await
    }

    /// `strict`: everybody must be there.
    async fn read(
        &self,
        league_id: LeagueId,
        team_id: TeamId,
        chosen: Option<&[CardId]>,
        strict: bool,
    ) -> Result<Team, LeagueError> {
        let not_found = LeagueError::NotFound { league_id, team_id };
        match self.source(league_id) {
            Source::Bundled => choose(bundled::team(league_id, team_id).ok_or(not_found)?, chosen),
            Source::Imported(league_id, shelf) => {
                let team = shelf.team(*league_id, team_id).await?.ok_or(not_found)?;
                let ids = wanted(&team, chosen)?;
                let cards = shelf.cards(*league_id, ids.clone()).await?;
                assemble(team, &ids, Cards { cards, refused: Vec::new() }, strict)
            }
            Source::Site(site) => {
                let by = site.deadline();
                let team = site.team(team_id, by).await?.ok_or(not_found)?;
                let ids = wanted(&team, chosen)?;
                let cards = site.cards(team_id, &ids, by).await?;
                assemble(team, &ids, cards, strict)
            }
        }
    }

    /// The ids of a team's players, in its own order.
    ///
    /// # Errors
    /// As [`League::team_of`].
    pub async fn roster(&self, league_id: LeagueId, team_id: TeamId) -> Result<Vec<CardId>, LeagueError> {
        let not_found = LeagueError::NotFound { league_id, team_id };
        let team = match self.source(league_id) {
            Source::Bundled => {
                let team = bundled::team(league_id, team_id).ok_or(not_found)?;
                return Ok(team.players.iter().map(|card| card.card_id).collect());
            }
            Source::Imported(league_id, shelf) => shelf.team(*league_id, team_id).await?,
            Source::Site(site) => site.team(team_id, site.deadline()).await?,
        };
        Ok(team.ok_or(not_found)?.roster.map(|roster| roster.what).unwrap_or_default())
    }
}

/// The ids of those who are wanted of a team, checked.
fn wanted(team: &KeptTeam, chosen: Option<&[CardId]>) -> Result<Vec<CardId>, LeagueError> {
    let name = || team.info.what.name.clone();
    let roster = team.roster.as_ref().map(|roster| roster.what.as_slice()).unwrap_or_default();
    let ids = chosen.unwrap_or(roster);
    if ids.len() > PLAYERS_MAX {
        return Err(LeagueError::TooMany { team: name(), players: ids.len() });
    }
    match ids.iter().find(|id| !roster.contains(id)) {
        Some(stranger) => Err(LeagueError::NotOfTeam { card_id: *stranger, team: name() }),
        None => Ok(ids.to_vec()),
    }
}

/// A team with those of its players who were chosen.
fn choose(team: Team, chosen: Option<&[CardId]>) -> Result<Team, LeagueError> {
    let Some(chosen) = chosen else { return Ok(team) };
    let find = |id: &CardId| {
        let player = team.players.iter().find(|player| player.card_id == *id);
        player.cloned().ok_or_else(|| LeagueError::NotOfTeam { card_id: *id, team: team.name.clone() })
    };
    let players: Vec<_> = chosen.iter().map(find).collect::<Result<_, _>>()?;
    let lineup = lineup_of(Some(&team.lineup), &players);
    Ok(Team { players, lineup, ..team })
}

/// A team of what was said of it. `strict`: everybody must be there.
fn assemble(team: KeptTeam, ids: &[CardId], read: Cards, strict: bool) -> Result<Team, LeagueError> {
    let TeamInfo { team_id, name, abbreviation } = team.info.what;
    let mut cards: BTreeMap<CardId, Said<Arc<PlayerCard>>> =
        read.cards.into_iter().map(|card| (card.what.card_id, card)).collect();
    let mut as_of = team.roster.as_ref().map_or(team.info.at, |roster| roster.at).min(team.info.at);
    let mut players = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(card) = cards.remove(id) else {
            let bad = read.refused.iter().find(|bad| bad.card_id == *id);
            let reason = bad.map_or_else(|| "there is no such card".to_owned(), |bad| bad.reason.clone());
            if strict {
                return Err(LeagueError::BadCard { card_id: *id, reason });
            }
            tracing::warn!(team.id = %team_id, card.id = %id, reason, "a card is left out of its team");
            continue;
        };
        as_of = as_of.min(card.at);
        players.push(of_team(card.what, team_id));
    }
    let lineup = lineup_of(team.lineup.as_ref(), &players);
    Ok(Team { team_id, name, abbreviation, players, lineup, as_of: Some(as_of) })
}

/// The card of a player of this team: in PD a card has as many owners as there are copies of it.
fn of_team(card: Arc<PlayerCard>, team_id: TeamId) -> Arc<PlayerCard> {
    if card.team_id == team_id { card } else { Arc::new(PlayerCard { team_id, ..PlayerCard::clone(&card) }) }
}

/// The team's own line-up where all of its starters are there, else one that is made of those who are.
fn lineup_of(own: Option<&SetLineup>, players: &[Arc<PlayerCard>]) -> SetLineup {
    let is_there = |id: CardId| players.iter().any(|player| player.card_id == id);
    let own = own.filter(|own| own.players.iter().all(|slot| is_there(slot.card_id))).cloned();
    own.or_else(|| propose(players)).unwrap_or(SetLineup { players: Vec::new() })
}
