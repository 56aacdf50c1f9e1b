//! A season is the sum of its games' box scores, exactly: of those that count, and that the viewer may see.

use super::contract;
use super::fixture::*;
use crate::host::support::{play, start_on, user};
use crate::support::PATIENCE;
use dugout::host::Host;
use dugout::host::faults::Faults;
use dugout::id::{CardId, CommandId, GameId, PlayNumber, TeamId};
use dugout::protocol::{NewGame, Role, User};
use dugout::rules::command::{Command, Forfeit, ProposeRollback};
use dugout::rules::scoring::{BoxScore, TeamBox};
use dugout::rules::vocabulary::{GameMode, LeagueId, Side, Status};
use dugout::store::Store;
use dugout::store::change::{Change, Quarantine};
use dugout::store::read::{GameFilter, GameRow, Viewer};
use dugout::store::season::{
    BattingSort, BattingTotals, FieldingSort, FieldingTotals, PitchingSort, PitchingTotals, Rank, Ranking,
    SeasonFilter,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

contract! {
    a_season_is_the_sum_of_the_box_scores_that_count,
    games_that_ended_without_lines_get_them_later,
}

/// Figures by name.
type Figures = BTreeMap<String, i64>;
/// Sums by player.
type Sums = BTreeMap<i32, Figures>;

async fn create(host: &Host, creator: &User, extra: Value) -> GameId {
    let mut request = json!({
        "home_team_id": 1, "away_team_id": 2, "away_team_is_ai": true, "game_mode": "league",
        "settings": {"innings": 1},
    });
    for (name, value) in extra.as_object().expect("an object") {
        request[name] = value.clone();
    }
    let request = NewGame::parse(request).expect("a valid request");
    host.create_game(request, creator).await.expect("the game is created").game_id
}

async fn command(host: &Host, game: GameId, user: &User, command: Command) {
    host.command(game, user, CommandId::generate(), None, command).await.expect("accepted");
}

async fn until_over(store: &Store, game: GameId) {
    let began = Instant::now();
    while store.game(game, Viewer::Operator).await.unwrap().status != Status::Completed {
        assert!(began.elapsed() < PATIENCE, "game {game} does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A league's games of every kind: played to the end by people and by AI managers, rolled back, forfeited, under way,
/// private, for practice, between the same teams with home and away changed, and set aside.
async fn play_a_season(fixture: &Fixture, ann: &User, league: &User) -> Host {
    let host = start_on(&fixture.url, Faults::default()).await;
    let store = &fixture.store;
    let both_ai = |extra: Value| {
        let mut request = json!({"home_team_is_ai": true});
        request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        request
    };
    let mut going_on = Vec::new();
    for extra in [
        json!({"settings": {"innings": 3}}),
        json!({"home_team_id": 2, "away_team_id": 1}),
        json!({"game_mode": "practice"}),
        json!({"game_mode": "exhibition"}),
    ] {
        going_on.push(create(&host, ann, both_ai(extra)).await);
    }
    let set_aside = create(&host, ann, both_ai(json!({}))).await;
    // Ann plays a private game, one in which the operator goes back, one that is forfeited at once, one that goes on.
    let private = create(&host, ann, json!({"visibility": "private"})).await;
    play(&host, private, ann, usize::MAX).await;
    let rolled_back = create(&host, ann, json!({"settings": {"innings": 2}})).await;
    play(&host, rolled_back, ann, 12).await;
    let count = host.committed_state(rolled_back).await.expect("readable").0.play_count;
    assert!(count.0 > 2, "something to go back from: {count}");
    let back = Command::ProposeRollback(ProposeRollback { to_play: PlayNumber(1) });
    command(&host, rolled_back, league, back).await;
    play(&host, rolled_back, ann, usize::MAX).await;
    let forfeited = create(&host, ann, json!({"settings": {"innings": 9}})).await;
    play(&host, forfeited, ann, 8).await;
    command(&host, forfeited, ann, Command::Forfeit(Forfeit { reason: None, side: None })).await;
    let live = create(&host, ann, json!({})).await;
    play(&host, live, ann, 4).await;
    for game in going_on.iter().chain([&set_aside, &private, &rolled_back, &forfeited]) {
        until_over(store, *game).await;
    }
    let epoch = store.game(set_aside, Viewer::Operator).await.unwrap().epoch;
    let quarantine = Quarantine { game_id: set_aside, epoch, reason: "looked strange".into(), at: now() };
    fixture.commit_one(Change::Quarantine(quarantine)).await.unwrap();
    host
}

/// All pages of a ranking.
async fn whole<T>(mut page: impl AsyncFnMut(Option<Rank>) -> Ranking<T>) -> Vec<T> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let Ranking { items: more, next } = page(after).await;
        items.extend(more);
        // A cursor travels as text.
        after = next.map(|next| next.to_string().parse().unwrap());
        if after.is_none() {
            return items;
        }
    }
}

fn figures(line: &impl Serialize, columns: &[&str]) -> Figures {
    let line = serde_json::to_value(line).unwrap();
    columns.iter().map(|name| ((*name).to_owned(), line[*name].as_i64().unwrap_or(0))).collect()
}

fn add(sums: &mut Sums, card: CardId, figures: Figures) {
    let sum = sums.entry(card.0).or_default();
    for (name, value) in figures {
        *sum.entry(name).or_default() += value;
    }
}

/// What a game adds to a season, from the box score alone.
#[derive(Default)]
struct Expected {
    batting: Sums,
    pitching: Sums,
    fielding: Sums,
    games: BTreeMap<&'static str, BTreeMap<i32, BTreeSet<GameId>>>,
}

impl Expected {
    fn add(&mut self, game: GameId, score: &BoxScore) {
        for (_, team) in score.teams.iter() {
            for line in &team.batting {
                self.played("batting", line.card_id, game);
                add(&mut self.batting, line.card_id, figures(line, BattingTotals::COLUMNS));
            }
            for line in &team.fielding {
                self.played("fielding", line.card_id, game);
                add(&mut self.fielding, line.card_id, figures(line, FieldingTotals::COLUMNS));
            }
            self.add_pitching(game, team, score);
            let errors: u16 = team.fielding.iter().map(|line| line.e).sum();
            assert_eq!(errors, team.errors, "every error is somebody's");
        }
    }

    fn add_pitching(&mut self, game: GameId, team: &TeamBox, score: &BoxScore) {
        for (at, line) in team.pitching.iter().enumerate() {
            self.played("pitching", line.card_id, game);
            let (first, last) = (at == 0, at + 1 == team.pitching.len());
            let is = |pitcher| i64::from(pitcher == Some(line.lineup_id));
            let mut figures = figures(line, PitchingTotals::COLUMNS);
            for (name, value) in [
                ("gs", i64::from(first)),
                ("gf", i64::from(last && !first)),
                ("cg", i64::from(first && last)),
                ("sho", i64::from(first && last && line.r == 0)),
                ("w", is(score.winning_pitcher)),
                ("l", is(score.losing_pitcher)),
                ("sv", is(score.save)),
            ] {
                figures.insert(name.to_owned(), value);
            }
            add(&mut self.pitching, line.card_id, figures);
        }
    }

    fn played(&mut self, what: &'static str, card: CardId, game: GameId) {
        self.games.entry(what).or_default().entry(card.0).or_default().insert(game);
    }

    fn games(&self, what: &str) -> BTreeMap<i32, i64> {
        let Some(games) = self.games.get(what) else { return BTreeMap::new() };
        games.iter().map(|(card, games)| (*card, i64::try_from(games.len()).unwrap())).collect()
    }
}

/// The games of the season that `viewer` may see, by the rules of OBR 9.03(e): over, not set aside, and not forfeited
/// before they were regulation games.
async fn seasons_games(store: &Store, filter: &SeasonFilter) -> Vec<GameRow> {
    let games = store.games(GameFilter::all(filter.viewer), None, 100).await.unwrap().items;
    let counts = |game: &GameRow| {
        game.game_mode == filter.game_mode
            && game.status == Status::Completed
            && game.quarantined_at.is_none()
    };
    games.into_iter().filter(counts).collect()
}

async fn check_sums(store: &Store, filter: SeasonFilter) -> usize {
    let mut expected = Expected::default();
    let mut counted = 0;
    for game in seasons_games(store, &filter).await {
        if game.game_metadata["statistics_count"] == true {
            counted += 1;
            expected.add(game.id, &store.box_score(game.id).await.unwrap());
        }
    }
    let batting =
        whole(async |after| store.season_batting(filter, BattingSort::Ops, 0, after, 7).await.unwrap()).await;
    let sums: Sums = batting
        .iter()
        .map(|line| (line.player.card_id.0, figures(&line.totals, BattingTotals::COLUMNS)))
        .collect();
    assert_eq!((sums, batting.len()), (expected.batting.clone(), expected.batting.len()), "batting");
    let played: BTreeMap<_, _> = batting.iter().map(|line| (line.player.card_id.0, line.player.g)).collect();
    assert_eq!(played, expected.games("batting"));
    let sorted = batting.iter().map(|line| line.rates.ops.unwrap_or(-1.0));
    assert!(sorted.is_sorted_by(|one, next| one >= next), "by ops, the highest first: {batting:?}");

    let pitching =
        whole(async |after| store.season_pitching(filter, PitchingSort::Era, 0, after, 2).await.unwrap())
            .await;
    let sums: Sums = pitching
        .iter()
        .map(|line| (line.player.card_id.0, figures(&line.totals, PitchingTotals::COLUMNS)))
        .collect();
    assert_eq!((sums, pitching.len()), (expected.pitching.clone(), expected.pitching.len()), "pitching");
    let sorted = pitching.iter().map(|line| line.rates.era.unwrap_or(f64::MAX));
    assert!(sorted.is_sorted(), "by era, the lowest first: {pitching:?}");

    let fielding =
        whole(async |after| store.season_fielding(filter, FieldingSort::E, None, after, 7).await.unwrap())
            .await;
    let sums: Sums = fielding
        .iter()
        .map(|line| (line.player.card_id.0, figures(&line.totals, FieldingTotals::COLUMNS)))
        .collect();
    assert_eq!((sums, fielding.len()), (expected.fielding.clone(), expected.fielding.len()), "fielding");
    counted
}

async fn check_standings(store: &Store, filter: SeasonFilter) {
    let games = seasons_games(store, &filter).await;
    let standings = whole(async |after| store.standings(filter, after, 1).await.unwrap()).await;
    assert_eq!(standings.len(), if games.is_empty() { 0 } else { 2 }, "{standings:?}");
    for team in &standings {
        let side = |game: &GameRow| if game.home_team_id == team.team_id { Side::Home } else { Side::Away };
        let runs = |game: &GameRow, side: Side| {
            i64::from(if side == Side::Home { game.home_score } else { game.away_score })
        };
        let won = |game: &&GameRow| game.winner_team_id == Some(team.team_id);
        let at_home = |game: &&GameRow| game.home_team_id == team.team_id;
        let count = |filter: &dyn Fn(&&GameRow) -> bool| {
            i64::try_from(games.iter().filter(|game| filter(game)).count()).unwrap()
        };
        assert_eq!(team.g, count(&|_| true));
        assert_eq!((team.won, team.lost), (count(&won), team.g - count(&won)));
        assert_eq!(team.won_at_home, count(&|game| won(game) && at_home(game)));
        assert_eq!(team.runs_for, games.iter().map(|game| runs(game, side(game))).sum::<i64>());
        assert_eq!(
            team.runs_against,
            games.iter().map(|game| runs(game, side(game).opponent())).sum::<i64>()
        );
        let mut newest_first: Vec<_> = games.iter().collect();
        newest_first.sort_by_key(|game| std::cmp::Reverse((game.completed_at, game.id)));
        let last_won = won(&newest_first[0]);
        let row = newest_first.iter().take_while(|game| won(game) == last_won).count();
        let row = i64::try_from(row).unwrap();
        assert_eq!(team.streak, if last_won { row } else { -row });
        assert_eq!(
            team.team_name.as_deref(),
            Some(if team.team_id == TeamId(1) { "Washington" } else { "Houston" })
        );
    }
    if let [first, second] = standings.as_slice() {
        assert!(first.won >= second.won && first.games_behind.abs() < f64::EPSILON);
        let behind = (first.won - first.lost - second.won + second.lost) as f64 / 2.0;
        assert!((second.games_behind - behind).abs() < f64::EPSILON);
    }
}

async fn a_season_is_the_sum_of_the_box_scores_that_count(fixture: Fixture) {
    let (ann, bob) = (user("Ann"), user("Bob"));
    let league = User { role: Role::Operator, ..user("League") };
    let host = play_a_season(&fixture, &ann, &league).await;
    let store = &fixture.store;
    let mut counted = Vec::new();
    for viewer in [Viewer::Public, Viewer::User(bob.id), Viewer::User(ann.id), Viewer::Operator] {
        let season = SeasonFilter::league(LeagueId::Pd, viewer);
        counted.push(check_sums(store, season).await);
        check_standings(store, season).await;
    }
    // Two of the AIs and the one that was rolled back; Ann's private one for her and the operator. Not: the practice
    // game, the exhibition, the one that was forfeited in the first inning, the one that goes on, the one set aside.
    assert_eq!(counted, [3, 3, 4, 4]);
    let season = SeasonFilter::league(LeagueId::Pd, Viewer::Public);
    assert_eq!(check_sums(store, SeasonFilter { game_mode: GameMode::Exhibition, ..season }).await, 1);
    assert_eq!(store.standings(season, None, 1).await.unwrap().items[0].g, 4, "a forfeit is won and lost");
    check_filters(store, season).await;
    host.stop().await;
}

async fn check_filters(store: &Store, season: SeasonFilter) {
    let all = store.season_batting(season, BattingSort::H, 0, None, 200).await.unwrap().items;
    let of_team = SeasonFilter { team_id: Some(TeamId(2)), ..season };
    let houston = store.season_batting(of_team, BattingSort::H, 0, None, 200).await.unwrap().items;
    let expected: Vec<_> =
        all.iter().filter(|line| line.player.team_id == Some(TeamId(2))).cloned().collect();
    assert_eq!(houston, expected);
    assert!(all.iter().all(|line| line.player.name.as_ref().is_some_and(|name| !name.is_empty())));
    let one = SeasonFilter { card_id: Some(all[0].player.card_id), ..season };
    assert_eq!(store.season_batting(one, BattingSort::Pa, 0, None, 9).await.unwrap().items, all[..1]);
    let at_least = all[0].totals.pa.max(1);
    let regular = store
        .season_batting(season, BattingSort::H, u32::try_from(at_least).unwrap(), None, 200)
        .await
        .unwrap();
    let expected: Vec<_> = all.iter().filter(|line| line.totals.pa >= at_least).cloned().collect();
    assert_eq!(regular.items, expected);
    let over = SeasonFilter { until: Some(now() - chrono::TimeDelta::days(1)), ..season };
    assert!(store.season_batting(over, BattingSort::Pa, 0, None, 9).await.unwrap().items.is_empty());
    assert!(store.standings(over, None, 9).await.unwrap().items.is_empty());
    let since = SeasonFilter { from: Some(now() - chrono::TimeDelta::days(1)), until: Some(now()), ..season };
    assert_eq!(store.season_batting(since, BattingSort::H, 0, None, 200).await.unwrap().items, all);
    let sba = SeasonFilter { league_id: LeagueId::Sba, ..season };
    assert!(store.season_batting(sba, BattingSort::Pa, 0, None, 9).await.unwrap().items.is_empty());
}

/// As a database of an older version has them.
async fn games_that_ended_without_lines_get_them_later(fixture: Fixture) {
    let (ann, store) = (user("Ann"), &fixture.store);
    let host = start_on(&fixture.url, Faults::default()).await;
    let game = create(&host, &ann, json!({"home_team_is_ai": true})).await;
    until_over(store, game).await;
    host.stop().await;
    let season = SeasonFilter::league(LeagueId::Pd, Viewer::Public);
    let before = store.season_pitching(season, PitchingSort::Outs, 0, None, 9).await.unwrap();
    assert!(!before.items.is_empty());
    fixture
        .execute(
            "DELETE FROM batting_lines; DELETE FROM pitching_lines; DELETE FROM fielding_lines; \
             UPDATE games SET statistics_count = NULL",
        )
        .await
        .unwrap();
    assert!(store.season_pitching(season, PitchingSort::Outs, 0, None, 9).await.unwrap().items.is_empty());
    assert_eq!(store.score_ended().await.unwrap(), 1);
    assert_eq!(store.season_pitching(season, PitchingSort::Outs, 0, None, 9).await.unwrap(), before);
    assert_eq!(check_sums(store, season).await, 1);
    assert_eq!(store.score_ended().await.unwrap(), 0, "once");
}
