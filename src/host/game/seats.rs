//! Who holds which seat: free ones are claimed, and an operator gives or frees any.

use super::super::game_slot::GameSlot;
use super::super::persistence::PersistError;
use super::super::shared::Shared;
use super::Fenced;
use super::live::{LiveGame, no_such_game};
use crate::id::UserId;
use crate::protocol::{self, CloseCode, SeatOrSpectator, User};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::{Side, Visibility};
use crate::store::ChangeError;
use crate::store::change::{Change, ClaimSeat, SetSeat};
use crate::store::stored::SeatHolder;

/// A seat's new holder.
pub type Successor = (UserId, String);

impl LiveGame {
    /// Gives a free seat to a user. Claiming the seat one holds already is fine. Fails where the game is no longer this
    /// host's.
    pub(super) async fn claim_seat(
        &mut self,
        shared: &Shared,
        slot: &GameSlot,
        user: User,
        side: Side,
    ) -> Result<Result<(), Rejection>, Fenced> {
        match self.may_claim(&user, side) {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(())),
            Err(rejection) => return Ok(Err(rejection)),
        }
        let holder = SeatHolder { user_id: user.id, user_name: user.name, claimed_at: shared.clock.now() };
        let claim = ClaimSeat { game_id: slot.game_id, epoch: self.epoch, side, holder: holder.clone() };
        match shared.persistence.write(Change::ClaimSeat(claim)).await {
            Ok(()) => {
                self.seats[side] = Some(holder);
                slot.audience().seat(user.id, side);
                Ok(Ok(()))
            }
            Err(PersistError::Refused(ChangeError::SeatTaken { .. })) => Ok(Err(seat_taken(side))),
            Err(PersistError::Refused(ChangeError::StaleEpoch { .. })) => Err(Fenced),
            Err(error) => {
                tracing::error!(game.id = %slot.game_id, %error, "a seat could not be claimed");
                let message = "the seat could not be claimed; try again";
                Ok(Err(Rejection::new(RejectionCode::Internal, message)))
            }
        }
    }

    /// Whether the claim changes anything; false when the user holds the seat already.
    fn may_claim(&self, user: &User, side: Side) -> Result<bool, Rejection> {
        // Who knows a private game's id was invited to its free seat; beyond that there is nothing to see.
        let is_free = self.seats[side].is_none() && !self.state.setup.teams[side].is_ai;
        if !self.may_follow(user) && (!is_free || self.state.is_over()) {
            return Err(no_such_game());
        }
        // He may not have heard that he has it; the game may have ended since.
        if self.seat_of(user) == Some(side) {
            return Ok(false);
        }
        if self.state.is_over() {
            return Err(Rejection::new(RejectionCode::GameOver, "the game is over"));
        }
        if self.state.setup.teams[side].is_ai {
            return Err(Rejection::new(RejectionCode::Forbidden, format!("the {side} side is an AI's")));
        }
        match (&self.seats[side], self.seat_of(user)) {
            (Some(_), _) => Err(seat_taken(side)),
            (None, Some(other)) => Err(Rejection::new(
                RejectionCode::Forbidden,
                format!("you hold the {other} seat of this game"),
            )),
            (None, None) => Ok(true),
        }
    }

    /// Says whose a seat is from now on: `successor`'s, or nobody's. Those whom it concerns are told their place anew.
    /// Fails where the game is no longer this host's.
    pub(super) async fn set_seat(
        &mut self,
        shared: &Shared,
        slot: &GameSlot,
        side: Side,
        successor: Option<Successor>,
    ) -> Result<Result<(), Rejection>, Fenced> {
        if let Err(rejection) = self.may_be_given(side, successor.as_ref()) {
            return Ok(Err(rejection));
        }
        let before = self.seats[side].as_ref().map(|holder| holder.user_id);
        if before == successor.as_ref().map(|(user_id, _)| *user_id) {
            return Ok(Ok(())); // as it is
        }
        let holder = successor.map(|(user_id, user_name)| SeatHolder {
            user_id,
            user_name,
            claimed_at: shared.clock.now(),
        });
        let set = SetSeat { game_id: slot.game_id, epoch: self.epoch, side, holder: holder.clone() };
        match shared.persistence.write(Change::SetSeat(set)).await {
            Ok(()) => {
                let now = holder.as_ref().map(|holder| holder.user_id);
                self.seats[side] = holder;
                before.into_iter().for_each(|user_id| self.reseat(slot, user_id, None));
                now.into_iter().for_each(|user_id| self.reseat(slot, user_id, Some(side)));
                Ok(Ok(()))
            }
            Err(PersistError::Refused(ChangeError::StaleEpoch { .. })) => Err(Fenced),
            Err(error) => {
                tracing::error!(game.id = %slot.game_id, %error, "a seat could not be given");
                Ok(Err(Rejection::new(RejectionCode::Internal, "the seat could not be given; try again")))
            }
        }
    }

    /// A user who has another place than before hears of it, as if he joined anew; of a private game that he no longer
    /// manages he hears no more.
    fn reseat(&self, slot: &GameSlot, user_id: UserId, seat: Option<Side>) {
        let mut audience = slot.audience();
        if seat.is_none() && self.state.setup.visibility == Visibility::Private {
            audience.dismiss(user_id, CloseCode::NotAllowed);
            return;
        }
        let place = SeatOrSpectator::from(seat);
        let joined = protocol::joined(slot.game_id, place, self.epoch, self.state.seq, None);
        audience.reseat(user_id, seat, &joined);
    }

    fn may_be_given(&self, side: Side, successor: Option<&Successor>) -> Result<(), Rejection> {
        if self.state.is_over() {
            return Err(Rejection::new(RejectionCode::GameOver, "the game is over"));
        }
        if self.state.setup.teams[side].is_ai {
            return Err(Rejection::new(RejectionCode::Forbidden, format!("the {side} side is an AI's")));
        }
        let other = side.opponent();
        match (successor, &self.seats[other]) {
            (Some((user_id, _)), Some(holder)) if holder.user_id == *user_id => {
                let message = format!("user_id: he holds the {other} seat of this game; free it first");
                Err(Rejection::invalid("user_id", message))
            }
            _ => Ok(()),
        }
    }
}

fn seat_taken(side: Side) -> Rejection {
    Rejection::new(RejectionCode::Forbidden, format!("the {side} seat is taken"))
}
