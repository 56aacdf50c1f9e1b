//! The form of a command. Its sense is for `rules::decide` to judge.

use super::json::{NoFields, from_value};
use super::schema::{closed, schema_of, variants};
use crate::rules::command::Command;
use crate::rules::rejection::{Rejection, RejectionCode};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Every `command.kind` that a client may send. The clock's (`take_default`, `extend_deadline`) are the host's alone: they
/// stand in journals, and no door takes them in.
pub const COMMAND_KINDS: &[&str] = &[
    "set_lineup",
    "start",
    "defensive_decision",
    "offensive_decision",
    "roll",
    "manual_outcome",
    "runner_decision",
    "substitute",
    "propose_rollback",
    "answer_rollback",
    "pause",
    "resume",
    "forfeit",
    "contribute_entropy",
    "force_outcome",
];

/// The form of what [`parse_command`] reads.
pub(super) struct ClientCommand;

impl JsonSchema for ClientCommand {
    fn schema_name() -> Cow<'static, str> {
        "Command".into()
    }

    /// Of the rules' commands those that clients may send, without any other field.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let all = Command::json_schema(generator).to_value();
        let kinds = variants(&all, "kind").into_iter();
        let open = kinds.filter(|(kind, _)| COMMAND_KINDS.contains(&kind.as_str()));
        let kinds: Vec<_> = open.map(|(_, schema)| closed(schema)).collect();
        schema_of(json!({"description": "What a client may ask of a game.", "oneOf": kinds}))
    }
}

/// Reads a command.
///
/// # Errors
/// `invalid`, with the field (dotted from the command's root), its problem and what is allowed.
pub fn parse_command(value: Value) -> Result<Command, Rejection> {
    let Value::Object(mut fields) = value else {
        return Err(Rejection::invalid("command", "command: must be an object with a `kind`"));
    };
    let kind = match fields.remove("kind") {
        Some(Value::String(kind)) => kind,
        Some(_) => return Err(Rejection::invalid("kind", format!("kind: must be a string; {}", allowed()))),
        None => return Err(Rejection::invalid("kind", format!("kind: is missing; {}", allowed()))),
    };
    match kind.as_str() {
        "set_lineup" => read(fields).map(Command::SetLineup),
        "start" => read(fields).map(|NoFields {}| Command::Start {}),
        "defensive_decision" => read(fields).map(Command::DefensiveDecision),
        "offensive_decision" => read(fields).map(Command::OffensiveDecision),
        "roll" => read(fields).map(|NoFields {}| Command::Roll {}),
        "manual_outcome" => read(fields).map(Command::ManualOutcome),
        "runner_decision" => read(fields).map(Command::RunnerDecision),
        "substitute" => read(fields).map(Command::Substitute),
        "propose_rollback" => read(fields).map(Command::ProposeRollback),
        "answer_rollback" => read(fields).map(Command::AnswerRollback),
        "pause" => read(fields).map(|NoFields {}| Command::Pause {}),
        "resume" => read(fields).map(|NoFields {}| Command::Resume {}),
        "forfeit" => read(fields).map(Command::Forfeit),
        "contribute_entropy" => read(fields).map(Command::ContributeEntropy),
        "force_outcome" => read(fields).map(Command::ForceOutcome),
        _ => {
            let shown: String = kind.chars().take(40).collect();
            Err(Rejection::invalid("kind", format!("kind: `{shown}` is no kind of command; {}", allowed())))
        }
    }
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Rejection> {
    from_value(Value::Object(fields), RejectionCode::Invalid)
}

fn allowed() -> String {
    format!("allowed: {}", COMMAND_KINDS.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one_of_each() -> Vec<Value> {
        vec![
            json!({"kind": "set_lineup", "players": [{"card_id": 7, "position": "SS", "batting_order": 2}]}),
            json!({"kind": "start"}),
            json!({"kind": "defensive_decision", "alignment": "shifted_left", "hold_runners": [1, 3]}),
            json!({"kind": "offensive_decision", "approach": "power", "steal_attempts": [2]}),
            json!({"kind": "roll"}),
            json!({"kind": "manual_outcome", "outcome": "groundball_a", "hit_location": "SS"}),
            json!({"kind": "runner_decision", "choice": "hold"}),
            json!({"kind": "substitute", "replacing": 3, "card_id": 9, "position": "P"}),
            json!({"kind": "propose_rollback", "to_play": 12}),
            json!({"kind": "answer_rollback", "accept": true}),
            json!({"kind": "pause"}),
            json!({"kind": "resume"}),
            json!({"kind": "forfeit", "side": "home"}),
            json!({"kind": "contribute_entropy", "entropy": "00112233445566778899aabbccddeeff"}),
            json!({"kind": "force_outcome", "outcome": "x_check", "hit_location": "SS"}),
        ]
    }

    #[test]
    fn every_kind_is_read_and_none_is_forgotten() {
        let kinds: Vec<_> =
            one_of_each().into_iter().map(|value| parse_command(value).expect("legal").kind()).collect();
        assert_eq!(kinds, COMMAND_KINDS);
    }

    #[test]
    fn reads_what_the_journal_writes() {
        for value in one_of_each() {
            let command = parse_command(value).expect("legal");
            let written = serde_json::to_value(&command).expect("serializable");
            assert_eq!(parse_command(written).expect("legal"), command);
        }
    }

    #[test]
    fn refuses_unknown_fields_in_every_kind() {
        for mut value in one_of_each() {
            value["nonsense"] = json!(1);
            let rejection = parse_command(value.clone()).expect_err("unknown field");
            assert_eq!(rejection.code, RejectionCode::Invalid, "{value}");
            assert_eq!(rejection.field.as_deref(), Some("nonsense"), "{value}");
        }
    }

    #[test]
    fn names_the_field_the_problem_and_what_is_allowed() {
        for (value, field, says) in [
            (json!({"kind": "defensive_decision", "infield_depth": "in"}), "infield_depth", "corners_in"),
            (
                json!({"kind": "defensive_decision", "hold_runners": [1, 5]}),
                "hold_runners[1]",
                "5 is not a base",
            ),
            (json!({"kind": "manual_outcome"}), "outcome", "missing"),
            (json!({"kind": "manual_outcome", "outcome": "homer"}), "outcome", "homerun"),
            (json!({"kind": "answer_rollback", "accept": "yes"}), "accept", "boolean"),
            (json!({"kind": "bunt"}), "kind", "offensive_decision"),
            (json!({"kind": 3}), "kind", "must be a string"),
            (json!({}), "kind", "missing"),
            (json!("roll"), "command", "object"),
        ] {
            let rejection = parse_command(value.clone()).expect_err("must be refused");
            assert_eq!(rejection.field.as_deref(), Some(field), "{value}: {}", rejection.message);
            assert!(rejection.message.contains(says), "{value}: {}", rejection.message);
        }
    }
}
