//! The OpenAPI document of the HTTP API, generated from the types that its bodies are made of.
//!
//! Each path of the router is an [`Operation`], in the file of what it is about. A test compares the two.

mod doors;
mod examples;
mod games;
mod league;
mod operation;
mod operators;
mod records;
mod rosters;
mod season;

use crate::protocol::Problem;
use crate::protocol::schema::Schemas;
use operation::Operation;
use serde_json::{Map, Value, json};

const ABOUT: &str = "\
What league sites and other programs ask a host of dugout over HTTP. Games are played over the socket, which \
`/asyncapi.json` describes.\n\n\
A token is sent as `Authorization: Bearer TOKEN`. Refusals are problem documents (RFC 9457) with a stable `code`, the \
same as on the socket. Unknown parameters and unknown fields of a body are refused. Lists are `{items, next}`: pass \
`next` on as `cursor`, while there is one. Answers may get new fields: pass over those you do not know.";

/// What the paths are about, in the order in which they are shown.
const TAGS: [(&str, &str); 6] = [
    ("games", "Games: finding, creating, joining them."),
    ("records", "What happened in a game: plays, box score, rolls, line-ups, the journal."),
    ("season", "Statistics across games, and standings."),
    ("league", "Teams and players of the leagues, and tokens."),
    ("operators", "What the league's operators do."),
    ("host", "The host itself: the page, its documents, the socket, health."),
];

/// Every operation of the API.
fn operations() -> Vec<Operation> {
    [
        games::operations(),
        rosters::operations(),
        records::operations(),
        season::operations(),
        operators::operations(),
        league::operations(),
        doors::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The document.
#[must_use]
pub fn openapi() -> Value {
    let mut schemas = Schemas::draft2020_12();
    let problem = schemas.sent::<Problem>();
    debug_assert_eq!(problem["$ref"], operation::PROBLEM);
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = operation.document(&mut schemas);
    }
    let tags: Vec<_> =
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "dugout: HTTP",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/", "description": "The host that serves this document."}],
        "tags": tags,
        "paths": paths,
        "components": {"securitySchemes": {"token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "From `POST /api/v1/tokens`, where guests are allowed, or from the league's operator.",
        }}},
    });
    schemas.finish(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_documented_and_every_documented_path_is_a_route() {
        let routed: BTreeSet<_> =
            crate::gateway::routes().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
        let documented: BTreeSet<_> =
            operations().iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
        let missing: Vec<_> = routed.difference(&documented).collect();
        assert!(
            missing.is_empty(),
            "{missing:?} is not documented. Add an `Operation::get(path, id, summary)` (or `post`, `delete`) with who \
             may ask, the parameters, the body and `.answers::<T>(status, …)` to the file in \
             src/gateway/http/openapi that is about the same, `T` being what the handler answers with \
             `derive(JsonSchema)`; then write its example anew: DUGOUT_EXAMPLES=write cargo test --test integration \
             schemas::"
        );
        let gone: Vec<_> = documented.difference(&routed).collect();
        assert!(gone.is_empty(), "{gone:?} is documented in src/gateway/http/openapi and no route any more");
    }

    #[test]
    fn every_operation_is_complete() {
        let known: BTreeSet<_> = TAGS.iter().map(|(name, _)| *name).collect();
        let mut ids = BTreeSet::new();
        let document = openapi();
        for operation in operations() {
            let id = operation.id;
            assert!(ids.insert(id), "{id} is there twice");
            let written = &document["paths"][operation.path][operation.method.to_lowercase()];
            assert!(
                known.contains(written["tags"][0].as_str().unwrap_or_default()),
                "{id} has an unknown tag"
            );
            assert!(
                written["summary"].as_str().is_some_and(|summary| summary.len() > 5),
                "{id} has no summary"
            );
            let named: BTreeSet<_> = written["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            let in_path: BTreeSet<_> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
            assert_eq!(named, in_path, "{id}: the parameters of the path");
            for (status, answer) in written["responses"].as_object().expect("responses") {
                for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                    // A host that is not ready says so in the same form as one that is.
                    let is_not_ready = id == "getReadiness" && status == "503";
                    assert!(
                        is_not_ready
                            || content["examples"].as_object().is_some_and(|examples| !examples.is_empty()),
                        "{id} {status} {media_type} has no example; write it from a real host: \
                         DUGOUT_EXAMPLES=write cargo test --test integration schemas::"
                    );
                }
            }
        }
    }
}
