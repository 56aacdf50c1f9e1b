//! A played game against the documents: every answer over HTTP, every frame both ways.

use super::document::{AsyncApi, OpenApi};
use super::examples;
use super::house::House;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

#[tokio::test]
async fn everything_that_a_host_says_is_as_the_documents_say() {
    let mut house = House::open().await;
    let mut api = OpenApi::fetch(&house.operator).await;
    let mut kept = BTreeMap::new();
    for asked in house.requests().await {
        house.ask(&mut api, &asked, &mut kept).await;
    }
    every_success_was_seen(&api);
    let mut sockets = AsyncApi::fetch(&house.operator).await;
    let frames = frames(&mut house, &mut sockets).await;
    examples::compare(&kept, &frames);
    examples::are_valid(&api, &sockets);
}

fn every_success_was_seen(api: &OpenApi) {
    let mut unseen = Vec::new();
    for (id, operation) in &api.operations {
        for (status, response) in operation.json["responses"].as_object().expect("responses") {
            let is_success = status.starts_with('2');
            for media_type in response["content"].as_object().into_iter().flat_map(|types| types.keys()) {
                let seen = api.checked.contains(&(id.clone(), status.clone(), media_type.clone()));
                if is_success && !seen {
                    unseen.push(format!("{id} {status} {media_type}"));
                }
            }
        }
    }
    assert!(unseen.is_empty(), "no answer was checked for {unseen:?}: ask for it in tests/schemas/house.rs");
}

/// Checks all frames of the played games, and of a few refusals; gives one of each type, or of each command.
async fn frames(house: &mut House, api: &mut AsyncApi) -> BTreeMap<String, Vec<Value>> {
    let (live, nobody) = (house.live.clone(), Uuid::new_v4().to_string());
    let wrong = [
        json!({"kind": "substitute", "replacing": 1, "card_id": -1}),
        json!({"kind": "roll", "extra": 1}),
        json!({"kind": "defensive_decision", "infield_depth": "deep"}),
    ];
    for command in wrong {
        let _ = house.ann.command(&live, None, command).await.expect("connected");
    }
    house
        .ann
        .sent
        .retain(|frame| frame["command"]["extra"].is_null() && frame["command"]["infield_depth"] != "deep");
    let unknown = json!({"type": "join", "game": nobody});
    house.ann.send(&unknown).await.expect("connected");
    house.ann.wait_for("a refusal", |frame| frame["type"] == "rejected" && frame["game"] == nobody).await;
    let away = json!({"type": "leave", "game": live});
    house.ann.send(&away).await.expect("connected");
    let resumed = house.ann.join_after(&live, Some(1)).await.expect("connected");
    assert_eq!(resumed["state"], Value::Null, "the entries come instead");
    house.server.terminate();
    house.ann.wait_for("draining", |frame| frame["type"] == "draining").await;

    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for manager in [&house.ann, &house.bob] {
        for frame in manager.sent.iter().chain(&manager.frames) {
            api.check(frame).unwrap_or_else(|what| panic!("{}: {what}", manager.name));
            let word = frame["type"].as_str().expect("a type").to_owned();
            found.entry(word).or_default().push(frame.clone());
        }
    }
    let messages = api.document.json["components"]["messages"].as_object().expect("messages");
    let unseen: Vec<_> = messages.keys().filter(|word| !api.checked.contains(*word)).collect();
    // It takes two hosts; `tests/hosts` has them.
    assert_eq!(unseen, ["moved"], "no such frame was checked");
    found
}
