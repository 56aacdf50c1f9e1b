//! What leagues' sources said is kept beside the games.

use super::contract;
use super::fixture::*;
use chrono::TimeDelta;
use dugout::id::{CardId, TeamId};
use dugout::rules::command::SetLineup;
use dugout::rules::lineup::LineupSlot;
use dugout::rules::vocabulary::{LeagueId, Position};
use dugout::store::shelf::{ShelvedCard, ShelvedTeam};

contract! {
    what_is_said_of_a_team_later_counts_and_the_rest_stays,
    cards_are_kept_by_league_and_id,
}

fn team(id: i32, name: &str) -> ShelvedTeam {
    ShelvedTeam {
        team_id: TeamId(id),
        name: name.into(),
        abbreviation: "ÉXP".into(),
        listed_at: now(),
        lineup: None,
        roster: None,
    }
}

async fn what_is_said_of_a_team_later_counts_and_the_rest_stays(fixture: Fixture) {
    let store = &fixture.store;
    let slot = LineupSlot { card_id: CardId(7), position: Position::Pitcher, batting_order: None };
    let expos = ShelvedTeam {
        lineup: Some(SetLineup { players: vec![slot] }),
        roster: Some((vec![CardId(7), CardId(3)], now())),
        ..team(2, "Expos")
    };
    let list = vec![expos.clone(), team(1, "Senators")];
    store.shelve_list(LeagueId::Pd, list).await.unwrap();
    let shelved = store.shelved_teams(LeagueId::Pd).await.unwrap();
    assert_eq!(shelved.iter().map(|team| team.team_id.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(shelved[1], ShelvedTeam { roster: None, ..expos.clone() }, "lists come without rosters");
    assert_eq!(store.shelved_team(LeagueId::Pd, TeamId(2)).await.unwrap(), Some(expos.clone()));
    assert_eq!(store.shelved_team(LeagueId::Sba, TeamId(2)).await.unwrap(), None);

    let renamed = ShelvedTeam { listed_at: now() + TimeDelta::hours(1), ..team(2, "Royals") };
    store.shelve_list(LeagueId::Pd, vec![renamed.clone()]).await.unwrap();
    assert_eq!(store.shelved_team(LeagueId::Pd, TeamId(1)).await.unwrap(), None, "it has left the league");
    let known = store.shelved_team(LeagueId::Pd, TeamId(2)).await.unwrap();
    assert_eq!(known, Some(ShelvedTeam { lineup: expos.lineup, roster: expos.roster, ..renamed }));
    store.shelve(LeagueId::Pd, vec![team(3, "Pilots")], Vec::new()).await.unwrap();
    assert_eq!(store.shelved_teams(LeagueId::Pd).await.unwrap().len(), 2, "beside the others");
}

async fn cards_are_kept_by_league_and_id(fixture: Fixture) {
    let store = &fixture.store;
    let said = |id: i32| ShelvedCard { card: card(id), read_at: now() };
    let cards: Vec<_> = (1..=300).rev().map(said).collect();
    store.shelve(LeagueId::Pd, Vec::new(), cards.clone()).await.unwrap();
    let wanted = vec![CardId(300), CardId(9), CardId(999)];
    let found = store.shelved_cards(LeagueId::Pd, wanted.clone()).await.unwrap();
    assert_eq!(found, [cards[291].clone(), cards[0].clone()]);
    assert_eq!(store.shelved_cards(LeagueId::Sba, wanted.clone()).await.unwrap(), []);
    let again = ShelvedCard { read_at: now() + TimeDelta::seconds(5), ..said(9) };
    store.shelve(LeagueId::Pd, Vec::new(), vec![again.clone()]).await.unwrap();
    assert_eq!(store.shelved_cards(LeagueId::Pd, wanted).await.unwrap()[0], again);
    assert_eq!(fixture.count("league_cards").await, 300);
}
