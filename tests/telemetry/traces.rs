//! What a trace says: from the frame to the commit and back, whose trace it is, and what it never says.

use super::collector::{CLIENT, Collector, SERVER, Span, child, find};
use super::exporting;
use crate::support::http::client;
use crate::support::manager::Manager;
use crate::support::play::{play_game, sit_down, start};
use crate::support::raw::{Raw, TEXT, frame};
use crate::support::server::Home;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE}-{PARENT}-{flags}")
}

/// The spans of one command that was committed, from the first to the commit.
struct Way {
    first: Span,
    command: Span,
    wait: Span,
    batch: Span,
}

/// Follows a command from its span in both directions; nothing until all of it has arrived.
fn way(spans: &[Span], command_id: Uuid) -> Option<Way> {
    let command = find(spans, "command", &[("command.id", &command_id.to_string())])?;
    let first = spans.iter().find(|span| span.id == command.parent)?;
    let turn = child(spans, command, "turn")?;
    child(spans, turn, "decide")?;
    child(spans, turn, "publish")?;
    let wait = child(spans, turn, "commit.wait")?;
    let (trace, id) = wait.links.first()?;
    let batch = spans.iter().find(|span| (&span.trace, &span.id) == (trace, id))?;
    let commit = child(spans, batch, "commit")?;
    assert_eq!((commit.kind, commit.attributes["db.system.name"].as_str()), (CLIENT, "sqlite"));
    let back = batch.links.contains(&(wait.trace.clone(), wait.id.clone()));
    assert!(back, "the batch names its command: {batch:?}");
    for (inner, outer) in [(command, first), (turn, command), (wait, turn), (commit, batch)] {
        let is_within = outer.began <= inner.began && inner.ended <= outer.ended;
        assert!(is_within, "{} is not within {}: {inner:?} {outer:?}", inner.name, outer.name);
    }
    Some(Way { first: first.clone(), command: command.clone(), wait: wait.clone(), batch: batch.clone() })
}

/// Joins a game over a connection whose upgrade has these headers, and sends a command with this id.
async fn command_over(home: &Home, token: &str, headers: &str, game: &str, id: Uuid, command: Value) {
    let mut raw = Raw::connect(&home.address).await;
    let answer = raw.ask_for_socket(headers).await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    for said in [
        json!({"type": "hello", "token": token, "client": "raw/1"}),
        json!({"type": "join", "game": game}),
        json!({"type": "command", "id": id, "game": game, "command": command}),
    ] {
        raw.send(&frame(TEXT, said.to_string().as_bytes())).await.expect("sent");
    }
    loop {
        let heard = raw.next_json().await.expect("an answer");
        assert_ne!(heard["type"], "rejected", "{heard}");
        if heard["type"] == "committed" {
            return;
        }
    }
}

