//! A client's frame. Whatever it is, it is read or refused in bounded words; a command that is well formed is decided
//! at one moment of a game, which `expect` chooses.
#![no_main]

use dugout::fairness::SeededDice;
use dugout::protocol::ClientFrame;
use dugout::rules;
use dugout::rules::command::Issuer;
use dugout::rules::vocabulary::Side;
use dugout_fuzz::{PLAYED, Played};
use libfuzzer_sys::fuzz_target;

/// What a refusal may be long, in characters: more would be an echo of the input.
const MESSAGE_CHARS_MAX: usize = 2_000;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match ClientFrame::parse(text) {
        Ok(ClientFrame::Command(frame)) => {
            let number = frame.expect.map_or(0, |seq| seq.0.unsigned_abs());
            let state = &PLAYED.states[PLAYED.moment(number) - 1];
            let issuers = [Issuer::Manager(Side::Away), Issuer::Manager(Side::Home), Issuer::Operator];
            for issuer in issuers {
                if rules::rollback_target(state, issuer, &frame.command).is_some() {
                    continue; // decided with the journal, not here
                }
                let mut dice = SeededDice::new(Played::seed(), &state.entropy, state.dice_position);
                match rules::decide(state, &PLAYED.cards, issuer, &frame.command, &mut dice) {
                    Ok(events) => state.clone().apply_entry(state.seq.next(), &events),
                    Err(rejection) => assert!(rejection.message.chars().count() <= MESSAGE_CHARS_MAX),
                }
            }
        }
        Ok(_) => {}
        Err(bad) => assert!(bad.rejection.message.chars().count() <= MESSAGE_CHARS_MAX, "{bad:?}"),
    }
});
