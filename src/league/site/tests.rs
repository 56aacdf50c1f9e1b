//! Documents of the sites become cards, whatever their shape.

use super::pd::{self, Documents};
use super::{sba, team_list};
use crate::id::{CardId, CardsetId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::charts::CHARTS;
use crate::rules::charts::ratings::RatingField;
use crate::rules::vocabulary::{Bats, Hand, Position};
use chrono::Utc;
use serde_json::{Map, Value, json};

const TEAM: TeamId = TeamId(31);

fn player() -> Value {
    json!({
        "player_id": 4711, "p_name": " Babe\u{0000} Ruth ", "cost": 900, "image": "https://cards.example/4711.png",
        "cardset": {"id": 24, "name": "1927", "event": null}, "rarity": {"id": 1, "name": "HoF"},
        "pos_1": "RF", "pos_2": "SP", "pos_3": "PH", "pos_4": null, "mlbclub": "New York", "quantity": 999
    })
}

/// A line that adds up: everything is a strikeout, or the nine checks are there too.
fn line(fields: &[RatingField], strikeouts: f64) -> Map<String, Value> {
    let checks =
        [("p", 1), ("c", 3), ("1b", 2), ("2b", 6), ("3b", 3), ("ss", 7), ("lf", 2), ("cf", 3), ("rf", 2)];
    let pitching = fields.contains(&RatingField::XcheckP);
    let mut line = Map::from_iter([
        ("strikeout".to_owned(), json!(strikeouts)),
        ("avg".to_owned(), json!(0.1)),
        ("homerun".to_owned(), Value::Null),
    ]);
    if pitching {
        line.extend(checks.map(|(at, chances)| (format!("xcheck_{at}"), json!(chances))));
    }
    line
}

fn rows(kind: &str, card: &Value, fields: &[RatingField], strikeouts: f64) -> Value {
    let row = |hand: &str| {
        let mut row = line(fields, strikeouts);
        row.insert("vs_hand".to_owned(), json!(hand));
        row.insert("pull_rate".to_owned(), json!(0.4));
        row.insert("center_rate".to_owned(), json!(0.375));
        row.insert(kind.to_owned(), card.clone());
        Value::Object(row)
    };
    json!({"count": 2, "ratings": [row("R"), row("L")]})
}

fn batting_row_card() -> Value {
    json!({
        "id": 1, "variant": 0, "steal_low": 8, "steal_high": 11, "steal_auto": true, "steal_jump": 0.25,
        "bunting": "c", "hit_and_run": "B", "running": "13", "offense_col": 1, "hand": "S"
    })
}

fn pitching_row_card() -> Value {
    json!({
        "id": 2, "balk": 0, "wild_pitch": 6, "hold": -2, "starter_rating": 7, "relief_rating": 2,
        "closer_rating": null, "batting": "#1WR-C", "offense_col": 2, "hand": "L"
    })
}

fn batting(strikeouts: f64) -> Value {
    rows("battingcard", &batting_row_card(), &CHARTS.ratings.batting, strikeouts)
}

fn pitching(strikeouts: f64) -> Value {
    rows("pitchingcard", &pitching_row_card(), &CHARTS.ratings.pitching, strikeouts)
}

fn read(documents: Documents) -> Result<PlayerCard, String> {
    documents.card(TEAM)
}

fn whole() -> Documents {
    let positions = json!({"count": 2, "positions": [
        {"position": "RF", "range": 2, "error": 5, "arm": -3, "pb": null, "overthrow": null, "innings": 900},
        {"position": "DH", "range": 0, "error": 0},
    ]});
    Documents::of(player(), Some(batting(108.0)), Some(pitching(79.0)), Some(positions))
}

#[test]
fn a_card_of_paper_dynasty_is_read_with_both_cards_and_its_fielding() {
    let card = read(whole()).expect("a card");
    assert_eq!((card.card_id, card.name.as_str(), card.team_id), (CardId(4711), "Babe Ruth", TEAM));
    assert_eq!(card.cardset_id, Some(CardsetId(24)));
    assert_eq!(card.positions, [Position::RightField, Position::Pitcher]);
    assert_eq!((card.bats, card.throws), (Bats::Switch, Hand::Left));
    let batting = card.batting.as_ref().expect("he bats");
    assert_eq!((batting.running, batting.steal_jump_36ths, batting.bunting.as_str()), (13, 9, "C"));
    assert_eq!((batting.pull_rate, batting.center_rate, batting.slap_rate), (40, 38, 22));
    assert_eq!(batting.ratings.left.0.len(), 22);
    assert_eq!(card.pitching.as_ref().map(|card| (card.hold, card.closer_rating)), Some((-2, 0)));
    assert_eq!(card.fielding.len(), 1);
    assert_eq!(card.fielding_at(Position::RightField).map(|at| at.arm), Some(-3));
    assert_eq!(card.check(), Ok(()));
}

#[test]
fn the_same_in_other_shapes_is_the_same_card() {
    let expected = read(whole()).expect("a card");
    // Ratings by hand, the card beside them.
    let by_hand = |kind: &str, card: Value, fields: &[RatingField], strikeouts: f64| {
        let mut line = line(fields, strikeouts);
        line.insert("pull_rate".to_owned(), json!("0.40"));
        line.insert("center_rate".to_owned(), json!(37.5));
        json!({kind: card, "ratings": {"vs_L": line, "vs_R": line}})
    };
    let batting = by_hand("battingcard", batting_row_card(), &CHARTS.ratings.batting, 108.0);
    let pitching = by_hand("card", pitching_row_card(), &CHARTS.ratings.pitching, 79.0);
    let mut person = player();
    person["id"] = person["player_id"].take();
    person["cardset"] = json!(24);
    person["name"] = person["p_name"].take();
    let positions = json!([{"position": "rf", "range": "2", "error": 5, "arm": "-3"}]);
    let other = read(Documents::of(person, Some(batting), Some(pitching), Some(positions))).expect("a card");
    assert_eq!(other, expected);
    // A list by itself.
    let list = |document: Value| document["ratings"].clone();
    let listed =
        Documents::of(player(), Some(list(self::batting(108.0))), Some(list(self::pitching(79.0))), None);
    let listed = read(listed).expect("a card");
    assert_eq!((listed.batting, listed.pitching), (expected.batting, expected.pitching));
}

#[test]
fn scouting_data_may_be_absent() {
    let nothing = read(Documents::of(player(), None, Some(json!({"count": 0, "ratings": []})), None));
    let nothing = nothing.expect("a player without cards");
    assert!(nothing.batting.is_none() && nothing.pitching.is_none() && nothing.fielding.is_empty());
    assert_eq!((nothing.bats, nothing.throws), (Bats::Right, Hand::Right));

    let mut pitcher = player();
    (pitcher["pos_1"], pitcher["pos_2"]) = (json!("RP"), json!("CP"));
    let pitcher = read(Documents::of(pitcher, None, Some(pitching(79.0)), None)).expect("a pitcher");
    assert_eq!(pitcher.positions, [Position::Pitcher]);
    assert!(pitcher.batting.is_some(), "he bats as pitchers do");
    assert_eq!(pitcher.check(), Ok(()));
}

#[test]
fn chances_that_do_not_add_up_are_refused_with_the_sums_of_each_line() {
    let card = read(Documents::of(player(), Some(batting(107.5)), Some(pitching(80.0)), None)).expect("read");
    let problem = card.check().expect_err("no card").problem;
    assert_eq!(problem.matches("107.5 chances").count(), 2, "{problem}");
    assert_eq!(problem.matches("109 chances").count(), 2, "{problem}");
    for place in ["batting.ratings.vs_L", "batting.ratings.vs_R", "pitching.ratings.vs_L"] {
        assert!(problem.contains(place), "{problem}");
    }
}

#[test]
fn nonsense_is_refused_by_the_name_of_its_field() {
    let with = |change: fn(&mut Value, &mut Value)| {
        let (mut player, mut batting) = (player(), batting(108.0));
        change(&mut player, &mut batting);
        read(Documents::of(player, Some(batting), None, None)).expect_err("nonsense")
    };
    for (problem, names) in [
        (with(|player, _| player["player_id"] = json!("x")), "player_id"),
        (with(|player, _| player["player_id"] = json!(3e12)), "player_id"),
        (with(|player, _| player["p_name"] = json!("  ")), "p_name"),
        (with(|_, batting| batting["ratings"][0]["vs_hand"] = json!("U")), "vs_hand"),
        (with(|_, batting| batting["ratings"][0]["strikeout"] = json!([1])), "strikeout"),
        (with(|_, batting| batting["ratings"] = json!([batting["ratings"][0]])), "the line against L"),
        (with(|_, batting| batting["ratings"][1]["battingcard"]["running"] = json!("fast")), "running"),
        (with(|_, batting| batting["ratings"] = json!("none")), "ratings"),
        (with(|player, _| *player = json!([1])), "a list, not an object"),
    ] {
        assert!(problem.contains(names), "{names}: {problem}");
    }
}

#[test]
fn a_player_of_the_sba_is_read_with_what_is_there() {
    let document = json!({
        "id": 88, "name": "Roy Hobbs", "wara": 3.1, "image": null, "season": 12, "pos_1": "LF", "pos_2": "DH",
        "team": {"id": 500, "abbrev": "NYK", "lname": "New York Knights"}, "injury_rating": "1p70", "strat_code": "x"
    });
    let player = sba::player(&document, TEAM).expect("a player");
    assert_eq!((player.card_id, player.name.as_str(), player.team_id), (CardId(88), "Roy Hobbs", TEAM));
    assert_eq!(player.positions, [Position::LeftField, Position::DesignatedHitter]);
    assert_eq!(player.injury_rating.as_deref(), Some("1p70"));
    assert!(player.batting.is_none() && player.check().is_ok());
    let bare = sba::player(&json!({"id": "89", "name": "Nobody"}), TEAM).expect("a player");
    assert!(bare.positions.is_empty() && bare.injury_rating.is_none());
}

#[test]
fn lists_come_under_their_names_or_by_themselves() {
    let cards = json!({"count": 3, "cards": [{"id": 1, "player": {"player_id": 7}}, {"id": 2, "player": 8},
        {"id": 3, "player": {"player_id": 7}}]});
    assert_eq!(pd::roster(&cards), Ok(vec![CardId(7), CardId(8)]));
    assert_eq!(pd::roster(&json!([9, 10])), Ok(vec![CardId(9), CardId(10)]));
    assert!(pd::roster(&json!({"detail": "no"})).is_err() && pd::roster(&json!(["a"])).is_err());
    let (ids, documents) = sba::roster(&json!({"players": [{"id": 4, "name": "x"}, 5]})).expect("a roster");
    assert_eq!((ids, documents.len()), (vec![CardId(4), CardId(5)], 1));

    let teams = json!([{"id": 2, "abbrev": "NYK", "sname": "Knights", "lname": "New York Knights"},
        {"team_id": "1", "name": "Buffalo"}]);
    let teams = team_list(&teams, Utc::now()).expect("teams");
    let named: Vec<_> = teams.iter().map(|team| &team.info.what).collect();
    assert_eq!((named[0].team_id, named[0].abbreviation.as_str()), (TeamId(1), "BUF"));
    assert_eq!((named[1].name.as_str(), named[1].abbreviation.as_str()), ("New York Knights", "NYK"));
    assert!(team_list(&json!({"teams": [{"name": "no id"}]}), Utc::now()).is_err());
}
