//! A copy of an SQLite database while a host plays on it.

use super::error::StoreError;
use super::fault::connection_words;
use super::url::Target;
use super::{DatabaseUrl, StoreSettings, sqlite};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use std::path::Path;

/// Writes a consistent copy of the database into a new file, for its owner only: like the database it holds the
/// secrets behind the dice of running games. Hosts go on reading and writing meanwhile.
///
/// # Errors
/// [`StoreError::Refused`] on PostgreSQL, which has tools of its own for this; [`StoreError::Open`] when the
/// database cannot be read, or the file exists already or cannot be written.
pub async fn backup(url: &DatabaseUrl, settings: &StoreSettings, to: &Path) -> Result<(), StoreError> {
    let Target::Sqlite(from) = &url.0 else {
        return Err(StoreError::Refused("a PostgreSQL database is backed up with pg_dump".to_owned()));
    };
    let failed = |cause: String| StoreError::Open { url: url.to_string(), cause };
    if !from.exists() {
        return Err(failed("there is no such file".to_owned()));
    }
    let target = to.to_str().ok_or_else(|| failed("the path of the copy must be UTF-8".to_owned()))?;
    // SQLite fills an empty file, but not one with something in it; this one has the right permissions.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(to).map_err(|error| failed(format!("the copy {target}: {error}")))?;
    let connector = sqlite::Connector::new(from, settings);
    let mut c = connector.connect().await.map_err(|error| failed(connection_words(&error)))?;
    let copy = target.to_owned();
    let copied = sqlite::on_a_thread(async move || {
        diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(copy).execute(&mut c).await
    });
    let copied = copied.await.map_err(|error| failed(error.to_string()))?;
    // `VACUUM INTO` leaves syncing to its caller, and a copy that a loss of power takes away is none.
    let synced = copied
        .map_err(|error| error.to_string())
        .and_then(|_| file.sync_all().map_err(|error| error.to_string()));
    synced.map_err(|cause| {
        let _ = std::fs::remove_file(to);
        failed(cause)
    })
}
