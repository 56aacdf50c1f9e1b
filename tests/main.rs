//! The integration tests: one binary, so that everything links once. A file that is not named here fails `tidy`.

mod host;
mod store;
mod support;
mod tidy;