#[tokio::test]
async fn a_command_on_a_socket_is_one_trace_from_its_frame_to_the_commit() {
    let collector = Collector::open().await;
    let home = exporting(&collector.endpoint)
        .with("OTEL_SERVICE_NAME", "league")
        .with("DUGOUT__LOG__FORMAT", "json")
        .with("DUGOUT__LOG__FILTER", "info,dugout::host=debug");
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let id = Uuid::new_v4();
    let answer = ann.command_with_id(id, &game, None, json!({"kind": "start"})).await.expect("connected");
    assert_eq!(answer["type"], "committed", "{answer}");

    let Way { first, command, wait, batch } =
        collector.wait_for("the command's trace", |spans| way(spans, id)).await;
    assert_eq!((first.name.as_str(), first.kind, first.parent.as_str()), ("frame", SERVER, ""));
    for (key, value) in [
        ("frame.type", "command"),
        ("game.id", &game),
        ("user.id", &ann.user_id),
        ("network.protocol.name", "websocket"),
        ("trace_id", &first.trace),
    ] {
        assert_eq!(first.attributes.get(key).map(String::as_str), Some(value), "{first:?}");
    }
    let seq = answer["seq"].to_string();
    for (key, value) in
        [("game.id", &*game), ("command.kind", "start"), ("outcome", "committed"), ("seq", &seq)]
    {
        assert_eq!(command.attributes.get(key).map(String::as_str), Some(value), "{command:?}");
    }
    assert_ne!(batch.trace, first.trace, "the batch serves many");
    assert_eq!(wait.attributes["batch.id"], batch.attributes["batch.id"]);
    let resource = collector.resource();
    assert_eq!(resource["service.name"], "league");
    assert!(resource.contains_key("service.instance.id") && resource.contains_key("service.version"));

    // The same id is in the log.
    let log = server.log();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let line = lines.iter().find(|line| {
        line["message"] == "a command is answered" && line["span"]["command.id"] == id.to_string()
    });
    let line = line.unwrap_or_else(|| panic!("no line of the command in {log}"));
    assert_eq!(line["spans"][0]["trace_id"], first.trace, "{line}");
    assert_eq!(line["span"]["game.id"], game, "{line}");

    // A refusal is one, too, and says so.
    let refused = Uuid::new_v4();
    ann.command_with_id(refused, &game, None, json!({"kind": "roll"})).await.expect("connected");
    let (frame, command) = collector
        .wait_for("the refusal", |spans| {
            let command = find(spans, "command", &[("command.id", &refused.to_string())])?;
            Some((spans.iter().find(|span| span.id == command.parent)?.clone(), command.clone()))
        })
        .await;
    assert_eq!(command.attributes["outcome"], "refused");
    assert_eq!(frame.attributes["rejection.code"], command.attributes["rejection.code"]);
}

#[tokio::test]
async fn a_trace_that_began_elsewhere_goes_on_over_http_and_on_a_socket() {
    let collector = Collector::open().await;
    // None of its own: what is exported is exported because others asked for it.
    let home = exporting(&collector.endpoint).with("OTEL_TRACES_SAMPLER_ARG", "0");
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let id = Uuid::new_v4();
    let header = format!("traceparent: {}\r\ntracestate: vendor=secret\r\n", traceparent("01"));
    command_over(&home, &ann.token, &header, &game, id, json!({"kind": "start"})).await;
    let Way { first, batch, .. } = collector.wait_for("the socket's trace", |spans| way(spans, id)).await;
    assert_eq!((first.name.as_str(), &*first.trace, &*first.parent), ("frame", TRACE, PARENT));
    assert_ne!(batch.trace, TRACE, "exported for the sake of its link alone");
    let upgrade = collector.wait_for("the upgrade", |spans| find(spans, "GET /ws", &[]).cloned()).await;
    assert_eq!((&*upgrade.trace, &*upgrade.parent, upgrade.kind), (TRACE, PARENT, SERVER));
    assert_eq!(upgrade.attributes["http.response.status_code"], "101");

    let operator = home.token("Olga", &["--operator"]).await;
    let pause = |act: Uuid, header: String| {
        let url = format!("http://{}/api/v1/games/{game}/pause", home.address.get());
        let asked = client().post(url).bearer_auth(&operator).header("traceparent", header);
        asked.json(&json!({"id": act})).send()
    };
    let id = Uuid::new_v4();
    let answer = pause(id, traceparent("01")).await.expect("answered");
    assert!(answer.status().is_success(), "{answer:?}");
    let Way { first, .. } = collector.wait_for("the request's trace", |spans| way(spans, id)).await;
    assert_eq!((&*first.trace, &*first.parent, first.kind), (TRACE, PARENT, SERVER));
    assert_eq!(first.name, "POST /api/v1/games/{id}/pause");
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/api/v1/games/{id}/pause"),
        ("http.response.status_code", "200"),
    ] {
        assert_eq!(first.attributes[key], value, "{first:?}");
    }

    // Not sampled there, not in the standard's form, and the host's own: none of these is exported.
    let upper = traceparent("01").to_uppercase();
    for header in [traceparent("00"), upper, "00-1-2-01".to_owned(), "x".repeat(4_000)] {
        let answer = pause(Uuid::new_v4(), header).await.expect("answered");
        assert!(!answer.status().is_server_error(), "{answer:?}");
    }
    let id = Uuid::new_v4();
    pause(id, traceparent("01")).await.expect("answered");
    collector
        .wait_for("what was asked last", |spans| {
            find(spans, "command", &[("command.id", &id.to_string())]).cloned()
        })
        .await;
    let spans = collector.spans();
    let foreign = |span: &&Span| span.trace != TRACE && span.name != "commit.batch" && span.name != "commit";
    assert_eq!(spans.iter().find(foreign).map(|span| &span.name), None);
    assert!(!format!("{spans:?}").contains("vendor=secret"));
}

