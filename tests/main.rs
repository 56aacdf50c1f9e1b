//! The integration tests: one binary, so that everything links once. A file that is not named here fails `tidy`.

mod bounds;
mod client;
mod end_to_end;
mod fuzz;
mod host;
mod hosts;
mod league;
mod page;
mod real_games;
mod rules;
mod schemas;
mod security;
mod simulation;
mod store;
mod support;
mod telemetry;
mod terminal;
mod tidy;
mod torture;
mod upgrade;
