//! Commands from a file and from standard input: whole games of both leagues, JSON, the first failure.

use crate::support::PATIENCE;
use crate::support::manager::Manager;
use crate::support::play::start;
use crate::support::proxy::Proxy;
use crate::support::server::{Finished, Home, dugout, run};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// Runs these lines on an own host.
async fn script(home: &Home, arguments: &[&str], lines: &str) -> Finished {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(lines.as_bytes()).expect("written");
    let mut command = dugout();
    command.args(["play", "--local", "--name", "Ann", "--data-dir"]).arg(home.data_dir());
    command.arg("--script").arg(file.path()).args(arguments);
    run(&mut command).await
}

/// The JSON objects of a run that went well.
fn objects(finished: &Finished) -> Vec<Value> {
    assert!(finished.status.success(), "{}\n{}", finished.stdout, finished.stderr);
    let lines = finished.stdout.lines();
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The data of the only result of a command.
fn result<'a>(objects: &'a [Value], command: &str) -> &'a Value {
    let found = objects.iter().find(|object| object["type"] == "result" && object["command"] == command);
    &found.unwrap_or_else(|| panic!("no result of {command}"))["data"]
}

/// Entries without holes, and a finished game that `verify` recomputes.
async fn assert_whole_game(home: &Home, objects: &[Value], file: &str) {
    let entries = objects.iter().filter(|object| object["type"] == "entry");
    let numbers: Vec<_> = entries.filter_map(|entry| entry["seq"].as_i64()).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    assert_eq!(result(objects, "status")["state"]["status"], "completed");
    let verified = run(dugout().arg("verify").arg(home.data_dir().join(file))).await;
    assert!(verified.status.success(), "{}{}", verified.stdout, verified.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_game_of_each_league_is_played_from_a_script() {
    for (league, extra) in [("pd", "me=away level=hard"), ("sba", "me=both innings=4")] {
        let home = Home::sqlite();
        let journal = home.data_dir().join("game.ndjson");
        let lines = format!(
            "# a whole game\nnew_game league={league} {extra}\nstart_game\nquick_play 3\nquick_play game\n\
             status\nbox_score\njournal {}\n",
            journal.display()
        );
        let finished = script(&home, &["--json"], &lines).await;
        let objects = objects(&finished);
        assert_whole_game(&home, &objects, "game.ndjson").await;
        assert_eq!(result(&objects, "status")["state"]["auto_mode"], league == "pd");
        assert!(result(&objects, "box_score")["batting"]["away"].is_array());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_game_takes_outcomes_runners_and_x_checks() {
    let home = Home::sqlite();
    let lines = "new_game league=sba me=both innings=2\nstart_game\n\
                 defensive\noffensive\nroll\nresolve x_check SS\nstatus\n";
    let finished = script(&home, &["--json"], lines).await;
    let objects = objects(&finished);
    let row = &result(&objects, "status")["state"]["pending_x_check"]["chart_row"];
    let code = row[0].as_str().expect("the row is shown").to_owned();

    let lines = format!(
        "use_game\nx_check {code} no\nquick_play half\ndefensive\noffensive\nroll\nresolve double_2\n\
         defensive\noffensive\nroll\nresolve flyout_b CF\nrunner hold\nplays\n"
    );
    let finished = script(&home, &[], &lines).await;
    assert!(finished.status.success(), "{}\n{}", finished.stdout, finished.stderr);
    for shown in ["X-Check of the shortstop", "doubles", "tag up?", "flies out to CF"] {
        assert!(finished.stdout.contains(shown), "{shown}:\n{}", finished.stdout);
    }
    assert!(!finished.stdout.contains('\u{1b}'), "no colours where no terminal is");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_is_named_with_its_line() {
    let home = Home::sqlite();
    let lines = "new_game me=both\n\n# fine so far\nstart_game\ndefensive infield_in\nstatus\n";
    let finished = script(&home, &[], lines).await;
    assert_eq!(finished.status.code(), Some(1));
    let said = finished.stderr.trim();
    assert!(said.starts_with("dugout: line 5: defensive: ") && said.contains("nobody is on third"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!finished.stdout.contains("to win"), "it stops there:\n{}", finished.stdout);

    let finished = script(&home, &["--json"], "resolve_with homerun\n").await;
    let last: Value = serde_json::from_str(finished.stdout.lines().last().expect("a line")).expect("JSON");
    assert_eq!(
        (&last["ok"], &last["line"], &last["command"]),
        (&false.into(), &1.into(), &"resolve_with".into())
    );

    let nobody = run(dugout()
        .args(["play", "--url", "http://127.0.0.1:1", "-c", "teams", "--data-dir"])
        .arg(home.data_dir()))
    .await;
    assert_eq!(nobody.status.code(), Some(1));
    assert!(
        nobody.stderr.contains("no host answers") && nobody.stderr.contains("--local"),
        "{}",
        nobody.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_missed_much_is_given_the_state_in_its_place() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let created = ann.http.create_game(json!({"away_team_is_ai": true})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;
    let address = home.address.get();
    let (_, port) = address.rsplit_once(':').expect("an address has a port");
    let wire = Proxy::to(port.parse().expect("a number")).await;

    let out = home.data_dir().join("shown.ndjson");
    let mut command = dugout();
    command.args(["play", "--json", "--name", "Bob", "--url", &format!("http://127.0.0.1:{}", wire.port())]);
    command.arg("--data-dir").arg(home.data_dir().join("Bob"));
    command.args(["-c", &format!("use_game {game}"), "-c", "wait over 120", "-c", "status"]);
    command.stdout(std::fs::File::create(&out).expect("a file"));
    let mut bob = tokio::process::Command::from(command).kill_on_drop(true).spawn().expect("it starts");
    let shown = || std::fs::read_to_string(&out).expect("readable");
    let began = Instant::now();
    while !shown().contains("\"type\":\"result\"") {
        assert!(began.elapsed() < PATIENCE, "Bob does not come: {}", shown());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A game of nine innings has three entries a play; Bob is cut off before the first.
    wire.silence(true);
    wire.cut();
    start(&mut ann, &game).await.expect("connected");
    ann.play(&game).await.expect("connected");
    wire.silence(false);
    let ended = tokio::time::timeout(PATIENCE, bob.wait()).await.expect("it ends").expect("a child");
    assert!(ended.success(), "{}", shown());
    let objects: Vec<Value> =
        shown().lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let states: Vec<_> = objects.iter().filter(|object| object["type"] == "state").collect();
    let [state] = states.as_slice() else { panic!("one state: {}", shown()) };
    assert_eq!((&state["game"], &state["state"]["status"]), (&json!(game), &json!("completed")), "{state}");
    assert_eq!(state["seq"], state["state"]["seq"]);
    assert!(state["seq"].as_i64() > Some(101), "more than 100 entries: {}", state["seq"]);
    assert!(objects.iter().all(|object| object["type"] != "entry"), "the state stands for all of them");
}
