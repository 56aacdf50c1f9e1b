//! The page in a real browser: games made and played by clicking, over nothing but what the host serves.
//!
//! Where `CI` is set the browser is mandatory; elsewhere its absence is said and the test is skipped. Pictures of
//! what was seen are left in `target/tmp/page`.

mod access;
mod browser;
mod clicking;
mod clock;
mod elsewhere;
mod foreign;
mod injury;
mod manual;
mod operator;
mod standing;
mod trouble;
mod two;
mod visit;
