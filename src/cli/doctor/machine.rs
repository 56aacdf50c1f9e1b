//! The machine that the host runs on: address, directory, disk, limits.

use super::Check;
use crate::cli::files;
use crate::config::{AllowGuests, Settings};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Writes that are timed, and their size: about a play each.
const SYNCS: usize = 40;
const SYNC_BYTES: usize = 4096;
/// A sync that takes longer is felt with every roll.
const SYNC_SLOW: Duration = Duration::from_millis(20);
/// No disk is that fast: something says "done" before it is.
const SYNC_INCREDIBLE: Duration = Duration::from_micros(5);

/// Looks at the machine.
pub fn look(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![address(settings)];
    checks.extend(data_dir(&settings.data_dir));
    checks.push(open_files(settings));
    checks
}

fn address(settings: &Settings) -> Check {
    let what = "address";
    let listen = settings.listen;
    let is_public = !listen.ip().is_loopback();
    match TcpListener::bind(listen) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Check::warning(
            what,
            format!("{listen} is in use"),
            "well if that is the host; otherwise choose another with --listen",
        ),
        Err(error) => Check::failure(what, format!("{listen}: {error}"), "choose another with --listen"),
        Ok(_) if is_public && settings.gateway.allow_guests == AllowGuests::Always => Check::warning(
            what,
            format!("{listen} is free; everybody who reaches it gets a guest's token"),
            "set gateway.allow_guests to \"loopback\" unless the league is open to all",
        ),
        Ok(_) => Check::ok(what, format!("{listen} is free")),
    }
}

fn data_dir(path: &Path) -> Vec<Check> {
    let what = "data directory";
    let shown = path.display();
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return vec![Check::failure(what, format!("{shown} is no directory"), "change data_dir")],
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return vec![Check::ok(what, format!("{shown} is made at the first start"))];
        }
        Err(error) => return vec![Check::failure(what, format!("{shown}: {error}"), "change data_dir")],
    };
    let mode = metadata.permissions().mode() & 0o777;
    let open_to_others = Check::warning(
        what,
        format!("{shown} is open to other users (mode {mode:o})"),
        format!("it holds the tokens' secret and, on SQLite, the seeds of the dice: chmod 700 {shown}"),
    );
    let directory = if mode & 0o077 == 0 { Check::ok(what, format!("{shown}")) } else { open_to_others };
    vec![directory, disk(path)]
}

fn disk(path: &Path) -> Check {
    let what = "disk";
    let mut took = match timed_syncs(path) {
        Ok(took) => took,
        Err(error) => {
            let found = format!("cannot write into {}: {error}", path.display());
            return Check::failure(what, found, "give the host's user a directory of its own");
        }
    };
    let shown = spread(&mut took);
    let median = took[took.len() / 2];
    let found = format!("a sync takes {shown}");
    if median > SYNC_SLOW {
        return Check::warning(
            what,
            found,
            "managers on SQLite wait for it with every roll: use a faster disk",
        );
    }
    if median < SYNC_INCREDIBLE {
        let advice = "no disk is that fast: a loss of power may take committed plays (a memory disk, or a volatile cache?)";
        return Check::warning(what, found, advice);
    }
    Check::ok(what, found)
}

/// Median and slowest tenth of durations, in words; sorts them.
pub fn spread(took: &mut [Duration]) -> String {
    took.sort_unstable();
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    format!("{:.2} ms (one in ten {:.2} ms)", ms(took[took.len() / 2]), ms(took[took.len() * 9 / 10]))
}

fn timed_syncs(path: &Path) -> std::io::Result<Vec<Duration>> {
    let name = path.join(format!("doctor-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&name)?;
    let timed = (0..SYNCS).map(|_| {
        let began = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; SYNC_BYTES])?;
        file.sync_data()?;
        Ok(began.elapsed())
    });
    let timed = timed.collect();
    std::fs::remove_file(&name)?;
    timed
}

fn open_files(settings: &Settings) -> Check {
    let what = "open files";
    let needed = files::needed(settings);
    let allowed = files::allowed_max().unwrap_or(u64::MAX);
    if allowed >= needed {
        return Check::ok(what, format!("as many are allowed as are needed: {needed} at most"));
    }
    Check::warning(
        what,
        format!("{allowed} are allowed, {needed} at most are needed"),
        format!(
            "raise the hard limit (ulimit -Hn {needed}, LimitNOFILE={needed}), or lower gateway.connections_max \
             and gateway.http_connections_max"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_measured_and_left_as_it_was() {
        let directory = tempfile::tempdir().expect("a directory");
        let took = timed_syncs(directory.path()).expect("writable");
        assert_eq!(took.len(), SYNCS);
        assert_eq!(std::fs::read_dir(directory.path()).expect("readable").count(), 0);
    }

    #[test]
    fn a_directory_that_others_may_read_is_said() {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).expect("ours");
        let checks = data_dir(directory.path());
        assert_eq!(checks[0].level, super::super::Level::Warning, "{checks:?}");
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o700)).expect("ours");
        assert_eq!(data_dir(directory.path())[0].level, super::super::Level::Ok);
    }
}
