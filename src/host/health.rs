//! Whether the database answers: what the last commit says, and what the database says when it is asked.
//!
//! A commit alone is no good witness. One that hangs says nothing for as long as it hangs, and a host in which
//! nobody plays commits nothing.

use super::record::Record;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tracing::{info, warn};

/// How often the database is asked.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// How long it may take to answer before it counts as away. Generous: a busy machine is not an outage.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3);

/// What is known of the database.
#[derive(Debug, Default)]
pub struct Health {
    /// The last commit failed. A database that answers may be unable to write.
    commits_fail: AtomicBool,
    /// It was asked and has not answered in time.
    is_silent: AtomicBool,
}

impl Health {
    /// Whether new commands should be refused.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.commits_fail.load(Ordering::Acquire) || self.is_silent.load(Ordering::Acquire)
    }

    /// A commit got no answer.
    pub fn commit_failed(&self, reason: &str) {
        if !self.commits_fail.swap(true, Ordering::AcqRel) {
            warn!(reason, "the database is away; games hold until it is back");
        }
    }

    /// A commit was answered.
    pub fn commit_answered(&self) {
        if self.commits_fail.swap(false, Ordering::AcqRel) {
            info!("the database is back");
        }
    }

    fn answers(&self) {
        if self.is_silent.swap(false, Ordering::AcqRel) {
            info!("the database answers again");
        }
    }

    fn is_silent(&self, reason: &str) {
        if !self.is_silent.swap(true, Ordering::AcqRel) {
            warn!(reason, "the database does not answer; games hold until it does");
        }
    }
}

/// Asks the database again and again, one question at a time, until `ended`.
pub async fn watch(store: Arc<dyn Record>, health: Arc<Health>, ended: impl Future<Output = ()>) {
    let asking = async {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            let mut question = std::pin::pin!(store.ping());
            let answer = match tokio::time::timeout(ANSWER_PATIENCE, &mut question).await {
                Ok(answer) => answer,
                Err(_) => {
                    health.is_silent("no answer in time");
                    question.await
                }
            };
            match answer {
                Ok(()) => health.answers(),
                Err(error) => health.is_silent(&error.to_string()),
            }
        }
    };
    tokio::select! {
        () = asking => {}
        () = ended => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_back_when_it_answers_and_can_write() {
        let health = Health::default();
        assert!(!health.is_away());
        health.commit_failed("no space left");
        health.answers();
        assert!(health.is_away(), "it answers, but cannot write");
        health.is_silent("gone");
        health.commit_answered();
        assert!(health.is_away(), "one commit landed before it went");
        health.answers();
        assert!(!health.is_away());
    }
}
