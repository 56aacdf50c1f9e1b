//! Frames from clients: read by hosts, written by the client.

use super::command::{ClientCommand, parse_command};
use super::json::{from_value, parse_json};
use crate::id::{CommandId, GameId, Seq};
use crate::rules::command::Command;
use crate::rules::rejection::{Rejection, RejectionCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// The longest name a client may give itself, in characters.
const CLIENT_CHARS_MAX: usize = 100;

/// Every `type` of a frame that a client may send.
pub const FRAME_TYPES: &[&str] = &["hello", "join", "leave", "command"];

/// One frame from a client, well formed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Who the client is; the first frame, once.
    Hello(Hello),
    /// Follow a game.
    Join(Join),
    /// Follow it no longer.
    Leave(Leave),
    /// Change a game.
    Command(CommandFrame),
}

/// Who the client is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The user's token.
    pub token: String,
    /// The program and its version, for the log; no control characters.
    #[schemars(length(max = CLIENT_CHARS_MAX))]
    pub client: String,
}

impl fmt::Debug for Hello {
    /// Without the token, which must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hello").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Follow a game: as its manager where a seat is the user's, else as a spectator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The game.
    pub game: GameId,
    /// The last entry the client has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 0))]
    pub after: Option<Seq>,
}

/// Follow a game no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The game.
    pub game: GameId,
}

/// A command with its envelope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CommandFrame {
    /// The client's id, which makes the command exactly-once.
    pub id: CommandId,
    /// The game it is for.
    pub game: GameId,
    /// The entry whose decision request it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Seq>,
    /// What is asked.
    #[schemars(with = "ClientCommand")]
    pub command: Command,
}

/// A frame that is refused for its form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadFrame {
    /// The command's id where it could be read: then the command is answered and the connection goes on.
    /// Without it nobody can be answered, and the connection is closed as malformed.
    pub id: Option<CommandId>,
    /// The game, where it could be read.
    pub game: Option<GameId>,
    /// Why.
    pub rejection: Rejection,
}

impl From<Rejection> for BadFrame {
    fn from(rejection: Rejection) -> Self {
        Self { id: None, game: None, rejection }
    }
}

impl ClientFrame {
    /// The frame as it is sent.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a frame has string keys and no failing serializer")
    }

    /// Reads one frame.
    ///
    /// # Errors
    /// `malformed` where the frame is not the protocol's form, `invalid` where the command in it is not; both name
    /// the field.
    pub fn parse(text: &str) -> Result<Self, BadFrame> {
        let Value::Object(mut fields) = parse_json(text)? else {
            return Err(malformed("type", "a frame is a JSON object with a `type`").into());
        };
        let frame_type = match fields.remove("type") {
            Some(Value::String(frame_type)) => frame_type,
            Some(_) => {
                return Err(malformed("type", format!("must be a string, one of {}", types())).into());
            }
            None => return Err(malformed("type", format!("is missing; one of {}", types())).into()),
        };
        match frame_type.as_str() {
            "hello" => Ok(Self::Hello(parse_hello(fields)?)),
            "join" => Ok(Self::Join(parse_join(fields)?)),
            "leave" => Ok(Self::Leave(from_value(Value::Object(fields), RejectionCode::Malformed)?)),
            "command" => parse_command_frame(fields).map(Self::Command),
            _ => {
                let shown: String = frame_type.chars().take(40).collect();
                Err(malformed("type", format!("`{shown}` is not one of {}", types())).into())
            }
        }
    }
}

fn parse_hello(fields: Map<String, Value>) -> Result<Hello, Rejection> {
    let hello: Hello = from_value(Value::Object(fields), RejectionCode::Malformed)?;
    if hello.client.chars().count() > CLIENT_CHARS_MAX || hello.client.chars().any(char::is_control) {
        let problem = format!("at most {CLIENT_CHARS_MAX} characters, no control characters");
        return Err(malformed("client", problem));
    }
    Ok(hello)
}

fn parse_join(fields: Map<String, Value>) -> Result<Join, Rejection> {
    let join: Join = from_value(Value::Object(fields), RejectionCode::Malformed)?;
    match join.after {
        Some(Seq(after)) if after < 0 => Err(malformed("after", format!("{after} is below 0"))),
        _ => Ok(join),
    }
}

/// The envelope of a command, before the command itself is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    id: CommandId,
    game: GameId,
    #[serde(default)]
    expect: Option<Seq>,
}

fn parse_command_frame(mut fields: Map<String, Value>) -> Result<CommandFrame, BadFrame> {
    let id = fields.get("id").and_then(Value::as_str).and_then(|text| text.parse().ok());
    let game = fields.get("game").and_then(Value::as_str).and_then(|text| text.parse().ok());
    let bad = |rejection| BadFrame { id, game, rejection };

    // The command is read by itself: its fields are named from its own root.
    let command = fields.remove("command");
    let envelope: Envelope = from_value(Value::Object(fields), RejectionCode::Malformed).map_err(bad)?;
    if let Some(Seq(expect)) = envelope.expect
        && expect < 1
    {
        return Err(bad(malformed("expect", format!("{expect} is below 1, the first entry"))));
    }
    let command = command.ok_or_else(|| bad(malformed("command", "is missing")))?;
    let command = parse_command(command).map_err(bad)?;
    Ok(CommandFrame { id: envelope.id, game: envelope.game, expect: envelope.expect, command })
}