/// Every name that a span or an attribute may have; the operators' guide explains each.
const NAMES: [&str; 11] = [
    "frame",
    "command",
    "turn",
    "decide",
    "commit.wait",
    "publish",
    "commit.batch",
    "commit",
    "rehydrate",
    "ai.turn",
    "clock",
];
const ATTRIBUTES: [&str; 20] = [
    "trace_id",
    "network.protocol.name",
    "user.id",
    "frame.type",
    "game.id",
    "rejection.code",
    "command.id",
    "command.kind",
    "outcome",
    "seq",
    "batch.id",
    "batch.changes",
    "batch.games",
    "batch.waited_ms",
    "db.system.name",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "server.address",
    "url.path",
];

#[tokio::test]
async fn a_trace_says_nothing_but_what_is_written_down_and_nothing_secret() {
    let collector = Collector::open().await;
    let home = exporting(&collector.endpoint);
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    (ann.is_bold, bob.is_bold) = (true, true);
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 1}})).await;
    play_game(&mut ann, &mut bob, &game).await;
    let seed = ann.frames.iter().find_map(|frame| {
        let events = frame["events"].as_array()?;
        events.iter().find_map(|event| event["dice_seed"].as_str())
    });
    let seed = seed.expect("the end reveals the seed").to_owned();
    let last =
        ann.frames.iter().filter_map(|frame| frame["seq"].as_i64()).max().expect("entries").to_string();
    let is_last = |spans: &[Span]| find(spans, "command", &[("seq", &last)]).map(drop);
    collector.wait_for("the last command", is_last).await;

    let spans = collector.spans();
    assert!(spans.len() > 60, "{}", spans.len());
    let guide = include_str!("../../docs/OPERATING.md");
    let names: BTreeSet<_> = spans.iter().map(|span| span.name.as_str()).collect();
    for name in names {
        let is_route = name.starts_with("GET ") || name.starts_with("POST ");
        assert!(is_route || NAMES.contains(&name), "{name}");
        assert!(is_route || guide.contains(&format!("`{name}`")), "the guide does not name {name}");
    }
    let keys: BTreeSet<_> = spans.iter().flat_map(|span| span.attributes.keys()).collect();
    for key in keys {
        assert!(ATTRIBUTES.contains(&key.as_str()), "{key}");
        assert!(guide.contains(&format!("`{key}`")), "the guide does not name {key}");
    }
    let all = format!("{spans:?}");
    for secret in [&ann.token, &bob.token, &seed] {
        assert!(!all.contains(secret.as_str()), "a secret is in a span");
    }
    for decided in ["infield_in", "corners_in", "shifted_left", "steal_attempts", "hit_and_run"] {
        assert!(!all.contains(decided), "{decided}: what was decided is in a span");
    }
    let logged: Vec<_> = spans.iter().flat_map(|span| &span.events).collect();
    assert!(logged.is_empty(), "nothing went wrong: {logged:?}");
    let paths: Vec<_> = spans.iter().filter(|span| span.attributes.contains_key("http.route")).collect();
    assert!(paths.iter().all(|span| !span.name.contains(&game)), "a route is no path");
}

#[tokio::test]
async fn what_was_not_sent_yet_is_sent_at_the_stop() {
    let collector = Collector::open().await;
    let home = exporting(&collector.endpoint).with("DUGOUT__TELEMETRY__DELAY_MS", "60000");
    let mut server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &game).await.expect("connected");
    assert!(collector.spans().is_empty(), "nobody waits that long");
    server.terminate();
    assert!(server.ended().await.success(), "{}", server.log());
    let started = find(&collector.spans(), "command", &[("command.kind", "start")]).cloned();
    assert_eq!(started.expect("sent").attributes["outcome"], "committed");
}
