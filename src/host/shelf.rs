//! The durable record as the leagues' shelf: what their sources said is kept in the database of the games.

use crate::id::{CardId, TeamId};
use crate::league::shelf::{KeptTeam, Said, Shelf, Shelving};
use crate::league::{LeagueError, TeamInfo};
use crate::rules::card::PlayerCard;
use crate::rules::vocabulary::LeagueId;
use crate::store::shelf::{ShelvedCard, ShelvedTeam};
use crate::store::{Store, StoreError};
use futures_util::future::FutureExt;
use std::sync::Arc;

impl Shelf for Store {
    fn teams(&self, league_id: LeagueId) -> Shelving<'_, Vec<KeptTeam>> {
        let teams = self.shelved_teams(league_id);
        let told = move |error| unavailable(league_id, &error);
        async move { Ok(teams.await.map_err(told)?.into_iter().map(kept).collect()) }.boxed()
    }

    fn team(&self, league_id: LeagueId, team_id: TeamId) -> Shelving<'_, Option<KeptTeam>> {
        let team = self.shelved_team(league_id, team_id);
        async move { Ok(team.await.map_err(|error| unavailable(league_id, &error))?.map(kept)) }.boxed()
    }

    fn cards(&self, league_id: LeagueId, ids: Vec<CardId>) -> Shelving<'_, Vec<Said<Arc<PlayerCard>>>> {
        let said = |shelved: ShelvedCard| Said { what: shelved.card, at: shelved.read_at };
        async move {
            let cards = self.shelved_cards(league_id, ids).await;
            Ok(cards.map_err(|error| unavailable(league_id, &error))?.into_iter().map(said).collect())
        }
        .boxed()
    }

    fn keep_list(&self, league_id: LeagueId, teams: Vec<KeptTeam>) -> Shelving<'_, ()> {
        let list = self.shelve_list(league_id, teams.into_iter().map(shelved).collect());
        async move { list.await.map_err(|error| unavailable(league_id, &error)) }.boxed()
    }

    fn keep(
        &self,
        league_id: LeagueId,
        teams: Vec<KeptTeam>,
        cards: Vec<Said<Arc<PlayerCard>>>,
    ) -> Shelving<'_, ()> {
        let teams = teams.into_iter().map(shelved).collect();
        let cards = cards.into_iter().map(|card| ShelvedCard { card: card.what, read_at: card.at }).collect();
        let kept = self.shelve(league_id, teams, cards);
        async move { kept.await.map_err(|error| unavailable(league_id, &error)) }.boxed()
    }
}

fn unavailable(league_id: LeagueId, error: &StoreError) -> LeagueError {
    tracing::warn!(%error, league = %league_id, "what is kept of a league cannot be reached");
    LeagueError::Unavailable { league_id, reason: "the database does not have it at hand".to_owned() }
}

fn kept(team: ShelvedTeam) -> KeptTeam {
    let ShelvedTeam { team_id, name, abbreviation, listed_at, lineup, roster } = team;
    KeptTeam {
        info: Said { what: TeamInfo { team_id, name, abbreviation }, at: listed_at },
        lineup,
        roster: roster.map(|(what, at)| Said { what, at }),
    }
}

fn shelved(team: KeptTeam) -> ShelvedTeam {
    let TeamInfo { team_id, name, abbreviation } = team.info.what;
    ShelvedTeam {
        team_id,
        name,
        abbreviation,
        listed_at: team.info.at,
        lineup: team.lineup,
        roster: team.roster.map(|roster| (roster.what, roster.at)),
    }
}
