//! What the tables say of one game: line-ups, cardsets, sessions, statistics.

use super::contract;
use super::fixture::*;
use dugout::id::{CardsetId, GameId, LineupId, Seq, TeamId, UserId};
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::vocabulary::{LeagueId, Position};
use dugout::store::StoreError;
use dugout::store::change::{Change, Presence, Rows};
use dugout::store::read::Viewer;
use dugout::store::records::CardsetLink;
use dugout::store::snapshot::Snapshot;

contract! {
    an_active_lineup_comes_in_batting_order,
    a_game_is_recovered_as_of_one_moment,
    cardsets_come_primary_first,
    a_session_says_who_is_there_and_how_far_the_snapshot_goes,
    what_is_not_there_is_told_apart,
    what_did_not_change_is_not_written_again,
}

async fn an_active_lineup_comes_in_batting_order(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let replaced = LineupPlayerState { is_active: false, ..player(1, 21, Position::CenterField, Some(1)) };
    let lineups = vec![
        (AWAY, player(3, 22, Position::Pitcher, None)),
        (AWAY, player(4, 23, Position::Catcher, Some(9))),
        (AWAY, replaced),
        (
            AWAY,
            LineupPlayerState {
                replacing_id: Some(LineupId(1)),
                ..player(5, 24, Position::LeftField, Some(1))
            },
        ),
    ];
    fixture.commit_one(pen.change(Rows { lineups, ..Rows::default() })).await.unwrap();
    let numbers = async |team| {
        let lineup = fixture.store.active_lineup(pen.game_id, team).await.unwrap();
        lineup.iter().map(|row| row.lineup_id.0).collect::<Vec<_>>()
    };
    assert_eq!(numbers(AWAY).await, [5, 4, 3]);
    assert_eq!(numbers(HOME).await, [2]);
    assert!(numbers(TeamId(77)).await.is_empty());
}

async fn a_game_is_recovered_as_of_one_moment(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let gone = LineupPlayerState { is_active: false, ..player(1, 21, Position::CenterField, Some(1)) };
    let rows = Rows { plays: vec![play(1), play(2)], lineups: vec![(AWAY, gone)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    let recovered = fixture.store.recover(pen.game_id).await.unwrap();
    assert_eq!((recovered.game.head, recovered.plays), (pen.seq, vec![play(1), play(2)]));
    assert_eq!(recovered.lineups.iter().map(|row| row.lineup_id.0).collect::<Vec<_>>(), [2]);

    let batting = fixture.store.batting_line(pen.game_id, LineupId(1)).await.unwrap();
    assert_eq!((batting.pa, batting.ab, batting.h, batting.rbi), (2, 2, 2, 2));
    let pitching = fixture.store.pitching_line(pen.game_id, LineupId(2)).await.unwrap();
    assert_eq!((pitching.bf, pitching.h, pitching.outs), (2, 2, 0));
    let box_score = fixture.store.box_score(pen.game_id).await.unwrap();
    assert_eq!((box_score.teams.away.runs, box_score.teams.away.hits), (2, 2));
    let nobody = fixture.store.batting_line(pen.game_id, LineupId(9)).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { what: "batter" })), "{nobody:?}");
    let nobody = fixture.store.pitching_line(pen.game_id, LineupId(1)).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { what: "pitcher" })), "{nobody:?}");

    let changed = format!(
        "UPDATE journal SET hash = {} WHERE seq = 2",
        if fixture.is_sqlite() { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" }
    );
    fixture.execute(&changed).await.unwrap();
    let tampered = fixture.store.box_score(pen.game_id).await;
    assert!(matches!(&tampered, Err(StoreError::Corrupt { what, .. }) if what == "entry 2"), "{tampered:?}");
}

async fn cardsets_come_primary_first(fixture: Fixture) {
    let mut new = new_game(LeagueId::Pd);
    new.cardsets = vec![CardsetId(24), CardsetId(3), CardsetId(17)];
    let game_id = fixture.create_as(new).await.game_id;
    let link = |id, priority| CardsetLink { cardset_id: CardsetId(id), priority };
    assert_eq!(fixture.store.cardsets(game_id).await.unwrap(), [link(24, 1), link(3, 2), link(17, 3)]);
    let sba = fixture.create_as(new_game(LeagueId::Sba)).await.game_id;
    assert_eq!(fixture.store.cardsets(sba).await.unwrap(), []);
}

async fn a_session_says_who_is_there_and_how_far_the_snapshot_goes(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    let mut pen = Pen::behind(&new);
    let created_at = new.entry.recorded_at;
    fixture.commit_one(Change::CreateGame(Box::new(new.clone()))).await.unwrap();
    let session = fixture.store.session(pen.game_id).await.unwrap();
    assert_eq!((session.connected_users, session.snapshot_seq), (Vec::new(), None));
    assert_eq!(session.last_action_at, created_at);

    let users = vec![UserId::generate(), UserId::generate()];
    let presence = Presence { game_id: pen.game_id, epoch: pen.epoch, connected_users: users.clone() };
    fixture.commit_one(Change::Presence(presence)).await.unwrap();
    let mut append = pen.append(Rows::default());
    append.snapshot = Some(Snapshot::of(&state(new.setup, append.entry.seq), append.entry.hash));
    let at = append.entry.recorded_at;
    fixture.commit_one(Change::Append(append.into())).await.unwrap();
    let session = fixture.store.session(pen.game_id).await.unwrap();
    assert_eq!((session.connected_users, session.snapshot_seq), (users, Some(Seq(2))));
    assert_eq!(session.last_action_at, at);
}

async fn what_is_not_there_is_told_apart(fixture: Fixture) {
    let none = GameId::generate();
    let store = &fixture.store;
    for missing in [
        store.recover(none).await.err(),
        store.session(none).await.err(),
        store.box_score(none).await.err(),
        store.batting_line(none, LineupId(1)).await.err(),
        store.pitching_line(none, LineupId(1)).await.err(),
        store.game(none, Viewer::Operator).await.err(),
    ] {
        assert!(matches!(missing, Some(StoreError::NotFound { what: "game" })), "{missing:?}");
    }
    assert!(store.active_lineup(none, HOME).await.unwrap().is_empty());
    assert!(store.cardsets(none).await.unwrap().is_empty());
}

/// A row that is written again has another version; SQLite has none to ask for.
async fn what_did_not_change_is_not_written_again(fixture: Fixture) {
    if fixture.is_sqlite() {
        return;
    }
    let mut pen = fixture.create().await;
    fixture.commit_one(pen.change(Rows { plays: vec![play(1)], ..Rows::default() })).await.unwrap();
    let versions = "SELECT string_agg(xmin::text, ',' ORDER BY at) FROM (\
         SELECT xmin, 1 AS at FROM games UNION ALL SELECT xmin, 2 FROM plays UNION ALL \
         SELECT xmin, 3 FROM lineups UNION ALL SELECT xmin, 4 FROM roster_links) AS versions";
    let before = fixture.text(versions).await;
    fixture.commit_one(pen.change(Rows { rolls: vec![roll(1, 2)], ..Rows::default() })).await.unwrap();
    assert_eq!(fixture.text(versions).await, before);
    assert_eq!(fixture.store.rolls(pen.game_id).await.unwrap().len(), 1);
}
