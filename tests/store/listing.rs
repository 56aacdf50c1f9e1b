//! Lists of games: filters, pages, and who may see what.

use super::contract;
use super::fixture::*;
use dugout::id::{GameId, TeamId, UserId};
use dugout::rules::vocabulary::{Half, LeagueId, Side, Status, Visibility};
use dugout::store::StoreError;
use dugout::store::change::{Change, GameColumns, Quarantine, Rows};
use dugout::store::read::{GameFilter, GameRow, Page, Viewer};

contract! {
    pages_go_on_where_they_ended,
    filters_narrow_the_list,
    a_private_game_is_seen_by_its_managers_and_the_operator_only,
    games_that_go_on_by_themselves_ask_for_attention,
}

fn ids(page: &Page<GameRow>) -> Vec<GameId> {
    page.items.iter().map(|game| game.id).collect()
}

async fn pages_go_on_where_they_ended(fixture: Fixture) {
    let mut newest_first = Vec::new();
    for _ in 0..5 {
        newest_first.insert(0, fixture.create().await.game_id);
    }
    let all = GameFilter::all(Viewer::Public);
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = fixture.store.games(all, cursor, 2).await.unwrap();
        seen.extend(ids(&page));
        pages += 1;
        // A cursor travels as text.
        cursor = page.next.map(|cursor| cursor.to_string().parse().unwrap());
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((seen, pages), (newest_first, 3));
}

async fn filters_narrow_the_list(fixture: Fixture) {
    let ann = holder("Ann");
    let mut new = new_game(LeagueId::Sba);
    new.seats = vec![(Side::Away, ann.clone())];
    let sba = fixture.create_as(new).await.game_id;
    let mut setup = setup(LeagueId::Pd);
    setup.teams.home.team_id = TeamId(77);
    let mut elsewhere = new_game_of(setup);
    elsewhere.rows = Rows::default();
    let elsewhere = fixture.create_as(elsewhere).await.game_id;
    let all = GameFilter::all(Viewer::Public);
    let list = async |filter| ids(&fixture.store.games(filter, None, 10).await.unwrap());
    assert_eq!(list(all).await, [elsewhere, sba]);
    assert_eq!(list(GameFilter { league_id: Some(LeagueId::Sba), ..all }).await, [sba]);
    assert_eq!(list(GameFilter { team_id: Some(TeamId(77)), ..all }).await, [elsewhere]);
    assert_eq!(list(GameFilter { team_id: Some(AWAY), ..all }).await, [elsewhere, sba]);
    assert_eq!(list(GameFilter { user_id: Some(ann.user_id), ..all }).await, [sba]);
    assert_eq!(list(GameFilter { status: Some(Status::Pending), ..all }).await, [elsewhere, sba]);
    assert_eq!(list(GameFilter { status: Some(Status::Active), ..all }).await, []);
    let row = &fixture.store.games(GameFilter { user_id: Some(ann.user_id), ..all }, None, 1).await.unwrap();
    assert_eq!(row.items[0].seats.away, Some(ann));
}

async fn a_private_game_is_seen_by_its_managers_and_the_operator_only(fixture: Fixture) {
    let ann = holder("Ann");
    let mut setup = setup(LeagueId::Pd);
    setup.visibility = Visibility::Private;
    let mut new = new_game_of(setup);
    new.seats = vec![(Side::Home, ann.clone())];
    let private = fixture.create_as(new).await.game_id;
    let public = fixture.create().await.game_id;
    let sees = async |viewer| {
        let list = ids(&fixture.store.games(GameFilter::all(viewer), None, 10).await.unwrap());
        let row = fixture.store.game(private, viewer).await;
        assert_eq!(list.contains(&private), row.is_ok());
        assert!(row.is_ok() || matches!(row, Err(StoreError::NotFound { .. })));
        list
    };
    assert_eq!(sees(Viewer::Public).await, [public]);
    assert_eq!(sees(Viewer::User(UserId::generate())).await, [public]);
    assert_eq!(sees(Viewer::User(ann.user_id)).await, [public, private]);
    assert_eq!(sees(Viewer::Operator).await, [public, private]);
}

async fn games_that_go_on_by_themselves_ask_for_attention(fixture: Fixture) {
    let columns = GameColumns {
        game_metadata: None,
        status: Status::Active,
        current_inning: 1,
        current_half: Half::Top,
        home_score: 0,
        away_score: 0,
        winner_team_id: None,
    };
    let begun = || Rows { game: Some(columns.clone()), ..Rows::default() };
    let mut pens = Vec::new();
    let sides = [(true, false), (true, false), (true, false), (false, false), (true, true)];
    for (away, home) in sides {
        let mut setup = setup(LeagueId::Pd);
        (setup.teams.away.is_ai, setup.teams.home.is_ai) = (away, home);
        pens.push(fixture.create_as(new_game_of(setup)).await);
    }
    let [ours, failing, _pending, human, unattended] = &mut pens[..] else { panic!("five games") };
    for pen in [&mut *ours, failing, human] {
        fixture.commit_one(pen.change(begun())).await.unwrap();
    }
    let quarantine =
        Quarantine { game_id: failing.game_id, epoch: failing.epoch, reason: "fails".into(), at: now() };
    fixture.commit_one(Change::Quarantine(quarantine)).await.unwrap();
    assert_eq!(fixture.store.games_with_ai().await.unwrap(), [ours.game_id, unattended.game_id]);
}
