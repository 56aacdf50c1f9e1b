//! Bodies of the operator's paths. Each may bring the act's id, which makes it exactly-once as a command's does.

use super::json::from_value;
use super::schema::without_default;
use super::user::valid_name;
use crate::id::{CommandId, PlayNumber, UserId};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::Side;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The longest reason for setting a game aside, in characters.
const REASON_CHARS_MAX: usize = 500;

/// `POST /games/{id}/pause`, `/resume`: the path says everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
}

/// `POST /games/{id}/quarantine`: a game is set aside.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
    /// Why, for whoever looks at the game later; no control characters.
    #[schemars(length(min = 1))]
    pub reason: String,
}

/// `POST /games/{id}/forfeit`: a game is declared forfeited.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForfeitAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
    /// Who forfeits; where left out, the side that owes the decision the game waits for.
    #[serde(default)]
    pub side: Option<Side>,
    /// Why, for the record; the rules say how long it may be.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `POST /games/{id}/rollback`: a game goes back, without anybody's consent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
    /// The last play that stays; 0 is the start of the game.
    pub to_play: PlayNumber,
}

/// `POST /games/{id}/free_seat`: a seat is taken from whoever has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreeSeatAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
    /// Which seat.
    pub side: Side,
}

/// `POST /games/{id}/give_seat`: a seat gets another holder.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveSeatAct {
    /// The act's id; a new one where left out.
    #[serde(default = "CommandId::generate")]
    #[schemars(transform = without_default)]
    pub id: CommandId,
    /// Which seat.
    pub side: Side,
    /// Who has it from now on, as his token says.
    pub user_id: UserId,
    /// The name shown to others.
    pub user_name: String,
}

/// Reads the body of an operator's act.
///
/// # Errors
/// `malformed` where it is not an object; `invalid`, with the field, its problem and what is allowed.
pub fn parse_act<T: DeserializeOwned>(body: Value) -> Result<T, Rejection> {
    if !body.is_object() {
        return Err(Rejection::new(RejectionCode::Malformed, "the body must be a JSON object"));
    }
    from_value(body, RejectionCode::Invalid)
}

impl QuarantineAct {
    /// Reads the body, and checks that the reason can be shown.
    ///
    /// # Errors
    /// As [`parse_act`].
    pub fn parse(body: Value) -> Result<Self, Rejection> {
        let act: Self = parse_act(body)?;
        let reason = act.reason.trim();
        let count = reason.chars().count();
        if count == 0 || count > REASON_CHARS_MAX || reason.chars().any(char::is_control) {
            let message = format!(
                "reason: has {count} characters; allowed are 1 to {REASON_CHARS_MAX}, no control characters"
            );
            return Err(Rejection::invalid("reason", message));
        }
        Ok(Self { reason: reason.to_owned(), ..act })
    }
}

impl GiveSeatAct {
    /// Reads the body, and checks that the name can be shown.
    ///
    /// # Errors
    /// As [`parse_act`].
    pub fn parse(body: Value) -> Result<Self, Rejection> {
        let act: Self = parse_act(body)?;
        let user_name = valid_name(&act.user_name).map_err(|wrong| {
            let what = wrong.message.strip_prefix("name").unwrap_or(&wrong.message).to_owned();
            Rejection::invalid("user_name", format!("user_name{what}"))
        })?;
        Ok(Self { user_name, ..act })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reason_is_text_that_can_be_shown() {
        let reason = |reason: &str| QuarantineAct::parse(json!({ "reason": reason }));
        assert_eq!(reason(" stuck ").expect("legal").reason, "stuck");
        for wrong in ["", "  ", "a\nb", "a\0b", &"x".repeat(REASON_CHARS_MAX + 1)] {
            let refused = reason(wrong).expect_err("must be refused");
            assert_eq!(refused.field.as_deref(), Some("reason"), "{wrong:?}");
        }
    }

    #[test]
    fn an_act_has_an_id_and_no_field_too_many() {
        let id = CommandId::generate();
        assert_eq!(parse_act::<PlainAct>(json!({ "id": id })), Ok(PlainAct { id }));
        assert!(parse_act::<PlainAct>(json!({})).is_ok());
        for (body, field) in [
            (json!({"to_play": 3, "why": "x"}), "why"),
            (json!({}), "to_play"),
            (json!({"to_play": "3"}), "to_play"),
            (json!({"id": 7, "to_play": 3}), "id"),
        ] {
            let refused = parse_act::<RollbackAct>(body).expect_err("must be refused");
            assert_eq!(refused.field.as_deref(), Some(field), "{}", refused.message);
        }
        assert_eq!(parse_act::<PlainAct>(json!([])).map_err(|r| r.code), Err(RejectionCode::Malformed));
    }
}
