//! The AsyncAPI document of the socket, generated from the types that its frames are made of.

use super::close::CloseCode;
use super::frame::ServerFrame;
use super::input::{CommandFrame, Hello, Join, Leave};
use super::schema::{Schemas, tagged, variants};
use super::{FRAME_TYPES, SUBPROTOCOL};
use serde_json::{Map, Value, json};

/// Frames as a real host and its clients sent them, by type.
const EXAMPLES: &str = include_str!("asyncapi/examples.json");

const ABOUT: &str = "\
The socket of dugout: games are played and followed over it. Text frames, one JSON object each; `type` says which. A \
frame with a field that is unknown is refused.\n\n\
1. The client connects with the subprotocol `dugout.v1` and sends `hello` with its token within five seconds; the host \
answers `welcome`.\n\
2. `join` follows a game: as its manager where a seat is the user's, else as a spectator. The host answers `joined` with \
the state, then sends every entry of the journal as `events`, numbered without holes. One connection may follow several \
games.\n\
3. A `command` has an id that the client makes. It is answered exactly once, with `committed` when it is durable or \
`rejected` when nothing was changed. Who does not know whether a command arrived sends it again with the same id: it has \
its effect once.\n\
4. After a cut, `join` with `after`, the last entry the client has: what it lacks follows, or the whole state where that \
is cheaper.\n\n\
The host pings; a client that does not pong is closed. `x-close-codes` says what each close code means.";

/// Which frames of the host answer a client's.
const ANSWERS: [(&str, &[&str]); 4] = [
    ("hello", &["welcome"]),
    ("join", &["joined", "rejected"]),
    ("leave", &[]),
    ("command", &["committed", "rejected"]),
];

/// The document.
#[must_use]
pub fn asyncapi() -> Value {
    let mut schemas = Schemas::draft07();
    let sent = variants(&schemas.sent_whole::<ServerFrame<'static>>(), "type");
    let messages = messages(read(&mut schemas), sent.clone());
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "dugout: the socket",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": env!("CARGO_PKG_LICENSE")},
        },
        "defaultContentType": "application/json",
        "servers": {"host": {
            "host": "{host}",
            "protocol": "ws",
            "description": "A host, as it is reached from here; `wss` where a proxy with TLS stands before it.",
            "variables": {"host": {"default": "127.0.0.1:8080", "description": "Name or address, and port."}},
        }},
        "channels": {"socket": channel(&messages)},
        "operations": operations(&sent),
        "components": {"messages": messages},
    });
    schemas.finish(&mut document);
    document
}

/// The frames that clients send, by type.
fn read(schemas: &mut Schemas) -> Vec<(String, Value)> {
    let frame = |word: &str, schema| (word.to_owned(), tagged(schema, "type", word));
    let hello = frame("hello", schemas.read_whole::<Hello>());
    let join = frame("join", schemas.read_whole::<Join>());
    let leave = frame("leave", schemas.read_whole::<Leave>());
    vec![hello, join, leave, frame("command", schemas.read_whole::<CommandFrame>())]
}

fn messages(read: Vec<(String, Value)>, sent: Vec<(String, Value)>) -> Map<String, Value> {
    let examples: Value = serde_json::from_str(EXAMPLES).expect("the examples are JSON");
    let message = |(word, schema): (String, Value)| {
        let summary = schema["description"].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let examples: Vec<_> = examples[&word]
            .as_array()
            .into_iter()
            .flatten()
            .map(|payload| json!({"name": word, "payload": payload}))
            .collect();
        let message = json!({
            "name": word,
            "title": word,
            "summary": summary,
            "contentType": "application/json",
            "payload": schema,
            "examples": examples,
        });
        (word, message)
    };
    read.into_iter().chain(sent).map(message).collect()
}

