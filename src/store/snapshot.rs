//! A game's state, kept so that recovery need not begin with entry 1. It is bound to the chain: one that was
//! changed, or belongs to another journal, is not used.

use super::canonical::{canonical_json, canonical_text};
use super::entry::EntryHash;
use crate::rules::state::GameState;
use sha2::{Digest, Sha256};

/// Separates these digests from those of entries.
const SEAL_DOMAIN: &[u8] = b"dugout snapshot v1";

/// A state with what binds it to the entry it ends with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The state as canonical JSON.
    pub json: String,
    /// The hash of the last entry that the state contains.
    pub hash: EntryHash,
    /// SHA-256 over both.
    pub seal: [u8; 32],
}

impl Snapshot {
    /// The snapshot of the state after the entry with this hash.
    #[must_use]
    pub fn of(state: &GameState, hash: EntryHash) -> Self {
        let json = canonical_json(state);
        Self { seal: seal(&json, &hash), json, hash }
    }

    /// The state, where the snapshot is as it was written.
    ///
    /// # Errors
    /// Says what is wrong with it: it was changed, or this version's states look different.
    pub fn open(&self) -> Result<GameState, String> {
        // A database may keep a document's meaning and not its text.
        let json = canonical_text(&self.json).map_err(|error| error.to_string())?;
        if seal(&json, &self.hash) != self.seal {
            return Err("its seal is broken: it is not what was written".to_owned());
        }
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }
}

fn seal(json: &str, hash: &EntryHash) -> [u8; 32] {
    Sha256::new().chain_update(SEAL_DOMAIN).chain_update(hash.0).chain_update(json).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::state::GameSettings;
    use crate::rules::testing::Game;

    fn snapshot() -> (GameState, Snapshot) {
        let state = Game::new(1, GameSettings::default()).state;
        let snapshot = Snapshot::of(&state, EntryHash([3; 32]));
        (state, snapshot)
    }

    #[test]
    fn a_snapshot_opens_as_it_was_also_when_its_text_was_written_anew() {
        let (state, mut snapshot) = snapshot();
        assert_eq!(snapshot.open().expect("sealed"), state);
        snapshot.json = snapshot.json.replace(",\"", ", \"");
        assert_eq!(snapshot.open().expect("the same document"), state);
    }

    #[test]
    fn a_changed_state_hash_or_seal_is_noticed() {
        let (_, snapshot) = snapshot();
        let changed = [
            Snapshot { json: snapshot.json.replace("\"outs\":0", "\"outs\":1"), ..snapshot.clone() },
            Snapshot { json: "{".to_owned(), ..snapshot.clone() },
            Snapshot { hash: EntryHash([4; 32]), ..snapshot.clone() },
            Snapshot { seal: [0; 32], ..snapshot.clone() },
        ];
        for changed in changed {
            assert_ne!(changed, snapshot);
            changed.open().expect_err("must not open");
        }
    }
}
