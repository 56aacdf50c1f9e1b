//! A PostgreSQL server of the tests' own: a cluster in a temporary directory, a database per test.
//!
//! A small shell script stands between the tests and the server. It obeys orders on its standard input, and
//! when that closes, because the tests have ended in whatever way, it stops the server and removes the
//! directory. Where `CI` is set the server is mandatory; elsewhere its absence is said and tests are skipped.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Arguments: the server's programs, the directory, the port, and how to become an ordinary user.
/// Signals from the terminal are for the tests; the script ends when they have.
const KEEPER: &str = r#"
trap '' INT TERM HUP
bin=$1 dir=$2 port=$3
shift 3
control() { "$@" >>"$dir/keeper.log" 2>&1 </dev/null && echo done || { tail -n 5 "$dir"/*.log | tr '\n' ' '; echo; }; }
options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300"
while read -r order; do
    case $order in
    init) control "$@" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync ;;
    start) control "$@" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "$options" -w start ;;
    kill) control "$@" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop ;;
    esac
done
"$@" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 </dev/null
rm -rf "$dir"
"#;

/// A running server.
pub struct Cluster {
    port: u16,
    keeper: Mutex<Keeper>,
    databases: AtomicU32,
}

struct Keeper {
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _process: Child,
}

impl Cluster {
    /// The server that all tests of this process share; none where PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of one's own, to be killed and started again.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed, and CI demands it");
            println!("skipped: no initdb in PATH or /usr/lib/postgresql/*/bin");
            return None;
        };
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).unwrap().port();
        let cluster =
            Self { port, keeper: Mutex::new(Keeper::new(&programs, port)), databases: AtomicU32::new(0) };
        cluster.order("init");
        cluster.order("start");
        Some(cluster)
    }

    /// Ends the server at once, as `kill -9` would.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts the server again after [`Cluster::kill`].
    pub fn start_again(&self) {
        self.order("start");
    }

    /// The URL of a new, empty database.
    pub async fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let server = self.url("postgres");
        let (client, connection) = tokio_postgres::connect(&server, NoTls).await.expect("the server answers");
        let connection = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be created");
        drop(client);
        connection.await.expect("the connection ends").expect("the connection ends well");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn order(&self, order: &str) {
        let mut keeper = self.keeper.lock().unwrap();
        writeln!(keeper.orders, "{order}").unwrap();
        let mut answer = String::new();
        keeper.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim_end(), "done", "PostgreSQL does not obey `{order}`");
    }
}

impl Keeper {
    fn new(programs: &Path, port: u16) -> Self {
        let directory = TempDir::new().unwrap().keep();
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(programs).arg(&directory).arg(port.to_string());
        if is_root() {
            // PostgreSQL refuses to run as root.
            command.args(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
            open_to_everybody(&directory);
        } else {
            command.arg("env"); // a command that changes nothing
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let orders = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { orders, answers, _process: process }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn open_to_everybody(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o777)).unwrap();
}

/// The directory of the server's programs: that of PATH, else the newest where Debian puts them.
fn programs() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    debian.reverse();
    std::env::split_paths(&in_path).chain(debian).find(|directory| directory.join("initdb").is_file())
}
