//! `dugout games`: an operator finds the game that is stuck, and does something about it, in a terminal.

use crate::support::manager::Manager;
use crate::support::play::start;
use crate::support::server::{Finished, Home, dugout, run};
use serde_json::{Value, json};

/// What an operator types, at a host.
struct Desk<'a> {
    home: &'a Home,
    token: String,
}

impl Desk<'_> {
    async fn says(&self, arguments: &[&str]) -> Finished {
        let mut command = dugout();
        let url = format!("http://{}", self.home.address.get());
        run(command.arg("games").args(arguments).args(["--url", &url]).env("DUGOUT_TOKEN", &self.token)).await
    }

    async fn does(&self, arguments: &[&str]) -> String {
        let finished = self.says(arguments).await;
        assert!(finished.status.success(), "{arguments:?}: {}", finished.stderr);
        finished.stdout
    }

    /// The objects that it prints.
    async fn lists(&self, arguments: &[&str]) -> Vec<Value> {
        let printed = self.does(&[arguments, &["--json"]].concat()).await;
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

#[tokio::test]
async fn an_operator_finds_the_stuck_game_and_sets_it_going_again() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let desk = Desk { home: &home, token: home.token("Olga", &["--operator"]).await };
    assert_eq!(desk.does(&["list"]).await, "no games\n");
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut games = Vec::new();
    for _ in 0..3 {
        let created = ann.http.create_game(json!({"away_team_is_ai": true})).await;
        games.push(created["id"].as_str().expect("an id").to_owned());
    }
    let [stuck, fine, ended] = &games[..] else { panic!("three games") };
    ann.join(stuck).await;
    start(&mut ann, stuck).await.expect("connected");
    desk.does(&["quarantine", stuck, "--reason", "a die looks wrong"]).await;

    let table = desk.does(&["list"]).await;
    assert_eq!(table.lines().count(), 4, "a heading and three games: {table}");
    let troubled = desk.lists(&["list", "--trouble"]).await;
    assert_eq!(troubled.iter().map(|game| &game["id"]).collect::<Vec<_>>(), [stuck]);
    let shown = desk.does(&["show", stuck]).await;
    for words in ["a die looks wrong", "quarantined", "Ann", "managed by the AI", "game_created", "away"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    desk.does(&["release", stuck]).await;
    assert!(desk.lists(&["list", "--trouble"]).await.is_empty());

    // What cannot be undone is not done unasked.
    let refused = desk.says(&["forfeit", ended, "--side", "home"]).await;
    assert!(!refused.status.success() && refused.stderr.contains("--yes"), "{}", refused.stderr);
    let told = desk.does(&["forfeit", ended, "--side", "home", "--reason", "left", "--yes"]).await;
    assert!(told.starts_with("forfeit: done, entry 2"), "{told}");
    let over = desk.says(&["pause", ended]).await;
    assert!(!over.status.success() && over.stderr.contains("game_over"), "{}", over.stderr);
    assert_eq!(desk.lists(&["list", "--status", "completed"]).await[0]["id"], **ended);
    assert_eq!(desk.lists(&["list", "--limit", "1"]).await[0]["id"], **fine);

    let acts = desk.lists(&["audit"]).await;
    let done: Vec<_> = acts.iter().map(|act| (&act["act"], &act["answer"]["code"])).collect();
    let said = ["pause", "forfeit", "resume", "quarantine"].map(Value::from);
    let answered = ["game_over", "done", "done", "done"].map(Value::from);
    assert_eq!(done, said.iter().zip(&answered).collect::<Vec<_>>());
    assert!(desk.does(&["audit", "--game", stuck]).await.contains("Olga"));
    assert!(desk.does(&["hosts"]).await.contains("the database answers"));

    // Managers are not operators, and nobody is nobody.
    let manager = Desk { home: &home, token: home.token("Bob", &[]).await };
    let refused = manager.says(&["list"]).await;
    assert!(refused.stderr.contains("forbidden"), "{}", refused.stderr);
    let nobody = Desk { home: &home, token: String::new() };
    assert!(nobody.says(&["list"]).await.stderr.contains("dugout token --operator"));
}
