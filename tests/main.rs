//! The integration tests: one binary, so that everything links once. A file that is not named here fails `tidy`.

mod end_to_end;
mod host;
mod page;
mod real_games;
mod rules;
mod simulation;
mod store;
mod support;
mod terminal;
mod tidy;
mod torture;
