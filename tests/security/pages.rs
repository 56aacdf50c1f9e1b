//! What a browser is told, and what a page of another site cannot do.

use crate::support::http::{Http, client};
use crate::support::manager::Manager;
use crate::support::raw::Raw;
use crate::support::server::Home;
use serde_json::json;

#[tokio::test]
async fn every_answer_tells_browsers_what_they_may_do_with_it() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let anyone = Http::stranger(&home.address);
    for path in ["/", "/web/main.js", "/web/page.css", "/api/v1/games", "/api/v1/nothing", "/ws", "/metrics"]
    {
        let answer = anyone.get(path).await;
        let header = |name: &str| {
            let value = answer.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_else(|| panic!("{path} has no {name}")).to_owned()
        };
        let policy = header("content-security-policy");
        let rules: Vec<_> = policy.split(';').map(str::trim).collect();
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(rules.contains(&rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "a token is never added by itself: {path}");
        assert!(!answer.headers.contains_key("server"), "{path}");
    }
    // The page itself needs no exception from its policy.
    let page = anyone.get("/").await.text;
    for exception in ["<script>", "onclick=", "onload=", "style=\"", "<style", "javascript:"] {
        assert!(!page.contains(exception), "{exception}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_open_no_socket_and_change_nothing() {
    let home = Home::sqlite().with("DUGOUT__GATEWAY__ALLOWED_ORIGINS", "https://league.example");
    let _server = home.start().await;
    let own = format!("http://{}", home.address.get());
    let ann = Manager::connect(&home.address, "Ann").await;
    let url = |path: &str| format!("http://{}{path}", home.address.get());
    for (origin, is_allowed) in [
        (own.as_str(), true),
        ("https://league.example", true),
        ("https://evil.example", false),
        ("https://league.example.evil.example", false),
        ("http://league.example", false),
        ("http://127.0.0.1", false),
        ("null", false),
    ] {
        let mut raw = Raw::connect(&home.address).await;
        let headers = format!("Origin: {origin}\r\n");
        let answer = raw.ask_for_socket_at(&home.address.get(), &headers).await;
        let status = if is_allowed { "HTTP/1.1 101" } else { "HTTP/1.1 403" };
        assert!(answer.starts_with(status), "{origin}: {answer}");

        let asked = client().post(url("/api/v1/games")).bearer_auth(&ann.token).header("origin", origin);
        let answer =
            asked.json(&json!({"home_team_id": 1, "away_team_id": 2})).send().await.expect("answered");
        assert_eq!(answer.status().as_u16(), if is_allowed { 201 } else { 403 }, "{origin}");
        // What a form or a request without asking first can send.
        for (content_type, expected) in
            [(Some("text/plain"), 415), (Some("application/x-www-form-urlencoded"), 415)]
        {
            let mut asked =
                client().post(url("/api/v1/tokens")).header("origin", origin).body("{\"name\":\"Eve\"}");
            if let Some(content_type) = content_type {
                asked = asked.header("content-type", content_type);
            }
            let answer = asked.send().await.expect("answered");
            assert_eq!(answer.status().as_u16(), if is_allowed { expected } else { 403 }, "{origin}");
        }
        let asked = client().post(url("/api/v1/tokens")).header("origin", origin).body("{\"name\":\"Eve\"}");
        let answer = asked.send().await.expect("answered");
        assert_eq!(answer.status().as_u16(), if is_allowed { 200 } else { 403 }, "{origin}");
        // The question that a browser asks first is answered with yes only to pages of the sites that are named.
        let asked = client().request(reqwest::Method::OPTIONS, url("/api/v1/games")).header("origin", origin);
        let answer = asked.header("access-control-request-method", "POST").send().await.expect("answered");
        let is_named = origin == "https://league.example";
        assert_eq!(answer.status().as_u16(), if is_named { 204 } else { 405 }, "{origin}");
        let shared = |answer: &reqwest::Response| {
            let value = answer.headers().get("access-control-allow-origin");
            value.map(|value| value.to_str().expect("text").to_owned())
        };
        let named = is_named.then(|| origin.to_owned());
        assert_eq!(shared(&answer), named, "{origin}");
        assert_eq!(answer.headers().contains_key("access-control-allow-headers"), is_named, "{origin}");
        // The same of what is read, the page's modules and refusals among it.
        for path in ["/web/client.js", "/api/v1/teams", "/api/v1/games/nowhere"] {
            let answer = client().get(url(path)).header("origin", origin).send().await.expect("answered");
            assert_eq!(shared(&answer), named, "{origin} {path}");
            assert_eq!(answer.headers()["vary"], "origin", "a cache keeps them apart: {origin} {path}");
        }
    }
    Http::stranger(&home.address).refused("origin", 10.0).await;
}
