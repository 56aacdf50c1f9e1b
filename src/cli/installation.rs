//! The data directory as one host's at a time: a lock that the system lets go of when the process ends, and an id
//! that outlives the process. A host that has the lock knows that the one before it has ended.

use crate::id::InstallationId;
use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The file's name in the data directory.
const LOCK_FILE: &str = "host.lock";

/// A data directory that this process has to itself.
#[derive(Debug)]
pub struct Installation {
    /// Its id; in the file.
    pub id: InstallationId,
    /// Locked for as long as it is open.
    _lock: File,
}

impl Installation {
    /// Takes the data directory, which must exist.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(LOCK_FILE);
        let failed = || format!("cannot use {}", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another host runs on the data directory {}; each host needs its own",
                data_dir.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        let mut text = String::new();
        // Whatever else is in the file was cut off while it was written: it has never been an id.
        let id = match file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok()) {
            Some(id) => id,
            None => {
                let id = InstallationId::generate();
                file.set_len(0).and_then(|()| file.rewind()).with_context(failed)?;
                writeln!(file, "{id}").and_then(|()| file.sync_all()).with_context(failed)?;
                id
            }
        };
        Ok(Self { id, _lock: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_at_a_time_and_always_the_same_id() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Installation::open(folder.path()).expect("free");
        let refusal = Installation::open(folder.path()).expect_err("taken").to_string();
        assert!(refusal.contains("another host runs on the data directory"), "{refusal}");
        let id = first.id;
        drop(first);
        assert_eq!(Installation::open(folder.path()).expect("free again").id, id);

        std::fs::write(folder.path().join(LOCK_FILE), "0196").expect("written");
        let renewed = Installation::open(folder.path()).expect("free again").id;
        assert_ne!(renewed, id);
        assert_eq!(Installation::open(folder.path()).expect("free again").id, renewed);
    }
}
