//! The processes that are measured, each on a core of its own where `taskset` is there to see to it.

use super::bare::FrameSizes;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_dugout");

/// Ticks of `/proc/PID/stat` in a second, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
const PAGE_BYTES: f64 = 4_096.0;

/// A setting of the host, as a variable of its environment.
pub type Setting = (&'static str, &'static str);

/// A running server. Ends with this value, without a word.
pub struct Server {
    process: Child,
    pub address: String,
    _directory: Option<TempDir>,
}

fn has_taskset() -> bool {
    Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok()
}

/// Keeps this benchmark, and what it starts without a core of its own, on a core: the databases, above all.
pub fn stay_on_core(core: u32) {
    if has_taskset() {
        let process = std::process::id().to_string();
        let mut command = Command::new("taskset");
        command.args(["-a", "-p", "-c", &core.to_string(), &process]).stdout(Stdio::null());
        assert!(command.status().is_ok_and(|status| status.success()), "cannot stay on core {core}");
    }
}

/// A program on a core.
fn on_core(core: u32, program: &str) -> Command {
    if has_taskset() {
        let mut command = Command::new("taskset");
        command.args(["-c", &core.to_string(), program]);
        return command;
    }
    Command::new(program)
}

/// This benchmark again, in another part.
pub fn self_on_core(core: u32) -> Command {
    let program = std::env::current_exe().expect("a path");
    on_core(core, program.to_str().expect("a path in UTF-8"))
}

/// The program under test.
pub fn dugout(core: u32) -> Command {
    on_core(core, PROGRAM)
}

/// The bare server on the first core.
pub fn bare_server(sizes: FrameSizes) -> Server {
    let mut command = self_on_core(0);
    command.args(["bare-server", &sizes.to_string()]);
    Server::start(command)
}

impl Server {
    /// The host on the first core, with limits that a few hundred managers on one address do not reach.
    pub fn host(database: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut server = Self::host_in(directory.path(), database, Some(0), &[]);
        server._directory = Some(directory);
        server
    }

    /// The same in this data directory, on one core or on all, with these settings beside.
    pub fn host_in(directory: &Path, database: &str, core: Option<u32>, settings: &[Setting]) -> Self {
        let mut command = core.map_or_else(|| Command::new(PROGRAM), dugout);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(directory);
        command.envs(settings.iter().copied());
        command.env("DATABASE_URL", database).env("DUGOUT__LOG__FILTER", "warn");
        command.env("DUGOUT__HOST__GAMES_MAX", "100000");
        for limit in [
            "FRAMES_PER_SECOND",
            "FRAMES_BURST",
            "REQUESTS_PER_SECOND",
            "REQUESTS_BURST",
            "GUEST_TOKENS_PER_MINUTE",
            "NEW_GAMES_PER_MINUTE",
            "NEW_GAMES_BURST",
        ] {
            command.env(format!("DUGOUT__GATEWAY__{limit}"), "100000");
        }
        for limit in ["CONNECTIONS_MAX", "CONNECTIONS_PER_ADDRESS_MAX"] {
            command.env(format!("DUGOUT__GATEWAY__{limit}"), "50000");
        }
        Self::start(command)
    }

    /// Starts it and waits for the line that says where it listens.
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let stdout = process.stdout.take().expect("a pipe");
        let line =
            BufReader::new(stdout).lines().map_while(Result::ok).find(|line| line.contains("listening"));
        let line = line.expect("the server says where it listens");
        let address = line.rsplit(' ').next().expect("an address").to_owned();
        Self { process, address, _directory: None }
    }

    /// CPU that its process has used.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = self.proc("stat");
        // After the name, which may have spaces: user time is the 12th field, system time the 13th.
        let fields: Vec<_> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
        (fields[11..13].iter().map(|ticks| ticks.parse::<f64>().expect("a number"))).sum::<f64>()
            / TICKS_PER_SECOND
    }

    /// Memory that its process holds.
    pub fn memory_mb(&self) -> f64 {
        let pages: f64 = self.proc("statm").split(' ').nth(1).expect("a size").parse().expect("a number");
        pages * PAGE_BYTES / 1e6
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).expect("a Linux with /proc")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
