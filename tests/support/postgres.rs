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
use std::time::{Duration, Instant};
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
    restart) control "$@" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "$options" -m fast -w restart ;;
    tls*) control "$@" sh -c 'cp "$1/server.crt" "$1/server.key" "$2" && chmod 600 "$2/server.key" &&
        printf "ssl = on\nssl_min_protocol_version = TLSv1.2\n" >>"$2/postgresql.conf"' tls "${order#tls }" "$dir/data" ;;
    status) control "$@" "$bin/pg_ctl" -D "$dir/data" status ;;
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
    /// Taken when the keeper is to end.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    process: Child,
}

impl Cluster {
    /// The server that all tests of this process share; none where PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of one's own, to be killed and started again.
    pub fn start() -> Option<Self> {
        Self::start_in(&std::env::temp_dir())
    }

    /// The same with its files below this directory, which everybody must be able to write to.
    pub fn start_in(parent: &Path) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed, and CI demands it");
            println!("skipped: no initdb in PATH or /usr/lib/postgresql/*/bin");
            return None;
        };
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).unwrap().port();
        let keeper = Mutex::new(Keeper::new(&programs, parent, port));
        let cluster = Self { port, keeper, databases: AtomicU32::new(0) };
        cluster.order("init");
        cluster.order("start");
        Some(cluster)
    }

    /// Takes TLS connections too from now on, with `server.crt` and `server.key` of this directory.
    pub fn serve_tls(&self, certificate: &Path) {
        open_to_everybody(certificate);
        open_to_everybody(&certificate.join("server.key"));
        self.order(&format!("tls {}", certificate.display()));
        self.restart();
    }

    /// Sessions of this database's clients: those that are encrypted, and all.
    pub async fn encrypted(&self, database: &str) -> (i64, i64) {
        let count = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE datname = $1";
        let rows = self.ask(count, database).await;
        (rows[0].get(0), rows[0].get(1))
    }

    /// One of the programs that come with the server.
    pub fn tool(name: &str) -> Command {
        Command::new(directory_of(name).expect("it comes with the server").join(name))
    }

    /// Ends the server at once, as `kill -9` would.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts the server again after [`Cluster::kill`].
    pub fn start_again(&self) {
        self.order("start");
    }

    /// Stops the server in order and starts it again.
    pub fn restart(&self) {
        self.order("restart");
    }

    /// Sees to it that the server takes connections, whatever it went through; it may have given up.
    pub async fn revive(&self) {
        let began = Instant::now();
        while tokio_postgres::connect(&self.url("postgres"), NoTls).await.is_err() {
            assert!(began.elapsed() < super::PATIENCE, "PostgreSQL does not come back");
            if self.obeys("status").is_err() {
                // It may be about to start by itself, or to stop: then the order fails and is repeated.
                let _ = self.obeys("start");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The processes that serve clients of this database.
    pub async fn backends(&self, database: &str) -> Vec<u32> {
        let pids = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";
        let rows = self.ask(pids, database).await;
        rows.iter().filter_map(|row| u32::try_from(row.get::<_, i32>(0)).ok()).collect()
    }

    /// Ends the sessions of all clients of this database, as an administrator may.
    pub async fn terminate_backends(&self, database: &str) {
        let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = $1 AND pid <> pg_backend_pid()";
        self.ask(terminate, database).await;
    }

    /// Puts one question about a database to the server.
    async fn ask(&self, sql: &str, database: &str) -> Vec<tokio_postgres::Row> {
        let server = self.url("postgres");
        let (client, connection) = tokio_postgres::connect(&server, NoTls).await.expect("the server answers");
        let connection = tokio::spawn(connection);
        let rows = client.query(sql, &[&database]).await.expect("the server answers");
        drop(client);
        connection.await.expect("the connection ends").expect("the connection ends well");
        rows
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
        self.obeys(order).unwrap_or_else(|answer| panic!("PostgreSQL does not obey `{order}`: {answer}"));
    }

    fn obeys(&self, order: &str) -> Result<(), String> {
        let mut keeper = self.keeper.lock().unwrap();
        writeln!(keeper.orders.as_ref().unwrap(), "{order}").unwrap();
        let mut answer = String::new();
        keeper.answers.read_line(&mut answer).unwrap();
        if answer.trim_end() == "done" { Ok(()) } else { Err(answer) }
    }
}

impl Keeper {
    fn new(programs: &Path, parent: &Path, port: u16) -> Self {
        let directory = TempDir::new_in(parent).unwrap().keep();
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
        Self { orders: Some(orders), answers, process }
    }
}

impl Drop for Keeper {
    /// Waits for the server's end: its files may be on a disk that goes next.
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.process.wait();
    }
}

/// Whether the tests run as the superuser.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn open_to_everybody(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

/// The directory of the server's programs.
fn programs() -> Option<PathBuf> {
    directory_of("initdb")
}

/// The directory that has this program: one of PATH, else the newest where Debian puts them.
fn directory_of(program: &str) -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    debian.reverse();
    std::env::split_paths(&in_path).chain(debian).find(|directory| directory.join(program).is_file())
}
