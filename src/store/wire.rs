//! The wire to a server that may vanish without a word: how long it may be silent, and what that makes of the
//! connections that are open.
//!
//! The server bounds its statements itself, but a silent wire brings no word of that, and TCP notices a silence only
//! where data wait for the other side.

use super::error::StoreError;
use super::{StoreSettings, pg};
use diesel::result::{Error, QueryResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AnsiTransactionManager, SimpleAsyncConnection, TransactionManager};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much longer a call may take than the server gives one statement.
const ANSWER_DELAY: Duration = Duration::from_secs(2);
/// For how long after a silence open connections are asked for a sign of life before they are used.
const SUSPICION: Duration = Duration::from_secs(60);
/// How long such a sign may take.
const SIGN_OF_LIFE_PATIENCE: Duration = Duration::from_millis(500);

/// What is known of the wire. Clones share it.
#[derive(Clone, Debug)]
pub struct Wire {
    answer_timeout: Duration,
    silent_at: Arc<Mutex<Option<Instant>>>,
}

impl Wire {
    /// A wire that has never been silent.
    pub fn new(settings: &StoreSettings) -> Self {
        let answer_timeout = Duration::from_millis(settings.statement_timeout_ms) + ANSWER_DELAY;
        Self { answer_timeout, silent_at: Arc::default() }
    }

    /// What a call gives, if it does in time. One that does not is dropped in mid-air: its connection must be given
    /// up then.
    pub async fn in_time<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(self.answer_timeout, call).await.ok()
    }

    /// Takes a connection out of use on which an answer is overdue; the others become suspect.
    pub fn give_up(&self, connection: &mut pg::Connection) -> StoreError {
        AnsiTransactionManager::transaction_manager_status_mut(connection).set_in_error();
        *self.silent_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        StoreError::Unavailable(format!("no answer within {} ms", self.answer_timeout.as_millis()))
    }

    /// Whether a connection that lay idle may be used.
    pub async fn check(&self, connection: &mut pg::Connection) -> QueryResult<()> {
        if connection.is_broken() {
            return Err(Error::BrokenTransactionManager);
        }
        if !self.is_suspect() {
            return Ok(());
        }
        let sign = tokio::time::timeout(SIGN_OF_LIFE_PATIENCE, connection.batch_execute("SELECT 1")).await;
        sign.unwrap_or(Err(Error::BrokenTransactionManager))
    }

    fn is_suspect(&self) -> bool {
        let silent_at = *self.silent_at.lock().unwrap_or_else(PoisonError::into_inner);
        silent_at.is_some_and(|at| at.elapsed() < SUSPICION)
    }
}
