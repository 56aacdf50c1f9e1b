//! What an entry brings is there afterwards, in every table.

use super::contract;
use super::fixture::*;
use dugout::id::{CardId, Epoch, GameId, LineupId, PlayNumber, Seq};
use dugout::rules::card::FieldingRating;
use dugout::rules::dice::RollType;
use dugout::rules::lineup::LineupPlayerState;
use dugout::rules::record::PlayRecord;
use dugout::rules::scoring::RunCredit;
use dugout::rules::vocabulary::{Half, LeagueId, Position, Side, Status};
use dugout::store::change::{Change, GameColumns, LinkChange, Presence, RosterChange, Rows};
use dugout::store::export;
use dugout::store::read::Viewer;
use serde_json::json;
use std::sync::Arc;

contract! {
    a_created_game_is_there_with_its_secrets_cards_and_seats,
    the_row_of_a_game_follows_its_entries,
    plays_come_back_column_by_column,
    a_play_locks_the_one_before_and_credits_the_one_that_scores,
    lineups_are_added_changed_and_removed,
    rolls_come_back_with_their_dice,
    sba_players_and_pd_cards_go_to_columns_of_their_own,
    two_hundred_games_are_one_commit,
    entries_of_one_game_may_share_a_commit,
    presence_is_kept,
    rosters_change_and_cards_stay_pinned,
}

async fn a_created_game_is_there_with_its_secrets_cards_and_seats(fixture: Fixture) {
    let mut new = new_game(LeagueId::Pd);
    new.cardsets = vec![dugout::id::CardsetId(24), dugout::id::CardsetId(3)];
    let ann = holder("Ann");
    new.seats = vec![(Side::Home, ann.clone())];
    fixture.create_as(new.clone()).await;

    let stored = fixture.reopened().await.load_game_state(new.setup.game_id).await.unwrap();
    assert_eq!(stored.epoch, Epoch(1));
    assert_eq!(stored.created_at, new.entry.recorded_at);
    assert_eq!(stored.seed, new.seed);
    assert_eq!(stored.seats.home, Some(ann));
    assert_eq!(stored.seats.away, None);
    // The rosters' order: the visitors', then the home team's.
    assert_eq!(stored.cards.cards, [21, 22, 11, 12].map(card));
    assert_eq!(stored.snapshot, None);
    assert_eq!(stored.entries, [new.entry.clone()]);
    assert_eq!((stored.head, stored.head_hash), (Seq(1), new.entry.hash));
    assert_eq!(stored.quarantined, None);
    assert_eq!(fixture.count("game_cardset_links WHERE cardset_id = 24 AND priority = 1").await, 1);

    let row = fixture.store.game(new.setup.game_id, Viewer::Public).await.unwrap();
    assert_eq!((row.status, row.current_inning, row.started_at), (Status::Pending, 0, None));
    assert_eq!((row.home_team_id, row.away_team_id, row.epoch), (HOME, AWAY, Epoch(1)));
    assert_eq!(row.game_metadata["home_team_name"], "Washington");
    assert_eq!(row.game_metadata["seed_commitment"], "c0ffee");
}

async fn the_row_of_a_game_follows_its_entries(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let columns = |status, home_score| GameColumns {
        game_metadata: (status == Status::Completed).then(|| serde_json::json!({"ending": "walk_off"})),
        status,
        current_inning: 9,
        current_half: Half::Bottom,
        home_score,
        away_score: 3,
        winner_team_id: (status == Status::Completed).then_some(HOME),
    };
    let rows = |status, home_score| Rows { game: Some(columns(status, home_score)), ..Rows::default() };
    let begun = pen.append(rows(Status::Active, 0));
    fixture.commit_one(Change::Append(Arc::new(begun.clone()))).await.unwrap();
    let row = fixture.store.game(pen.game_id, Viewer::Public).await.unwrap();
    assert_eq!((row.started_at, row.completed_at), (Some(begun.entry.recorded_at), None));
    assert_eq!(row.game_metadata["home_team_name"], "Washington", "it stays until the game is over");

    let ended = pen.append(rows(Status::Completed, 4));
    fixture.commit_one(Change::Append(Arc::new(ended.clone()))).await.unwrap();
    let row = fixture.store.game(pen.game_id, Viewer::Public).await.unwrap();
    assert_eq!(row.started_at, Some(begun.entry.recorded_at), "the first pitch stays where it was");
    assert_eq!(row.completed_at, Some(ended.entry.recorded_at));
    assert_eq!((row.home_score, row.away_score, row.winner_team_id), (4, 3, Some(HOME)));
    assert_eq!((row.current_inning, row.current_half), (9, Half::Bottom));
}