fn types() -> String {
    FRAME_TYPES.join(", ")
}

fn malformed(field: &str, problem: impl fmt::Display) -> Rejection {
    let message = format!("{field}: {problem}");
    Rejection { field: Some(field.into()), ..Rejection::new(RejectionCode::Malformed, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAME: &str = "01960000-0000-7000-8000-000000000001";
    const ID: &str = "5c1f0000-0000-4000-8000-000000000002";

    fn bad(text: &str) -> BadFrame {
        ClientFrame::parse(text).expect_err(text)
    }

    #[test]
    fn reads_every_type() {
        let hello = ClientFrame::parse(r#"{"type":"hello","token":"t","client":"example/1"}"#);
        let expected = Hello { token: "t".into(), client: "example/1".into() };
        assert_eq!(hello, Ok(ClientFrame::Hello(expected)));

        let game = GAME.parse().expect("a UUID");
        let join = ClientFrame::parse(&format!(r#"{{"type":"join","game":"{GAME}","after":7}}"#));
        assert_eq!(join, Ok(ClientFrame::Join(Join { game, after: Some(Seq(7)) })));
        let leave = ClientFrame::parse(&format!(r#"{{"game":"{GAME}","type":"leave"}}"#));
        assert_eq!(leave, Ok(ClientFrame::Leave(Leave { game })));

        let command = ClientFrame::parse(&format!(
            r#"{{"type":"command","id":"{ID}","game":"{GAME}","expect":3,"command":{{"kind":"roll"}}}}"#
        ));
        let id = ID.parse().expect("a UUID");
        let expected = CommandFrame { id, game, expect: Some(Seq(3)), command: Command::Roll {} };
        assert_eq!(command, Ok(ClientFrame::Command(expected)));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (game, id) = (GAME.parse().expect("a UUID"), ID.parse().expect("a UUID"));
        for frame in [
            ClientFrame::Hello(Hello { token: "t".into(), client: "example/1".into() }),
            ClientFrame::Join(Join { game, after: None }),
            ClientFrame::Join(Join { game, after: Some(Seq(7)) }),
            ClientFrame::Leave(Leave { game }),
            ClientFrame::Command(CommandFrame { id, game, expect: None, command: Command::Roll {} }),
            ClientFrame::Command(CommandFrame { id, game, expect: Some(Seq(3)), command: Command::Start {} }),
        ] {
            assert_eq!(ClientFrame::parse(&frame.text()), Ok(frame));
        }
    }

    #[test]
    fn a_command_that_can_be_answered_is_answered() {
        for (rest, code, field) in [
            (r#""command":{"kind":"bunt"}"#, RejectionCode::Invalid, "kind"),
            (r#""command":{"kind":"start","x":1}"#, RejectionCode::Invalid, "x"),
            (r#""command":{"kind":"roll"},"extra":1"#, RejectionCode::Malformed, "extra"),
            (r#""command":{"kind":"roll"},"expect":0"#, RejectionCode::Malformed, "expect"),
            (r#""command":{"kind":"roll"},"expect":"3""#, RejectionCode::Malformed, "expect"),
            (r#""expect":3"#, RejectionCode::Malformed, "command"),
        ] {
            let bad = bad(&format!(r#"{{"type":"command","id":"{ID}","game":"{GAME}",{rest}}}"#));
            assert_eq!(bad.id, ID.parse().ok(), "{rest}");
            assert_eq!(bad.game, GAME.parse().ok(), "{rest}");
            assert_eq!(bad.rejection.code, code, "{rest}");
            assert_eq!(bad.rejection.field.as_deref(), Some(field), "{rest}");
        }
        let no_game =
            bad(&format!(r#"{{"type":"command","id":"{ID}","game":"x","command":{{"kind":"roll"}}}}"#));
        assert!(no_game.id.is_some() && no_game.game.is_none());
        assert_eq!(no_game.rejection.field.as_deref(), Some("game"));
    }

    #[test]
    fn refuses_what_is_not_the_protocol() {
        let no_id = format!(r#"{{"type":"command","game":"{GAME}","command":{{"kind":"roll"}}}}"#);
        for (text, field) in [
            ("[]", Some("type")),
            ("{}", Some("type")),
            (r#"{"type":3}"#, Some("type")),
            (r#"{"type":"shout"}"#, Some("type")),
            (r#"{"type":"hello","token":"t"}"#, Some("client")),
            (r#"{"type":"hello","token":"t","client":"a","x":1}"#, Some("x")),
            (r#"{"type":"hello","token":"t","client":"a\nb"}"#, Some("client")),
            (r#"{"type":"join","game":"12"}"#, Some("game")),
            (r#"{"type":"leave"}"#, Some("game")),
            (no_id.as_str(), Some("id")),
            ("not json", None),
        ] {
            let bad = bad(text);
            assert_eq!(bad.id, None, "{text}");
            assert_eq!(bad.rejection.code, RejectionCode::Malformed, "{text}");
            assert_eq!(bad.rejection.field.as_deref(), field, "{text}: {}", bad.rejection.message);
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        let hello = Hello { token: "secret".into(), client: "c".into() };
        assert!(!format!("{hello:?}").contains("secret"));
    }
}
