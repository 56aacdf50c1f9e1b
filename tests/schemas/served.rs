//! The documents as they are served and printed.

use crate::support::http::Http;
use crate::support::server::{Home, dugout};
use serde_json::Value;

#[tokio::test]
async fn what_is_served_is_what_is_generated_and_printed() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let http = Http::stranger(&home.address);
    let documents = [
        ("openapi", dugout::gateway::openapi(), "application/vnd.oai.openapi+json;version=3.1"),
        (
            "asyncapi",
            dugout::protocol::asyncapi::asyncapi(),
            "application/vnd.aai.asyncapi+json;version=3.0.0",
        ),
    ];
    for (name, generated, content_type) in documents {
        let answer = http.get(&format!("/{name}.json")).await;
        assert_eq!(answer.content_type, content_type);
        assert_eq!(answer.headers["cache-control"], "no-cache", "kept, and asked for again");
        assert!(answer.headers.contains_key("etag"));
        assert!(answer.ok() == generated, "{name}: another document is served than is generated");
        let printed: Value = serde_json::from_str(&printed(name)).expect("JSON");
        assert!(printed == generated, "{name}: another document is printed than is generated");
    }
    assert!(
        printed("config") == dugout::config::reference(),
        "another reference is printed than is generated"
    );
}

fn printed(document: &str) -> String {
    let output = dugout().args(["schema", document]).output().expect("the program can be started");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}
