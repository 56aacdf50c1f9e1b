//! Files are read to their end, and every bad row is named.

use super::csv::columns;
use super::{BadRow, Import};
use crate::id::{CardId, TeamId};
use crate::league::Team;
use crate::league::bundled;
use crate::rules::card::PlayerCard;
use crate::rules::vocabulary::{LeagueId, Position};
use serde_json::Value;
use std::sync::Arc;

const LEAGUE: &str = include_str!("../bundled/league.json");

fn bundled_teams() -> [Team; 2] {
    [1, 2].map(|id| bundled::team(LeagueId::Pd, TeamId(id)).expect("bundled"))
}

fn assert_bundled(import: &Import) {
    assert_eq!(import.bad_rows, []);
    for (imported, team) in import.teams.iter().zip(bundled_teams()) {
        assert_eq!((imported.info.team_id, &imported.info.name), (team.team_id, &team.name));
        let roster: Vec<_> = team.players.iter().map(|player| player.card_id).collect();
        assert_eq!(imported.roster, roster);
        let mut lineup = imported.lineup.clone().expect("a line-up").players;
        let mut own = team.lineup.players.clone();
        lineup.sort_by_key(|slot| slot.card_id);
        own.sort_by_key(|slot| slot.card_id);
        assert_eq!(lineup, own);
        for player in &team.players {
            let card = import.cards.iter().find(|card| card.card_id == player.card_id).expect("imported");
            let sorted = |card: &PlayerCard| {
                let mut card = card.clone();
                card.fielding.sort_by_key(|at| at.position);
                card
            };
            assert_eq!(sorted(card), sorted(player));
        }
    }
    assert_eq!((import.teams.len(), import.cards.len()), (2, 52));
}

/// The bundled league as a CSV file.
fn csv(delimiter: char) -> String {
    let columns = columns();
    let mut lines = vec![columns.join(&delimiter.to_string())];
    for team in bundled_teams() {
        for player in &team.players {
            let card = serde_json::to_value(player.as_ref()).expect("a card");
            let slot = team.lineup.players.iter().find(|slot| slot.card_id == player.card_id);
            let cell = |column: &String| match column.as_str() {
                "team_name" => team.name.clone(),
                "team_abbreviation" => team.abbreviation.clone(),
                "lineup.position" => slot.map(|slot| slot.position.to_string()).unwrap_or_default(),
                "lineup.batting_order" => slot
                    .and_then(|slot| slot.batting_order)
                    .map(|order| order.to_string())
                    .unwrap_or_default(),
                "positions" => player.positions.iter().map(Position::to_string).collect::<Vec<_>>().join("/"),
                path => text(at(&card, path)),
            };
            let cells: Vec<_> = columns.iter().map(cell).collect();
            lines.push(cells.join(&delimiter.to_string()));
        }
    }
    lines.join("\n") + "\n"
}

fn at<'a>(card: &'a Value, path: &str) -> &'a Value {
    if let Some((position, rating)) = path.strip_prefix("fielding.").and_then(|rest| rest.split_once('.')) {
        let of = card["fielding"].as_array().expect("a list").iter().find(|at| at["position"] == position);
        return of.map_or(&Value::Null, |at| &at[rating]);
    }
    path.split('.').fold(card, |at, step| &at[step])
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn the_bundled_league_comes_in_as_json_and_as_csv() {
    assert_bundled(&Import::of_json(LEAGUE.as_bytes()));
    assert_bundled(&Import::of_csv(csv(',').as_bytes()));
    assert_bundled(&Import::of_csv(csv(';').replace('\n', "\r\n").as_bytes()));
    assert_bundled(&Import::of_csv(format!("\u{feff}{}", csv(',')).as_bytes()));
}

fn lines(import: &Import) -> Vec<u64> {
    import.bad_rows.iter().map(|row| row.line).collect()
}

fn says(row: &BadRow, words: &[&str]) {
    for word in words {
        assert!(row.reason.contains(word), "`{word}` is not in: {row}");
    }
}

