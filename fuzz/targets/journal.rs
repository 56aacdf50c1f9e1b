//! A published journal, as bytes. It is refused, or it is byte for byte what its entries say.
#![no_main]

use dugout::cli::verify::journal::Journal;
use dugout::cli::verify::replay;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(journal) = Journal::read(data, &|| ()) else { return };
    let text = std::str::from_utf8(data).expect("what was read is UTF-8");
    let entries = text.lines().skip(1).take(journal.entries.len());
    assert!(
        entries.eq(journal.entries.iter().map(|entry| entry.line())),
        "a line was read that no host writes"
    );
    let _ = replay::verify(&journal, &|| ());
});
