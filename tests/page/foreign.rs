//! A page of another site, which plays through the library that the host serves: where the settings name its origin, and
//! only there.

use super::browser::Browser;
use super::visit::wait_until;
use crate::support::http::Http;
use crate::support::server::Home;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A league's site with one empty page; gives its origin.
async fn site() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let page = "<!doctype html><html lang=en><title>League</title><p>League</p></html>";
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length";
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(format!("{head}: {}\r\n\r\n{page}", page.len()).as_bytes()).await;
        }
    });
    origin
}

/// Has the page at `site` play on `host`; gives what came of it.
async fn play_from(browser: &Browser, site: &str, host: &str) -> Value {
    browser.open(site).await;
    let script = format!(
        r#"const host = "{host}";
        window.done = null;
        (async () => {{
          const {{ Client }} = await import(`${{host}}/web/client.js`);
          const {{ token }} = await new Client(host).guest("Ann");
          const client = new Client(host, {{ token, name: "league-site/1" }});
          const {{ items: [home, away] }} = await client.ask("/teams");
          const body = {{ home_team_id: home.id, away_team_id: away.id, away_team_is_ai: true }};
          const game = await client.ask("/games", {{ method: "POST", body }});
          const seen = [];
          const connection = client.follow(game.id, {{ entry: ({{ seq }}) => seen.push(seq) }});
          await connection.command({{ kind: "start" }});
          const refused = await connection.command({{ kind: "start" }}).catch(({{ code }}) => code);
          connection.stop();
          return {{ game: game.id, seen, refused, name: (await client.whoAmI()).name }};
        }})().then((done) => {{ window.done = done; }}, (error) => {{ window.done = {{ error: String(error) }}; }});"#
    );
    browser.script(&script).await;
    wait_until(browser, "window.done").await;
    browser.script("return window.done").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_plays_where_it_is_named_and_only_there() {
    let Some(browser) = Browser::start().await else { return };
    let (league, stranger) = (site().await, site().await);
    let home = Home::sqlite().brisk().with("DUGOUT__GATEWAY__ALLOWED_ORIGINS", &league);
    let _host = home.start().await;
    let host = format!("http://{}", home.address.get());

    let done = play_from(&browser, &league, &host).await;
    assert_eq!((&done["name"], &done["refused"]), (&"Ann".into(), &"wrong_phase".into()), "{done}");
    assert!(done["seen"].as_array().is_some_and(|seen| !seen.is_empty()), "{done}");
    let game = done["game"].as_str().expect("an id");
    assert_eq!(Http::stranger(&home.address).game(game, "").await["status"], "active");

    let done = play_from(&browser, &stranger, &host).await;
    assert!(done["error"].is_string(), "{done}");
    browser.quit().await;
}
