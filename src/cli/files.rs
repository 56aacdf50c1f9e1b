//! Open files: a connection is one. The host takes as many as the system lets it have, and says what is missing.

use crate::config::Settings;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside connections: the log, libraries, the runtime.
const OTHER_FILES: u64 = 64;
/// A connection to SQLite has the database, its write-ahead log and its shared memory open.
const FILES_PER_DATABASE_CONNECTION: u64 = 3;

/// Raises the bound on open files as far as the system allows, and warns where that is not enough for the settings.
pub fn allow(settings: &Settings) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    let files_max = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::debug!(%error, "the bound on open files stays as it is");
            current
        }
    };
    let needed = needed(settings);
    if let Some(files_max) = files_max.filter(|max| *max < needed) {
        tracing::warn!(
            files_max,
            needed,
            "fewer files may be open than `gateway.connections_max` needs: the last clients will not be let in; \
             raise the hard limit (ulimit -Hn, LimitNOFILE)"
        );
    }
}

/// How many files a host may have open here; none where there is no bound.
pub fn allowed_max() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// How many files a host with these settings may need at once.
pub fn needed(settings: &Settings) -> u64 {
    let database = u64::from(settings.database.pool_size) + u64::from(settings.database.max_overflow);
    let sockets = settings.gateway.connections_max as u64;
    sockets
        + settings.gateway.http_connections_max as u64
        + database * FILES_PER_DATABASE_CONNECTION
        + OTHER_FILES
}
