//! `POST /games/{id}/trials`: the form of a trial. What comes of it is the rules' business.

use super::json::from_value;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::trials::Trial;
use serde_json::Value;

const KINDS: &str = "jump, fielding, location";

/// Reads a trial.
///
/// # Errors
/// `invalid`, with the field, its problem and what is allowed.
pub fn parse_trial(body: Value) -> Result<Trial, Rejection> {
    let Value::Object(mut fields) = body else {
        return Err(Rejection::new(RejectionCode::Malformed, "the body must be a JSON object with a `kind`"));
    };
    let kind = fields.remove("kind");
    let fields = Value::Object(fields);
    match kind.as_ref().and_then(Value::as_str) {
        Some("jump") => from_value(fields, RejectionCode::Invalid).map(Trial::Jump),
        Some("fielding") => from_value(fields, RejectionCode::Invalid).map(Trial::Fielding),
        Some("location") => from_value(fields, RejectionCode::Invalid).map(Trial::Location),
        _ => Err(Rejection::invalid("kind", format!("kind: must be one of {KINDS}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_trial_is_read_or_its_field_is_named() {
        for good in [
            json!({"kind": "jump"}),
            json!({"kind": "jump", "runner": 7, "base": 1, "held": true, "throws": 100}),
            json!({"kind": "fielding", "position": "SS", "range": 2, "error": 8, "playing_in": true}),
            json!({"kind": "location", "outcome": "groundball_a", "batter": 7}),
        ] {
            assert!(parse_trial(good.clone()).is_ok(), "{good}");
        }
        for (bad, field) in [
            (json!({}), "kind"),
            (json!({"kind": "bunt"}), "kind"),
            (json!({"kind": "jump", "base": 5}), "base"),
            (json!({"kind": "fielding"}), "position"),
            (json!({"kind": "fielding", "position": "SX"}), "position"),
            (json!({"kind": "location", "outcome": "walk", "x": 1}), "x"),
        ] {
            let rejection = parse_trial(bad.clone()).expect_err("must be refused");
            assert_eq!(rejection.field.as_deref(), Some(field), "{bad}: {}", rejection.message);
        }
        assert_eq!(parse_trial(json!([])).expect_err("a list").code, RejectionCode::Malformed);
    }
}
