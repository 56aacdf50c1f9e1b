//! The host as a process: started, killed, stopped and started again on the same data.

use super::PATIENCE;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Lines of a stream that are kept for the message of a failure.
const LINES_KEPT_MAX: usize = 200;
/// How often a process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Where the host listens now; it changes with each start, and clients look it up anew when they reconnect.
#[derive(Clone, Default)]
pub struct Address(Arc<Mutex<String>>);

impl Address {
    /// `127.0.0.1:PORT`.
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A fixed one, from a host's URL.
    pub fn of_url(url: &str) -> Self {
        let address = Self::default();
        address.set(url.strip_prefix("http://").expect("a host of these tests speaks plain HTTP"));
        address
    }

    fn set(&self, address: &str) {
        address.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What outlives a host process: its data directory, its database and its settings.
pub struct Home {
    data: TempDir,
    database_url: Option<String>,
    environment: Vec<(String, String)>,
    log_lines_max: usize,
    keeps_address: bool,
    pub address: Address,
}

impl Home {
    /// A fresh data directory with the default database in it.
    pub fn sqlite() -> Self {
        let data = TempDir::with_prefix("dugout-test-").expect("a temporary directory can be made");
        let (environment, address) = (Vec::new(), Address::default());
        let log_lines_max = LINES_KEPT_MAX;
        Self { data, database_url: None, environment, log_lines_max, keeps_address: false, address }
    }

    /// The same below this directory.
    pub fn sqlite_in(parent: &Path) -> Self {
        let data = TempDir::with_prefix_in("dugout-test-", parent).expect("a directory can be made");
        Self { data, ..Self::sqlite() }
    }

    /// A fresh data directory beside a database elsewhere.
    pub fn with_database(url: impl Into<String>) -> Self {
        Self { database_url: Some(url.into()), ..Self::sqlite() }
    }

    /// The same with a setting, as an environment variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, logging everything it can, and all of it kept.
    pub fn with_whole_log(self) -> Self {
        Self { log_lines_max: usize::MAX, ..self.with("DUGOUT__LOG__FILTER", "trace") }
    }

    /// No pauses and no rate limits: for tests that are about something else.
    pub fn brisk(self) -> Self {
        let unlimited = "100000";
        self.with("DUGOUT__HOST__AI_PAUSE_MS", "0")
            .with("DUGOUT__GATEWAY__FRAMES_PER_SECOND", unlimited)
            .with("DUGOUT__GATEWAY__FRAMES_BURST", unlimited)
            .with("DUGOUT__GATEWAY__REQUESTS_PER_SECOND", unlimited)
            .with("DUGOUT__GATEWAY__REQUESTS_BURST", unlimited)
            .with("DUGOUT__GATEWAY__BYTES_PER_SECOND", "1000000000")
            .with("DUGOUT__GATEWAY__BYTES_BURST", "1000000000")
            .with("DUGOUT__GATEWAY__GUEST_TOKENS_BURST", unlimited)
            .with("DUGOUT__GATEWAY__NEW_GAMES_BURST", unlimited)
    }

    /// The same with the tokens of another home, as hosts of one league have: whoever is known there is known here.
    pub fn sharing_tokens_of(self, other: &Self) -> Self {
        let secret = "token.secret";
        std::fs::copy(other.data_dir().join(secret), self.data_dir().join(secret))
            .expect("a secret to share");
        self
    }

    /// Each start listens where the first one did: for clients that cannot look the address up, as a browser.
    pub fn keeps_address(mut self) -> Self {
        self.keeps_address = true;
        self
    }

    /// The database beside the data directory, where there is one.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.data.path().to_owned()
    }

    /// The `serve` command on a free port, with no setting but the test's own.
    fn serve(&self) -> Command {
        let mut command = dugout();
        let known = Some(self.address.get()).filter(|address| self.keeps_address && !address.is_empty());
        let listen = known.as_deref().unwrap_or("127.0.0.1:0");
        command.args(["serve", "--listen", listen, "--data-dir"]).arg(self.data.path());
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the host without waiting for it.
    pub fn launch(&self) -> Server {
        let mut child = spawn(&mut self.serve());
        let stdout = Lines::of(child.stdout.take().expect("stdout is piped"), LINES_KEPT_MAX);
        let stderr = Lines::of(child.stderr.take().expect("stderr is piped"), self.log_lines_max);
        Server { child, stdout, stderr }
    }

    /// A token made on the host's machine, as an operator makes one.
    pub async fn token(&self, name: &str, options: &[&str]) -> String {
        let mut command = dugout();
        let finished =
            run(command.args(["token", name, "--data-dir"]).arg(self.data.path()).args(options)).await;
        assert!(finished.status.success(), "{}", finished.stderr);
        finished.stdout.trim().to_owned()
    }

    /// Starts the host and waits until it says where it listens.
    pub async fn start(&self) -> Server {
        let mut server = self.launch();
        self.address.set(&server.announced().await.unwrap_or_else(|why| panic!("{why}")));
        server
    }

    /// Starts the host as often as it takes, as whatever watches over it would: its database may be away.
    pub async fn start_at_last(&self) -> Server {
        let began = Instant::now();
        loop {
            let mut server = self.launch();
            match server.announced().await {
                Ok(address) => {
                    self.address.set(&address);
                    return server;
                }
                Err(why) => assert!(began.elapsed() < PATIENCE, "{why}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The binary, with nothing inherited that could change what it does.
pub fn dugout() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dugout"));
    command.env_clear().env("RUST_BACKTRACE", "1");
    command
}

/// Sends a signal to processes; false when one of them is gone.
pub fn signal(name: &str, pids: &[u32]) -> bool {
    let pids: Vec<String> = pids.iter().map(ToString::to_string).collect();
    let kill = format!("kill -{name} {} 2>/dev/null", pids.join(" "));
    Command::new("sh").args(["-c", &kill]).status().expect("sh can be started").success()
}

fn spawn(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary under test can be started")
}

/// What a command printed and how it ended.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command that should end by itself.
pub async fn run(command: &mut Command) -> Finished {
    let mut child = spawn(command);
    let stdout = Lines::of(child.stdout.take().expect("stdout is piped"), LINES_KEPT_MAX);
    let stderr = Lines::of(child.stderr.take().expect("stderr is piped"), LINES_KEPT_MAX);
    let mut server = Server { child, stdout, stderr };
    let status = server.ended().await;
    Finished { status, stdout: server.stdout.text(), stderr: server.stderr.text() }
}

/// A running host. Dropped, it is killed.
pub struct Server {
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

impl Server {
    /// The address from the one line on stdout; else why there is none.
    async fn announced(&mut self) -> Result<String, String> {
        let began = Instant::now();
        loop {
            let lines = self.stdout.text();
            if let Some(url) =
                lines.lines().find_map(|line| line.strip_prefix("dugout is listening on http://"))
            {
                return Ok(url.to_owned());
            }
            let ended = self.child.try_wait().expect("a child can be waited for");
            if ended.is_some() || began.elapsed() >= PATIENCE {
                return Err(format!(
                    "the host did not start ({ended:?} after {:?})\nstdout: {lines}\nstderr: {}",
                    began.elapsed(),
                    self.stderr.text()
                ));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// `kill -9`: the process gets no chance to do anything.
    pub fn kill(mut self) {
        self.child.kill().expect("the host is running");
        self.child.wait().expect("a killed child can be waited for");
    }

    /// Asks the host to stop.
    pub fn terminate(&self) {
        assert!(
            signal("TERM", &[self.child.id()]),
            "the host is not running any more\n{}",
            self.stderr.text()
        );
    }

    /// Stops the process in mid-air; it knows nothing of it.
    pub fn pause(&self) {
        assert!(
            signal("STOP", &[self.child.id()]),
            "the host is not running any more\n{}",
            self.stderr.text()
        );
    }

    /// Lets a paused process go on.
    pub fn go_on(&self) {
        assert!(
            signal("CONT", &[self.child.id()]),
            "the host is not running any more\n{}",
            self.stderr.text()
        );
    }

    /// Waits for the end of the process.
    pub async fn ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                self.stdout.finish();
                self.stderr.finish();
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the process does not end\n{}", self.stderr.text());
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether the process lives.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be waited for").is_none()
    }

    /// What the host has logged lately.
    pub fn log(&self) -> String {
        self.stderr.text()
    }

    /// Resident memory, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: u64 =
            line.trim().trim_end_matches(" kB").parse().expect("/proc tells the resident memory in kB");
        kib * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the host's last words:\n{}", self.stderr.text());
        }
    }
}

/// The last lines of a stream, read by a thread so that the process never waits for its reader.
struct Lines {
    kept: Arc<Mutex<VecDeque<String>>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Lines {
    fn of(stream: impl Read + Send + 'static, lines_max: usize) -> Self {
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let lines = Arc::clone(&kept);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push_back(line);
                if lines.len() > lines_max {
                    lines.pop_front();
                }
            }
        });
        Self { kept, reader: Some(reader) }
    }

    fn text(&self) -> String {
        let lines = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Waits for the end of the stream, after the process has ended.
    fn finish(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader of a stream does not panic");
        }
    }
}
