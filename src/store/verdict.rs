//! Which changes of a commit may be written, judged by what the transaction found. Pure.

use super::change::{Append, Change, ClaimSeat, NewGame};
use super::entry::EntryHash;
use super::error::ChangeError;
use crate::id::{Epoch, GameId, Seq, UserId};
use crate::rules::vocabulary::{LeagueId, Side};
use std::collections::HashMap;

/// Games that exist: epoch and league.
pub type Games = HashMap<GameId, (Epoch, LeagueId)>;
/// Entries that exist.
pub type Entries = HashMap<(GameId, Seq), EntryHash>;
/// Who holds which seats.
pub type Seats = HashMap<(GameId, Side), UserId>;

/// What the database says of the games of a round, read with their rows locked.
#[derive(Debug, Default)]
pub struct Found {
    /// The games.
    pub games: Games,
    /// The entries at and before those to be appended.
    pub entries: Entries,
    /// The seats to be claimed.
    pub seats: Seats,
}

/// What to do with a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Write it; the game is of this league.
    Write(LeagueId),
    /// It has had its effect: an earlier commit, whose result got lost, did land.
    Settled,
    /// It may not have its effect.
    Refuse(ChangeError),
}

impl Found {
    /// Judges one change.
    pub fn judge(&self, change: &Change) -> Verdict {
        match change {
            Change::CreateGame(new) => self.judge_creation(new),
            Change::Append(append) => self.judge_append(append),
            Change::ClaimSeat(claim) => self.judge_claim(claim),
            Change::SetSeat(set) => self.owned(set.game_id, set.epoch),
            Change::Quarantine(quarantine) => self.owned(quarantine.game_id, quarantine.epoch),
            Change::Presence(presence) => self.owned(presence.game_id, presence.epoch),
            Change::GiveUp(give_up) => self.owned(give_up.game_id, give_up.epoch),
            Change::Release(game_id) => self.existing(*game_id),
        }
    }

    fn judge_creation(&self, new: &NewGame) -> Verdict {
        let game_id = new.setup.game_id;
        if new.entry.seq != Seq(1) || new.entry.chained_to(&EntryHash::GENESIS) != new.entry.hash {
            return Verdict::Refuse(ChangeError::NotNext { seq: new.entry.seq });
        }
        match (self.games.get(&game_id), self.entries.get(&(game_id, Seq(1)))) {
            (None, _) => Verdict::Write(new.setup.league_id),
            (Some(_), Some(hash)) if *hash == new.entry.hash => Verdict::Settled,
            (Some(_), _) => Verdict::Refuse(ChangeError::GameExists),
        }
    }

    fn judge_append(&self, append: &Append) -> Verdict {
        let (game_id, entry) = (append.game_id, &append.entry);
        let present = self.entries.get(&(game_id, entry.seq));
        // Before the epoch: what landed has landed, whoever owns the game by now.
        if present == Some(&entry.hash) {
            return Verdict::Settled;
        }
        let owned = self.owned(game_id, entry.epoch);
        if !matches!(owned, Verdict::Write(_)) {
            return owned;
        }
        if present.is_some() {
            return Verdict::Refuse(ChangeError::SeqTaken { seq: entry.seq });
        }
        let before = self.entries.get(&(game_id, Seq(entry.seq.0 - 1)));
        if before != Some(&append.previous) || entry.chained_to(&append.previous) != entry.hash {
            return Verdict::Refuse(ChangeError::NotNext { seq: entry.seq });
        }
        owned
    }

    fn judge_claim(&self, claim: &ClaimSeat) -> Verdict {
        match self.seats.get(&(claim.game_id, claim.side)) {
            None => self.owned(claim.game_id, claim.epoch),
            Some(user) if *user == claim.holder.user_id => Verdict::Settled,
            Some(user) => Verdict::Refuse(ChangeError::SeatTaken { by: *user }),
        }
    }

    fn existing(&self, game_id: GameId) -> Verdict {
        match self.games.get(&game_id) {
            Some((_, league)) => Verdict::Write(*league),
            None => Verdict::Refuse(ChangeError::NoSuchGame),
        }
    }

    fn owned(&self, game_id: GameId, epoch: Epoch) -> Verdict {
        match self.games.get(&game_id) {
            Some((current, _)) if *current != epoch => {
                Verdict::Refuse(ChangeError::StaleEpoch { current: *current })
            }
            _ => self.existing(game_id),
        }
    }
}