#[test]
fn every_bad_row_of_a_csv_file_is_named_with_line_and_reason() {
    let names = columns();
    let column = |name: &str| names.iter().position(|column| column == name).expect("a column");
    let whole = csv(',');
    let mut rows: Vec<Vec<String>> =
        whole.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    rows[2][column("batting.ratings.vs_L.strikeout")] = "0".to_owned();
    rows[4][column("batting.running")] = "fast".to_owned();
    rows[6][column("positions")] = "SS/XX".to_owned();
    rows[7][column("card_id")] = rows[1][column("card_id")].clone();
    rows[8].pop();
    rows[9][column("throws")] = String::new();
    rows[3][column("fielding.3B.range")] = "9".to_owned();
    rows[12][column("team_name")] = "Somebody else".to_owned();
    let text = rows.iter().map(|row| row.join(",") + "\n").collect::<String>();
    let import = Import::of_csv(text.as_bytes());
    assert_eq!(lines(&import), [3, 4, 5, 7, 8, 9, 10, 13]);
    let [sum, range, running, position, twice, short, throws, team] = &import.bad_rows[..] else {
        panic!("8")
    };
    says(sum, &["batting.ratings.vs_L", "chances", "108"]);
    says(running, &["batting.running", "fast"]);
    says(position, &["positions", "XX"]);
    says(twice, &["card_id", "101", "line 2"]);
    says(short, &["fields"]);
    says(throws, &["throws"]);
    says(range, &["range"]);
    says(team, &["team_name", "Somebody else", "Washington"]);
    assert_eq!(import.cards.len(), 45, "the others are read, and so is the player of a misnamed team");

    let header = Import::of_csv(b"card_id,nmae,name,name,team_id\n1,,Ann,,2\n");
    let reasons: Vec<_> = header.bad_rows.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(lines(&header), [1; 5], "{reasons:?}");
    for word in ["`nmae` is no column", "`name` stands twice", "`positions` is missing", "`bats`", "`throws`"]
    {
        assert!(reasons.iter().any(|reason| reason.contains(word)), "{word}: {reasons:?}");
    }
    let broken =
        Import::of_csv(b"team_id,card_id,name,positions,bats,throws\n1,1,\xff\xfe,C,R,R\n1,2,Bo,C,R,R\n");
    assert_eq!((lines(&broken), broken.cards.len()), (vec![2], 1));
    assert!(Import::of_csv(b"").bad_rows.len() > 1);
}

#[test]
fn every_bad_row_of_a_json_file_is_named_with_line_and_reason() {
    let mut text = LEAGUE.to_owned();
    let line = |text: &str, of: &str| {
        let at = text.find(of).unwrap_or_else(|| panic!("{of} is in the file"));
        1 + text[..at].matches('\n').count() as u64
    };
    // A player begins one line before his id.
    let (first, second) =
        (line(&text, "\"card_id\": 102, \"name\"") - 1, line(&text, "\"card_id\": 204, \"name\"") - 1);
    let third = line(&text, "\"card_id\": 210, \"name\"") - 1;
    let change = |text: &mut String, id: u32, from: &str, to: &str| {
        let at = text.find(&format!("\"card_id\": {id}, \"name\"")).expect("a player");
        let found = at + text[at..].find(from).unwrap_or_else(|| panic!("{from} of {id}"));
        text.replace_range(found..found + from.len(), to);
    };
    change(&mut text, 102, "\"strikeout\": 1", "\"strikeout\": 9");
    change(&mut text, 204, "\"throws\": \"", "\"throws\": \"X");
    change(&mut text, 210, "\"bats\"", "\"bets\": 1, \"bats\"");
    let import = Import::of_json(text.as_bytes());
    assert_eq!(lines(&import), [first, second, third], "{:?}", import.bad_rows);
    says(&import.bad_rows[0], &["chances", "vs_L"]);
    says(&import.bad_rows[1], &["throws"]);
    says(&import.bad_rows[2], &["bets", "no field"]);
    assert_eq!(import.cards.len(), 49);

    let cut = Import::of_json(&LEAGUE.as_bytes()[..LEAGUE.len() / 2]);
    assert_eq!(cut.bad_rows.len(), 1);
    assert_eq!(Import::of_json(b"{\"teams\": [],\n\"x\": 1}").bad_rows[0].line, 2);
}

#[test]
fn an_illegal_line_up_is_refused() {
    for (from, to, says) in [
        ("\"card_id\": 116, \"position\": \"P\"", "\"card_id\": 999, \"position\": \"P\"", "999"),
        (
            "\"position\": \"SS\", \"batting_order\": 1",
            "\"position\": \"RF\", \"batting_order\": 1",
            "position",
        ),
        ("\"position\": \"SS\", \"batting_order\": 1", "\"position\": \"SS\", \"batting_order\": 2", "order"),
        ("\"card_id\": 101, \"position\"", "\"card_id\": 102, \"position\"", "twice"),
    ] {
        let import = Import::of_json(LEAGUE.replacen(from, to, 1).as_bytes());
        assert_eq!(import.bad_rows.len(), 1, "{from}");
        let reason = &import.bad_rows[0].reason;
        assert!(reason.contains("line-up of team 1") && reason.contains(says), "{reason}");
    }
}

#[test]
fn copies_of_a_card_belong_to_several_teams() {
    let text = "team_id,card_id,name,positions,bats,throws\n1,7,Ann,C,R,R\n2,7,Ann,C,R,R\n3,7,Bob,C,R,R\n1,7,Ann,C,R,R\n";
    let import = Import::of_csv(text.as_bytes());
    assert_eq!(lines(&import), [4, 5]);
    let owners: Vec<_> = import.teams.iter().map(|team| (team.info.team_id.0, team.roster.clone())).collect();
    assert_eq!(owners, [(1, vec![CardId(7)]), (2, vec![CardId(7)])]);
    assert_eq!(import.cards.iter().map(Arc::as_ref).count(), 1);
}
