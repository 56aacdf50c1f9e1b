//! What a failed statement means for what to do next.

use super::error::StoreError;
use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

/// Kinds of failure, by what helps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Two transactions were in each other's way: try again at once.
    Contention,
    /// The database is away, full, read-only or overloaded: try again later.
    Away,
    /// The data break a rule of the database: trying again is useless.
    Data,
}

impl Fault {
    /// What `error` means.
    pub fn of(error: &Error) -> Self {
        let Error::DatabaseError(kind, info) = error else {
            return match error {
                Error::BrokenTransactionManager | Error::NotInTransaction | Error::AlreadyInTransaction => {
                    Self::Away
                }
                _ => Self::Data,
            };
        };
        match kind {
            DatabaseErrorKind::SerializationFailure => Self::Contention,
            DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Away,
            DatabaseErrorKind::Unknown => Self::of_message(info.message()),
            _ => Self::Data,
        }
    }

    /// The drivers have no code for these, only the database's words. What begins with `could not` and goes on about
    /// files is the server's trouble with its disk, whatever the disk said.
    fn of_message(message: &str) -> Self {
        const CONTENTION: &[&str] =
            &["deadlock detected", "is locked", "lock timeout", "could not obtain lock"];
        const AWAY: &[&str] = &[
            "terminating connection",
            "shutting down",
            "starting up",
            "accepting connections",
            "in recovery mode",
            "conflict with recovery",
            "too many clients",
            "connection slots",
            "canceling statement",
            "could not extend file",
            "could not write",
            "could not fsync",
            "could not open file",
            "could not create",
            "could not read block",
            "could not access",
            "No space left",
            "out of memory",
            "disk I/O error",
            "database or disk is full",
            "readonly database",
            "unable to open database file",
        ];
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        match () {
            () if says(CONTENTION) => Self::Contention,
            () if says(AWAY) => Self::Away,
            () => Self::Data,
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match (Fault::of(&error), error) {
            (Fault::Contention | Fault::Away, error) => Self::Unavailable(error.to_string()),
            (Fault::Data, Error::DeserializationError(cause)) => {
                Self::Corrupt { what: "row".into(), cause: cause.to_string() }
            }
            (Fault::Data, error) => Self::Refused(error.to_string()),
        }
    }
}

/// The words of a connection that failed. The driver hides them one level down.
pub fn connection_words(error: &ConnectionError) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        source = cause.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn failures_are_told_apart_by_what_helps() {
        use DatabaseErrorKind::{UnableToSendCommand, UniqueViolation, Unknown};
        assert_eq!(Fault::of(&database(Unknown, "deadlock detected")), Fault::Contention);
        assert_eq!(Fault::of(&database(Unknown, "database is locked")), Fault::Contention);
        assert_eq!(Fault::of(&database(Unknown, "the database system is shutting down")), Fault::Away);
        assert_eq!(Fault::of(&database(Unknown, "database or disk is full")), Fault::Away);
        let half_a_page = r#"could not extend file "base/5/7": wrote only 4096 of 8192 bytes at block 12"#;
        assert_eq!(Fault::of(&database(Unknown, half_a_page)), Fault::Away);
        assert_eq!(Fault::of(&database(Unknown, "canceling statement due to user request")), Fault::Away);
        assert_eq!(
            Fault::of(&database(Unknown, "could not determine data type of parameter $1")),
            Fault::Data
        );
        assert_eq!(Fault::of(&database(UnableToSendCommand, "connection closed")), Fault::Away);
        assert_eq!(Fault::of(&database(UniqueViolation, "journal.game_id, journal.seq")), Fault::Data);
        assert_eq!(Fault::of(&Error::BrokenTransactionManager), Fault::Away);
        assert_eq!(Fault::of(&Error::NotFound), Fault::Data);
    }
}
