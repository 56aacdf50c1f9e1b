//! A configuration: the file, then, after a line `---`, variables of the environment, one a line. It is taken, or
//! refused in one line.
#![no_main]

use dugout::config::Settings;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (file, environment) = text.split_once("\n---\n").unwrap_or((text, ""));
    let variables = environment.lines().filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    if let Err(error) = Settings::of(Some((Path::new("fuzz.toml"), file)), variables) {
        let message = error.to_string();
        assert!(!message.contains('\n') && !message.is_empty(), "{message:?}");
    }
});
