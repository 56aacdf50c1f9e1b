//! `GET /games/{id}/journal`: everything that happened, as NDJSON: a header line, then one line an entry.
//!
//! It is read and sent in pages, so that a long game costs no more memory than a short one.

use super::game::visible;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, Path};
use crate::id::{GameId, Seq};
use crate::protocol::User;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::Status;
use crate::store::canonical::canonical_json;
use crate::store::entry::Entry;
use crate::store::export;
use crate::store::read::GameRow;
use crate::store::{PAGE_MAX, StoreError};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};

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
    let first = gateway.store().journal(game.id, Seq(0), PAGE_MAX).await.map_err(unreadable)?;
    let header = header(&gateway, game.id, first.first()).await?;
    let body = stream::try_unfold(Pages::new(gateway, game.id, header, first), Pages::next);
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(body)).into_response())
}

/// The header line. Where the cards cannot be read, the rest of the journal is still worth having.
async fn header(gateway: &Gateway, game: GameId, first: Option<&Entry>) -> Result<String, Refusal> {
    let cards = match gateway.store().pinned_cards(game).await {
        Ok(pinned) => json!(pinned.cards),
        Err(error @ StoreError::Corrupt { .. }) => {
            tracing::warn!(game.id = %game, %error, "a journal goes out without its cards");
            Value::Null
        }
        Err(error) => return Err(error.into()),
    };
    let created = first.and_then(|entry| entry.events().ok());
    let header = created.and_then(|events| export::header(&events, &cards));
    Ok(canonical_json(&header.ok_or_else(|| unreadable("entry 1 does not create the game"))?))
}

/// Nothing of the journal can be shown.
fn unreadable(reason: impl std::fmt::Display) -> Refusal {
    tracing::error!(%reason, "a journal cannot be read");
    let message = "the journal cannot be read from its first entry on; the operator must look";
    Rejection::new(RejectionCode::Quarantined, message).into()
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
    fn new(gateway: Gateway, game: GameId, header: String, first: Vec<Entry>) -> Self {
        Self { gateway, game, header: Some(header), page: Some(first) }
    }

    /// The next piece of the body, while there is one. Where an entry cannot be read, a last line says so. Another
    /// failure cuts the answer off, which the reader notices.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        let Some(page) = self.page.take() else { return Ok(None) };
        let mut lines: Vec<String> = self.header.take().into_iter().collect();
        lines.extend(page.iter().map(Entry::line));
        if let Some(last) = page.last() {
            match self.gateway.store().journal(self.game, last.seq, PAGE_MAX).await {
                Ok(following) => self.page = Some(following).filter(|entries| !entries.is_empty()),
                Err(error @ StoreError::Corrupt { .. }) => {
                    lines.push(export::unreadable(last.seq.next(), &error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        let text: String = lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect();
        Ok(Some((Bytes::from(text), self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CommandId, Epoch};
    use crate::rules::command::{Command, Issuer};
    use crate::rules::event::Event;
    use crate::rules::vocabulary::Side;
    use crate::store::entry::{EntryHash, EntryParts};
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
