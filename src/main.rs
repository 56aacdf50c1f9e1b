//! The `dugout` binary.

fn main() {}
