//! No entry is missing, none comes twice: what each connection holds against each game that it follows.

use crate::id::Seq;

/// The entries of one game on one connection, across all its sockets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Following {
    last: Option<Seq>,
}

impl Following {
    /// The last entry that was heard of, from which to resume.
    pub const fn last(&self) -> Option<Seq> {
        self.last
    }

    /// `joined`: with a state, what follows comes after it; without one, after what was asked for.
    pub fn joined(&mut self, seq: Seq, has_state: bool) -> Result<(), String> {
        let before = self.last;
        if has_state || before.is_none() {
            self.last = Some(seq);
        }
        match before {
            Some(last) if seq < last => Err(format!("joined at entry {seq}, though {last} had been shown")),
            _ => Ok(()),
        }
    }

    /// One entry.
    pub fn entry(&mut self, seq: Seq) -> Result<(), String> {
        let expected = self.last.map_or(Seq(1), Seq::next);
        self.last = Some(seq);
        if seq == expected {
            return Ok(());
        }
        let what = if seq < expected { "came twice or late" } else { "came too early: some are missing" };
        Err(format!("entry {seq} {what}; {expected} was due"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_order_are_counted() {
        let mut following = Following::default();
        assert_eq!(following.joined(Seq(4), true), Ok(()));
        assert_eq!(following.entry(Seq(5)), Ok(()));
        assert_eq!(following.entry(Seq(6)), Ok(()));
        assert_eq!(following.last(), Some(Seq(6)));
    }

    #[test]
    fn a_hole_and_a_repetition_are_found() {
        let mut following = Following::default();
        following.joined(Seq(4), true).expect("the first");
        assert!(following.entry(Seq(6)).is_err());
        assert!(following.entry(Seq(6)).is_err());
    }

    #[test]
    fn after_a_new_socket_the_entries_go_on_where_they_ended() {
        let mut following = Following::default();
        following.joined(Seq(4), true).expect("the first");
        assert_eq!(following.joined(Seq(9), false), Ok(()));
        assert_eq!(following.entry(Seq(5)), Ok(()), "the entries since then follow");
        assert_eq!(following.joined(Seq(40), true), Ok(()), "or the whole state");
        assert_eq!(following.entry(Seq(41)), Ok(()));
        assert!(following.joined(Seq(20), true).is_err(), "what was shown is not taken back");
    }
}
