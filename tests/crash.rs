//! What holds when processes die: the host, and the database under it.

mod database;
mod kills;
