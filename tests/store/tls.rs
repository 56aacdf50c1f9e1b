//! TLS to PostgreSQL, against a server with a certificate of the tests' own authority: taken where it is trusted and names
//! the server, refused otherwise, and never left out.

use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::postgres::Cluster;
use crate::support::server::{Home, dugout, run};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An authority, and a certificate of it for a server at this address, as files in a directory.
struct Certificate(TempDir);

impl Certificate {
    /// None where the program that makes certificates is not installed.
    fn for_server(name: &str) -> Option<Self> {
        let directory = TempDir::new().unwrap();
        let extensions = format!("subjectAltName={name}\nextendedKeyUsage=serverAuth\n");
        std::fs::write(directory.path().join("extensions"), extensions).unwrap();
        for arguments in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr",
            "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -set_serial 2 -days 2 -extfile extensions -out server.crt",
        ] {
            let made =
                Command::new("openssl").args(arguments.split(' ')).current_dir(directory.path()).output();
            let Ok(made) = made else {
                assert!(std::env::var_os("CI").is_none(), "openssl is not installed, and CI demands it");
                println!("skipped: no openssl in PATH");
                return None;
            };
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        Some(Self(directory))
    }

    fn authority(&self) -> std::path::PathBuf {
        self.0.path().join("ca.crt")
    }
}

/// What a host that trusts this authority says when it cannot open the database; none where it can.
async fn refusal(url: &str, authority: Option<&Path>) -> Option<String> {
    let mut migrate = dugout();
    migrate.args(["migrate", "--database-url", url]);
    if let Some(authority) = authority {
        migrate.env("SSL_CERT_FILE", authority);
    }
    let finished = run(&mut migrate).await;
    (!finished.status.success()).then_some(finished.stderr)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn games_are_played_over_tls_and_a_wrong_certificate_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let Some(certificate) = Certificate::for_server("IP:127.0.0.1") else { return };
    cluster.serve_tls(certificate.0.path());
    let url = format!("{}?sslmode=require", cluster.database().await);

    let stranger = refusal(&url, None).await.expect("nobody knows this authority");
    assert!(stranger.to_lowercase().contains("certificate"), "{stranger}");
    let other = Certificate::for_server("IP:127.0.0.1").expect("it was made once");
    let forged = refusal(&url, Some(&other.authority())).await.expect("another authority of the same name");
    assert!(forged.to_lowercase().contains("certificate"), "{forged}");

    let home = Home::with_database(&url).brisk();
    let home = home.with("SSL_CERT_FILE", certificate.authority().to_str().unwrap());
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let game = ann.http.create_game(serde_json::json!({"away_team_is_ai": true})).await;
    ann.join(game["id"].as_str().unwrap()).await;
    let (encrypted, all) = cluster.encrypted("test_0").await;
    assert!(all > 0 && encrypted == all, "{encrypted} of {all} sessions are encrypted");

    // The server comes back with a certificate for somebody else: the host does not talk to it.
    let misnamed = Certificate::for_server("DNS:db.elsewhere.example").expect("it was made once");
    cluster.serve_tls(misnamed.0.path());
    let wrong = refusal(&url, Some(&misnamed.authority())).await.expect("it is another server's certificate");
    assert!(wrong.to_lowercase().contains("certificate"), "{wrong}");
    let began = Instant::now();
    while Http::stranger(&home.address).get("/readyz").await.status.as_u16() != 503 {
        assert!(began.elapsed() < PATIENCE, "the host talks to somebody else's server\n{}", server.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
