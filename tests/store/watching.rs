//! Games and hosts as an operator looks for them, and seats as he gives them.

use super::contract;
use super::fixture::*;
use chrono::{TimeDelta, Utc};
use dugout::id::{Epoch, GameId, HostId, InstallationId, Seq};
use dugout::rules::vocabulary::{Half, LeagueId, Side, Status};
use dugout::store::ChangeError;
use dugout::store::change::{Change, GameColumns, Presence, Quarantine, Rows, SetSeat};
use dugout::store::hosts::HostCard;
use dugout::store::operated::{OperatedFilter, TroubleFilter};
use dugout::store::read::Viewer;
use std::time::Duration;

contract! {
    a_seat_is_given_and_freed_by_who_owns_the_game,
    an_operator_finds_games_by_what_is_wrong_with_them,
}

async fn a_seat_is_given_and_freed_by_who_owns_the_game(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let (ann, bob) = (holder("Ann"), holder("Bob"));
    let set =
        |epoch, holder| Change::SetSeat(SetSeat { game_id, epoch: Epoch(epoch), side: Side::Home, holder });
    let seats = async || fixture.store.game(game_id, Viewer::Public).await.unwrap().seats;
    fixture.commit_one(set(1, Some(ann.clone()))).await.unwrap();
    assert_eq!(seats().await.home, Some(ann));
    fixture.commit_one(set(1, Some(bob.clone()))).await.unwrap();
    fixture.commit_one(set(1, Some(bob.clone()))).await.unwrap();
    assert_eq!(seats().await.home, Some(bob.clone()), "whoever had it before");
    let stale = fixture.commit_one(set(9, None)).await;
    assert_eq!(stale, Err(ChangeError::StaleEpoch { current: Epoch(1) }));
    assert_eq!(seats().await.home, Some(bob));
    fixture.commit_one(set(1, None)).await.unwrap();
    assert_eq!(seats().await.home, None);
    let ann = holder("Ann");
    fixture.commit_one(claim_seat(game_id, Side::Home, ann.clone())).await.unwrap();
    assert_eq!(seats().await.home, Some(ann), "whoever comes first may claim it");
}

/// What an operator finds who looks for all of these.
async fn found(fixture: &Fixture, filter: OperatedFilter) -> Vec<GameId> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = fixture.store.operated_games(filter.clone(), cursor, 2).await.unwrap();
        found.extend(page.items.into_iter().map(|game| game.row.id));
        cursor = page.next;
        if cursor.is_none() {
            return found;
        }
    }
}

/// A host that is there, and four active games: one that is fine, one that may be set aside, one between two AI managers,
/// and one against an AI manager whose host is gone.
async fn games_of_hosts(fixture: &Fixture, living: HostId, dead: HostId) -> [GameId; 4] {
    let card = HostCard {
        host_id: living,
        installation: InstallationId::generate(),
        public_url: Some("http://a.example".into()),
        lease: Duration::from_secs(60),
        lull: Duration::from_secs(5),
        draining: false,
    };
    fixture.store.enter(card).await.unwrap();
    let active = GameColumns {
        game_metadata: None,
        status: Status::Active,
        current_inning: 1,
        current_half: Half::Top,
        home_score: 0,
        away_score: 0,
        winner_team_id: None,
    };
    let mut ids = Vec::new();
    for (away_ai, home_ai, owner) in
        [(false, false, living), (false, false, living), (true, true, living), (true, false, dead)]
    {
        let mut setup = setup(LeagueId::Pd);
        (setup.teams.away.is_ai, setup.teams.home.is_ai) = (away_ai, home_ai);
        let mut new = new_game_of(setup);
        new.owner = Some(owner);
        let mut pen = fixture.create_as(new).await;
        let rows = Rows { game: Some(active.clone()), ..Rows::default() };
        fixture.commit_one(pen.change(rows)).await.unwrap();
        ids.push(pen.game_id);
    }
    ids.try_into().unwrap()
}

async fn an_operator_finds_games_by_what_is_wrong_with_them(fixture: Fixture) {
    let store = &fixture.store;
    let (living, dead) = (HostId::generate(), HostId::generate());
    let [fine, aside, unattended, half_ai] = games_of_hosts(&fixture, living, dead).await;
    let ann = holder("Ann");
    let there = Presence { game_id: fine, epoch: Epoch(1), connected_users: vec![ann.user_id] };
    fixture.commit_one(Change::Presence(there)).await.unwrap();
    let why = Quarantine { game_id: aside, epoch: Epoch(1), reason: "strange".into(), at: now() };
    fixture.commit_one(Change::Quarantine(why)).await.unwrap();

    let all = OperatedFilter {
        statuses: vec![Status::Active],
        user_id: None,
        host_id: None,
        quiet_since: None,
        trouble: None,
    };
    let newest_first = [half_ai, unattended, aside, fine];
    assert_eq!(found(&fixture, all.clone()).await, newest_first);
    let of_dead = OperatedFilter { host_id: Some(dead), ..all.clone() };
    assert_eq!(found(&fixture, of_dead).await, [half_ai]);
    let pending = OperatedFilter { statuses: vec![Status::Pending], ..all.clone() };
    assert_eq!(found(&fixture, pending).await, []);
    let long_ago = Utc::now() - TimeDelta::days(36_500);
    let soon = Utc::now() + TimeDelta::days(36_500);
    assert_eq!(
        found(&fixture, OperatedFilter { quiet_since: Some(soon), ..all.clone() }).await,
        newest_first
    );
    assert_eq!(found(&fixture, OperatedFilter { quiet_since: Some(long_ago), ..all.clone() }).await, []);

    let trouble = TroubleFilter {
        overdue_before: long_ago,
        stalled_before: long_ago,
        living: vec![living],
        besides: Vec::new(),
    };
    let troubled =
        async |trouble| found(&fixture, OperatedFilter { trouble: Some(trouble), ..all.clone() }).await;
    assert_eq!(troubled(trouble.clone()).await, [half_ai, aside], "its host is gone; set aside");
    let stalled = TroubleFilter { stalled_before: soon, ..trouble.clone() };
    assert_eq!(troubled(stalled).await, [half_ai, unattended, aside]);
    let known_here = TroubleFilter { besides: vec![fine], living: vec![living, dead], ..trouble };
    assert_eq!(troubled(known_here).await, [aside, fine]);

    let game = store.operated_game(fine).await.unwrap();
    assert_eq!((game.owner, game.last_seq, game.due_at), (Some(living), Seq(2), None));
    assert_eq!(game.connected_users, [ann.user_id]);
    assert_eq!(game.last_action_at, store.journal(fine, Seq(1), 1).await.unwrap()[0].recorded_at);
    assert!(store.operated_game(GameId::generate()).await.is_err());
    let hosts = store.hosts().await.unwrap();
    let listed: Vec<_> = hosts.iter().map(|host| (host.seen.address.host_id, host.games)).collect();
    assert_eq!(listed, [(living, 3)], "the dead one has no row");
}
