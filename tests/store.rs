//! The store's contract: one suite, run on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod acts;
mod appending;
mod clocks;
pub mod fixture;
mod hosting;
mod indexes;
mod listing;
mod opening;
mod outage;
mod owning;
mod recording;
mod recovering;
mod refusing;
mod rolling_back;
mod season;
mod shelving;
mod tls;
mod watching;

/// Declares each test once for either database.
macro_rules! contract {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::store::fixture::Fixture::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(fixture) = crate::store::fixture::Fixture::postgres().await {
                    super::$test(fixture).await;
                }
            })*
        }
    };
}
use contract;
