//! The bundled league: two real teams of 2019, part of the program (`bundled/README.md`).
//!
//! Reads its file once and hands out shared cards. Knows nothing of sites or networks.

use super::{Team, TeamInfo};
use crate::id::TeamId;
use crate::rules::card::{BattingCard, PlayerCard};
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::LeagueId;
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// `league.json`, field by field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeagueFile {
    /// Retrosheet's condition for using its data; it travels with them.
    #[serde(rename = "notice")]
    _notice: String,
    /// The batting card that all pitchers share.
    pitchers_batting: BattingCard,
    teams: Vec<TeamFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamFile {
    team_id: TeamId,
    name: String,
    abbreviation: String,
    lineup: Vec<LineupSlot>,
    players: Vec<PlayerCard>,
}

/// The league, and the batting card that all pitchers share.
static LEAGUE: LazyLock<(Vec<Team>, BattingCard)> = LazyLock::new(|| {
    let file: LeagueFile = serde_json::from_str(include_str!("bundled/league.json"))
        .expect("the bundled league is part of the program and a test reads it");
    let LeagueFile { pitchers_batting, teams, .. } = file;
    let teams = teams.into_iter().map(|team| read_team(team, &pitchers_batting)).collect();
    (teams, pitchers_batting)
});

/// How a pitcher without a batting card of his own bats.
pub(super) fn pitchers_batting() -> BattingCard {
    LEAGUE.1.clone()
}

fn read_team(file: TeamFile, pitchers_batting: &BattingCard) -> Team {
    let with_batting = |mut player: PlayerCard| {
        player.batting.get_or_insert_with(|| pitchers_batting.clone());
        Arc::new(player)
    };
    Team {
        team_id: file.team_id,
        name: file.name,
        abbreviation: file.abbreviation,
        players: file.players.into_iter().map(with_batting).collect(),
        lineup: SetLineup { players: file.lineup },
        as_of: None,
    }
}

/// Both teams.
pub(super) fn teams() -> Vec<TeamInfo> {
    let info = |team: &Team| TeamInfo {
        team_id: team.team_id,
        name: team.name.clone(),
        abbreviation: team.abbreviation.clone(),
    };
    LEAGUE.0.iter().map(info).collect()
}

/// One team; none where there is no such team.
pub(super) fn team(league_id: LeagueId, team_id: TeamId) -> Option<Team> {
    let mut team = LEAGUE.0.iter().find(|team| team.team_id == team_id)?.clone();
    if league_id == LeagueId::Sba {
        for player in &mut team.players {
            *player = Arc::new(without_ratings(player));
        }
    }
    Some(team)
}

/// The player as an SBA league knows him: who he is and where he plays. The manager reads the rest
/// off the printed card.
fn without_ratings(player: &PlayerCard) -> PlayerCard {
    PlayerCard { cardset_id: None, batting: None, pitching: None, fielding: Vec::new(), ..player.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::card::RatingLine;
    use crate::rules::vocabulary::Position;
    use std::collections::BTreeSet;

    const BATTING_FIELDS: usize = 22;
    const PITCHING_FIELDS: usize = 27;
    const NOTICE: &str = "The information used here was obtained free of charge from and is copyrighted by \
        Retrosheet. Interested parties may contact Retrosheet at \"www.retrosheet.org\".";

    fn assert_line(line: &RatingLine, fields: usize, player: &PlayerCard) {
        assert_eq!(line.0.len(), fields, "{}", player.name);
        let units: f64 = line.0.values().map(|chances| (chances * 20.0).round()).sum();
        assert!((units - 2160.0).abs() < f64::EPSILON, "{} has {units} units", player.name);
    }

    #[test]
    fn every_line_of_every_card_is_2160_units() {
        for player in LEAGUE.0.iter().flat_map(|team| &team.players) {
            let batting = player.batting.as_ref().expect("everyone bats");
            assert_line(&batting.ratings.left, BATTING_FIELDS, player);
            assert_line(&batting.ratings.right, BATTING_FIELDS, player);
            assert_eq!(batting.pull_rate + batting.center_rate + batting.slap_rate, 100);
            assert_eq!(player.pitching.is_some(), player.positions == [Position::Pitcher], "{}", player.name);
            if let Some(pitching) = &player.pitching {
                assert_line(&pitching.ratings.left, PITCHING_FIELDS, player);
                assert_line(&pitching.ratings.right, PITCHING_FIELDS, player);
            }
        }
    }

    #[test]
    fn both_teams_have_26_players_with_ids_of_their_own() {
        let mut card_ids = BTreeSet::new();
        for team in LEAGUE.0.iter() {
            assert_eq!(team.players.len(), 26);
            for player in &team.players {
                assert!(card_ids.insert(player.card_id), "{} twice", player.card_id);
                assert_eq!(player.team_id, team.team_id);
                let rated: Vec<_> = player.fielding.iter().map(|at| at.position).collect();
                let mut places = player.positions.clone();
                places.retain(|place| *place != Position::DesignatedHitter);
                assert_eq!(rated.iter().collect::<BTreeSet<_>>(), places.iter().collect(), "{}", player.name);
            }
        }
        assert_eq!(teams().iter().map(|team| team.team_id).collect::<Vec<_>>(), [TeamId(1), TeamId(2)]);
    }

    #[test]
    fn proposed_lineups_are_legal() {
        for team in LEAGUE.0.iter() {
            let slots = &team.lineup.players;
            let places: BTreeSet<_> = slots.iter().map(|slot| slot.position).collect();
            assert_eq!(places, Position::ALL.iter().copied().collect());
            let order: BTreeSet<_> = slots.iter().filter_map(|slot| slot.batting_order).collect();
            assert_eq!(order, (1..=9).collect());
            for slot in slots {
                let player = team.players.iter().find(|player| player.card_id == slot.card_id);
                let player = player.expect("the line-up names players of the team");
                assert!(player.positions.contains(&slot.position), "{} as {}", player.name, slot.position);
                let bats = slot.batting_order.is_some();
                assert_eq!(bats, slot.position != Position::Pitcher, "{}", player.name);
            }
        }
    }

    #[test]
    fn sba_players_come_without_ratings() {
        let pd = team(LeagueId::Pd, TeamId(2)).expect("Houston");
        let sba = team(LeagueId::Sba, TeamId(2)).expect("Houston");
        assert_eq!(sba.lineup, pd.lineup);
        for (player, card) in sba.players.iter().zip(&pd.players) {
            assert_eq!((&player.name, player.card_id), (&card.name, card.card_id));
            assert!(player.batting.is_none() && player.pitching.is_none() && player.fielding.is_empty());
        }
        assert_eq!(team(LeagueId::Pd, TeamId(3)), None);
    }

    #[test]
    fn the_notice_is_given() {
        let on_one_line = |text: &str| {
            let words = text.split_whitespace().filter(|word| *word != ">");
            words.collect::<Vec<_>>().join(" ")
        };
        let file: serde_json::Value =
            serde_json::from_str(include_str!("bundled/league.json")).expect("JSON");
        assert_eq!(file["notice"], NOTICE);
        assert!(on_one_line(include_str!("bundled/README.md")).contains(NOTICE));
        assert!(on_one_line(include_str!("../../NOTICE")).contains(NOTICE));
    }
}
