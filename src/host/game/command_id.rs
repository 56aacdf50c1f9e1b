//! The ids of commands that the host gives itself: for an AI manager, for the clock.

use crate::id::{CommandId, GameId, Seq};
use sha2::{Digest, Sha256};
use uuid::Builder;

/// The id of what is done about entry `seq`. The same in the same game always has the same id, so that what was
/// committed just before a crash is not done twice.
pub(super) fn derived(purpose: &str, game_id: GameId, seq: Seq) -> CommandId {
    let digest = Sha256::new()
        .chain_update(purpose)
        .chain_update(game_id.0.as_bytes())
        .chain_update(seq.0.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    CommandId(Builder::from_custom_bytes(bytes).into_uuid())
}
