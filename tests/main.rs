//! The integration tests: one binary, so that everything links once. A file that is not named here fails `tidy`.

mod crash;
mod end_to_end;
mod host;
mod page;
mod rules;
mod simulation;
mod store;
mod support;
mod tidy;
