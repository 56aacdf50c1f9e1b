//! One game that is followed: how far it was told, and what is asked of the host so that nothing is left out.

use crate::client::link::Following;
use crate::client::refusal::Done;
use crate::id::Seq;
use tokio::sync::oneshot;

/// The most entries that the host sends to somebody who comes back; beyond that it sends the state.
const RESUME_ENTRIES_MAX: i64 = 100;
/// How often it is asked again for them.
const RESUME_TRIES_MAX: u8 = 5;

/// A game that is followed.
#[derive(Debug, Default)]
pub struct Followed {
    /// The last entry that was told, in a state or by itself.
    last: Option<Seq>,
    /// A `join` is not answered yet.
    is_asked: bool,
    /// How often the host may still be asked for the entries after the last, instead of the state.
    tries: u8,
    /// Something was not told, for want of room.
    pub is_behind: bool,
    /// Who waits until it is followed.
    awaited: Vec<oneshot::Sender<Done<Following>>>,
}

/// What to do about a frame.
#[derive(PartialEq, Eq, Debug)]
pub enum Step {
    /// Ask for what comes after this entry.
    Ask(Option<Seq>),
    /// Tell it.
    Tell {
        /// Entries before it were not told.
        missed: bool,
    },
    /// It was told before, or comes again.
    Drop,
}

impl Followed {
    /// Somebody wants to follow it, from its state on.
    pub fn begin(&mut self, answer: oneshot::Sender<Done<Following>>) {
        self.awaited.push(answer);
        *self = Self { is_asked: true, awaited: std::mem::take(&mut self.awaited), ..Self::default() };
    }

    /// The host is about to be asked for what was not told. Returns after which entry.
    pub fn ask_anew(&mut self) -> Option<Seq> {
        self.is_asked = true;
        self.is_behind = false;
        self.tries = RESUME_TRIES_MAX;
        self.last
    }

    /// The host says that it is followed, with the state after this entry or without one.
    pub fn joined(&mut self, state: Option<Seq>) -> Step {
        if self.is_behind {
            return Step::Drop; // it is asked for again
        }
        let missed = matches!((self.last, state), (Some(last), Some(seq)) if seq > last);
        if missed && self.is_near(state) && self.tries > 0 {
            // An entry came while the host looked for those that we missed: asked again it has them.
            self.tries -= 1;
            return Step::Ask(self.last);
        }
        (self.is_asked, self.tries) = (false, 0);
        Step::Tell { missed }
    }

    fn is_near(&self, state: Option<Seq>) -> bool {
        matches!((self.last, state), (Some(last), Some(seq)) if seq.0 - last.0 <= RESUME_ENTRIES_MAX)
    }

    /// An entry came.
    pub fn entry(&mut self, seq: Seq) -> Step {
        match self.last {
            _ if self.is_behind => Step::Drop,
            Some(last) if seq == last.next() => Step::Tell { missed: false },
            Some(last) if seq > last && !self.is_asked => Step::Ask(self.ask_anew()),
            _ => Step::Drop,
        }
    }

    /// What [`Step::Tell`] asked for was told, or found no room; a state or an entry leads to `seq`.
    pub fn told(&mut self, is_told: bool, seq: Option<Seq>) {
        if is_told {
            self.last = seq.or(self.last);
        } else {
            self.is_behind = true;
        }
    }

    /// Whether somebody waits until it is followed.
    pub fn is_awaited(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// Answers all who wait; false where nobody does.
    pub fn answer(&mut self, answer: &Done<Following>) -> bool {
        let is_awaited = self.is_awaited();
        for waiting in self.awaited.drain(..) {
            // Whoever asked may not wait for it any more.
            let _ = waiting.send(answer.clone());
        }
        is_awaited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: i64) -> Followed {
        let mut followed = Followed { is_asked: true, ..Followed::default() };
        assert_eq!(followed.joined(Some(Seq(state))), Step::Tell { missed: false });
        followed.told(true, Some(Seq(state)));
        followed
    }

    #[test]
    fn entries_go_on_after_the_state() {
        let mut followed = told(4);
        assert_eq!(followed.entry(Seq(4)), Step::Drop);
        assert_eq!(followed.entry(Seq(5)), Step::Tell { missed: false });
        followed.told(true, Some(Seq(5)));
        assert_eq!(followed.entry(Seq(5)), Step::Drop, "it is told once");
        assert_eq!(followed.entry(Seq(7)), Step::Ask(Some(Seq(5))), "one is missing");
        assert_eq!(followed.entry(Seq(8)), Step::Drop, "it is asked for already");
    }

    #[test]
    fn after_a_cut_the_entries_since_then_are_asked_for() {
        let mut followed = told(4);
        assert_eq!(followed.ask_anew(), Some(Seq(4)));
        assert_eq!(followed.joined(None), Step::Tell { missed: false });
        followed.told(true, None);
        assert_eq!(followed.entry(Seq(5)), Step::Tell { missed: false });
    }

    #[test]
    fn a_state_that_is_not_far_ahead_is_asked_about_again_but_not_for_ever() {
        let mut followed = told(4);
        followed.ask_anew();
        for _ in 0..RESUME_TRIES_MAX {
            assert_eq!(followed.joined(Some(Seq(6))), Step::Ask(Some(Seq(4))));
            assert_eq!(followed.entry(Seq(7)), Step::Drop);
        }
        assert_eq!(followed.joined(Some(Seq(6))), Step::Tell { missed: true });
        followed.told(true, Some(Seq(6)));
        assert_eq!(followed.entry(Seq(7)), Step::Tell { missed: false });

        let mut far = told(4);
        far.ask_anew();
        assert_eq!(far.joined(Some(Seq(5 + RESUME_ENTRIES_MAX))), Step::Tell { missed: true });
    }

    #[test]
    fn what_found_no_room_is_asked_for_when_there_is_some() {
        let mut followed = told(4);
        assert_eq!(followed.entry(Seq(5)), Step::Tell { missed: false });
        followed.told(false, Some(Seq(5)));
        assert!(followed.is_behind);
        assert_eq!(followed.entry(Seq(6)), Step::Drop);
        assert_eq!(followed.joined(None), Step::Drop);
        assert_eq!(followed.ask_anew(), Some(Seq(4)));
        assert_eq!(followed.joined(None), Step::Tell { missed: false });
        assert_eq!(followed.entry(Seq(5)), Step::Tell { missed: false });
    }

    #[test]
    fn following_anew_begins_with_a_state() {
        let mut followed = told(4);
        let (answer, mut answered) = oneshot::channel();
        followed.begin(answer);
        assert_eq!(followed.entry(Seq(5)), Step::Drop, "it is in the state that comes");
        assert_eq!(followed.joined(Some(Seq(5))), Step::Tell { missed: false });
        let following = Following { seat: crate::protocol::SeatOrSpectator::Home, seq: Seq(5) };
        assert!(followed.answer(&Ok(following)) && !followed.answer(&Ok(following)));
        assert_eq!(answered.try_recv(), Ok(Ok(following)));
    }
}
