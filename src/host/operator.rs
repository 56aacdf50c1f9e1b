//! What operators do: commands for either side, games set aside and released. Every act is on record before
//! it has its effect, and its answer after it (`store::acts`).

use super::game::{Message, Refused, Request};
use super::game_handle::{NotCommitted, Unanswered, store_away};
use super::persistence::PersistError;
use super::{Denied, Host, OPEN_TIMEOUT, supervisor};
use crate::id::{CommandId, GameId, Seq, UserId};
use crate::protocol::User;
use crate::rules::command::Command;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::{Side, Status};
use crate::store::acts::{ActAnswer, OperatorAct};
use crate::store::change::{Change, Quarantine};
use crate::store::read::Viewer;
use crate::store::{ChangeError, StoreError};
use ractor::RpcReplyPort;
use ractor::rpc::CallResult;
use serde_json::{Value, json};

/// How an act that was not refused is recorded.
const DONE: &str = "done";
/// How an act is recorded that the host lost track of: the journal says whether it had its effect.
const UNKNOWN: &str = "unknown";
const RETRY_AFTER_MS: u64 = 1_000;

impl Host {
    /// Takes a game up again: a quarantined one is released, a paused one resumed. Returns the entry of the
    /// journal, where there is one.
    ///
    /// # Errors
    /// `wrong_phase` when the game is neither, `not_found`, `unavailable`.
    pub async fn take_up(
        &self,
        game: GameId,
        operator: &User,
        id: CommandId,
    ) -> Result<Option<Seq>, NotCommitted> {
        let act = self.act(game, operator, id, Command::Resume {}.kind(), json!({}));
        self.on_record(act, async {
            let row = self.0.shared.store.game(game, Viewer::Operator).await.map_err(refused_read)?;
            if row.quarantined_at.is_some() {
                self.release(game).await?;
                if row.status != Status::Paused {
                    return Ok(None);
                }
            }
            self.handle(game).command(operator, id, None, Command::Resume {}.into()).await.map(Some)
        })
        .await
    }

    /// Sets a game aside: it is readable, and nobody plays it until it is taken up again.
    ///
    /// # Errors
    /// `wrong_phase` when it is set aside already, `not_found`, `busy`, `unavailable`.
    pub async fn set_aside(
        &self,
        game: GameId,
        operator: &User,
        id: CommandId,
        reason: String,
    ) -> Result<(), NotCommitted> {
        let act = self.act(game, operator, id, "quarantine", json!({ "reason": reason }));
        let quarantined = self.on_record(act, async {
            self.quarantine(game, id, reason).await?;
            Ok(None)
        });
        quarantined.await.map(drop)
    }

    /// Says whose a seat is: a user's, or nobody's, so that whoever comes first may claim it.
    ///
    /// # Errors
    /// `forbidden` when the seat is an AI's, `invalid` when the user holds the other one, `game_over`, `not_found`,
    /// `busy`, `unavailable`.
    pub async fn set_seat(
        &self,
        game: GameId,
        operator: &User,
        id: CommandId,
        side: Side,
        successor: Option<(UserId, String)>,
    ) -> Result<(), NotCommitted> {
        let (act, detail) = match &successor {
            Some((user_id, name)) => {
                ("give_seat", json!({ "side": side, "user_id": user_id, "user_name": name }))
            }
            None => ("free_seat", json!({ "side": side })),
        };
        let act = self.act(game, operator, id, act, detail);
        let set = self.on_record(act, async {
            self.handle(game).set_seat(side, successor).await?;
            Ok(None)
        });
        set.await.map(drop)
    }

    /// A command of an operator, on record.
    pub(super) async fn operator_command(
        &self,
        game: GameId,
        operator: &User,
        id: CommandId,
        expect: Option<Seq>,
        request: Request,
    ) -> Result<Seq, NotCommitted> {
        let mut detail = json!(request.command);
        if let Value::Object(fields) = &mut detail {
            fields.remove("kind");
        }
        let act = self.act(game, operator, id, request.command.kind(), detail);
        let commanded = self.on_record(act, async {
            self.handle(game).command(operator, id, expect, request).await.map(Some)
        });
        commanded.await?.ok_or(NotCommitted::Unknown)
    }

    fn act(&self, game_id: GameId, operator: &User, id: CommandId, act: &str, detail: Value) -> OperatorAct {
        OperatorAct {
            id,
            game_id,
            user_id: operator.id,
            user_name: operator.name.clone(),
            act: act.to_owned(),
            detail,
            asked_at: self.0.shared.clock.now(),
            answer: None,
        }
    }