fn channel(messages: &Map<String, Value>) -> Value {
    let messages: Map<_, _> = messages
        .keys()
        .map(|word| (word.clone(), json!({"$ref": format!("#/components/messages/{word}")})))
        .collect();
    json!({
        "address": "/ws",
        "title": "The socket",
        "servers": [{"$ref": "#/servers/host"}],
        "messages": messages,
        "bindings": {"ws": {
            "method": "GET",
            "headers": {
                "type": "object",
                "properties": {"Sec-WebSocket-Protocol": {"type": "string", "const": SUBPROTOCOL}},
                "required": ["Sec-WebSocket-Protocol"],
            },
            "bindingVersion": "0.1.0",
        }},
        "x-close-codes": close_codes(),
    })
}

/// What each close code means, in the words of the code.
fn close_codes() -> Vec<Value> {
    let meanings = Schemas::draft2020_12().sent_whole::<CloseCode>();
    let meanings = meanings["oneOf"].as_array().cloned().unwrap_or_default();
    let codes = CloseCode::ALL.iter().zip(meanings);
    codes
        .map(|(code, meaning)| {
            json!({"code": code.code(), "reason": code.reason(), "meaning": meaning["description"]})
        })
        .collect()
}

fn operations(sent: &[(String, Value)]) -> Map<String, Value> {
    let one = |word: &str| json!({"$ref": format!("#/channels/socket/messages/{word}")});
    let channel = json!({"$ref": "#/channels/socket"});
    let taken = ANSWERS.iter().map(|(word, answers)| {
        let mut operation = json!({
            "action": "receive",
            "channel": channel,
            "title": word,
            "summary": format!("The host takes `{word}` from a client"),
            "messages": [one(word)],
        });
        if !answers.is_empty() {
            let answers: Vec<_> = answers.iter().map(|answer| one(answer)).collect();
            operation["reply"] = json!({"channel": channel, "messages": answers});
        }
        ((*word).to_owned(), operation)
    });
    let is_answer = |word: &str| ANSWERS.iter().any(|(_, answers)| answers.contains(&word));
    let told = sent.iter().filter(|(word, _)| !is_answer(word)).map(|(word, _)| {
        let operation = json!({
            "action": "send",
            "channel": channel,
            "title": word,
            "summary": format!("The host sends `{word}` to a client, unasked"),
            "messages": [one(word)],
        });
        (word.clone(), operation)
    });
    debug_assert!(FRAME_TYPES.iter().all(|word| ANSWERS.iter().any(|(answered, _)| answered == word)));
    taken.chain(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::COMMAND_KINDS;
    use std::collections::BTreeSet;

    fn words<'a>(values: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
        values.into_iter().filter_map(|value| Some(value.as_str()?.to_owned())).collect()
    }

    #[test]
    fn every_frame_and_command_of_the_protocol_is_a_message() {
        let document = asyncapi();
        let messages = document["components"]["messages"].as_object().expect("messages");
        let read: Vec<_> = document["operations"]
            .as_object()
            .expect("operations")
            .iter()
            .filter(|(_, operation)| operation["action"] == "receive")
            .map(|(word, _)| word.as_str())
            .collect();
        let known: BTreeSet<_> = FRAME_TYPES.iter().copied().collect();
        assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), known);
        let command = &document["components"]["schemas"]["Command"]["oneOf"];
        let kinds =
            command.as_array().expect("kinds").iter().map(|kind| &kind["properties"]["kind"]["const"]);
        assert_eq!(words(kinds), COMMAND_KINDS.iter().map(ToString::to_string).collect());
        for (word, message) in messages {
            assert_eq!(message["payload"]["properties"]["type"]["const"], *word);
            assert!(!message["examples"].as_array().expect("examples").is_empty(), "{word} has no example");
            assert!(message["summary"].as_str().is_some_and(|summary| summary.len() > 10), "{word}");
        }
    }

    #[test]
    fn what_clients_send_has_no_other_field_and_what_the_host_sends_may_grow() {
        let document = asyncapi();
        let payload = |word: &str| &document["components"]["messages"][word]["payload"];
        for word in FRAME_TYPES {
            assert_eq!(payload(word)["additionalProperties"], false, "{word}");
        }
        assert_eq!(payload("welcome")["additionalProperties"], Value::Null);
        for kind in document["components"]["schemas"]["Command"]["oneOf"].as_array().expect("kinds") {
            assert_eq!(kind["additionalProperties"], false, "{kind}");
        }
    }
}
