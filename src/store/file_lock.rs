//! A lock beside a SQLite file, so that one host at a time plays on it. The system lets go of it when the process
//! ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The lock of one file; free at first.
#[derive(Debug)]
pub struct FileLock {
    path: PathBuf,
    held: Mutex<Option<File>>,
}

impl FileLock {
    /// The lock beside `database`: a file with `.lock` after its name. The database's own file is SQLite's to lock.
    pub fn beside(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        Self { path: name.into(), held: Mutex::new(None) }
    }

    /// Takes the lock. False when another process, or another opening of the file in this one, has it.
    pub fn take(&self) -> io::Result<bool> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(true);
        }
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        match file.try_lock() {
            Ok(()) => *held = Some(file),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(true)
    }

    /// Lets go of it.
    pub fn release(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, other] = [1, 2].map(|_| FileLock::beside(&folder.path().join("dugout.sqlite")));
        assert!(one.take().expect("a lock") && one.take().expect("a lock"), "taking it again is fine");
        assert!(!other.take().expect("a lock"));
        one.release();
        assert!(other.take().expect("a lock"));
        drop(other);
        assert!(one.take().expect("a lock"));
    }
}