    /// Records the act, lets it have its effect, and records the answer.
    async fn on_record(
        &self,
        mut act: OperatorAct,
        effect: impl Future<Output = Result<Option<Seq>, NotCommitted>>,
    ) -> Result<Option<Seq>, NotCommitted> {
        self.refuse_while_draining().map_err(NotCommitted::refused_unseen)?;
        self.0.shared.store.record_act(act.clone()).await.map_err(refused_read)?;
        let outcome = effect.await;
        let (code, seq, message) = match &outcome {
            Ok(seq) => (DONE.to_owned(), *seq, None),
            Err(NotCommitted::Refused(Refused { rejection, .. })) => {
                (rejection.code.to_string(), None, Some(rejection.message.clone()))
            }
            Err(NotCommitted::Elsewhere(address)) => {
                let message = format!("the game lives on host {}", address.host_id);
                (RejectionCode::Elsewhere.to_string(), None, Some(message))
            }
            Err(NotCommitted::Unknown) => (UNKNOWN.to_owned(), None, None),
        };
        tracing::info!(
            game.id = %act.game_id, user.id = %act.user_id, act = %act.act, answer = %code,
            "an operator acted"
        );
        act.answer = Some(ActAnswer { code, seq, message, answered_at: self.0.shared.clock.now() });
        if let Err(error) = self.0.shared.store.answer_act(act).await {
            // The act is on record; what became of it is in the journal and in the log.
            tracing::warn!(%error, "the answer of an operator's act could not be recorded");
        }
        outcome
    }

    async fn quarantine(&self, game: GameId, id: CommandId, reason: String) -> Result<(), Denied> {
        let row = self.0.shared.store.game(game, Viewer::Operator).await.map_err(store_away)?;
        if row.quarantined_at.is_some() {
            return Err(Rejection::new(RejectionCode::WrongPhase, "the game is set aside already").into());
        }
        // Any answer says that the game has been read, and so that its term of ownership is known.
        let read = self.handle(game).ask(|permit, reply| Message::Answered(id, permit, reply)).await;
        read.map_err(|unanswered| match unanswered {
            Unanswered::Denied(denied) => denied,
            Unanswered::Died => failed("the game does not answer; try again").into(),
        })?;
        let epoch = self
            .supervise(|reply| supervisor::Message::SetAside(game, reply))
            .await?
            .ok_or_else(|| failed("the game has just left the host; try again"))?;
        let at = self.0.shared.clock.now();
        let written = self.write(Change::Quarantine(Quarantine { game_id: game, epoch, reason, at })).await;
        if written.is_err() {
            self.supervise(|reply| supervisor::Message::Release(game, reply)).await?;
        }
        Ok(written?)
    }

    /// The one that set it aside has its place: only a host that may own the game can let it go on.
    async fn release(&self, game: GameId) -> Result<(), Denied> {
        let shared = &self.0.shared;
        let claim = shared.claims.claim(&*shared.store, game, shared.host_id);
        claim.await.map_err(|error| match error {
            StoreError::LivesElsewhere(address) => Denied::Elsewhere(address),
            error => store_away(error).into(),
        })?;
        self.write(Change::Release(game)).await?;
        self.supervise(|reply| supervisor::Message::Release(game, reply)).await?;
        // An AI manager may be due in it.
        self.open(game).await.map(drop)
    }

    async fn write(&self, change: Change) -> Result<(), Rejection> {
        match self.0.shared.persistence.write(change).await {
            Ok(()) => Ok(()),
            Err(PersistError::Refused(ChangeError::NoSuchGame)) => Err(super::game::no_such_game()),
            Err(PersistError::Refused(ChangeError::StaleEpoch { .. })) => {
                Err(failed("another host has taken the game over; ask that one"))
            }
            Err(error) => Err(failed(&format!("it could not be written: {error}"))),
        }
    }

    async fn supervise<T: Send + 'static>(
        &self,
        question: impl FnOnce(RpcReplyPort<T>) -> supervisor::Message,
    ) -> Result<T, Rejection> {
        match self.0.supervisor.call(question, Some(OPEN_TIMEOUT)).await {
            Ok(CallResult::Success(answer)) => Ok(answer),
            _ => Err(failed("the host has too much to do; try again")),
        }
    }
}

fn failed(message: &str) -> Rejection {
    Rejection::later(RejectionCode::Unavailable, message, RETRY_AFTER_MS)
}

fn refused_read(error: StoreError) -> NotCommitted {
    NotCommitted::refused_unseen(store_away(error))
}
