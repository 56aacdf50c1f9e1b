//! A file system of a size that can be changed while it is in use: a disk that is full, and is not any more.
//!
//! It is a tmpfs, which takes the rights of the superuser. Where they can be had it is used; where they cannot, its absence is
//! said and what needs it is left out, unless `CI` is set, which makes it mandatory.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use tempfile::TempDir;

/// Mounts, resizes on order, and takes everything away when the tests have ended in whatever way.
const KEEPER: &str = r#"
trap '' INT TERM HUP
dir=$1 size=$2
mount -t tmpfs -o size=$size,mode=1777 dugout-test "$dir" 2>/dev/null && echo done || echo refused
while read -r size; do
    mount -o remount,size=$size "$dir" 2>&1 && echo done
done
umount -l "$dir"
rmdir "$dir"
"#;

/// What is left free when the disk is full, at most: the next few writes find out.
const HEADROOM_BYTES_MAX: u64 = 64 * 1024;

/// A mounted file system.
pub struct Disk {
    path: PathBuf,
    size_bytes: u64,
    keeper: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _process: Child,
}

impl Disk {
    /// A fresh one of this size; none where that is not allowed here.
    pub fn mount(size_bytes: u64) -> Option<Self> {
        let path = TempDir::with_prefix("dugout-disk-").expect("a temporary directory can be made").keep();
        let mut command = if super::postgres::is_root() {
            Command::new("sh")
        } else {
            let mut command = Command::new("sudo");
            command.args(["-n", "sh"]);
            command
        };
        command.args(["-c", KEEPER, "keeper"]).arg(&path).arg(size_bytes.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mounted = command.spawn().ok().and_then(|mut process| {
            let orders = process.stdin.take()?;
            let mut answers = BufReader::new(process.stdout.take()?);
            let mut answer = String::new();
            answers.read_line(&mut answer).ok()?;
            (answer.trim_end() == "done").then_some((process, orders, answers))
        });
        let Some((process, orders, answers)) = mounted else {
            assert!(std::env::var_os("CI").is_none(), "no file system can be mounted, and CI demands it");
            println!("SKIPPED: full disks. To mount a small file system takes the rights of the superuser.");
            return None;
        };
        Some(Self { path, size_bytes, keeper: Mutex::new((orders, answers)), _process: process })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves next to no room; `share`, 0 to 1, says how little.
    pub fn fill(&self, share: f64) {
        let headroom = (HEADROOM_BYTES_MAX as f64 * share.clamp(0.0, 1.0)) as u64;
        // What is in use may grow between the look and the order, which is refused then.
        for _ in 0..20 {
            if self.resize(self.used_bytes() + headroom) {
                return;
            }
        }
        panic!("the disk cannot be filled");
    }

    /// Gives the room back.
    pub fn free(&self) {
        assert!(self.resize(self.size_bytes), "a disk can grow");
    }

    fn used_bytes(&self) -> u64 {
        let df = Command::new("df").args(["-kP"]).arg(&self.path).output().expect("df can be started");
        let text = String::from_utf8_lossy(&df.stdout);
        let used = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(2));
        1024 * used.and_then(|used| used.parse::<u64>().ok()).expect("df tells what is used")
    }

    fn resize(&self, bytes: u64) -> bool {
        let mut keeper = self.keeper.lock().expect("nobody panics while holding it");
        let (orders, answers) = &mut *keeper;
        writeln!(orders, "{bytes}").expect("the keeper lives");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("the keeper answers");
        answer.trim_end() == "done"
    }
}
