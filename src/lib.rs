//! dugout hosts live games of dice-and-card baseball: one actor a game, every pitch durable before it is
//! shown.
//!
//! # The floors
//! Imports point down only; `tests/tidy` checks it.
//!
//! | floor | rooms | what they know |
//! |---|---|---|
//! | 4 | [`gateway`] | HTTP, sockets, tokens, limits. Reaches games through [`host::Host`] |
//! | 3 | [`host`] | who is alive: supervisor, games, the writer. No sockets, no SQL |
//! | 2 | [`store`], [`league`] | the durable record; where teams and cards come from |
//! | 1 | [`rules`], [`manager`], [`fairness`], [`protocol`] | baseball, the AI managers, the dice, the wire: pure |
//!
//! [`config`], [`id`], [`telemetry`] and [`cli`] stand beside them, and [`client`], for programs that talk to a host: it knows only
//! [`protocol`] and the words of [`rules`]. [`terminal`] is made of it.
//!
//! # The way of one command
//! A client mints a command id → `gateway::session` reads a bounded frame → [`host::Host::command`] finds the
//! game's actor → `host::game::turn`: answered already? may he? → [`rules::decide`] computes the events, dice
//! in them → `host::persistence` commits what many games have ready in one transaction of
//! [`store::Store::commit`] → the game applies the events, `host::audience` sends everyone the same frame,
//! the sender gets `committed`. Recovery walks the same road: the snapshot, then the entries after it.

pub mod cli;
pub mod client;
pub mod config;
pub mod fairness;
pub mod gateway;
pub mod host;
pub mod id;
pub mod league;
pub mod manager;
pub mod protocol;
pub mod rules;
pub mod store;
pub mod telemetry;
pub mod terminal;
