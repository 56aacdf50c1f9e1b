//! `GET /games/{id}/journal`: everything that happened, as NDJSON: a header line, then one line an entry.
//!
//! It is read and sent in pages, so that a long game costs no more memory than a short one.

use super::game::visible;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::Caller;
use crate::id::{GameId, Seq};
use crate::protocol::User;
use crate::rules::card::PlayerCard;
use crate::rules::event::Event;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameSetup;
use crate::rules::vocabulary::{Side, Status};
use crate::store::entry::Entry;
use crate::store::read::GameRow;
use crate::store::{PAGE_MAX, StoreError};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::sync::Arc;

/// The journal; of a game under way, only for its managers and the operator.
pub async fn stream(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    if !may_read(&game, caller.as_ref()) {
        let message =
            "the journal of a game under way is for its managers; it is public when the game is over";
        return Err(Rejection::new(RejectionCode::Forbidden, message).into());
    }
    let first = gateway.store().journal(game.id, Seq(0), PAGE_MAX).await?;
    let cards = gateway.store().load_game_state(game.id).await?.cards;
    let header = header(first.first(), &cards).ok_or_else(|| {
        tracing::error!(game.id = %game.id, "the journal does not begin with the game's creation");
        Rejection::new(RejectionCode::Internal, "the journal cannot be read; the operator must look")
    })?;
    let body = stream::try_unfold(Pages::new(gateway, game.id, header, first), Pages::next);
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(body)).into_response())
}

fn may_read(game: &GameRow, caller: Option<&User>) -> bool {
    let manages = |user: &User| {
        user.is_operator()
            || game.seats.iter().any(|(_, seat)| seat.as_ref().is_some_and(|s| s.user_id == user.id))
    };
    game.status == Status::Completed || caller.is_some_and(manages)
}

/// A journal on its way out.
struct Pages {
    gateway: Gateway,
    game: GameId,
    header: Option<String>,
    /// What is sent next; none once the last page was.
    page: Option<Vec<Entry>>,
}

impl Pages {
    fn new(gateway: Gateway, game: GameId, header: Value, first: Vec<Entry>) -> Self {
        Self { gateway, game, header: Some(header.to_string()), page: Some(first) }
    }

    /// The next piece of the body, while there is one. A failure cuts the answer off, which the reader notices.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        let Some(page) = self.page.take() else { return Ok(None) };
        let lines = self.header.take().into_iter().chain(page.iter().map(Entry::line));
        let text: String = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
        if let Some(last) = page.last().filter(|_| page.len() == usize::from(PAGE_MAX)) {
            self.page = Some(self.gateway.store().journal(self.game, last.seq, PAGE_MAX).await?);
        }
        Ok(Some((Bytes::from(text), self)))
    }
}

/// What was agreed before the first pitch, from the entry that created the game, and the cards that it is
/// played with: all that is needed to decide every play again.
fn header(first: Option<&Entry>, cards: &[Arc<PlayerCard>]) -> Option<Value> {
    let events = first?.events().ok()?;
    let setup: &GameSetup = events.iter().find_map(|event| match event {
        Event::GameCreated(setup) => Some(&**setup),
        _ => None,
    })?;
    let lineup = |wanted: Side| {
        events.iter().find_map(|event| match event {
            Event::LineupSet { side, players } if *side == wanted => Some(players),
            _ => None,
        })
    };
    Some(json!({
        "game": setup.game_id,
        "league_id": setup.league_id,
        "home_team_id": setup.teams.home.team_id,
        "away_team_id": setup.teams.away.team_id,
        "home_team_name": setup.teams.home.name,
        "away_team_name": setup.teams.away.name,
        "home_lineup": lineup(Side::Home),
        "away_lineup": lineup(Side::Away),
        "auto_mode": setup.auto_mode,
        "rules_version": setup.rules_version,
        "seed_commitment": setup.seed_commitment,
        "cards": cards,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CommandId, Epoch};
    use crate::rules::command::{Command, Issuer};
    use crate::store::entry::{EntryHash, EntryParts, canonical_json};
    use sha2::{Digest, Sha256};

    #[test]
    fn a_line_without_its_hash_is_what_the_hash_seals() {
        let parts = EntryParts {
            seq: Seq(2),
            epoch: Epoch(1),
            command_id: CommandId::generate(),
            issuer: Issuer::Manager(Side::Home),
            command: Some(&Command::Start {}),
            events: &[Event::GameStarted {}],
            recorded_at: "2026-04-01T18:00:00.123456Z".parse().expect("a time"),
        };
        let previous = EntryHash([7; 32]);
        let mut published: Value =
            serde_json::from_str(&Entry::seal(&previous, &parts).line()).expect("JSON");
        let hash = published.as_object_mut().and_then(|fields| fields.remove("hash"));
        let sealed =
            Sha256::new().chain_update(previous.0).chain_update(canonical_json(&published)).finalize();
        assert_eq!(hash, Some(Value::from(hex::encode(sealed))));
    }
}
