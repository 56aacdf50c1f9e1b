//! A snapshot's state. Its seal is made by whoever writes it; without it nothing opens, and with it what is read is
//! what was written, and can be shown.
#![no_main]

use dugout::protocol::GameView;
use dugout::rules::state::GameState;
use dugout::store::entry::EntryHash;
use dugout::store::snapshot::Snapshot;
use dugout_fuzz::PLAYED;
use libfuzzer_sys::fuzz_target;

const HASH: EntryHash = EntryHash([5; 32]);

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let forged = Snapshot { json: text.to_owned(), hash: HASH, seal: [0; 32] };
    forged.open().expect_err("nobody finds this seal");
    let Ok(state) = serde_json::from_str::<GameState>(text) else { return };
    let snapshot = Snapshot::of(&state, HASH);
    assert_eq!(snapshot.open().expect("sealed"), state);
    let _ = GameView::new(&state, &PLAYED.cards);
});
