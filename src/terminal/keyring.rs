//! Guests' tokens, kept between two visits, so that a seat stays one's own. The file is for its owner only.

use crate::client::{Done, Refusal};
use crate::id::UserId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A token with whom it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The token.
    pub token: String,
    /// Whom it names.
    pub user_id: UserId,
}

/// The file of the tokens.
#[derive(Clone, Debug)]
pub struct Keyring {
    file: PathBuf,
}

impl Keyring {
    /// The tokens in this directory.
    pub fn in_directory(directory: &Path) -> Self {
        Self { file: directory.join("tokens.json") }
    }

    /// The token of this name at this host, if there is one.
    pub fn get(&self, host: &str, name: &str) -> Option<Key> {
        self.read().remove(&label(host, name))
    }

    /// Keeps a token.
    ///
    /// # Errors
    /// In words, where the file cannot be written.
    pub fn put(&self, host: &str, name: &str, key: Key) -> Done<()> {
        let mut keys = self.read();
        keys.insert(label(host, name), key);
        self.write(&keys).map_err(|error| {
            Refusal::new(format!("cannot keep the token in {}: {error}", self.file.display()))
        })
    }

    fn read(&self) -> BTreeMap<String, Key> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default() // a broken file is written anew
    }

    fn write(&self, keys: &BTreeMap<String, Key>) -> std::io::Result<()> {
        if let Some(directory) = self.file.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        let new = self.file.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(keys)?)?;
        std::fs::rename(&new, &self.file)
    }
}

fn label(host: &str, name: &str) -> String {
    format!("{name} at {host}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_kept_for_its_owner_only() {
        let directory = tempfile::tempdir().expect("a directory");
        let keyring = Keyring::in_directory(&directory.path().join("new"));
        assert!(keyring.get("h", "Ann").is_none());
        let key = Key { token: "secret".into(), user_id: UserId::generate() };
        keyring.put("h", "Ann", key).expect("written");
        assert_eq!(keyring.get("h", "Ann").map(|key| key.token).as_deref(), Some("secret"));
        assert!(keyring.get("other", "Ann").is_none());
        let mode = std::fs::metadata(&keyring.file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
