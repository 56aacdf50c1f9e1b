//! The durable record of all games, on SQLite or PostgreSQL.

pub mod change;
pub mod entry;
mod error;
pub mod read;
pub mod stored;
mod url;

pub use error::{ChangeError, StoreError};
pub use url::{DatabaseUrl, DatabaseUrlError};

/// How the store uses its database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreSettings {
    /// Connections that are kept open (`DB_POOL_SIZE`).
    pub pool_size: u32,
    /// Connections that may be opened beyond these under load (`DB_MAX_OVERFLOW`).
    pub pool_max_overflow: u32,
    /// How long a call waits for a connection before the database counts as away.
    pub acquire_timeout_ms: u64,
    /// How long one statement may run, and how long SQLite waits for another writer.
    pub statement_timeout_ms: u64,
    /// How many pinned cards are kept in memory, shared by all games.
    pub card_cache_max: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            pool_size: 10,
            pool_max_overflow: 20,
            acquire_timeout_ms: 5_000,
            statement_timeout_ms: 10_000,
            card_cache_max: 10_000,
        }
    }
}