async fn plays_come_back_column_by_column(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let first = play(1);
    let second = PlayRecord {
        half: Some(Half::Bottom),
        catcher_id: Some(LineupId(2)),
        defender_id: Some(LineupId(2)),
        runner_id: Some(LineupId(1)),
        batter_final: None,
        dice_roll: None,
        check_pos: None,
        outs_recorded: 2,
        gidp: 1,
        error: 1,
        in_pow: true,
        is_go_ahead: true,
        ..play(2)
    };
    let rows = Rows { plays: vec![first.clone(), second.clone()], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    assert_eq!(fixture.store.plays(pen.game_id).await.unwrap(), [first, second]);
    assert_eq!(fixture.store.plays(GameId::generate()).await.unwrap(), []);
}

async fn a_play_locks_the_one_before_and_credits_the_one_that_scores(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let rows = Rows { plays: vec![play(1), play(2)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    let credit = |number, e_run| RunCredit { play_number: PlayNumber(number), run: 1, e_run };
    let rows = Rows {
        plays: vec![play(3)],
        locked: Some(PlayNumber(2)),
        // A placed runner and the batter of play 1 both scored; the runs of play 2 are not earned yet.
        credits: vec![credit(1, 1), credit(2, 0), credit(1, 0)],
        ..Rows::default()
    };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    let plays = fixture.store.plays(pen.game_id).await.unwrap();
    let facts: Vec<_> = plays.iter().map(|play| (play.locked, play.run, play.e_run)).collect();
    assert_eq!(facts, [(false, 2, 1), (true, 1, 0), (false, 0, 0)]);
    let earned = RunCredit { play_number: PlayNumber(2), run: 0, e_run: 1 };
    fixture.commit_one(pen.change(Rows { credits: vec![earned], ..Rows::default() })).await.unwrap();
    let plays = fixture.store.plays(pen.game_id).await.unwrap();
    assert_eq!((plays[1].run, plays[1].e_run), (1, 1), "earned later than it scored");
}

async fn lineups_are_added_changed_and_removed(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let left = LineupPlayerState { is_active: false, ..player(1, 21, Position::CenterField, Some(1)) };
    let rating = FieldingRating { range: 2, error: 5, arm: -3, passed_ball: 0, t_rating: 0 };
    let came = LineupPlayerState {
        is_starter: false,
        entered_inning: 7,
        replacing_id: Some(LineupId(1)),
        after_play: Some(41),
        position_rating: Some(rating),
        ..player(3, 22, Position::RightField, Some(1))
    };
    let rows = Rows { lineups: vec![(AWAY, came), (AWAY, left)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    let lineups = fixture.store.lineups(pen.game_id).await.unwrap();
    assert_eq!(lineups.iter().map(|row| row.lineup_id.0).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(lineups.iter().map(|row| row.is_active).collect::<Vec<_>>(), [false, true, true]);
    let came = &lineups[2];
    assert_eq!((came.card_id, came.player_id, came.team_id), (Some(CardId(22)), None, AWAY));
    assert_eq!((came.position, came.batting_order), (Position::RightField, Some(1)));
    assert_eq!((came.replacing_id, came.after_play, came.entered_inning), (Some(LineupId(1)), Some(41), 7));
    assert_eq!(came.lineup_metadata["position_rating"]["arm"], -3);

    let rows = Rows { lineups_removed: vec![LineupId(3)], ..Rows::default() };
    fixture.commit_one(pen.change(rows)).await.unwrap();
    assert_eq!(fixture.store.lineups(pen.game_id).await.unwrap().len(), 2);
}

async fn rolls_come_back_with_their_dice(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let append = pen.append(Rows { rolls: vec![roll(1, 1), roll(2, 1)], ..Rows::default() });
    let thrown_at = append.entry.recorded_at;
    fixture.commit_one(Change::Append(Arc::new(append))).await.unwrap();
    let rolls = fixture.store.rolls(pen.game_id).await.unwrap();
    assert_eq!(rolls.len(), 2);
    let first = &rolls[0];
    assert_eq!((first.roll_id.0, first.roll_type, first.league_id), (1, RollType::D20, LeagueId::Pd));
    assert_eq!((first.team_id, first.player_id, first.play_number.0), (AWAY, Some(LineupId(1)), 1));
    assert_eq!(first.roll_data, json!(roll(1, 1).roll));
    assert_eq!(first.context, json!({"inning": 1, "outs": 2}));
    assert_eq!(first.timestamp, thrown_at);
    assert!((first.created_at - thrown_at).num_seconds().abs() < 60, "{first:?}");
}

async fn sba_players_and_pd_cards_go_to_columns_of_their_own(fixture: Fixture) {
    let pd = fixture.create().await.game_id;
    let sba = fixture.create_as(new_game(LeagueId::Sba)).await.game_id;
    let cards = fixture.store.pd_roster(pd).await.unwrap();
    assert_eq!(
        cards.iter().map(|link| (link.id, link.team_id, link.card_id.0)).collect::<Vec<_>>(),
        [(1, AWAY, 21), (2, AWAY, 22), (3, HOME, 11), (4, HOME, 12)]
    );
    let players = fixture.store.sba_roster(sba).await.unwrap();
    assert_eq!(players.iter().map(|link| link.player_id.0).collect::<Vec<_>>(), [21, 22, 11, 12]);
    assert_eq!(fixture.store.sba_roster(pd).await.unwrap(), []);
    assert_eq!(fixture.store.pd_roster(sba).await.unwrap(), []);
    let entry = &fixture.store.lineups(sba).await.unwrap()[0];
    assert_eq!((entry.card_id, entry.player_id), (None, Some(CardId(21))));
    // The same four cards are pinned by both games, and stored once.
    assert_eq!(fixture.count("cards").await, 4);
}

async fn two_hundred_games_are_one_commit(fixture: Fixture) {
    let games: Vec<_> = (0..200).map(|_| new_game(LeagueId::Pd)).collect();
    let mut pens: Vec<_> = games.iter().map(Pen::behind).collect();
    let creations: Vec<_> = games.into_iter().map(|new| Change::CreateGame(Box::new(new))).collect();
    assert!(fixture.store.commit(creations.into()).await.unwrap().iter().all(Result::is_ok));
    let rows = || Rows { plays: vec![play(1)], rolls: vec![roll(1, 1), roll(2, 1)], ..Rows::default() };
    let changes: Vec<_> = pens.iter_mut().map(|pen| pen.change(rows())).collect();
    assert!(fixture.store.commit(changes.into()).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(fixture.count("journal").await, 400);
    assert_eq!(fixture.count("plays").await, 200);
    assert_eq!(fixture.count("rolls").await, 400);
}

async fn entries_of_one_game_may_share_a_commit(fixture: Fixture) {
    let new = new_game(LeagueId::Pd);
    let mut pen = Pen::behind(&new);
    let changes = vec![
        Change::CreateGame(Box::new(new)),
        pen.change(Rows { plays: vec![play(1)], ..Rows::default() }),
        pen.change(Rows { locked: Some(PlayNumber(1)), plays: vec![play(2)], ..Rows::default() }),
    ];
    assert_eq!(fixture.store.commit(changes.into()).await.unwrap(), [Ok(()), Ok(()), Ok(())]);
    let plays = fixture.store.plays(pen.game_id).await.unwrap();
    assert_eq!(plays.iter().map(|play| play.locked).collect::<Vec<_>>(), [true, false]);
}

async fn presence_is_kept(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let user = holder("Ann").user_id;
    let presence = Presence { game_id, epoch: Epoch(1), connected_users: vec![user] };
    fixture.commit_one(Change::Presence(presence)).await.unwrap();
    let connected = format!("game_sessions WHERE CAST(connected_users AS text) LIKE '%{user}%'");
    assert_eq!(fixture.count(&connected).await, 1);
}

async fn rosters_change_and_cards_stay_pinned(fixture: Fixture) {
    let mut pen = fixture.create().await;
    let game_id = pen.game_id;
    let roster = |team_id, card_id, link| {
        let change = RosterChange { team_id, card_id: CardId(card_id), link };
        Rows { roster: Some(change), ..Rows::default() }
    };
    // A card has to come with its player.
    let alone = pen.clone().append(roster(HOME, 13, LinkChange::Made(1_002)));
    assert!(fixture.commit_one(Change::Append(Arc::new(alone))).await.is_err());
    let mut added = pen.append(roster(HOME, 13, LinkChange::Made(1_002)));
    added.card = Some(card(13));
    fixture.commit_one(Change::Append(Arc::new(added))).await.unwrap();
    let linked = || async {
        let links = fixture.store.pd_roster(game_id).await.unwrap();
        links.into_iter().map(|link| (link.id, link.team_id, link.card_id.0)).collect::<Vec<_>>()
    };
    let created = [(1, AWAY, 21), (2, AWAY, 22), (3, HOME, 11), (4, HOME, 12)];
    let whole: Vec<_> = created.into_iter().chain([(1_002, HOME, 13)]).collect();
    assert_eq!(linked().await, whole);

    fixture.commit_one(pen.change(roster(HOME, 12, LinkChange::Dropped))).await.unwrap();
    let left: Vec<_> = whole.iter().copied().filter(|(_, _, card)| *card != 12).collect();
    assert_eq!(linked().await, left);
    // Whoever decides the game again needs all the cards, and knows by their digest that these are they.
    let stored = fixture.reopened().await.load_game_state(game_id).await.unwrap();
    assert_eq!(stored.cards.cards, [21, 22, 11, 12, 13].map(card));
    let first = export::cards_digest([21, 22, 11, 12].map(card).iter().map(Arc::as_ref));
    assert_eq!(stored.cards.digest, export::digest_with(&first, &card(13)));

    // He may come back, also to the other team.
    fixture.commit_one(pen.change(roster(AWAY, 12, LinkChange::Restored))).await.unwrap();
    let moved: Vec<_> =
        whole.iter().map(|(id, team, card)| (*id, if *card == 12 { AWAY } else { *team }, *card)).collect();
    assert_eq!(linked().await, moved);
}
